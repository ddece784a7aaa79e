import DataFiles
import Foundation
import LinearAlgebra
import Testing

/// Gaps among words, truths and numbers with units are filled in by a stated rule; everything else is written as it was read.
@Suite struct FillableTableTests {
  /// The table, what `complete` makes of it, and the file that is written.
  private func filled(
    _ contents: String, encoding: String.Encoding = .utf8, target: String? = nil,
    options: TableOptions = TableOptions(), to output: String = "out.csv", _ complete: (Matrix) -> Matrix
  ) throws -> (table: FillableTable, filled: [FillableTable.Filled], text: String) {
    try withTemporaryPath("in.csv") { path in
      try contents.data(using: encoding)!.write(to: URL(filePath: path))
      let table = try #require(try FillableTable(path, target: target, options: options))
      let to = URL(filePath: path).deletingLastPathComponent().appending(path: output)
      let found = try table.write(
        to.path, as: #require(RowFile.Format(path: output)), filling: complete(table.values))
      return (table, found, try String(contentsOf: to, encoding: encoding))
    }
  }

  private func setting(_ values: Matrix, _ numbers: [Double]) -> Matrix {
    var result = values
    for i in 0..<values.rows { for j in numbers.indices where values[i, j].isNaN { result[i, j] = numbers[j] } }
    return result
  }

  private static let words = "g,n\n" + (0..<12).map { "\(["red", "red", "blue", "\"a, b\""][$0 % 4]),\($0)\n" }.joined()

  /// The indicators of the words but the most frequent: what is largest of them and of 1 less their sum names the word.
  @Test(
    arguments: [
      ([0.6, 0.3], "blue"), ([0.3, 0.6], "a, b"), ([0.2, 0.3], "red"), ([0.34, 0.34], nil), ([-0.5, -0.2], "red"),
    ] as [([Double], String?)])
  func mostProbableWord(numbers: [Double], word: String?) throws {
    let text = Self.words + ",12\n"
    let (table, counts, written) = try filled(text) { values in
      #expect(values[12, 0].isNaN && values[12, 1].isNaN && !values[12, 2].isNaN)
      let order = values.columns
      #expect(order == 3)
      return setting(values, numbers)
    }
    let names = table.names
    #expect(names == ["g = a, b", "g = blue", "n"])
    let lines = written.split(separator: "\n")
    // The indicators stand in the order of their names.
    let expected = word.map { $0 == "blue" ? "\"a, b\"" : $0 == "a, b" ? "blue" : $0 }
    if let expected { #expect(lines.last == "\(expected),12") }
    #expect(counts.map(\.column) == ["g"] && counts[0].filled == 1 && counts[0].left == 0 && counts[0].stands == 0..<2)
    #expect(lines.dropLast().joined(separator: "\n") + "\n" == Self.words)
  }

  /// Rare words that stand together are no word to fill in; a gap of dates, of names and of the target stays.
  @Test func whatStays() throws {
    let rows = (0..<40).map { i in
      "\(i < 30 ? "ab".map(String.init)[i % 2] : "rare \(i / 2)"),2020-01-\(10 + i % 19),name \(i),\(i),\(i * 2)"
    }
    let text = (["g,when,who,x,y"] + rows + [",,,,"]).joined(separator: "\n") + "\n"
    let (table, counts, written) = try filled(text, target: "y") { values in setting(values, [0.1, 0.9, 5, 7]) }
    #expect(table.names == ["g = b", "g = other", "when", "x"])
    #expect(written == (["g,when,who,x,y"] + rows + [",,,7.0,"]).joined(separator: "\n") + "\n")
    #expect(counts.map(\.column) == ["g", "when", "who", "x", "y"] && counts.map(\.left) == [1, 1, 1, 0, 1])
  }

  @Test func truthsAndUnits() throws {
    let rows = (0..<12).map { "\($0 % 3 == 0 ? "Yes" : "no"),\($0 * 5) kg,\($0)" }
    let text = (["t,w,x"] + rows + [",NA,1"]).joined(separator: "\n") + "\n"
    for (number, word) in [(0.51, "Yes"), (0.49, "no")] {
      let written = try filled(text) { setting($0, [number, 12.5]) }.text
      #expect(written.hasSuffix("\n\(word),12.5 kg,1\n") && written.hasPrefix("t,w,x\n" + rows[0]))
    }
  }

  /// Words among numbers stay as they are, and are counted; so do quotes, blanks, line ends and letters of another encoding.
  @Test func observedCellsStay() throws {
    let rows = (0..<30).map { "\"\($0 % 7 == 3 ? "unknown" : "\($0).50")\";  \(["é", "è"][$0 % 2]);1e0" }
    let text = (["a;b;c"] + rows + ["2;;3"]).joined(separator: "\r\n") + "\r\n"
    let (_, counts, written) = try filled(text, encoding: .windowsCP1252) { setting($0, [9, 1, 3]) }
    #expect(written == text.replacing("2;;3", with: "2;è;3") || written == text.replacing("2;;3", with: "2;é;3"))
    #expect(counts.map(\.column) == ["a", "b"] && counts.map(\.filled) == [0, 1] && counts.map(\.left) == [4, 0])
  }

  @Test func arraysHoldNoWords() throws {
    let error = try #require(throws: DataFileError.self) {
      try filled(Self.words + ",3\n", to: "out.npy") { setting($0, [0, 0]) }
    }
    #expect(error.kind == .usage && error.description.contains(".csv or .tsv"))
    try withTemporaryPath("in.csv") { path in
      try Data("a,b\n1,\n2,3\n".utf8).write(to: URL(filePath: path))
      #expect(try FillableTable(path, target: nil, options: TableOptions()) == nil)
    }
  }

  /// A row of units, or codes for what is not known, make no category of a number.
  @Test func fewWordsAmongNumbers() throws {
    let cells = ["[m]"] + (0..<40).map { "\($0 % 5)" }
    let text = "a,b\n" + cells.map { "\($0),1.5\n" }.joined() + "x,2\n"
    let (table, _, _) = try filled(text) { $0 }
    #expect(table.uses[0].kind == .number && table.names == ["a", "b"] && table.values[0, 0].isNaN)
  }

  /// A word is no number to learn from, and stays.
  @Test func wordsAmongNumbers() throws {
    let rows = (0..<40).map { "\($0),\(["yes", "no"][$0 % 2]),2020-01-\(10 + $0 % 19),\(Double($0) / 4 + 0.5) kg" }
    let text = (["a,b,c,d"] + rows + ["broken,broken,broken,broken"]).joined(separator: "\n") + "\n"
    let (_, counts, written) = try filled(text) { values in setting(values, [7.5, 0.25, 50, 3]) }
    #expect(counts.map(\.column) == ["a", "b", "c", "d"] && counts.map(\.filled) == [0, 0, 0, 0])
    #expect(counts.map(\.left) == [1, 1, 1, 1] && written == text)
  }
}
