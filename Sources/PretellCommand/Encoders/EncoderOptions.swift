import ArgumentParser
import Foundation
import Pretell

/// Runs of encoders trained elsewhere.
struct EncoderOptions: ParsableArguments {
  @Option(
    name: .customLong("encoder"),
    help: ArgumentHelp(
      """
      A run of an encoder trained elsewhere: rows=20000,part=half-0,seed=0,labeled=A.npy,pool=B.npy (pool, seed, candidate and \
      budget=epochs|steps may be left out), or a .toml file with a table for each run; repeatable. Two sizes at least: the full run \
      and parts of it (pretell encoders split).
      """, valueName: "run|file"))
  var given: [String] = []

  @Option(
    name: .customLong("runs"),
    help: ArgumentHelp(
      "A folder of such runs: .npz or .safetensors files with an array labeled, maybe a pool, and tags rows, part, seed, candidate, budget.",
      valueName: "folder"))
  var folder: String?

  var isGiven: Bool { !given.isEmpty || folder != nil }

  var files: FileUse {
    .inputs(((try? specifications()) ?? []).flatMap(\.files), "--encoder")
      + .inputs(given.filter { !$0.contains("=") }, "--encoder") + .input(folder, "--runs")
      + .inputs((try? inFolder()) ?? [], "--runs")
  }

  func validate() throws {
    for line in given where line.contains("=") { _ = try RunSpecification(line) }
  }

  private func specifications() throws -> [RunSpecification] {
    try given.flatMap { $0.contains("=") ? [try RunSpecification($0)] : try RunSpecification.all(inFile: $0) }
  }

  /// By name.
  private func inFolder() throws -> [String] {
    guard let folder else { return [] }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw CommandFailure(status: .noInput, message: "\(folder): there is no such folder of runs.")
    }
    let found = names.filter { $0.hasSuffix(".npz") || $0.hasSuffix(".safetensors") }.sorted()
    guard !found.isEmpty else {
      throw CommandFailure(
        status: .badData,
        message:
          "\(folder): no .npz or .safetensors files. Save each run with arrays labeled and pool and the tags rows, part, seed."
      )
    }
    return found.map { folder + "/" + $0 }
  }

  /// One for each candidate, in the order of their first runs.
  /// - Parameter known: which of the table's rows have a label.
  func encoders(table rows: Int, known: [Int]) throws -> [TrainedEncoder] {
    let runs =
      try specifications().map { try $0.run(table: rows, known: known) }
      + (try inFolder().map { try RunSpecification.run(inFile: $0, table: rows, known: known) })
    var names: [String] = []
    for run in runs where !names.contains(run.candidate) { names.append(run.candidate) }
    return try names.map { name in
      let own = runs.filter { $0.candidate == name }
      let budgets = Set(own.map(\.budget))
      guard budgets.count == 1, let budget = budgets.first else {
        throw CommandFailure(
          status: .badData,
          message:
            "\(name): some runs keep epochs equal and some steps. Train all with the same, and tag them budget=epochs or steps."
        )
      }
      return TrainedEncoder(name: name, budget: budget, runs: own.map(\.run))
    }
  }
}
