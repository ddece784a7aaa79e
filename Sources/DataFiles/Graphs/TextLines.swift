/// The lines of a small text, counted from 1; a line ends with \n, \r\n or \r.
struct TextLines {
  private let bytes: UnsafeRawBufferPointer
  private let file: FileBytes
  private var position: Int
  private(set) var number = 0

  init(_ file: FileBytes) {
    self.file = file
    bytes = file.bytes
    position = file.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next line without its end; nil after the last.
  mutating func next() -> String? {
    guard position < bytes.count else { return nil }
    var end = position
    while end < bytes.count, bytes[end] != 10, bytes[end] != 13 { end += 1 }
    let line = withExtendedLifetime(file) { String(decoding: bytes[position..<end], as: UTF8.self) }
    if end + 1 < bytes.count, bytes[end] == 13, bytes[end + 1] == 10 { end += 1 }
    position = end + 1
    number += 1
    return line
  }

  /// Cells of a line, parted by tabs, else by commas, semicolons or blanks; quotes around a cell may hold the delimiter.
  static func cells(_ line: String, delimiter: Character) -> [String] {
    var (cells, isQuoted) = ([""], false)
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == delimiter && !isQuoted {
        cells.append("")
      } else {
        cells[cells.count - 1].append(character)
      }
    }
    let trimmed = cells.map(\.trimmingBlanks)
    let kept = delimiter == " " ? trimmed.filter { !$0.isEmpty } : trimmed
    return kept.isEmpty ? [""] : kept
  }

  /// What parts the cells of these lines.
  static func delimiter(of line: String) -> Character {
    for candidate: Character in ["\t", ",", ";"] where line.contains(candidate) { return candidate }
    return " "
  }
}
