import Foundation

/// What a stream can show. Injected so that tests can choose.
struct Terminal: Sendable {
  let isTerminal: Bool
  let colors: Bool
  let width: Int

  /// Looks at the stream written to, `NO_COLOR`, `TERM` and `COLUMNS`.
  init(descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment) {
    isTerminal = isatty(descriptor) == 1
    let noColor = !(environment["NO_COLOR"] ?? "").isEmpty
    colors = isTerminal && !noColor && environment["TERM"] != "dumb"
    width = environment["COLUMNS"].flatMap(Int.init) ?? Self.windowWidth(descriptor) ?? 100
  }

  private static func windowWidth(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  static let output = Terminal(descriptor: STDOUT_FILENO)
  static let errors = Terminal(descriptor: STDERR_FILENO)

  /// What `bold`, `dim`, `yellow` and `red` begin and end with, and the screen colours of no name.
  static let sequences = ["\u{1B}[1m", "\u{1B}[2m", "\u{1B}[33m", "\u{1B}[31m", "\u{1B}[0m"]

  func bold(_ text: String) -> String { colors ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
  func dim(_ text: String) -> String { colors ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
  func yellow(_ text: String) -> String { colors ? "\u{1B}[33m\(text)\u{1B}[0m" : text }
  func red(_ text: String) -> String { colors ? "\u{1B}[31m\(text)\u{1B}[0m" : text }

  /// Text broken at spaces to fit the width, continuation lines indented.
  func wrapped(_ text: String, indent: Int = 0) -> String {
    let limit = max(40, min(width, 120))
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      let room = limit - (lines.isEmpty ? 0 : indent)
      if !line.isEmpty && line.count + 1 + word.count > room {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
  }
}
