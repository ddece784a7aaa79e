import ArgumentParser
import Foundation
import Pretell

struct PlanVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "From your data files: pre-train or not, with what, and what to buy next.",
    discussion: """
      Example:  pretell plan --data Examples/diabetes_partly_labeled.csv --target progression --size 1:5

      An encoder of your own:  pretell plan --target labels.npy --runs RUNS  (see pretell encoders split)

      Costs: --cost-label and --cost-row with --budget (lowest risk for the money) or --target-risk (least money for the risk).
      """)

  @OptionGroup var data: PlanDataOptions
  @OptionGroup var candidates: CandidateOptions
  @OptionGroup var graph: PlanGraphOption
  @OptionGroup var purchase: PurchaseOptions
  @OptionGroup var taken: TakeAwayOptions
  @OptionGroup var common: CommonOptions
  @OptionGroup var random: SeedOption

  @Flag(name: .long, help: "Show every candidate, every column of the table and every warning.")
  var all = false

  @Option(name: .long, help: ArgumentHelp("Draw risk against labels and sizes (.svg, .pdf, .png).", valueName: "file"))
  var figure: String?

  @Option(name: .long, help: ArgumentHelp("Also save the plan as JSON.", valueName: "file"))
  var save: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write a page to show around, with sliders for labels, rows and costs (one self-contained .html).",
      valueName: "file"))
  var report: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Also hide half of the labels this often and see how such forecasts do; a warning when intervals fail.",
      valueName: "r"))
  var backtest = 0

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Also rank the candidates at other numbers of unlabeled and labeled rows, such as 20000,1000; repeatable.",
      valueName: "m,n"))
  var at: [RowCounts] = []

  static var answers: [any Codable.Type] { [WithColumns<Plan>.self] }

  var files: FileUse {
    data.files + graph.files + common.files + .figure(figure) + .output(save, "--save")
      + .output(report, "--report") + taken.files
  }

  var memoryLimit: MemorySize? { data.limit.memory }

  func validate() throws {
    _ = try graph.plain(candidates.names)
    try graph.check([
      ("--backtest", backtest != 0), ("--pairs", data.pairs != nil), ("--lag", data.lag != nil),
      ("--missing drop", data.table.missing == .drop),
    ])
    if backtest != 0 && !(2...1000).contains(backtest) {
      throw ValidationError("--backtest \(backtest): give a number of repeats from 2 to 1000.")
    }
  }

  func run() throws {
    common.begin()
    var given = data
    given.groups = graph.groups(data.groups)
    var rows = try given.read(graph)
    let onGraph = try graph.read(rows, methods: candidates.names, memory: data.limit.memory)
    let head = try candidates.head(of: rows.classes, target: rows.targetName)
    rows.nameClasses(head)
    for encoder in rows.encoders { for place in at { try encoder.checkReach(place.unlabeled) } }
    if head != .linear, onGraph != nil, backtest != 0 || !rows.encoders.isEmpty {
      let other = backtest != 0 ? "--backtest" : "--encoder or --runs"
      throw ValidationError("--graph, classes as the target and \(other) do not go together; leave one of them out.")
    }
    try data.groups.refuse([("--lag", data.lag != nil)])
    try PlanMemory.checkMatrices(
      rows: rows.unlabeledCount + rows.labels.count, columns: rows.features.columns, candidates.chosen(),
      isInMemory: rows.unlabeled.inMemory != nil, data.limit.memory)
    let sizes = try candidates.sizes(columns: rows.features.columns)
    let methods = candidates.chosen() + (onGraph?.methods ?? [])
    try taken.check(methods, sizes: sizes, rows)
    let request = PlanRequest(
      unlabeled: rows.unlabeled, unlabeledCount: rows.unlabeledCount, features: rows.features, labels: rows.labels,
      methods: methods, sizes: sizes, purchase: try purchase.chosen(), seed: random.seed,
      featureNames: rows.featureNames, embedding: rows.embedding, head: head,
      classNames: rows.isOfWords ? rows.classes : nil,
      pairs: rows.pairs, lag: rows.lag, backtestRepeats: backtest, groups: onGraph?.groups ?? rows.groups,
      encoders: rows.encoders)
    try checkAt(Planner.fewestLabels(head, labels: rows.labels), of: rows)
    let bar = common.progress("planning")
    var plan = try Planner.plan(request) { fraction in
      bar.update(Int(1000 * fraction), of: 1000)
      Interruption.exitIfRequested()
    }
    bar.finish()
    plan.rank(at: at.map { ($0.unlabeled, $0.labeled) })
    let warnings =
      rows.warnings.map(JSONWarning.init) + (onGraph?.warnings ?? []) + plan.warnings.map(JSONWarning.init)
    try finish(plan, request, rows, warnings)
  }

  /// Throws for fewer labels than a head can be fitted on.
  private func checkAt(_ fewest: Int, of rows: PlanData) throws {
    guard let first = at.first(where: { $0.labeled < fewest }) else { return }
    throw CommandFailure(
      .usage,
      "--at \(first.unlabeled),\(first.labeled): the head takes \(fewest) labels or more"
        + "\(rows.classes == nil ? "" : ", two of each class"). Give at least \(fewest).")
  }

  /// The result, then what goes into files of its own.
  private func finish(_ plan: Plan, _ request: PlanRequest, _ rows: PlanData, _ warnings: [JSONWarning]) throws {
    let body = rows.described(plan)
    let saved = ExtraFile.text(save, "--save") {
      try JSONDocument(command: "plan", seed: random.seed, warnings: warnings, body: body).text()
    }
    let page = ExtraFile.text(report, "--report") {
      try PlanPage(
        plan: plan, target: rows.targetName, command: CommandLine.invocation, version: PretellVersion.current,
        columns: (rows.columnsUsed ?? []).map { ($0.column, $0.becomes, $0.note) }, purchase: request.purchase
      ).html()
    }
    let text = PlanText(plan: plan, target: rows.targetName, showsAll: all).text + rows.classLine
    let notes = PlanNotes(plan, showsAll: all)
    try common.finish(
      "plan", json: body, text: text, warnings: warnings, seed: random.seed,
      files: [saved, .figure(figure) { PlanPictures.summary(plan) }, page] + taken.written(plan, request, rows),
      shorten: notes.shortened)
  }
}

