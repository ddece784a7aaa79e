import DataFiles
import Foundation
import LinearAlgebra
import Randomness
import Testing

@Suite struct DelimitedTextTests {
  private let expected = Matrix([[1, 2.5, -3], [4, 5e-3, 6]])

  private func check(_ contents: String, names: [String]? = nil, warnings: [String] = []) throws {
    let table = try DataFile.read(text(contents))
    #expect(table.values == expected)
    #expect(table.columnNames == names)
    #expect(table.warnings.map(\.code) == warnings)
  }

  @Test(arguments: [",", "\t", ";", "|", " "]) func delimiters(delimiter: String) throws {
    let rows = [["1", "2.5", "-3"], ["4", "5e-3", "6"]].map { $0.joined(separator: delimiter) }.joined(separator: "\n")
    try check(rows)
    try check(rows + "\n")
    try check("a\(delimiter)b\(delimiter)c\n\(rows)\n", names: ["a", "b", "c"])
    try check("a\(delimiter)b\(delimiter)c\n\(rows)\n".replacing("\n", with: "\r\n"), names: ["a", "b", "c"])
    try check("a\(delimiter)b\(delimiter)c\n\(rows)\n".replacing("\n", with: "\r"), names: ["a", "b", "c"])
  }

  @Test func blanksAndBlankLines() throws {
    try check("\n  \n1, 2.5 ,-3  \n\n\n 4,\t5e-3,6\n \n\n")
    try check("   1    2.5 -3  \n 4   5e-3     6\n\n")
    try check("\u{FEFF}a,b,c\n1,2.5,-3\n4,5e-3,6", names: ["a", "b", "c"])
  }

  @Test func quotes() throws {
    try check("\"a, or\n\"\"A\"\"\",b,\" c \"\n\"1\",2.5,\"-3\"\n4,\" 5e-3\",6\n", names: ["a, or\n\"A\"", "b", "c"])
  }

  /// Every number of digits before and after the point, against the standard library's reading, to the bit.
  @Test func digitsOfEveryLength() throws {
    var stream = RandomStream(seed: 5)
    func digits(_ count: Int) -> String {
      (0..<count).map { _ in "\(Int.random(in: 0..<10, using: &stream))" }.joined()
    }
    var cells: [String] = []
    for whole in 1...10 {
      for fraction in 0...24 {
        for sign in ["", "-"] {
          let point = fraction == 0 ? "" : "."
          cells.append("\(sign)0\(point)\(digits(fraction))")
          cells.append("\(sign)\(digits(whole))\(point)\(digits(fraction))")
          cells.append("\(sign)\(digits(whole))\(point)\(digits(fraction))e\(["", "-", "+"][fraction % 3])12")
        }
      }
    }
    cells += [
      "0.00000000", "-0.0000000000000000", "9.999999999999999999", "0.9007199254740993", "1.797693134862315708",
    ]
    for separator in ["\n", "\r\n"] {
      let values = try DataFile.read(text(cells.joined(separator: separator))).values.storage
      #expect(values.map(\.bitPattern) == cells.map { Double($0)!.bitPattern })
    }
  }

  @Test func numbersAsPeopleWriteThem() throws {
    try check("+1,2.50,-3.\n4.0E0,.005,+6e+0\n")
    let values = try DataFile.read(text("a,b\n1e22,9007199254740993\n2.2250738585072014e-308,4.9e-324\n0.1,1e-400\n"))
      .values
    #expect(values.storage == [1e22, 9_007_199_254_740_992, 0x1p-1022, .leastNonzeroMagnitude, 0.1, 0])
  }

  @Test func decimalComma() throws {
    try check("a;b;c\n1;2,5;-3\n4;5e-3;6\n", names: ["a", "b", "c"], warnings: ["decimal-comma"])
    try check("1\t2,5\t-3,0\n4\t0,005\t6\n", warnings: ["decimal-comma"])
  }

  // MARK: headers

  @Test func rowNumbersOfOtherProgramsAreLeftOut() throws {
    try check(",a,b,c\n0,1,2.5,-3\n1,4,5e-3,6\n", names: ["a", "b", "c"], warnings: ["row-index"])
    try check(
      "\"\",\"a\",\"b\",\"c\"\n\"1\",1,2.5,-3\n\"2\",4,5e-3,6\n", names: ["a", "b", "c"], warnings: ["row-index"])
    try check("a b c\nr1 1 2.5 -3\nr2 4 5e-3 6\n", names: ["a", "b", "c"], warnings: ["row-index"])
  }

  @Test func numbersAsNames() throws {
    try check("0,1,2\n1,2.5,-3\n4,5e-3,6\n", names: ["0", "1", "2"], warnings: ["numbered-header"])
    try check(",0,1,2\n0,1,2.5,-3\n1,4,5e-3,6\n", names: ["0", "1", "2"], warnings: ["numbered-header", "row-index"])
    try check("0\t1\t2\n1\t2.5\t-3\n4\t5e-3\t6\n", names: ["0", "1", "2"], warnings: ["numbered-header"])
    #expect(try DataFile.read(text("0,1\n1,0\n")).values.rows == 2)
  }

  @Test func emptyLastColumnIsNoColumn() throws {
    try check("a,b,c,\n1,2.5,-3,\n4,5e-3,6,\n", names: ["a", "b", "c"])
  }

  @Test func wideHeaders() throws {
    let count = 30_000
    let header = (0..<count).map { "column_\($0)" }.joined(separator: ",")
    let row = (0..<count).map(String.init).joined(separator: ",")
    let table = try DataFile.read(text(header + "\n" + row + "\n" + row))
    #expect(table.columnNames?.last == "column_29999")
    #expect(table.values.row(1) == (0..<count).map(Double.init))
  }

