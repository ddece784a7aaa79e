import ArgumentParser
import Foundation
import Pretell

/// The JSON Schema of what a verb prints with `--json`, read off the types that it prints.
struct VerbSchema: Encodable {
  /// As in `masked errors`.
  let name: String
  private let verb: any Verb.Type
  let schema: JSONSchema

  private enum Key: String, CodingKey {
    case dialect = "$schema"
    case title, description
  }

  init(_ name: String, _ verb: any Verb.Type) throws {
    (self.name, self.verb) = (name, verb)
    let bodies = try verb.answers.map { try JSONSchema(of: $0).adding(Self.head(name)) }
    schema = bodies.count == 1 ? bodies[0] : .anyOf(bodies)
  }

  /// What every document has besides its own keys.
  private static func head(_ name: String) throws -> [JSONSchema.Property] {
    [
      .init("schema_version", .integer), .init("command", .constant(name)), .init("version", .string),
      .init("seed", .integer, isRequired: false), .init("warnings", .array(try JSONSchema(of: JSONWarning.self))),
    ]
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode("https://json-schema.org/draft/2020-12/schema", forKey: .dialect)
    try container.encode("pretell \(name) --json", forKey: .title)
    try container.encode(verb.configuration.abstract, forKey: .description)
    try schema.encode(to: encoder)
  }

  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Every verb with `--json`, by its words.
  static let verbs: [(name: String, verb: any Verb.Type)] = below(PretellCommand.self, [])

  private static func below(
    _ command: any ParsableCommand.Type, _ words: [String]
  ) -> [(name: String, verb: any Verb.Type)] {
    if let verb = command as? any Verb.Type, !verb.answers.isEmpty { return [(words.joined(separator: " "), verb)] }
    return command.configuration.subcommands.flatMap { below($0, words + [$0._commandName]) }
  }
}
