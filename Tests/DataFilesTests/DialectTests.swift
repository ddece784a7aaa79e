import DataFiles
import Foundation
import LinearAlgebra
import Randomness
import Testing

/// What other programs write is read back cell by cell: random tables in the dialects of pandas, R, Excel, Python's csv and NumPy.
@Suite struct DialectTests {
  private func read(_ bytes: [UInt8], leavingOut: [String] = []) throws -> (names: [String]?, rows: [[Double]]) {
    try withTemporaryPath("data.csv") { path in
      try Data(bytes).write(to: URL(filePath: path))
      let stream = try RowStream(path, options: ReadOptions(leavingOut: leavingOut))
      var rows: [[Double]] = []
      try stream.forEachBlockWithMissing { _, block in rows += (0..<block.rows).map(block.row) }
      return (stream.columnNames, rows)
    }
  }

  private func areEqual(_ a: [[Double]], _ b: [[Double]]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { $0.count == $1.count && zip($0, $1).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN } }
  }

  @Test(arguments: TableWriter.all.map(\.label)) func tablesComeBack(label: String) throws {
    let writer = try #require(TableWriter.all.first { $0.label == label })
    var stream = RandomStream(seed: 71, cell: UInt64(TableWriter.all.firstIndex { $0.label == label } ?? 0))
    for trial in 0..<60 {
      let table = WrittenTable(
        using: &stream, hasWords: writer.quotes && writer.hasHeader && trial % 2 == 1, hasGaps: writer.tail.isEmpty,
        isNasty: writer.quotes)
      let bytes = writer.bytes(table)
      let text = String(decoding: bytes, as: UTF8.self)
      let found = try read(bytes, leavingOut: ["kind"])
      let names = writer.hasHeader ? table.numberNames : nil
      #expect(found.names.map { $0.map { Array($0.utf8) } } == names.map { $0.map { Array($0.utf8) } }, "\(text)")
      #expect(areEqual(found.rows, table.numbers), "\(text)")
    }
  }

  /// The comparison can fail: a row less, a digit changed, two columns exchanged.
  @Test func damageIsSeen() throws {
    var stream = RandomStream(seed: 72)
    for writer in TableWriter.all {
      let table = WrittenTable(using: &stream, hasWords: false, hasGaps: false, isNasty: false)
      var shorter = table
      shorter.rows.removeLast()
      #expect(try !areEqual(read(writer.bytes(shorter)).rows, table.numbers))
      var changed = table
      changed.rows[0][0] = .number(1234.5)
      #expect(try !areEqual(read(writer.bytes(changed)).rows, table.numbers))
      var exchanged = table
      for row in exchanged.rows.indices { exchanged.rows[row].swapAt(0, 1) }
      #expect(try !areEqual(read(writer.bytes(exchanged)).rows, table.numbers))
    }
  }

  // MARK: the first line

  private func decision(_ contents: String) throws -> (rows: Int, names: [String]?, codes: [String]) {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".csv").path
    try Data(contents.utf8).write(to: URL(filePath: path))
    defer { unlink(path) }
    let description = try DataDescription(path)
    let names = try RowStream(path).columnNames
    return (description.rows, names, description.warnings.map(\.code))
  }

  /// First lines that are data and once were lost: they are read, and it is said.
  @Test(arguments: [
    ("5.1,3.5,1.4,Iris-setosa\n4.9,3.0,1.4,Iris-setosa\n7.0,3.2,4.7,Iris-versicolor\n", 3, ["first-line-data"]),
    ("276725;034545104X;0\n276726;0155061224;5\n276727;0446520802;0\n", 3, []),
    ("39,State-gov,77516\n50,Private,83311\n38,Private,215646\n", 3, ["first-line-data"]),
    ("0,1\n0,2\n1,2\n", 3, ["first-line-data"]),
    ("Bob,5,7\nAl,6,2\nEve,1,9\n", 3, ["first-line-data"]),
    ("p,x,s\ne,x,s\np,y,t\n", 3, ["first-line-data"]),
    ("2001-01-01,5\n2001-01-02,6\n", 2, []),
    ("1990,5\n1991,6\n1992,9\n", 3, []),
  ])
  func firstLinesOfData(contents: String, rows: Int, codes: [String]) throws {
    let found = try decision(contents)
    #expect(found.rows == rows && found.names == nil && found.codes == codes, "\(contents) \(found)")
  }

  @Test(arguments: [
    ("\"\",\"1\",\"2\",\"3\"\n\"1\",-1,1,0\n\"2\",-1,-1,0\n", 2, ["1", "2", "3"], ["numbered-header", "row-index"]),
    ("0,1\n7.5,22.25\n-1.5,2.0\n", 2, ["0", "1"], ["numbered-header"]),
    ("country,1990,1991\nFrance,5.5,6\nPeru,7,8\n", 2, ["country", "1990", "1991"], ["first-line-names"]),
    ("1990,1991,1992\n5.5,6.5,1.5\n7.5,8.5,2.5\n1.5,9.5,2.5\n", 3, ["1990", "1991", "1992"], ["numbered-header"]),
    (",1990,1991\nFrance,5,6\nPeru,7,8\n", 2, ["1990", "1991"], ["numbered-header", "row-index"]),
    ("class,cap,odor\np,x,s\ne,x,t\np,y,t\n", 3, ["class", "cap", "odor"], ["first-line-names"]),
    ("a,b,1stFlr,2ndFlr,c\n1,2,3,4,5\n", 1, ["a", "b", "1stFlr", "2ndFlr", "c"], []),
    ("# a b y\n1 2 3\n4 5 6\n", 2, ["a", "b", "y"], []),
    ("# made by me\n# a,b,y\n1,2,3\n4,5,6\n# end\n", 2, ["a", "b", "y"], []),
    ("# made by me\na,b,y\n1,2,3\n", 1, ["a", "b", "y"], []),
    ("a,b,y\n1,3,7,\n2,1,4,\n", 2, ["a", "b", "y"], []),
    ("a,b,y,,\n1,3,7,,\n2,1,4,,\n", 2, ["a", "b", "y"], []),
    ("a,b,y,\n1,3,7\n2,1,4\n", 2, ["a", "b", "y"], []),
    ("Unnamed: 0,a\n0,5\n1,6\n", 2, ["a"], ["row-index"]),
  ])
  func firstLinesOfNames(contents: String, rows: Int, names: [String], codes: [String]) throws {
    let found = try decision(contents)
    #expect(found.rows == rows && found.names == names && found.codes == codes, "\(contents) \(found)")
  }

  /// A cell under a name that is not there is no cell to lose.
  @Test func cellsBehindTheLastColumn() {
    let said = message { _ = try DataFile.read(text("a,b\n1,2,\n3,4,\n5,6,7\n")) }
    #expect(said.hasPrefix("data.csv, row 4: 3 cells where the first row has 2."))
  }

  // MARK: marks

  private func values(_ contents: String) throws -> (values: [Double], codes: [String]) {
    let table = try DataFile.read(text(contents))
    return (table.values.storage, table.warnings.map(\.code))
  }

  @Test(arguments: [
    ("a\tb\n1,234\t5\n12\t6\n", [1234, 5, 12, 6], ["thousands"]),
    ("a;b\n1.234,5;5\n2,5;6\n", [1234.5, 5, 2.5, 6], ["thousands"]),
    ("a;b\n1,234,567;5\n2;6\n", [1_234_567, 5, 2, 6], ["thousands"]),
    ("a;b\n1,234.5;5\n2;6\n", [1234.5, 5, 2, 6], ["thousands"]),
    ("a;b\n1'234;5\n20;6\n", [1234, 5, 20, 6], ["thousands"]),
    ("a,b\n\"1,234\",5\n12,6\n", [1234, 5, 12, 6], ["thousands"]),
    ("a,b\n\"2,5\",5\n12,6\n", [2.5, 5, 12, 6], ["decimal-comma"]),
    ("a;b\n1,234;5\n2,345;6\n", [1.234, 5, 2.345, 6], ["decimal-comma"]),
    ("a;b\n0,123;5\n0,5;6\n", [0.123, 5, 0.5, 6], ["decimal-comma"]),
    ("a;b\n1.234;5\n2.345;6\n", [1.234, 5, 2.345, 6], []),
  ])
  func marksInNumbers(contents: String, expected: [Double], codes: [String]) throws {
    let found = try values(contents)
    #expect(found.values == expected && found.codes == codes, "\(contents) \(found)")
  }

  @Test func numbersWithThingsAroundThem() {
    func said(_ cell: String) -> String { message { _ = try DataFile.read(text("a;b\n1;2\n\(cell);3\n")) } }
    #expect(
      said("$5")
        == "data.csv, row 3, column 'a', '$5': this is not a number. Write the number without the currency sign.")
    #expect(
      said("5%")
        == "data.csv, row 3, column 'a', '5%': this is not a number. Write the number without the percent sign.")
    let grouped = message { _ = try DataFile.read(text("a;b\n1.5;2\n1,23,4;3\n")) }
    #expect(
      grouped
        == "data.csv, row 3, column 'a', '1,23,4': this is not a number. "
        + "Write numbers with a decimal point and no other marks.")
  }

  // MARK: letters

  @Test func encodings() throws {
    let latin = FileBytes(name: "data.csv", contents: Array("gr".utf8) + [0xF6] + Array("n,b\n1,2\n".utf8))
    let table = try DataFile.read(latin)
    #expect(table.columnNames == ["grön", "b"] && table.warnings.map(\.code) == ["encoding"])
    let odd = FileBytes(name: "data.csv", contents: [0xFF, 0xFE, 0x61, 0x00, 0x0A])
    #expect(
      message { _ = try DataFile.read(odd) }
        == "data.csv: it starts as text in UTF-16 and is not. Save it again, as UTF-8.")
    let lone = FileBytes(name: "data.csv", contents: [0xFE, 0xFF, 0xD8, 0x00, 0x00, 0x61])
    #expect(message { _ = try DataFile.read(lone) }.contains("it starts as text in UTF-16 and is not"))
  }

  /// Quotes inside cells that do not begin with one, cut into pieces and shares: the state at a cut follows from all before.
  @Test func strayQuotesInLargeFiles() throws {
    var contents = "name,x\n"
    for i in 0..<120_000 {
      let name = ["12\" vinyl", "\"a, \"\"b\"\"\"", "plain", "\"two\nlines \"", "5'11\"", "\"\"", "x\"\"y"][i % 7]
      contents += "\(name),\(i)\n"
    }
    #expect(contents.utf8.count > 1 << 20)
    try withTemporaryPath("large.csv") { path in
      try contents.write(toFile: path, atomically: true, encoding: .utf8)
      let options = ReadOptions(leavingOut: ["name"])
      let expected = (0..<120_000).map(Double.init)
      #expect(try DataFile.read(path, options: options).values.storage == expected)
      for bytes in [1 << 10, 1 << 16, 999_983] {
        var rows: [Double] = []
        try RowStream(path, options: options).forEachBlock(blockBytes: bytes) { rows += $0.storage }
        #expect(rows == expected)
      }
      for parts in [2, 5, 31] {
        let shares = try (0..<parts).map { try RowStream(path, options: options).share($0, of: parts).matrix().storage }
        #expect(shares.flatMap(\.self) == expected)
      }
    }
  }
}