  // MARK: missing cells

  @Test(arguments: ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", "-", ".", "#N/A", "<NA>", "\"\"", " "])
  func missingTokens(token: String) throws {
    let table = try DataFile.readLabeled(text("a,y\n1,2\n3,\(token)\n5,6\n"), target: "y")
    #expect(table.labels == [2, nil, 6])
    #expect(table.features.storage == [1, 3, 5])
  }

  @Test func incompleteRowsAreDroppedOnRequest() throws {
    let options = ReadOptions(incompleteRows: .drop)
    let contents = "a,b,y\n1,2,3\n4,,5\n6,inf,7\n8,9,\n"
    let table = try DataFile.read(text(contents), options: ReadOptions(leavingOut: ["y"], incompleteRows: .drop))
    #expect(table.values == Matrix([[1, 2], [8, 9]]))
    #expect(
      table.warnings.map(\.message) == [
        "2 rows of data.csv with a gap in some feature were left out."
      ])
    let labeled = try DataFile.readLabeled(text(contents), target: "y", options: options)
    #expect(labeled.features == Matrix([[1, 2], [8, 9]]) && labeled.labels == [3, nil])
    let array = try DataFile.read(fixture("missing.npy"), options: options)
    #expect(array.values == Matrix([[1, 2]]))
  }

  @Test func columnsAreLeftOutByName() throws {
    let table = try DataFile.read(text("id,a,b\nx1,1,2\nx2,3,4\n"), options: ReadOptions(leavingOut: ["id", "absent"]))
    #expect(table.values == Matrix([[1, 2], [3, 4]]) && table.columnNames == ["a", "b"])
  }

  // MARK: against the slow way

  /// Cells split one character at a time and read by `Double(String)`.
  private func slowly(_ contents: String) -> [[Double]] {
    var rows: [[Double]] = []
    var (row, cell, isQuoted) = ([Double](), "", false)
    func endCell() {
      row.append(Double(cell.trimmingCharacters(in: .whitespacesAndNewlines)) ?? .nan)
      cell = ""
    }
    for character in contents {
      switch character {
      case "\"": isQuoted.toggle()
      case ",": endCell()
      case "\n" where isQuoted: cell.append(character)
      case "\n":
        if row.isEmpty && cell.isEmpty { continue }
        endCell()
        rows.append(row)
        row = []
      default: cell.append(character)
      }
    }
    return rows
  }

  /// Several megabytes, so that the file is cut into pieces; quotes hold line ends; blank lines stand between.
  private func large(quoted: Bool) -> String {
    var stream = RandomStream(seed: 7, cell: quoted ? 1 : 0)
    var numbers = [Double](repeating: 0, count: 240_000)
    numbers.withUnsafeMutableBufferPointer { stream.fillNormals($0) }
    var contents = ""
    for (index, number) in numbers.enumerated() {
      let cell = index % 3 == 0 ? "\(number)" : String(format: "%.4f", number)
      contents += quoted && index % 5 == 0 ? "\"\n \(cell)\n\"" : cell
      contents += index % 8 == 7 ? (index % 104 == 7 ? "\n\n" : "\n") : ","
    }
    return contents
  }

  @Test(arguments: [false, true]) func agreesWithTheSlowWay(quoted: Bool) throws {
    let contents = large(quoted: quoted)
    let fast = try DataFile.read(text(contents)).values
    let slow = Matrix(slowly(contents))
    #expect(contents.utf8.count > 2_000_000)
    #expect(fast == slow)
    var changed = Array(contents.utf8)
    let place = changed.count * 2 / 3
    let digit = changed[place...].firstIndex { $0 == UInt8(ascii: ".") }! + 1
    changed[digit] ^= 1
    #expect(try DataFile.read(FileBytes(name: "changed", contents: changed)).values != slow)
  }

  @Test func answersDoNotDependOnThreads() throws {
    let contents = text(large(quoted: true))
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = 1
    let one = try DataFile.read(contents).values
    Parallel.threads = 3
    #expect(try DataFile.read(contents).values == one)
  }

  // MARK: streams

  @Test func streamedRowsAreTheTable() throws {
    try withTemporaryPath("large.csv") { path in
      try large(quoted: true).write(toFile: path, atomically: true, encoding: .utf8)
      let whole = try DataFile.read(path)
      for blockBytes in [1 << 17, 1 << 21, 1 << 30] {
        var blocks: [Matrix] = []
        let stream = try RowStream(path)
        try stream.forEachBlock(blockBytes: blockBytes) { blocks.append($0) }
        #expect(stream.columns == whole.values.columns)
        #expect(blocks.flatMap(\.storage) == whole.values.storage)
        #expect((blocks.count == 1) == (blockBytes == 1 << 30))
      }
    }
  }

  @Test(arguments: ["little_f4.npy", "fortran_float64.npy", "deflated.npz[X]"]) func streamedArrays(name: String) throws
  {
    var blocks: [Matrix] = []
    try RowStream(fixture(name)).forEachBlock(blockBytes: 32) { blocks.append($0) }
    #expect(blocks.count > 1)
    #expect(try blocks.flatMap(\.storage) == DataFile.read(fixture(name)).values.storage)
  }

  @Test func pipesAreRead() throws {
    try withTemporaryPath("pipe") { path in
      #expect(mkfifo(path, 0o600) == 0)
      let writer = Thread { try? "a,b\n1,2\n".write(to: URL(filePath: path), atomically: false, encoding: .utf8) }
      writer.start()
      let matrix = try DataFile.read(path).values
      #expect(matrix == Matrix([[1, 2]]))
    }
  }
}
