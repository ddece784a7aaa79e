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
    try NPZ.write([("mean", .matrix(small))], streaming: "weights", columns: 9, to: pieces) { append in
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
      try NPZ.write([], streaming: "weights", columns: 2, to: folder.appending(path: "a.npz").path) { _ in
        throw Failure()
      }
    }
    for name in ["a.npz", "a.npy", "a.csv"] {
      let file = folder.appending(path: name).path
      #expect(throws: Failure.self) {
        try RowFile.write(file, as: RowFile.Format(path: file)!, columns: 2) { append in
          try append(Matrix(rows: 1, columns: 2))
          throw Failure()
        }
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  /// Blocks of rows make the file that the whole table makes, to the byte.
  @Test func rowsInBlocksAreTheTable() throws {
    var stream = RandomStream(seed: 64)
    var table = stream.normalMatrix(rows: 1201, columns: 7)
    (table[3, 2], table[900, 0], table[900, 6]) = (.nan, 1e-300, -4)
    func write(_ ending: String, names: [String]? = nil) throws -> Data {
      let file = path("." + ending)
      #expect(RowFile.Format(path: file)?.rawValue == ending)
      try RowFile.write(file, as: RowFile.Format(path: file)!, columns: 7, names: names) { append in
        for rows in [0..<1, 1..<1, 1..<1100, 1100..<1201] { try append(table.rows(rows)) }
      }
      return try Data(contentsOf: URL(filePath: file))
    }
    let (npy, npz) = (path(".npy"), path(".npz"))
    try NPY.write(table, to: npy)
    try NPZ.write([("X", table)], to: npz)
    #expect(try write("npy") == Data(contentsOf: URL(filePath: npy)))
    #expect(try write("npz") == Data(contentsOf: URL(filePath: npz)))
    let lines = (0..<1201).map { i in table.row(i).map { "\($0)" }.joined(separator: ",") + "\n" }.joined()
    #expect(try write("csv") == Data(lines.utf8))
    #expect(try write("csv", names: ["a", "b", "c", "d", "e", "f", "g"]) == Data(("a,b,c,d,e,f,g\n" + lines).utf8))
    #expect(RowFile.Format(path: "rows.txt") == nil)
  }

  /// Writing to a device must not put a file in its place.
  @Test func devicesAreWrittenTo() throws {
    try NPY.write(Matrix(rows: 3, columns: 2), to: "/dev/null")
    try NPZ.write([("x", Matrix(rows: 3, columns: 2))], to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }
}
