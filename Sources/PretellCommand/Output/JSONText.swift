import Foundation
import Pretell

/// What every `--json` object carries besides its own keys.
struct JSONDocument<Body: Codable>: Encodable {
  static var schemaVersion: Int { 1 }
  let command: String
  let seed: UInt64?
  let warnings: [JSONWarning]
  let body: Body

  private enum Keys: String, CodingKey { case schemaVersion, command, version, seed, warnings }

  func encode(to encoder: Encoder) throws {
    try body.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(Self.schemaVersion, forKey: .schemaVersion)
    try container.encode(command, forKey: .command)
    try container.encode(PretellVersion.current, forKey: .version)
    try container.encodeIfPresent(seed, forKey: .seed)
    try container.encode(warnings, forKey: .warnings)
  }

  /// Keys in snake_case and sorted: the same values give the same bytes. A number that is NaN or infinite is null: JSON has no
  /// other word for one that does not exist.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: JSONNull.mark, negativeInfinity: JSONNull.mark, nan: JSONNull.mark)
    let text = String(decoding: try encoder.encode(self), as: UTF8.self)
    return text.contains(JSONNull.mark) ? text.replacing("\"\(JSONNull.mark)\"", with: "null") : text
  }
}

/// What stands for a number that does not exist until the text is whole: a text of private characters, which no name of a file or column
/// is, and which a quotation mark inside a text could not imitate, since it is escaped there.
private enum JSONNull {
  static let mark = "\u{10FFFD}null\u{10FFFD}"
}

/// A warning in the command's terms.
struct JSONWarning: Codable {
  let code: String
  let message: String
  let remedy: String?
}

extension JSONWarning {
  init(_ warning: Warning) {
    self.init(code: warning.code, message: warning.message, remedy: warning.remedy.text(for: .command))
  }
}
