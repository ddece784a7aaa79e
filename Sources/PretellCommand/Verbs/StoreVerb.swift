import ArgumentParser
import Foundation
import Pretell

struct StoreVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Look into the stores that 'pretell sweep' keeps, also while it writes.",
    subcommands: [StoreListVerb.self, StoreShowVerb.self, StoreExportVerb.self, StoreMergeVerb.self])
}

struct StoreListVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The stores in a folder.", discussion: "Example:  pretell store list")

  @Argument(help: ArgumentHelp("Where to look.", valueName: "folder"))
  var folder = "."

  @OptionGroup var common: CommonOptions

  static var answers: [any Codable.Type] { [StoreList.self] }

  var files: FileUse { common.files }

  func run() throws {
    common.begin()
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw CommandFailure(status: .noInput, message: "\(folder): there is no such folder, or it cannot be read.")
    }
    let paths = names.sorted().map { folder == "." ? $0 : folder + "/" + $0 }.filter(SweepStore.isStore)
    let stores = paths.map(StoreHead.init)
    var table = TextTable(header: ["store", "model", "varies", "cells", "replicates", ""], leftAligned: [0, 1, 2, 5])
    table.rows = stores.map { store in
      [
        store.store, store.model ?? "-", store.varied ?? "-", store.cells.map(NumberText.count) ?? "-",
        store.replicates.map(NumberText.count) ?? "-", store.problem ?? "",
      ]
    }
    try common.finish(
      "store list", json: StoreList(stores: stores),
      text: stores.isEmpty ? "No stores in \(folder)." : table.rendered(.output), warnings: [])
  }
}

/// What `store list` prints.
struct StoreList: Codable {
  let stores: [StoreHead]
}

/// A line of `store list`.
struct StoreHead: Codable {
  let store: String
  let model: String?
  let varied: String?
  let seed: String?
  let cells: Int?
  let replicates: Int?
  let problem: String?

  init(_ path: String) {
    store = path
    let contents = Result { try Contents(path) }
    let facts = (try? contents.get().facts) ?? [:]
    (model, varied, seed) = (facts["instance model"].map(Self.unquoted), facts["varied"], facts["seed"])
    (cells, replicates) = (try? contents.get().cells, try? contents.get().replicates)
    problem = if case .failure(let error) = contents { (error as? StoreError)?.problem ?? "\(error)" } else { nil }
  }

  private struct Contents {
    let facts: [String: String]
    let cells: Int
    let replicates: Int

    init(_ path: String) throws {
      let store = try SweepStore.read(path)
      facts = try store.facts()
      cells = try store.cells().count
      replicates = try store.replicateCount()
    }
  }

  private static func unquoted(_ text: String) -> String { text.trimmingCharacters(in: ["\""]) }
}

struct StoreShowVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "What a store holds, and whether it is sound.",
    discussion: "Example:  pretell store show sweep.sqlite")

  @Argument(help: ArgumentHelp("A store of 'pretell sweep'.", valueName: "store"))
  var store: String

  @OptionGroup var common: CommonOptions

  private static let shownCells = 40

  static var answers: [any Codable.Type] { [Contents.self] }

  var files: FileUse { .input(store, "STORE") + common.files }

  func run() throws {
    common.begin()
    let store = try SweepStore.read(store)
    try store.verify()
    let counts = try store.replicateCounts()
    let cells = try store.cells().map { cell in
      Contents.Cell(
        settings: Dictionary(cell.cell.settings.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }),
        name: cell.cell.name, replicates: counts[cell.cell] ?? 0, problem: cell.problem)
    }
    let contents = Contents(
      store: store.path, facts: try store.facts(), fingerprint: String(try store.fingerprint(), radix: 16), cells: cells
    )
    try common.finish("store show", json: contents, text: text(contents), warnings: [])
  }

  struct Contents: Codable {
    struct Cell: Codable {
      let settings: [String: String]
      let name: String
      let replicates: Int
      let problem: String?
    }
    let store: String
    let facts: [String: String]
    /// Equal for equal contents, however they came about.
    let fingerprint: String
    let cells: [Cell]
  }

  private func text(_ contents: Contents) -> String {
    var facts = TextTable(header: ["", "value"], leftAligned: [0, 1])
    facts.rows = contents.facts.sorted { $0.key < $1.key }.map { [$0.key.replacing("instance ", with: ""), $0.value] }
    var cells = TextTable(header: ["cell", "replicates", ""], leftAligned: [0, 2])
    cells.rows = contents.cells.prefix(Self.shownCells).map {
      [$0.name.isEmpty ? "(the instance)" : $0.name, NumberText.count($0.replicates), $0.problem ?? ""]
    }
    let hidden = contents.cells.count - cells.rows.count
    let total = contents.cells.reduce(0) { $0 + $1.replicates }
    return """
      \(contents.store): sound, \(NumberText.count(contents.cells.count)) cells, \(NumberText.count(total)) replicates, \
      fingerprint \(contents.fingerprint)

      \(facts.rendered(.output))

      \(cells.rendered(.output))\(hidden > 0 ? "\n\(NumberText.count(hidden)) more cells" : "")
      """
  }
}