/// What may be pre-trained.
struct CandidateOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Ways to pre-train, separated by commas: pca, pca-correlation (columns of unit variance), factor (noise of one variance), \
      factor-unit, factor-analysis (noise of each column), mixture (normal components), masked (directions that masked \
      ridge regression predicts best), spectral (two noisy views of each row); with --graph also sgc and graph. 'none' and ridge are always listed.
      """, valueName: "names"))
  var methods = "pca,pca-correlation"

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Sizes to try: 5, or 1:20, or 5,10,20:40. Left out: 1:20, and 1,2,4,8,... up to half of the columns where there are more \
      than 64.
      """, valueName: "k"))
  var size: String?

  @Option(
    name: .customLong("head"),
    help: ArgumentHelp(
      """
      Downstream head: linear (squared error: least squares on features, ridge beside it on the raw columns; also \
      least-squares, ridge) or softmax (2 to 1000 classes, log-loss; also logistic), the default for words.
      """,
      valueName: "name"))
  var givenHead: PlanHead?

  /// Of a target of numbers.
  var head: PlanHead { givenHead ?? .linear }

  /// Of a target with these classes; nil for numbers. Throws where words are to be fitted as numbers.
  func head(of classes: [String]?, target: String) throws -> PlanHead {
    guard let classes else { return head }
    if givenHead == .linear {
      let shown = classes.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (classes.count > 3 ? ", ..." : "")
      throw CommandFailure(
        status: .badData,
        message:
          "The target '\(target)' holds words (\(shown)), and --head linear needs numbers. Give --head softmax, "
          + "or write numbers in their place.")
    }
    return .logistic
  }

  func validate() throws {
    if let size { _ = try Self.sizes(size) }
    let known = ["none", "ridge"] + Methods.all.map(\.name) + ["sgc", "graph"]
    for name in names where !known.contains(name) {
      throw ValidationError("--methods: there is no '\(name)'. There are \(known.joined(separator: ", ")).")
    }
  }

  var names: [String] { methods.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }

  func chosen() -> [any PretrainingMethod] { names.compactMap(Methods.named) }

  /// Of rows with so many columns.
  func sizes(columns: Int) throws -> [Int] {
    if let size { return try Self.sizes(size) }
    if columns <= Self.wide { return Array(1...20) }
    return Array(sequence(first: 1) { $0 < columns / 4 + 1 ? 2 * $0 : nil })
  }

  /// More columns than this are tried by doubling.
  private static let wide = 64

  private static func sizes(_ size: String) throws -> [Int] {
    let parts = size.split(separator: ",", omittingEmptySubsequences: false).map { part -> ClosedRange<Int>? in
      let ends = part.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1], low > 0, high >= low,
        high <= 10_000 || ends.count == 1
      else { return nil }
      return low...high
    }
    let found = parts.compactMap(\.self)
    guard found.count == parts.count else {
      throw ValidationError("--size \(size): give numbers and ranges such as 5, or 1:20, or 5,10,20:40.")
    }
    return Set(found.flatMap { Array($0) }).sorted()
  }
}
