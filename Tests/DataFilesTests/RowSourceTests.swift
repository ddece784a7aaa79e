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

  /// Rows one by one, and the copy that text is reread from.
  @Test func rowsAtAndCopies() throws {
    var stream = RandomStream(seed: 62)
    let matrix = stream.normalMatrix(rows: 300, columns: 3)
    let folder = FileManager.default.temporaryDirectory
    let npy = folder.appending(path: UUID().uuidString + ".npy").path
    try NPY.write(matrix, to: npy)
    let csv = folder.appending(path: UUID().uuidString + ".csv").path
    var text = "a,b,c\n"
    for i in 0..<300 { text += matrix.row(i).map { "\($0)" }.joined(separator: ",") + "\n" }
    try Data(text.utf8).write(to: URL(filePath: csv))
    let fortran = try write(
      "<f8", fortran: true, shape: "(300, 3)", matrix.transposed().storage.withUnsafeBytes { Data($0) })
    let indices = [299, 0, 7, 7, 150]
    for path in [npy, csv, fortran] {
      let file = try RowStream(path)
      for chosen in [indices, Array(20..<290), [3, 4, 4, 6, 5, 298, 299, 10], []] {
        #expect(try file.rows(at: chosen) == matrix.rows(at: chosen))
      }
      let copy = try file.rereadable()
      #expect(copy.isArray && copy.source == path && copy.columnNames == file.columnNames)
      for size in [7, 300] { #expect(try gathered(copy, size) == matrix && gatheredScratch(copy, size) == matrix) }
      #expect(try copy.rows(at: indices) == matrix.rows(at: indices))
      #expect(try copy.countRows() == 300)
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasPrefix("pretell-copy-") })
    #expect(try RowStream(npy).share(1, of: 2).rows(at: [0, 149]) == matrix.rows(at: [150, 299]))
  }

  /// Stretches longer than what is read at once, far and near rows in turn, numbers of another type than the processor's.
  @Test func rowsAtOfManyRows() throws {
    let (rows, columns) = (9000, 40)
    let matrix = Matrix(rows: rows, columns: columns, storage: (0..<rows * columns).map { Double(Float($0)) })
    let single = try write(
      "<f4", fortran: false, shape: "(\(rows), \(columns))", matrix.storage.map(Float.init).withUnsafeBytes { Data($0) }
    )
    let double = try write(
      "<f8", fortran: false, shape: "(\(rows), \(columns))", matrix.storage.withUnsafeBytes { Data($0) })
    let mixed = (0..<rows).filter { $0 % 3 != 1 && ($0 / 500) % 2 == 0 }
    for path in [single, double] {
      for chosen in [Array(0..<rows), mixed, mixed.reversed(), Array(stride(from: 0, to: rows, by: 777))] {
        #expect(try RowStream(path).rows(at: chosen) == matrix.rows(at: chosen))
      }
    }
    var unsound = matrix
    unsound[5021, 7] = .nan
    let path = try write(
      "<f8", fortran: false, shape: "(\(rows), \(columns))", unsound.storage.withUnsafeBytes { Data($0) })
    #expect(throws: DataFileError.self) { try RowStream(path).rows(at: mixed + [5020, 5021]) }
    #expect(try RowStream(path).rows(at: [5020, 5022]) == matrix.rows(at: [5020, 5022]))
  }

  /// Whoever finds an entry in whatever view of a file, the file says where it stands.
  @Test func viewsNameTheFilesOwnPlace() throws {
    var matrix = Matrix(rows: 900, columns: 4, repeating: 1)
    matrix[750, 1] = .nan
    let path = try write("<f8", fortran: false, shape: "(900, 4)", matrix.storage.withUnsafeBytes { Data($0) })
    let file = try RowStream(path)
    let rows = Matrix(rows: 50, columns: 4, repeating: 2)
    let views: [any RowSource] = [
      file, file.choosing([3, 1]), RowSelection(file, at: [2, 750, 751]), StackedRows(file, above: rows),
      StackedRows(rows, above: file), RowSelection(StackedRows(rows, above: file).choosing([1]), at: [60, 800]),
      file.share(1, of: 2).choosing([1, 0]),
    ]
    for view in views {
      let error = try #require(throws: DataFileError.self) { try RowMoments(reading: view) }
      #expect(error.description.hasPrefix("\(path), row 751, column 2, "), "\(error)")
    }
    #expect(try RowMoments(reading: RowSelection(file, at: [2, 751])).count == 2)
  }

  private func gatheredScratch(_ source: some RowSource, _ size: Int) throws -> Matrix {
    var storage: [Double] = []
    try source.forEachScratchBlock(ofRows: size) { first, rows in
      #expect(first * source.columns == storage.count && rows.count <= size * source.columns)
      storage += rows
      for index in rows.indices { rows[index] = .nan }
    }
    return Matrix(rows: storage.count / source.columns, columns: source.columns, storage: storage)
  }

  private func write(_ dtype: String, fortran: Bool, shape: String, _ bytes: Data) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".npy").path
    var text = "{'descr': '\(dtype)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }"
    text += String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    try (Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(text.utf8) + bytes).write(
      to: URL(filePath: path))
    return path
  }

  /// Read ahead, through the system's cache and past it, whatever the type: the numbers of the file.
  @Test func scratchBlocksAreTheFile() throws {
    var stream = RandomStream(seed: 62)
    let floats = stream.normalMatrix(rows: 3001, columns: 7).storage.map { Float($0) }
    let matrix = Matrix(rows: 3001, columns: 7, storage: floats.map(Double.init))
    let doubles = matrix.storage.withUnsafeBytes { Data($0) }
    let swapped = matrix.storage.map(\.bitPattern.bigEndian).withUnsafeBytes { Data($0) }
    let columns = matrix.transposed().storage.withUnsafeBytes { Data($0) }
    let files = [
      try write("<f8", fortran: false, shape: "(3001, 7)", doubles),
      try write("<f4", fortran: false, shape: "(3001, 7)", floats.withUnsafeBytes { Data($0) }),
      try write(">f8", fortran: false, shape: "(3001, 7)", swapped),
      try write("<f8", fortran: true, shape: "(3001, 7)", columns),
    ]
    for file in files {
      for size in [1, 100, 585, 3000, 3001, 9000] {
        #expect(try gatheredScratch(RowStream(file), size) == matrix)
        #expect(try gatheredScratch(RowStream(FileBytes(path: file, uncachedFrom: 0)), size) == matrix)
      }
      let share = try RowStream(file).share(1, of: 3)
      #expect(try gatheredScratch(share, 100) == matrix.rows(1000..<2000))
      #expect(try RowMoments(reading: RowStream(file)) == RowMoments(rows: matrix))
    }
    let archive = files[0] + "z"
    try NPZ.write([("x", matrix)], to: archive)
    #expect(try gatheredScratch(RowStream(archive), 100) == matrix)
  }

  @Test func scratchBlocksNameBadEntriesAndShortFiles() throws {
    var matrix = Matrix(rows: 20_000, columns: 300)
    matrix[17_003, 4] = .nan
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".npy").path
    try NPY.write(matrix, to: path)
    let error = try #require(throws: DataFileError.self) { try RowMoments(reading: RowStream(path)) }
    #expect(error.row == 17_004 && error.column == "5" && error.file == path)
    let half = try RowStream(path).share(1, of: 2)
    #expect(try #require(throws: DataFileError.self) { try RowMoments(reading: half) }.row == 17_004)
    for limit in [0, Int.max] {
      try NPY.write(Matrix(rows: 20_000, columns: 300), to: path)
      let stream = try RowStream(FileBytes(path: path, uncachedFrom: limit))
      #expect(truncate(path, 20_000_000) == 0)
      let short = try #require(throws: DataFileError.self) { try RowMoments(reading: stream) }
      #expect(short.description.contains("it became shorter while it was read"))
    }
  }

  /// Shares of text together are the file, whatever stands in quotes; a bad cell is named by its line in the file.
  @Test func sharesOfText() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".csv").path
    var text = "\"a\nb\",c\n"
    for i in 0..<500 { text += i % 7 == 3 ? "\"\(i)\",\"-\(i)\"\n" : "\(i),-\(i)\n" + (i % 50 == 0 ? "\n" : "") }
    try Data(text.utf8).write(to: URL(filePath: path))
    let file = try RowStream(path)
    let whole = try gathered(file, 100)
    #expect(whole.rows == 500)
    for parts in [1, 2, 3, 7, 40] {
      let shares = try (0..<parts).map { try gathered(file.share($0, of: parts), 33) }
      #expect(shares.reduce(into: []) { $0 += $1.storage } == whole.storage)
      #expect(shares.allSatisfy { abs($0.rows - 500 / parts) < 250 / parts + 12 })
    }
    try Data((text + "7,x\n").utf8).write(to: URL(filePath: path))
    let error = try #require(throws: DataFileError.self) { try gathered(RowStream(path).share(2, of: 3), 10) }
    #expect(error.row == text.count { $0 == "\n" } + 1)
    // More shares than rows: some have none.
    try Data("a,b\n1,2\n3,4\n".utf8).write(to: URL(filePath: path))
    #expect(try (0..<5).reduce(0) { try $0 + RowStream(path).share($1, of: 5).countRows() } == 2)
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
    try RowStream(path).forEachBlockWithMissing { first, block in
      #expect(first == 0 && block.storage.map(\.isNaN) == [false, true, true, false])
    }
    #expect(try RowStream(path).completeRows()?.count == nil)
    try Data("a,b\n1,\n2,3\nNA,4\n5,6\n".utf8).write(to: URL(filePath: path))
    let (complete, count, all) = try #require(try RowStream(path).completeRows())
    #expect(count == 2 && all == 4)
    #expect(try complete.matrix().storage == [2, 3, 5, 6] && complete.columnNames == ["a", "b"])
    // One row at a time, the rows are counted on.
    var seen: [Int] = []
    try RowStream(path).forEachBlockWithMissing(blockBytes: 1) { first, block in seen += [first, block.rows] }
    #expect(seen == [0, 1, 1, 1, 2, 1, 3, 1])
    try Data("a,b\n1,2\n3,inf\n".utf8).write(to: URL(filePath: path))
    let infinite = try #require(throws: DataFileError.self) {
      try RowStream(path).forEachBlockWithMissing(blockBytes: 1) { _, _ in }
    }
    #expect(infinite.row == 2 && infinite.column == "2")
    try Data("a,b\n1,2\n3,blue\n".utf8).write(to: URL(filePath: path))
    let error = try #require(throws: DataFileError.self) { try RowStream(path).completeRows() }
    #expect(error.row == 3 && error.column == "'b'")
  }
}
