import DataFiles
import Foundation
import LinearAlgebra
import Randomness
import TestSupport
import Testing

@Suite struct SparseFileTests {
  private func temporary(_ text: String, _ name: String = "triples.csv") throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  @Test func triplesWithAndWithoutHeader() throws {
    let body = "u1,a,5\nu2,b,3\n\nu1,c,1\n"
    for text in [body, "user,item,rating\n" + body, body.replacingOccurrences(of: ",", with: "\t") + "u2\ta\t2"] {
      let table = try SparseFile.read(temporary(text))
      #expect(table.rowNames == ["u1", "u2"] && table.columnNames == ["a", "b", "c"])
      #expect(Array(table.values.prefix(2)) == [5, 1] && Array(table.indices.prefix(3)) == [0, 2, 1])
      #expect(table.offsets == [0, 2, table.values.count])
    }
  }

  @Test func pairsCountOneAndFurtherColumnsAreIgnored() throws {
    let pairs = try SparseFile.read(temporary("user_id item_id\n1 7\n2 7\n1 9\n"))
    #expect(pairs.values == [1, 1, 1] && pairs.columnNames == ["7", "9"])
    let inter =
      "user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n186\t302\t3\t891717742\n"
    let movies = try SparseFile.read(temporary(inter, "ml.inter"))
    #expect(movies.rowNames == ["196", "186"] && movies.values == [3, 3])
    // 01 and 1 are different names.
    #expect(try SparseFile.read(temporary("1,5\n01,5\n")).rowNames == ["1", "01"])
  }

  @Test func badLinesAreNamed() throws {
    let cases = [
      ("u,i,1\nu,,2\n", 2), ("user,item,value\na,b,1\na,c,x\n", 3), ("a,b,1\na,c,inf\n", 2), ("a,b,1\na,c\n", 2),
    ]
    for (text, line) in cases {
      let error = try #require(throws: DataFileError.self) { try SparseFile.read(temporary(text)) }
      #expect(error.row == line, "\(text)")
    }
    for text in ["", "single\n", "user,item\n"] {
      #expect(throws: DataFileError.self) { try SparseFile.read(temporary(text)) }
    }
  }

  /// Any bytes: an error or a table that is consistent, never a crash.
  @Test func fuzzedTriples() throws {
    var stream = RandomStream(seed: 51)
    let alphabet = Array("0123456789ab,\t;\n\r\" .-e".utf8) + [0, 0xFF, 0xC3]
    for _ in 0..<2000 {
      let bytes = (0..<stream.index(below: 60)).map { _ in alphabet[stream.index(below: alphabet.count)] }
      let path = FileManager.default.temporaryDirectory.appending(path: "pretell-fuzz-triples").path
      try Data(bytes).write(to: URL(filePath: path))
      guard let table = try? SparseFile.read(path) else { continue }
      #expect(table.offsets.count == table.rows + 1 && table.offsets.last == table.values.count)
      #expect(table.indices.allSatisfy { $0 >= 0 && $0 < table.columns } && table.values.allSatisfy(\.isFinite))
    }
  }

  /// Arrays as SciPy's save_npz names them; `format` as letters in a byte array stands in for NumPy's string.
  private func sciPy(_ arrays: [(name: String, matrix: Matrix)]) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".npz").path
    try NPZ.write(arrays, to: path)
    return path
  }

  @Test func sciPyWithoutFormatIsRefused() throws {
    let path = try sciPy([
      ("data", .column([1])), ("indices", .column([0])), ("indptr", .column([0, 1])), ("shape", .column([1, 1])),
    ])
    #expect(!SparseFile.isSciPy(path))
    let error = try #require(throws: DataFileError.self) { try SparseFile.read(path) }
    #expect(error.column?.contains("format") == true)
  }

  /// Files written by scipy.sparse.save_npz 1.17 of [[0, 2, 0], [1, 0, 3]] (Tests/Reference/sparse-*.npz).
  @Test(arguments: ["csr", "csc", "coo"])
  func sciPyFiles(_ format: String) throws {
    let path = repositoryRoot.appending(path: "Tests/Reference/sparse-\(format).npz").path
    #expect(SparseFile.isSciPy(path))
    let table = try SparseFile.read(path)
    #expect(table.rows == 2 && table.columns == 3 && table.offsets == [0, 1, 3])
    #expect(table.indices == [1, 0, 2] && table.values == [2, 1, 3])
  }

  /// Flipped bytes in SciPy's files: an error or a consistent table.
  @Test(arguments: ["csr", "csc", "coo"])
  func fuzzedSciPyFiles(_ format: String) throws {
    let original = [UInt8](try reference("sparse-\(format).npz"))
    let path = FileManager.default.temporaryDirectory.appending(path: "pretell-fuzz-\(format).npz").path
    var stream = RandomStream(seed: 52)
    for _ in 0..<1500 {
      var bytes = original
      for _ in 0...stream.index(below: 4) { bytes[stream.index(below: bytes.count)] = UInt8(stream.index(below: 256)) }
      if stream.index(below: 5) == 0 { bytes.removeLast(stream.index(below: bytes.count)) }
      try Data(bytes).write(to: URL(filePath: path))
      guard let table = try? SparseFile.read(path) else { continue }
      #expect(table.offsets.count == table.rows + 1 && table.offsets.last == table.values.count)
      #expect(table.indices.allSatisfy { $0 >= 0 && $0 < table.columns } && table.values.allSatisfy(\.isFinite))
    }
  }
}
