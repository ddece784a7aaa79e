import DataFiles
import Foundation
import LinearAlgebra
import Randomness
import TestSupport
import Testing

/// Rows in blocks are the rows of the whole file, whatever the size of the blocks.
@Suite struct RowSourceTests {
  private func gathered(_ source: some RowSource, _ size: Int) throws -> Matrix {
    var storage: [Double] = []
    try source.forEachBlock(ofRows: size) { first, block in
      #expect(first * source.columns == storage.count && block.rows <= size)
      storage += block.storage
    }
    return Matrix(rows: storage.count / source.columns, columns: source.columns, storage: storage)
  }

  @Test func blocksAreTheFile() throws {
    var stream = RandomStream(seed: 61)
    let matrix = stream.normalMatrix(rows: 1000, columns: 7)
    let folder = FileManager.default.temporaryDirectory
    let npy = folder.appending(path: UUID().uuidString + ".npy").path
    try NPY.write(matrix, to: npy)
    let csv = folder.appending(path: UUID().uuidString + ".csv").path
    var text = "a,b,c,d,e,f,g\n"
    for i in 0..<1000 { text += matrix.row(i).map { "\($0)" }.joined(separator: ",") + "\n" }
    try Data(text.utf8).write(to: URL(filePath: csv))
    for size in [1, 17, 999, 1000, 5000] {
      #expect(try gathered(RowStream(npy), size) == matrix)
      #expect(try gathered(RowStream(csv), size) == matrix)
    }
    #expect(try RowStream(csv).columnNames == ["a", "b", "c", "d", "e", "f", "g"])
    // Larger than one piece of 4 MB.
    let large = folder.appending(path: UUID().uuidString + ".csv").path
    try Data((text + String(repeating: String(text.drop { $0 != "\n" }.dropFirst()), count: 60)).utf8).write(
      to: URL(filePath: large))
    let rows = try gathered(RowStream(large), 4096)
    #expect(rows == (try DataFile.read(large)).values && rows.rows == 61_000)
  }

  @Test func badCellsAreNamed() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".csv").path
    try Data("a,b\n1,2\n3,x\n".utf8).write(to: URL(filePath: path))
    let error = try #require(throws: DataFileError.self) { try gathered(RowStream(path), 10) }
    #expect(error.row == 3 && error.column == "'b'")
    var matrix = Matrix(rows: 5, columns: 2)
    matrix[3, 1] = .nan
    let npy = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".npy").path
    try NPY.write(matrix, to: npy)
    let second = try #require(throws: DataFileError.self) { try gathered(RowStream(npy), 2) }
    #expect(second.row == 4 && second.column == "2")
  }

  @Test func missingCellsAreKept() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".csv").path
    try Data("a,b\n1,\nNA,4\n".utf8).write(to: URL(filePath: path))
    let table = try DataFile.readWithMissing(path)
    #expect(table.values.storage.map(\.isNaN) == [false, true, true, false])
    try Data("a,b\n1,2\n3,blue\n".utf8).write(to: URL(filePath: path))
    let error = try #require(throws: DataFileError.self) { try DataFile.readWithMissing(path) }
    #expect(error.row == 3 && error.column == "'b'")
  }
}
