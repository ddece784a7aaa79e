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

  /// A store of weeks of work is no file to put an answer in.
  var files: FileUse {
    .output(output, "--output") { [output] in
      if SweepStore.isStore(output) {
        throw CommandFailure(
          .usage,
          "--output (\(output)) is a store of 'pretell sweep', which this would replace. Give another name; nothing was changed."
        )
      }
    }
  }

  /// The file asked for; nil for standard output.
  var file: String? { output == "-" ? nil : output }

  /// Call first in every verb.
  func begin() {
    if let threads { Parallel.threads = threads }
  }

  /// Prints the result: `json` or `text` as asked, warnings on standard error; then writes `files`. One that fails does not keep the
  /// others from being written; a result that cannot be written to its file goes to standard output.
  func finish<Body: Codable>(
    _ command: String, json body: @autoclosure () -> Body, text: @autoclosure () -> String,
    warnings: [JSONWarning], seed: UInt64? = nil, files: [ExtraFile?] = [], shorten: Shortening? = nil
  ) throws {
    let warnings = Self.readingNotes(beside: warnings) + warnings
    let result =
      json ? try JSONDocument(command: command, seed: seed, warnings: warnings, body: body()).text() : text().printable
    try finish(warnings: warnings, files: files, instead: result, shorten: json ? nil : shorten) {
      try writeText(result, to: output)
    }
  }

  /// Which warnings are printed beside a text, and what is said of the others.
  typealias Shortening = ([JSONWarning]) -> (shown: [JSONWarning], more: String)

  /// What was noted while files were read, but for what is said anyway.
  private static func readingNotes(beside warnings: [JSONWarning]) -> [JSONWarning] {
    let said = Set(warnings.map(\.message))
    return (ReadingNotes.current?.all ?? []).filter { !said.contains($0.message) }.map(JSONWarning.init)
  }

  /// The same for a result that `main` writes; `instead` is printed where it cannot.
  func finish(
    warnings: [JSONWarning], files: [ExtraFile?], instead: String, shorten: Shortening? = nil, _ main: () throws -> Void
  ) throws {
    var failures: [any Error] = []
    if let failure = attempt(main) {
      failures.append(file == nil ? failure : Unwritten("--output", failure))
      printOut(instead)
    }
    let notes = shorten.map { $0(warnings) } ?? (shown: warnings, more: "")
    note(notes.shown)
    if !quiet && !notes.more.isEmpty { printErr(Terminal.errors.dim(Terminal.errors.wrapped(notes.more))) }
    failures += files.compactMap { file in file.flatMap { attempt($0.write) } }
    for failure in failures.dropFirst() { _ = Ending.report(failure) }
    if let first = failures.first { throw first }
  }

  /// On standard error, unless it is to be quiet.
  func note(_ warnings: [JSONWarning]) {
    if !quiet { for warning in warnings { note(warning) } }
  }

  private func note(_ warning: JSONWarning) {
    let text = [warning.message, warning.remedy].compactMap { $0 }.joined(separator: " ")
    let label = "warning [\(warning.code)]: "
    let lines = Terminal.errors.wrapped(label + text, indent: 2).printable
    printErr(Terminal.errors.yellow(label) + String(lines.dropFirst(label.count)))
  }

  func progress(_ label: String) -> ProgressBar { ProgressBar(label, enabled: !quiet) }
}

/// A file besides the result, written after it has been printed.
struct ExtraFile {
  let write: () throws -> Void

  /// A picture and its numbers; nil where none was asked for.
  static func figure(_ path: String?, _ make: @escaping () throws -> Figure) -> ExtraFile? {
    named("--figure", path) { try make().write(to: $0) }
  }

  static func text(_ path: String?, _ option: String, _ make: @escaping () throws -> String) -> ExtraFile? {
    named(option, path) { try writeText(make(), to: $0) }
  }

  /// What keeps it from being written is said with the option that asks for it.
  static func named(_ option: String, _ path: String?, _ write: @escaping (String) throws -> Void) -> ExtraFile? {
    path.map { path in
      ExtraFile { do { try write(path) } catch { throw Unwritten(option, error) } }
    }
  }
}

/// A file that was asked for and is not there, though its numbers were had.
struct Unwritten: Failure {
  let description: String
  var kind: FailureKind { .unwritable }

  init(_ option: String, _ error: any Error) {
    description = "\(option): \((error as? any Failure)?.description ?? "\(error)")"
  }
}

/// The error of work whose failure must wait.
func attempt(_ work: () throws -> Void) -> (any Error)? {
  do { try work() } catch { return error }
  return nil
}

/// `--seed`, for verbs that draw random numbers.
struct SeedOption: ParsableArguments {
  @Option(name: .long, help: "Seed of the random numbers; the same seed gives the same bytes.")
  var seed: UInt64 = 0
}
