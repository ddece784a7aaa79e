import ArgumentParser
import Foundation
import Pretell

struct BacktestVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Hide most labels of a labeled file, forecast, reveal, and score Pretell beside a power law.",
    discussion: """
      Example:  pretell backtest --data Examples/diabetes.csv --target progression --size 1:5 --repeats 5

      An encoder of your own (see pretell encoders split): its largest runs are hidden and forecast from the smaller ones:

        pretell backtest --target Examples/encoders/labels.npy --head softmax --runs Examples/encoders
      """)

  @Option(name: .long, help: ArgumentHelp("Rows with a target; rows with a blank one are left out.", valueName: "file"))
  var data: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Name or number (from 1) of the target column; with --encoder or --runs alone a file of one label for each row.",
      valueName: "column|file"))
  var target: String

  @Option(
    name: .long,
    help: ArgumentHelp("Share of the labels that the forecast may not see (default: 0.7).", valueName: "share"))
  var hide: Double?

  @Option(name: .long, help: ArgumentHelp("How often to hide and forecast (default: 20).", valueName: "r"))
  var repeats: Int?

  @OptionGroup var encoders: EncoderOptions
  @OptionGroup var table: TableColumnOptions
  @OptionGroup var groups: GroupsOption
  @OptionGroup var limit: PlanMemoryOption
  @OptionGroup var candidates: CandidateOptions
  @OptionGroup var common: CommonOptions
  @OptionGroup var random: SeedOption

  /// Refused with what to do in its place.
  @Option(name: .long, help: ArgumentHelp("Not for a backtest.", visibility: .private))
  var graph: String?

  static var answers: [any Codable.Type] { [WithColumns<Backtest>.self] }

  var files: FileUse { .input(data, "--data") + .target(target) + groups.files + encoders.files + common.files }

  var memoryLimit: MemorySize? { limit.memory }

  func validate() throws {
    if graph != nil {
      throw ValidationError(
        "--graph does not go with a backtest: hidden nodes stay their neighbors' neighbors, so that no row is new. See what such "
          + "forecasts are of with 'pretell graph compare --groups louvain', which leaves whole communities out.")
    }
    if let repeats, !(2...BacktestRequest.mostRepeats).contains(repeats) {
      throw ValidationError("--repeats \(repeats): give a number from 2 to \(BacktestRequest.mostRepeats).")
    }
    if let hide, !(hide > 0 && hide < 1) { throw ValidationError("--hide \(hide): give a share between 0 and 1.") }
    guard encoders.isGiven else {
      if data == nil { throw ValidationError("Give --data FILE, or runs of an encoder: --encoder or --runs.") }
      return
    }
    let others = [("--hide", hide != nil), ("--repeats", repeats != nil), ("--size", candidates.size != nil)]
    if let (name, _) = others.first(where: \.1) {
      throw ValidationError(
        "\(name) and --encoder or --runs do not go together: of an encoder the largest runs are hidden, once.")
    }
    if data == nil, table.isGiven { throw ValidationError("Columns need --data FILE.") }
  }

  func run() throws {
    common.begin()
    try PlanMemory.check([data].compactMap(\.self), limit.memory)
    var rows = try data.map(read) ?? encoders.labelsAlone(target, groups)
    let head = try candidates.head(of: rows.classes, target: rows.targetName)
    rows.nameClasses(head)
    let bar = common.progress("backtesting")
    let result = try encoders.isGiven ? hidingRuns(rows, head, bar) : hidingLabels(rows, head, bar)
    bar.finish()
    let text = encoders.isGiven ? HiddenRunsText(result, head).text : text(result, head)
    try common.finish(
      "backtest", json: rows.described(result), text: text + rows.classLine,
      warnings: rows.warnings.map(JSONWarning.init), seed: random.seed)
  }

  private func hidingLabels(_ rows: PlanData, _ head: PlanHead, _ bar: ProgressBar) throws -> Backtest {
    try PlanMemory.checkMatrices(
      rows: rows.labels.count, columns: rows.features.columns, candidates.chosen(), isInMemory: true, limit.memory)
    let request = try BacktestRequest(
      features: rows.features, labels: rows.labels, methods: candidates.chosen(),
      sizes: try candidates.sizes(columns: rows.features.columns),
      hide: hide ?? 0.7,
      repeats: repeats ?? 20, seed: random.seed, head: head, classNames: rows.classes, groups: rows.groups)
    return try Backtester.run(request, progress: shown(bar))
  }

  private func hidingRuns(_ rows: PlanData, _ head: PlanHead, _ bar: ProgressBar) throws -> Backtest {
    try Backtester.run(
      encoders: PlanRequest(
        unlabeled: Matrix(rows: 0, columns: rows.features.columns), features: rows.features, labels: rows.labels,
        methods: [], sizes: [], seed: random.seed, head: head, classNames: rows.isOfWords ? rows.classes : nil,
        groups: rows.groups, encoders: rows.encoders), progress: shown(bar))
  }

  private func shown(_ bar: ProgressBar) -> Planner.Progress {
    { fraction in
      bar.update(Int(1000 * fraction), of: 1000)
      Interruption.exitIfRequested()
    }
  }

  private func read(_ data: String) throws -> PlanData {
    guard try InterpretedTables.suits(data, target: target) else {
      if table.isGiven {
        throw ValidationError(
          "--columns, --exclude, --missing and --categories need a target that is one of the file's columns.")
      }
      let table = try DataFile.readLabeled(data, target: target)
      var result = PlanData(table, unlabeled: table.features.rows(0..<0), count: 0, warnings: [])
      result.groups = try groups.groups.map { file in
        let labels = try RowGroups.labels(ofFile: file, count: table.labels.count, of: data)
        return Partition(table.labels.indices.filter { table.labels[$0] != nil }.map { labels[$0] })
      }
      result.encoders = try encoders.beside(table)
      return result
    }
    let tables = try InterpretedTables(labeled: data, unlabeled: nil, target: target, options: groups.options(table))
    let labeled = tables.labeled
    var result = PlanData(labeled, unlabeled: labeled.features.rows(0..<0), count: 0, warnings: tables.warnings)
    (result.columnsUsed, result.classes) = (tables.uses, tables.classes)
    result.groups = tables.groups.map { groups in
      Partition(labeled.labels.indices.filter { labeled.labels[$0] != nil }.map { groups.labeled[$0] })
    }
    if encoders.isGiven, tables.hasDropped {
      throw ValidationError("--missing drop leaves out rows that --encoder counts on: fill the gaps in, or impute.")
    }
    result.encoders = try encoders.beside(labeled)
    return result
  }

  private func text(_ result: Backtest, _ head: PlanHead) -> String {
    var cells = TextTable(header: [
      "labels", "candidate", "forecast", "90 % interval", "power law", "came true",
    ])
    cells.leftAligned = [1]
    cells.rows = distinct(result.cells).map(row)
    let terminal = Terminal.output
    let counts =
      "\(NumberText.count(result.repeats)) repeats; each forecast saw \(NumberText.count(result.pilotLabels)) labels. "
      + "Risk: mean \(head == .logistic ? "log-loss" : "squared error") on rows never used."
    return """
      \(terminal.wrapped(counts))

      \(cells.rendered(terminal))

      \(scores(result.scores).rendered(terminal))

      \(terminal.bold(terminal.wrapped(result.verdict)))
      """
  }

  /// Without candidates that give the same predictions as an earlier one.
  private func distinct(_ cells: [Backtest.Cell]) -> [Backtest.Cell] {
    cells.enumerated().filter { index, cell in
      !cells[..<index].contains {
        $0.labeled == cell.labeled && $0.size == cell.size && $0.size != nil && $0.actual == cell.actual
      }
    }.map(\.element)
  }

  private func row(_ cell: Backtest.Cell) -> [String] {
    let interval = cell.low.flatMap { low in
      cell.high.map { "\(NumberText.significant(low, 3)) .. \(NumberText.significant($0, 3))" }
    }
    return [
      NumberText.count(cell.labeled), cell.label,
      NumberText.optional(cell.predicted), interval ?? "-", NumberText.optional(cell.powerLaw),
      NumberText.significant(cell.actual),
    ]
  }

  private func scores(_ scores: Backtest.Scores) -> TextTable {
    var table = TextTable(header: ["", "answered", "median ratio", "within 1.5x", "covered", "sign of the gain right"])
    table.rows = [("Pretell", scores.pretell), ("power law", scores.powerLaw)].map { name, score in
      [
        name, NumberText.percent(score.answered), NumberText.optional(score.medianRatio, 3),
        score.within15.map(NumberText.percent) ?? "-", score.coverage.map(NumberText.percent) ?? "-",
        score.signRight.map(NumberText.percent) ?? "-",
      ]
    }
    return table
  }
}
