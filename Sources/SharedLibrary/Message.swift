import CPretell
import Failures

/// The caller's buffer for words.
struct Message {
  let start: UnsafeMutablePointer<CChar>?
  let size: Int

  /// Runs `body`, which gives the warnings' lines, and writes them or the failure's words. Returns the status.
  func reporting(_ body: () throws -> [String]) -> Int32 {
    do {
      write(try body().joined(separator: "\n"))
      return Int32(PRETELL_OK.rawValue)
    } catch {
      let failure = CallFailure(error)
      write(failure.description)
      return Int32(failure.status.rawValue)
    }
  }

  /// As much of the text as fits, cut at a whole character.
  func write(_ text: String) {
    guard let start, size > 0 else { return }
    var length = 0
    for character in text.unicodeScalars.map({ Array(String($0).utf8) }) {
      if length + character.count >= size { break }
      for byte in character {
        start[length] = CChar(bitPattern: byte)
        length += 1
      }
    }
    start[length] = 0
  }

  /// A warning as one line; options as Python calls them.
  static func line(_ warning: Warning) -> String {
    [warning.code, warning.message, warning.remedy.text(for: .python)].joined(separator: "\t")
  }
}
