/// A table for the terminal: the first column to the left, numbers to the right.
struct TextTable {
  let header: [String]
  var rows: [[String]] = []
  /// Columns set to the left.
  var leftAligned: Set<Int> = [0]

  private var widths: [Int] {
    header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
  }

  /// Of its longest line.
  var width: Int { widths.reduce(0, +) + 2 * max(header.count - 1, 0) }

  func rendered(_ terminal: Terminal) -> String {
    let lines = ([header] + rows).map { row in
      zip(row, widths).enumerated().map { index, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return leftAligned.contains(index) ? cell.0 + padding : padding + cell.0
      }.joined(separator: "  ").trimmingTrailingSpaces()
    }
    return ([terminal.bold(lines[0])] + lines.dropFirst()).joined(separator: "\n")
  }

  /// Where a terminal's lines end, whatever the window.
  static let columns = 80

  /// The first that fits into 80 columns; else the last.
  static func fitting(_ tables: TextTable...) -> TextTable {
    tables.first { $0.width <= columns } ?? tables[tables.count - 1]
  }
}

extension String {
  func trimmingTrailingSpaces() -> String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
