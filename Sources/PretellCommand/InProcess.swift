import ArgumentParser
import Foundation
import Pretell

/// The command as its tests call it, within their own process.
package enum InProcess {
  /// What `pretell` with these arguments would exit with.
  package static func run(_ arguments: [String]) -> Int32 { PretellCommand.perform(arguments).rawValue }

  /// What `pretell law` would exit with on an instance file of these bytes; the report is made and not printed.
  package static func law(_ instance: [UInt8]) -> Int32 {
    do {
      let world = try Instance(InstanceFile(FileBytes(name: "instance.toml", contents: instance)))
      let report = LawReport(world, law: try world.law(), probabilities: [0.05, 0.5, 0.95], printed: nil)
      return try report.text.isEmpty || json(report).isEmpty ? ExitStatus.fault.rawValue : ExitStatus.done.rawValue
    } catch let failure as any Failure {
      return ExitStatus(failure.kind).rawValue
    } catch {
      return ExitStatus.fault.rawValue
    }
  }

  /// What files these arguments name; nothing is read or written. Throws what the argument parser throws.
  package static func files(_ arguments: [String]) throws -> FileUse {
    (try PretellCommand.parseAsRoot(arguments) as? any Verb)?.files ?? FileUse()
  }

  /// Verbs that do not say what they read and write, by name; groups of verbs have nothing to say.
  package static func silentVerbs() -> [String] { silentVerbs(under: PretellCommand.self, "") }

  private static func silentVerbs(under type: any ParsableCommand.Type, _ path: String) -> [String] {
    let below = type.configuration.subcommands
    if below.isEmpty { return type is any Verb.Type ? [] : [path] }
    return below.flatMap { silentVerbs(under: $0, path + " " + $0._commandName) }
  }

  /// Verbs with `--json` that do not say what they print, by name.
  package static func verbsWithoutSchema() -> [String] { verbsWithoutSchema(under: PretellCommand.self, "") }

  private static func verbsWithoutSchema(under type: any ParsableCommand.Type, _ path: String) -> [String] {
    let below = type.configuration.subcommands
    if !below.isEmpty { return below.flatMap { verbsWithoutSchema(under: $0, path + " " + $0._commandName) } }
    let hasJSON = type.helpMessage(columns: 200).contains("[--json]")
    return hasJSON && (type as? any Verb.Type)?.answers.isEmpty ?? true ? [path] : []
  }

  /// The text of a JSON document with this body.
  package static func json(_ body: some Codable) throws -> String {
    try JSONDocument(command: "test", seed: nil, warnings: [], body: body).text()
  }
}
