import DataFiles
import Foundation
import LinearAlgebra
import Randomness
import Testing

/// Members of an archive other than matrices of doubles.
@Suite struct ArchiveContentTests {
  private let names = ["crème-1", "", "a", "日本", "🎬 western"]

  @Test func everyKindIsReadBack() throws {
    try withTemporaryPath("kinds.npz") { path in
      let floats: [Float] = [0.1, -2, 3e30, 4, 5, 6]
      try NPZ.write(
        [
          ("names", .texts(names)), ("places", .integers([3, 0, 1 << 40])), ("weights", .floats(floats, columns: 3)),
          ("none", .texts([])),
        ], to: path)
      #expect(try NPZ.texts(path, name: "names") == names)
      #expect(try NPZ.texts(path, name: "none") == [])
      let places = try NPZ.read(path, name: "places")
      #expect(places.matrix().storage == [3, 0, 0x1p40] && places.isVector && places.type.name == "<i8")
      let weights = try NPZ.read(path, name: "weights")
      #expect(weights.type.name == "<f4" && weights.rows == 2 && weights.matrix().storage == floats.map { Double($0) })
      #expect(throws: DataFileError.self) { try NPZ.texts(path, name: "places") }
      #expect(throws: DataFileError.self) { try NPZ.read(path, name: "names") }
      #expect(throws: DataFileError.self) { try NPZ.texts(path, name: "nothing") }
    }
  }

  /// numpy.save(path, ["ab", "c"]), byte by byte.
  private var ofNumPy: [UInt8] {
    let text = "{'descr': '<U2', 'fortran_order': False, 'shape': (2,), }"
    let header = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    let entries: [UInt8] = [97, 0, 0, 0, 98, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0]
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + entries
  }

  @Test func textsOfNumPy() throws {
    #expect(try NPYTexts.read(FileBytes(name: "texts", contents: ofNumPy)) == ["ab", "c"])
  }

  /// Damaged lists are refused with an error or read, never a crash.
  @Test func damagedTexts() throws {
    let sound = ofNumPy
    var stream = RandomStream(seed: 64)
    var refused = 0
    for _ in 0..<3000 {
      var bytes = sound
      switch stream.index(below: 3) {
      case 0: bytes = Array(bytes.prefix(stream.index(below: bytes.count)))
      case 1: for _ in 0..<4 { bytes[stream.index(below: bytes.count)] = UInt8(stream.index(below: 256)) }
      default:
        let digits = bytes.indices.filter { bytes[$0] >= 48 && bytes[$0] <= 57 }
        let place = digits[stream.index(below: digits.count)]
        let numbers = ["9223372036854775807", "99999999", "0"]
        bytes.replaceSubrange(place...place, with: Array(numbers[stream.index(below: 3)].utf8))
      }
      do {
        let read = try NPYTexts.read(FileBytes(name: "damaged", contents: bytes))
        #expect(read.count <= bytes.count)
      } catch {
        #expect(error is DataFileError, "\(error)")
        refused += 1
      }
    }
    #expect(refused > 1000)
  }
}
