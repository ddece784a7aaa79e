import ArgumentParser
import Foundation
import Pretell

struct SweepVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Laws, and replicates if wanted, over a grid of worlds; survives interruptions and grows later.",
    discussion: """
      Example:  pretell sweep Examples/factor.toml --vary samples.unlabeled=1000:100000:5log --simulate 100 --store s.sqlite

      Without --store nothing is kept but the result. With it every finished chunk is: after Ctrl-C, kill -9 or a power loss \
      the same command line goes on, and gives the bytes of a run that was never interrupted. More --simulate and more values \
      of --vary add to what is there.
      """)

  @OptionGroup var instance: InstanceOptions
  @OptionGroup var common: CommonOptions
  @OptionGroup var random: SeedOption

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Values of one key: a,b,c or from:to:count or from:to:countlog; repeatable, all combinations.",
      valueName: "key=values"))
  var vary: [String] = []

  @Option(name: .long, help: ArgumentHelp("Replicates of each cell; none when left out.", valueName: "r"))
  var simulate = 0

  @Option(name: .long, help: .sampler)
  var sampler = "gaussian"

  @Flag(name: .long, help: "Draw label noise and fit it, instead of averaging over it in closed form.")
  var sampledLabels = false

  @Option(name: .long, help: ArgumentHelp("Keep laws and replicates in this file (SQLite).", valueName: "file"))
  var store: String?

  @Flag(name: .long, help: "The store must be there already (guards against a mistyped name).")
  var resume = false

  @Option(name: .long, help: ArgumentHelp("Probability of a quantile to report; repeatable.", valueName: "p"))
  var probability: [Double] = [0.05, 0.5, 0.95]

  @Option(name: .long, help: ArgumentHelp("Draw laws and replicates (.svg, .pdf, .png).", valueName: "file"))
  var figure: String?

  static var answers: [any Codable.Type] { [SweepReport.self] }

  var files: FileUse { instance.files + .store(store, "--store") + .figure(figure) + common.files }

  func validate() throws {
    try checkProbabilities(probability)
    if simulate != 0 { try checkReplicates(simulate, "--simulate") }
    if resume && store == nil { throw ValidationError("--resume needs the --store to go on with.") }
    _ = try rowDistribution(sampler)
    _ = try vary.map(VaryOption.init)
  }

  func run() throws {
    common.begin()
    Interruption.watchTermination()
    try Together.run(threads: common.threads, sweep)
  }

  private func sweep(_ ranks: RankGroup) throws {
    if resume, let store, !FileManager.default.fileExists(atPath: store) {
      throw CommandFailure(
        status: .noInput, message: "\(store): there is no such store. Leave out --resume to start one.")
    }
    let plan = try SweepPlan(
      instance: instance, vary: vary, replicates: simulate, seed: random.seed, sampler: sampler,
      samplesLabels: sampledLabels)
    guard ranks.isFirst else {
      _ = try Sweep.run(plan.design, store: nil, ranks: ranks)
      return
    }
    let kept = try store.map { try SweepStore.write($0, identity: plan.identity) } ?? .inMemory(plan.identity)
    try compute(plan, kept, ranks)
    try report(plan, kept)
  }

  private func compute(_ plan: SweepPlan, _ kept: SweepStore, _ ranks: RankGroup) throws {
    let bar = common.progress("sweeping")
    let outcome = try Sweep.run(plan.design, store: kept, ranks: ranks) { done, total in
      bar.update(done, of: total)
      return !Interruption.requested
    }
    bar.finish()
    guard let outcome, !outcome.isComplete else { return }
    let count = "\(NumberText.count(outcome.added)) of \(NumberText.count(outcome.missing)) laws and replicates"
    throw CommandFailure(
      status: .interrupted,
      message: store.map { "interrupted; \(count) are in \($0). The same command line with --resume goes on." }
        ?? "interrupted; nothing was kept. With --store FILE the work would not have been lost.")
  }

  private func report(_ plan: SweepPlan, _ kept: SweepStore) throws {
    let cells = try kept.summaries(of: plan.design.cells, replicates: simulate)
    let table = SweepTable(
      cells, keys: plan.axes.map(\.key), probabilities: probability, isSimulated: simulate > 0)
    try common.finish(
      "sweep", table, extra: SweepReport.Head(replicates: simulate, store: store), warnings: cells.warnings,
      seed: random.seed, files: [.figure(figure) { try SweepFigure(cells, axes: plan.axes).figure() }])
  }
}

/// A sweep as `--json` prints it.
struct SweepReport: Codable {
  struct Head {
    let replicates: Int
    let store: String?
  }
  let replicates: Int
  let store: String?
  let cells: [[String: SweepTable.Field]]

  init(_ table: SweepTable, _ head: Head) {
    replicates = head.replicates
    store = head.store
    cells = table.records
  }
}

extension CommonOptions {
  /// A sweep's table as the options ask for it: CSV, JSON (`--json` or a name that ends in .json) or .npz.
  func finish(
    _ command: String, _ table: SweepTable, extra: SweepReport.Head, warnings: [JSONWarning], seed: UInt64?,
    files: [ExtraFile?] = []
  ) throws {
    if output.hasSuffix(".npz") && !json {
      return try finish(warnings: warnings, files: files, instead: table.csv) {
        try NPZ.write(table.arrays, to: output)
      }
    }
    var options = self
    options.json = json || output.hasSuffix(".json")
    try options.finish(
      command, json: SweepReport(table, extra), text: table.csv, warnings: warnings, seed: seed, files: files)
  }
}

extension [CellSummary] {
  /// Warnings of all cells, each code once with the number of cells concerned.
  var warnings: [JSONWarning] {
    var order: [String] = []
    var first: [String: Warning] = [:]
    var counts: [String: Int] = [:]
    for warning in flatMap(\.warnings) {
      if counts[warning.code] == nil { order.append(warning.code) }
      first[warning.code] = first[warning.code] ?? warning
      counts[warning.code, default: 0] += 1
    }
    var found = order.map { code in
      let others = counts[code]! > 1 ? " (\(counts[code]!) cells)" : ""
      let warning = JSONWarning(first[code]!)
      return JSONWarning(code: code, message: warning.message + others, remedy: warning.remedy)
    }
    let lawless = count { $0.stored.problem != nil }
    if lawless > 0 {
      found.append(
        JSONWarning(
          code: "cells-without-law",
          message: "\(lawless) of \(count) cells have no law; the column 'problem' says why.",
          remedy: "Leave these values out, or read the replicates alone."))
    }
    let failed = reduce(0) { $0 + $1.failed }
    if failed > 0 {
      found.append(
        JSONWarning(
          code: "failed-replicates", message: "\(failed) replicates gave no answer and are left out.",
          remedy: "See the column 'failed_replicates'; take more rows in those cells."))
    }
    return found
  }
}
