import ArgumentParser
import Foundation

/// An option that may be given once and is given twice is wrong usage: the last one would win silently.
enum RepeatedOptions {
  /// Throws `CommandFailure` for the first such option.
  static func check(_ arguments: [String], of root: any ParsableCommand.Type) throws {
    let own = arguments.prefix { $0 != "--" }
    let names = own.filter { $0.hasPrefix("-") && $0.count > 1 }.map { String($0.prefix { $0 != "=" }) }
    // One option may have several names, of which one is short or begins with the other's dash.
    if Set(names).count == names.count && !names.contains(where: { $0.count == 2 }) { return }
    // Nothing but the verb's own description says which options take one value.
    let verb = verb(of: own.filter { !$0.hasPrefix("-") }, in: root)
    guard let tree = try? JSONDecoder().decode(Tree.self, from: Data(verb._dumpHelp().utf8)) else { return }
    let single = tree.command.arguments?.filter { $0.kind == "option" && !$0.isRepeating } ?? []
    for option in single {
      let given = names.filter(option.spellings.contains)
      if given.count > 1 {
        throw CommandFailure(
          .usage,
          "\(Set(given).sorted().joined(separator: ", ")) is given twice; it takes one value. Leave one of them out.")
      }
    }
  }

  /// The deepest subcommand that the words name.
  private static func verb(of words: [String], in root: any ParsableCommand.Type) -> any ParsableCommand.Type {
    var verb = root
    for word in words {
      guard let next = verb.configuration.subcommands.first(where: { $0._commandName == word }) else { break }
      verb = next
    }
    return verb
  }

  /// What `_dumpHelp` says, as far as it is needed here.
  struct Tree: Decodable {
    let command: Command

    struct Command: Decodable { let arguments: [Argument]? }

    struct Argument: Decodable {
      let kind: String
      let isRepeating: Bool
      let names: [Name]?
      let valueName: String?

      /// With their dashes.
      var spellings: [String] { (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name } }
    }

    struct Name: Decodable {
      let kind: String
      let name: String
    }
  }
}
