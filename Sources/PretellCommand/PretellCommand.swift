import ArgumentParser
import Foundation
import Pretell

@main
struct PretellCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretell",
    abstract: "Tells what pre-training will buy you downstream, before you spend on it.",
    discussion: """
      Try:  pretell demo
            pretell plan --unlabeled rows.csv --labeled labeled.csv --target price
            pretell law factor.toml      (pretell examples factor.toml writes one)

      The theory: arXiv 2603.27631. Which paper a verb stands on: pretell cite.
      """,
    version: PretellVersion.current,
    subcommands: [
      PlanVerb.self, VerifyVerb.self, BacktestVerb.self, LawVerb.self, SimulateVerb.self, SweepVerb.self,
      StoreVerb.self, ComponentsVerb.self, RepresentVerb.self, MaskedVerb.self, GraphVerb.self, FlowVerb.self,
      ReproduceVerb.self,
      DataVerb.self, EncodersVerb.self, ExamplesVerb.self,
      DemoVerb.self, DoctorVerb.self, CiteVerb.self, SchemaVerb.self,
    ])

  static func main() {
    Interruption.install()
    FreedMemory.keep()
    Foundation.exit(perform(Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  /// Runs the command and turns every error into its exit code and one text on standard error.
  static func perform(_ arguments: [String]) -> ExitStatus {
    ReadingNotes.$current.withValue(ReadingNotes()) { run(arguments) }
  }

  private static func run(_ arguments: [String]) -> ExitStatus {
    do {
      try RepeatedOptions.check(arguments, of: self)
      try LargestCount.check(arguments)
      var command = try parseAsRoot(arguments)
      if let verb = command as? any Verb {
        if let limit = verb.memoryLimit { AllowedMemory.bytes = limit.bytes }
        try verb.files.check()
        do { try command.run() } catch { throw verb.files.naming(error) }
      } else {
        try command.run()
      }
      return Streams.ending()
    } catch {
      return Ending.report(NegativeValue.hint(error, arguments) ?? error)
    }
  }
}