struct StoreExportVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "A store's cells, or its single replicates, as CSV, JSON or .npz.",
    discussion: "Example:  pretell store export sweep.sqlite --replicates --output replicates.npz")

  @Argument(help: ArgumentHelp("A store of 'pretell sweep'.", valueName: "store"))
  var store: String

  @OptionGroup var common: CommonOptions

  @Flag(name: .long, help: "A row for every replicate instead of every cell.")
  var replicates = false

  @Option(name: .long, help: ArgumentHelp("Probability of a quantile to report; repeatable.", valueName: "p"))
  var probability: [Double] = [0.05, 0.5, 0.95]

  static var answers: [any Codable.Type] { [SweepReport.self] }

  var files: FileUse { .input(store, "STORE") + common.files }

  func validate() throws { try checkProbabilities(probability) }

  func run() throws {
    common.begin()
    let store = try SweepStore.read(store)
    try store.verify()
    let keys = try store.facts()["varied"]?.split(separator: ", ").map(String.init) ?? []
    let table: SweepTable
    var warnings: [JSONWarning] = []
    if replicates {
      table = try SweepTable(replicatesOf: store, keys: keys)
    } else {
      let cells = try store.summaries()
      warnings = cells.warnings
      table = SweepTable(
        cells, keys: keys, probabilities: probability, isSimulated: try store.replicateCount() > 0)
    }
    try common.finish(
      "store export", table, extra: .init(replicates: try store.replicateCount(), store: store.path),
      warnings: warnings, seed: try store.facts()["seed"].flatMap(UInt64.init))
  }
}

struct StoreMergeVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Unite stores of one experiment, computed on several machines.",
    discussion: "Example:  pretell store merge a.sqlite b.sqlite --output all.sqlite")

  @Argument(help: ArgumentHelp("Stores of the same instance, seed, sampler and version.", valueName: "stores"))
  var stores: [String]

  @Option(name: .long, help: ArgumentHelp("The store to make.", valueName: "file"))
  var output: String

  @Flag(name: .long, help: "No notes on standard error.")
  var quiet = false

  var files: FileUse { .inputs(stores, "STORES") + .store(output, "--output") }

  func run() throws {
    try SweepStore.merge(stores, to: output)
    let merged = try SweepStore.read(output)
    if !quiet {
      let counts = (try merged.cells().count, try merged.replicateCount())
      printErr("wrote \(output): \(NumberText.count(counts.0)) cells, \(NumberText.count(counts.1)) replicates")
    }
  }
}

extension SweepTable {
  /// A row for every replicate, cell after cell.
  init(replicatesOf store: SweepStore, keys: [String]) throws {
    header = keys + ["replicate", "representation", "leakage", "variance", "excess_risk"]
    rows = try store.cells().flatMap { stored in
      let settings = Dictionary(stored.cell.settings.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
      let front = keys.map { Field(literal: settings[$0]) }
      return try store.replicates(of: stored.cell).map { replicate, risk in
        front + [
          .integer(replicate), Field(risk?.representation), Field(risk?.leakage), Field(risk?.variance),
          Field(risk?.excessRisk),
        ]
      }
    }
  }
}
