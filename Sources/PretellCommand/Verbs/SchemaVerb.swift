import ArgumentParser
import Pretell

struct SchemaVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "The JSON Schema (draft 2020-12) of what a verb prints with --json.",
    discussion: """
      Example:  pretell schema masked errors > errors.schema.json

      Names that are not in a schema may be added later; those that are there stay.
      """)

  @Argument(help: ArgumentHelp("The verb, in its words; lists them when left out.", valueName: "verb"))
  var words: [String] = []

  @Option(name: .long, help: ArgumentHelp("Write the schema to a file (- for standard output).", valueName: "file"))
  var output = "-"

  var files: FileUse { .output(output, "--output") }

  func run() throws {
    let name = words.joined(separator: " ")
    guard let found = VerbSchema.verbs.first(where: { $0.name == name }) else {
      let known = VerbSchema.verbs.map(\.name)
      if words.isEmpty { return try writeText(known.joined(separator: "\n"), to: output) }
      throw ValidationError("No verb with --json is called '\(name)'. There are: \(known.joined(separator: ", ")).")
    }
    try writeText(try VerbSchema(found.name, found.verb).text(), to: output)
  }
}
