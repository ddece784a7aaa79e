import DataFiles
import Foundation
import LinearAlgebra
import Testing

/// Numbers and times in words, and what stands for a gap.
@Suite struct DressedNumberTests {
  /// A column of these cells, each three times among plain numbers in the second column.
  private func column(_ cells: [String], name: String = "c") throws -> (use: ColumnUse, values: [Double]) {
    let rows = (0..<3).flatMap { _ in cells }.enumerated()
    let text = "\(name);n\n" + rows.map { "\"\($1.replacing("\"", with: "\"\""))\";\($0 * 7 % 5).5\n" }.joined()
    let raw = try RawTable(DataSource(FileBytes(name: "data.csv", contents: Array(text.utf8))))
    let found = TableInterpretation(raw, parts: [0..<rows.underestimatedCount])
    let values = found.apply(to: raw).values
    return (found.uses[0], found.rules[0].use.isUsed ? Array(values.column(0).prefix(cells.count)) : [])
  }

  @Test(
    arguments: [
      (["12 kg", "3.5 kg", "-4 kg"], [12, 3.5, -4]), (["45%", "7.5%", "0.25%"], [45, 7.5, 0.25]),
      (["$1,200", "$35.50", "-$3"], [1200, 35.5, -3]), (["€ 5,50", "€ 12,00", "€ 1.250,75"], [5.5, 12, 1250.75]),
      (["5,50 €", "1.234,5 €", "-2,25 €"], [5.5, 1234.5, -2.25]), (["(12)", "(3.5)", "7-"], [-12, -3.5, -7]),
      (["1\u{A0}234\u{A0}567", "2\u{A0}345\u{A0}678", "12\u{A0}345"], [1_234_567, 2_345_678, 12345]),
      (["1\u{202F}234", "12\u{202F}345", "3\u{202F}456"], [1234, 12345, 3456]),
      (["1’234", "12’345", "3’456"], [1234, 12345, 3456]), (["1_234", "12_345", "3_456"], [1234, 12345, 3456]),
      (["12,34,567", "1,23,456", "3,456"], [1_234_567, 123_456, 3456]),
      (["−3.5", "−12", "−0.25"], [-3.5, -12, -0.25]), (["=\"12\"", "=\"7\"", "=\"3\""], [12, 7, 3]),
      (["1.5D+03", "2.5D-01", "1D0"], [1500, 0.25, 1]), (["1.5e3 m", "2 m", ".5 m"], [1500, 2, 0.5]),
    ] as [([String], [Double])])
  func marks(cells: [String], expected: [Double]) throws {
    let (use, values) = try column(cells)
    #expect(use.kind == .number && values == expected, "\(cells): \(use), \(values)")
    #expect(use.note.hasPrefix("numbers"))
  }

  /// The same text twice is the same number, in either style; what stands in words of several units is none.
  @Test(
    arguments: [
      ["12 kg", "3 lb", "4 kg"], ["<5", "<6", "<7"], ["A1", "A2", "A3"], ["1,23", "1.23", "4,5.6,7"],
      ["1:2", "3:4", "5:6"],
      ["1-2", "3-4", "5-6"], ["12 345 6", "1 2", "3 4"],
    ])
  func noNumbers(cells: [String]) throws {
    #expect(try column(cells).use.kind != .number)
  }

  @Test(
    arguments: [
      (["13:30", "7:45", "00:15"], [13.5, 7.75, 0.25], "hours"),
      (["1:02:03", "0:30:00", "10:00:36"], [3723 / 3600, 0.5, 10.01], "hours"),
      (["1:23.5", "0:30.0", "2:15.25"], [83.5 / 60, 0.5, 2.254_166_666_666_666_6], "minutes"),
      (["2:15 pm", "12:30 am", "12:00 PM"], [14.25, 0.5, 12], "hours"),
    ] as [([String], [Double], String)])
  func times(cells: [String], expected: [Double], unit: String) throws {
    let (use, values) = try column(cells)
    #expect(use.kind == .number && use.note.contains("times as \(unit)"), "\(use)")
    #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(values)")
  }

  @Test(arguments: ["13:60", "1:2", "1:02:03:04", "13:00 pm", "a:30", "1:030"])
  func noTimes(cell: String) throws {
    #expect(try !column([cell, "1:30", "2:30"]).use.note.contains("times"))
  }

  /// Gaps of the first column.
  private func missing(_ text: String) throws -> Int {
    let raw = try RawTable(DataSource(FileBytes(name: "data.csv", contents: Array(text.utf8))))
    let found = TableInterpretation(raw, parts: [0..<3], marksGaps: false)
    // A word among numbers is a gap of what is made of it; here it is none of the file's.
    let worded = found.uses[0].note.contains("are gaps") ? 1 : 0
    return found.uses[0].missing - worded
  }

  /// What R, SQL, Excel, pandas and the World Bank write for a number that is missing.
  @Test(
    arguments: [
      "", "NA", "NaN", "NaT", "None", "null", "(null)", "\\N", "-", "--", ".", "..", "...", "?", "n.a.", "N/A", "<NA>",
      "#N/A",
      "#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "1.#IND", "-1.#IND", "1.#QNAN", "-nan", " NA ",
    ])
  func gaps(token: String) throws {
    let text = "a,b\n1,2\n\(token),3\n-1.5,4\n"
    #expect(try missing(text) == 1)
  }

  @Test(arguments: ["1.#", "-5", "-.5", ".5", "1", "-", "x", "nab", "--5", "#5"])
  func noGaps(cell: String) throws {
    #expect(try missing("a,b\n1,2\n\(cell),3\n2,5\n") == (cell == "-" ? 1 : 0))
  }

  /// Beyond 2^53 whole numbers merge: under an identifier's name they are one all the same.
  @Test func longIdentifiers() throws {
    let text = "tweet_id,y\n" + (0..<20).map { "\(9_007_199_254_740_993 + $0),\($0)\n" }.joined()
    let raw = try RawTable(DataSource(FileBytes(name: "data.csv", contents: Array(text.utf8))))
    let found = TableInterpretation(raw, parts: [0..<20])
    #expect(found.uses.map(\.kind) == [.identifier, .number])
  }
}
