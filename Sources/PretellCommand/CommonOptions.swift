import ArgumentParser
import Foundation
import Pretell

/// Options every verb takes.
struct CommonOptions: ParsableArguments {
  @Flag(name: .long, help: "Print one JSON object and nothing else on standard output.")
  var json = false

  @Flag(name: .long, help: "No progress, notes or warnings on standard error.")
  var quiet = false

  @Option(name: .long, help: ArgumentHelp("Threads to use; the answer never depends on it.", valueName: "n"))
  var threads: Int?

  @Option(name: .long, help: ArgumentHelp("Write the result to a file (- for standard output).", valueName: "file"))
  var output = "-"

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1, not \(threads).") }
  }

  /// Call first in every verb.
  func begin() {
    if let threads { Parallel.threads = threads }
  }

  /// Prints the result: `json` or `text` as asked, warnings on standard error.
  func finish<Body: Encodable>(
    _ command: String, json body: @autoclosure () -> Body, text: @autoclosure () -> String,
    warnings: [JSONWarning], seed: UInt64? = nil
  ) throws {
    let said = Set(warnings.map(\.message))
    let warnings =
      ReadingNotes.all.filter { !said.contains($0.message) }
      .map { JSONWarning(code: $0.code, message: $0.message, remedy: $0.remedy) } + warnings
    if json {
      let document = JSONDocument(command: command, seed: seed, warnings: warnings, body: body())
      try AtomicFile.write(try document.text(), to: output)
    } else {
      try AtomicFile.write(text(), to: output)
    }
    note(warnings)
  }

  /// On standard error, unless it is to be quiet.
  func note(_ warnings: [JSONWarning]) {
    if !quiet { for warning in warnings { note(warning) } }
  }

  private func note(_ warning: JSONWarning) {
    let text = [warning.message, warning.remedy].compactMap { $0 }.joined(separator: " ")
    let label = "warning [\(warning.code)]: "
    printErr(Terminal.errors.yellow(label) + Terminal.errors.wrapped(text, indent: 2))
  }

  func progress(_ label: String) -> ProgressBar { ProgressBar(label, enabled: !quiet) }
}

/// `--seed`, for verbs that draw random numbers.
struct SeedOption: ParsableArguments {
  @Option(name: .long, help: "Seed of the random numbers; the same seed gives the same bytes.")
  var seed: UInt64 = 0
}
