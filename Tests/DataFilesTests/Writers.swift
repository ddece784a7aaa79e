import Foundation
import Randomness

/// A table of names, numbers, gaps and words, as a program holds it before it writes it.
struct WrittenTable {
  enum Cell: Equatable {
    case number(Double)
    case word(String)
    case missing
  }

  var names: [String]
  var rows: [[Cell]]
  /// Which column holds words; nil where none does.
  var wordColumn: Int?

  /// 2 to 6 columns of numbers, whole or not, gaps in some, and words in one more where `hasWords`; names of all kinds where `isNasty`.
  init(using stream: inout RandomStream, hasWords: Bool, hasGaps: Bool, isNasty: Bool) {
    let (count, height) = (2 + stream.index(below: 5), 3 + stream.index(below: 40))
    let plain = ["a", "b", "alpha", "x1", "y", "mean_2", "Größe", "Höhe", "T.max", "f0"]
    let nasty = ["a, b", "size \"L\"", "two\nlines", "x;y", "e\u{301}", "é", "50 %", "it's", "tab\there", "a|b"]
    let words = [
      "red", "Matrix, 1999", "12\" vinyl", "say \"hi\"", "line\nbreak", "Zürich", "semi;colon", " led", "x|y", "o'hara",
    ]
    names = Array((isNasty ? plain + nasty : plain).shuffled(using: &stream).prefix(count))
    let whole = names.indices.map { _ in stream.index(below: 3) == 0 }
    rows = (0..<height).map { _ in
      whole.map { isWhole in
        if hasGaps && stream.index(below: 9) == 0 { return .missing }
        if isWhole { return .number(Double(10 + stream.index(below: 900))) }
        return .number(Double(stream.index(below: 1 << 30)) / 1e6 - 100.5)
      }
    }
    guard hasWords else { return }
    let place = stream.index(below: count + 1)
    wordColumn = place
    names.insert("kind", at: place)
    for row in rows.indices { rows[row].insert(.word(words[stream.index(below: words.count)]), at: place) }
  }

  /// Without the words.
  var numbers: [[Double]] {
    rows.map { row in
      row.compactMap { cell in
        switch cell {
        case .number(let value): value
        case .missing: .nan
        case .word: nil
        }
      }
    }
  }

  var numberNames: [String] { names.indices.filter { $0 != wordColumn }.map { names[$0] } }
}

/// How a program writes tables: what pandas, R, Excel, Python's csv and numpy.savetxt do.
struct TableWriter {
  enum Quoting { case minimal, all, words }
  enum Index { case none, numbers(start: Int), namesUnderNoHeader }

  let label: String
  var delimiter = ","
  var newline = "\n"
  var decimal = "."
  var missing = ""
  var quoting = Quoting.minimal
  var index = Index.none
  var hasHeader = true
  /// Before everything.
  var start = ""
  /// Before the names.
  var comment = ""
  /// Behind every line.
  var tail = ""
  var isUTF16 = false
  /// Quotes are written at all.
  var quotes = true

  static let all: [TableWriter] = [
    TableWriter(label: "pandas", index: .numbers(start: 0)),
    TableWriter(label: "pandas, index=False"),
    TableWriter(label: "pandas, sep=tab", delimiter: "\t"),
    TableWriter(label: "pandas, header=False", hasHeader: false),
    TableWriter(label: "R write.csv", missing: "NA", quoting: .words, index: .numbers(start: 1)),
    TableWriter(label: "R write.csv, row.names=F", missing: "NA", quoting: .words),
    TableWriter(
      label: "R write.csv2", delimiter: ";", decimal: ",", missing: "NA", quoting: .words, index: .numbers(start: 1)),
    TableWriter(label: "R write.table", delimiter: " ", missing: "NA", quoting: .words, index: .namesUnderNoHeader),
    TableWriter(
      label: "R write.table, tab", delimiter: "\t", missing: "NA", quoting: .words, index: .namesUnderNoHeader),
    TableWriter(label: "Excel", newline: "\r\n", start: "\u{FEFF}"),
    TableWriter(label: "Excel, German", delimiter: ";", newline: "\r\n", decimal: ","),
    TableWriter(label: "Excel, sep=", delimiter: ";", newline: "\r\n", decimal: ",", start: "sep=;\r\n"),
    TableWriter(label: "Excel, empty columns", newline: "\r\n", tail: ",,"),
    TableWriter(label: "Excel, Unicode text", delimiter: "\t", newline: "\r\n", isUTF16: true),
    TableWriter(label: "csv.QUOTE_ALL", newline: "\r\n", quoting: .all),
    TableWriter(label: "csv.QUOTE_NONNUMERIC", newline: "\r\n", quoting: .words),
    TableWriter(label: "csv, bar", delimiter: "|"),
    TableWriter(label: "numpy.savetxt", delimiter: " ", missing: "nan", comment: "# ", quotes: false),
    TableWriter(label: "numpy.savetxt, comma", missing: "nan", comment: "# ", quotes: false),
    TableWriter(label: "trailing delimiter", delimiter: ";", tail: ";"),
  ]

  func bytes(_ table: WrittenTable) -> [UInt8] {
    var text = start
    if hasHeader {
      var names = table.names.map { quoted($0, isWord: true) }
      if case .numbers = index { names.insert(quoting == .minimal ? "" : "\"\"", at: 0) }
      // Numbers over the columns above do not tell a trailing delimiter from row names: headers have it, too, in half of the writers.
      text += comment + names.joined(separator: delimiter) + (delimiter == ";" && !tail.isEmpty ? "" : tail) + newline
    }
    for (row, cells) in table.rows.enumerated() {
      var texts = cells.map(self.cell)
      switch index {
      case .none: break
      case .numbers(let start): texts.insert(quoting == .minimal ? "\(row + start)" : "\"\(row + start)\"", at: 0)
      case .namesUnderNoHeader: texts.insert("\"r\(row + 1)\"", at: 0)
      }
      text += texts.joined(separator: delimiter) + tail + newline
    }
    if !isUTF16 { return Array(text.utf8) }
    return [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
  }

  private func cell(_ cell: WrittenTable.Cell) -> String {
    switch cell {
    case .missing: return quoting == .all ? "\"\"" : missing
    case .word(let word): return quoted(word, isWord: true)
    case .number(let value):
      let text = value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
      return quoted(text.replacing(".", with: decimal), isWord: false)
    }
  }

  private func quoted(_ text: String, isWord: Bool) -> String {
    guard quotes else { return text }
    let isNeeded =
      text.contains(delimiter) || text.contains("\"") || text.contains("\n") || text.hasPrefix(" ")
      || text.hasPrefix("#")
    guard quoting == .all || (quoting == .words && isWord) || isNeeded else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
