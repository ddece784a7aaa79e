import ArgumentParser
import Pretell

struct MaskedErrorsVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "errors",
    abstract: "Training, exact leave-one-out and cross-validation errors; or theory for a population.",
    discussion: """
      Examples:  pretell masked errors Examples/digits_x.npy --ridge auto
                 pretell masked errors visits.csv --groups patient
                 pretell masked errors --covariance ar1:0.6 --columns 200 --rows 400 --ridge 0.1
      """)

  @Argument(help: ArgumentHelp("Rows: .csv, .npy, .npz, .safetensors, or sparse.", valueName: "data"))
  var data: String?

  @OptionGroup var preparation: MaskedPreparationOptions
  @OptionGroup var ridge: RidgeOption
  @OptionGroup var population: PopulationOptions
  @OptionGroup var table: MaskedColumnOptions
  @OptionGroup var groups: GroupsOption
  @OptionGroup var blocks: BlocksOption
  @OptionGroup var targets: TargetsOption
  @OptionGroup var common: CommonOptions

  @Option(name: .long, help: ArgumentHelp("Rows drawn from the population.", valueName: "n"))
  var rows: Int?

  @Option(name: .long, help: ArgumentHelp("double, or single for half the memory.", valueName: "precision"))
  var precision = FitPrecision.double

  @Option(name: .long, help: ArgumentHelp("Draw R2 by column, or theory against the penalty.", valueName: "file"))
  var figure: String?

  static var answers: [any Codable.Type] {
    [
      WithUses<MaskedErrorsReport>.self, MaskedTheoryReport.self, BlockTheoryReport.self, TargetReport.self,
    ]
  }

  var files: FileUse {
    .input(data, "DATA") + ridge.files + groups.files + blocks.files + targets.files + population.files + common.files
      + .figure(figure)
  }

  var memoryLimit: MemorySize? { preparation.memory }

  func validate() throws {
    if (data == nil) == (population.covariance == nil) {
      throw ValidationError("Give either a file of rows or --covariance.")
    }
    try groups.refuse([("--covariance", population.covariance != nil)])
    if population.covariance != nil {
      if targets.isGiven { throw ValidationError("--covariance goes without --targets and --hidden-rim.") }
      if (rows ?? 0) < 1 { throw ValidationError("--covariance needs --rows.") }
      _ = try table.count()
    }
  }

  func run() throws {
    common.begin()
    if let world = try population.population(table) { return try theory(world) }
    let (source, groups) = try MaskedData.grouped(data!, preparation, table, groups.groups)
    if let path = try source.targetPath(targets, blocks, preparation, groups, of: data!) {
      return try finish(path, source.notes)
    }
    let inBlocks = try source.naming(data!) { try source.blockPath(blocks, preparation, groups, of: data!) }
    let (fit, warnings) = try source.naming(data!) {
      try source.fit(ridge, preparation, precision, groups, inBlocks)
    }
    let report = MaskedErrorsReport(
      fit.errors, names: source.columnNames, dropped: source.dropped(preparation), inBlocks?.data)
    try common.finish(
      "masked errors", json: WithUses(body: report, columnsUsed: source.uses), text: report.text,
      warnings: (source.notes + warnings).map(JSONWarning.init),
      files: [.figure(figure) { MaskedFigures.columns(fit.errors) }])
  }

  private func theory(_ world: MaskedPopulation) throws {
    if let blocks = try blocks.partition(columns: world.columns, of: world.name) { return try theory(world, blocks) }
    let risk = MaskedRisk(world, rows: rows!)
    let optimum = try risk.optimum()
    let asked = try ridge.number(divisor: Double(rows!))
    let errors = try asked.map { try risk.errors(ridge: $0) } ?? optimum.errors
    let report = MaskedTheoryReport(
      world, rows: rows!, errors: errors, infiniteRowsAtRidge: risk.infiniteRowsError(ridge: errors.ridge),
      optimum: optimum,
      finiteSizeTrainingError: try risk.finiteSizeErrors(ridge: errors.ridge).training)
    try common.finish(
      "masked errors", json: report, text: report.text, warnings: [],
      files: [.figure(figure) { try MaskedFigures.theory(risk, optimum: optimum) }])
  }
}

extension MaskedErrorsVerb {
  /// With columns in blocks, each with its own predictors.
  private func theory(_ world: MaskedPopulation, _ partition: Partition) throws {
    guard let asked = try ridge.number(divisor: Double(rows!)) else {
      throw ValidationError("--covariance with --blocks needs --ridge with a number.")
    }
    if figure != nil { throw ValidationError("--figure is not drawn for a population in blocks.") }
    let errors = try BlockRisk(world, blocks: partition, rows: rows!).errors(ridge: asked, hide: blocks.hide)
    let report = BlockTheoryReport(world, blocks: partition, rows: rows!, errors)
    try common.finish("masked errors", json: report, text: report.text, warnings: [])
  }
}

/// The limits for a population.
struct MaskedTheoryReport: Codable {
  let population: String
  let rows: Int
  let columns: Int
  let ridge: Double
  let generalizationError: Double
  let trainingError: Double
  let finiteSizeTrainingError: Double
  let kappa: Double
  let gamma: Double
  /// At ridge kappa, which does with infinitely many rows what the ridge does with these.
  let infiniteRowsError: Double
  /// At the ridge itself.
  let infiniteRowsErrorAtRidge: Double
  let best: Best

  struct Best: Codable {
    let ridge: Double
    let generalizationError: Double
    let atBoundary: Bool
  }

  init(
    _ world: MaskedPopulation, rows: Int, errors: MaskedRisk.Errors, infiniteRowsAtRidge: Double,
    optimum: MaskedRisk.Optimum, finiteSizeTrainingError: Double
  ) {
    population = world.name
    self.rows = rows
    columns = world.columns
    ridge = errors.ridge
    generalizationError = errors.generalizationError
    trainingError = errors.trainingError
    self.finiteSizeTrainingError = finiteSizeTrainingError
    kappa = errors.kappa
    gamma = errors.gamma
    infiniteRowsError = errors.bias
    infiniteRowsErrorAtRidge = infiniteRowsAtRidge
    best = Best(
      ridge: optimum.errors.ridge, generalizationError: optimum.errors.generalizationError,
      atBoundary: optimum.isAtBoundary)
  }

  var text: String {
    var table = TextTable(header: ["per entry", "error"])
    table.rows = [
      ["generalization", NumberText.significant(generalizationError, 5)],
      ["training", NumberText.significant(trainingError, 5)],
      ["training, finite size", NumberText.significant(finiteSizeTrainingError, 5)],
      ["infinitely many rows, ridge kappa", NumberText.significant(infiniteRowsError, 5)],
      ["infinitely many rows, this ridge", NumberText.significant(infiniteRowsErrorAtRidge, 5)],
      ["best ridge \(NumberText.significant(best.ridge))", NumberText.significant(best.generalizationError, 5)],
    ]
    return """
      \(population): \(NumberText.count(rows)) rows, \(NumberText.count(columns)) columns, ridge \
      \(NumberText.significant(ridge)) (kappa \(NumberText.significant(kappa)))

      \(table.rendered(.output))
      """
  }
}
