import DataFiles
import Foundation
import LinearAlgebra
import Randomness
import Testing

@Suite struct StreamedArchiveTests {
  private func path(_ ending: String) -> String {
    FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ending).path
  }

  /// An array handed over in pieces is the array handed over whole.
  @Test func piecesAreTheWhole() throws {
    var stream = RandomStream(seed: 63)
    let (small, large) = (stream.normalMatrix(rows: 1, columns: 9), stream.normalMatrix(rows: 9, columns: 9))
    let (whole, pieces) = (path(".npz"), path(".npz"))
    try NPZ.write([("mean", small), ("weights", large)], to: whole)
    try NPZ.write([("mean", .matrix(small))], streaming: "weights", rows: 9, columns: 9, to: pieces) { append in
      for rows in [0..<4, 4..<5, 5..<9] {
        var part = large.rows(rows).storage
        try part.withUnsafeMutableBufferPointer { try append($0) }
      }
    }
    for name in ["mean", "weights"] {
      #expect(try NPZ.read(pieces, name: name).matrix() == NPZ.read(whole, name: name).matrix())
    }
    #expect(try NPZ.read(pieces, name: "weights").matrix() == large && NPZ.names(pieces) == NPZ.names(whole))
  }

  @Test func nothingIsLeftOfAFailure() throws {
    struct Failure: Error {}
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    #expect(throws: Failure.self) {
      try NPZ.write([], streaming: "weights", rows: 2, columns: 2, to: folder.appending(path: "a.npz").path) { _ in
        throw Failure()
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  /// Writing to a device must not put a file in its place.
  @Test func devicesAreWrittenTo() throws {
    try NPY.write(Matrix(rows: 3, columns: 2), to: "/dev/null")
    try NPZ.write([("x", Matrix(rows: 3, columns: 2))], to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }
}
