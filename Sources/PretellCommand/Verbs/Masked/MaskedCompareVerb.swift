import ArgumentParser
import Foundation
import Pretell

struct MaskedCompareVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Masked regression against principal components, for every number of directions, in both metrics.",
    discussion: """
      Examples:  pretell masked compare Examples/diabetes_x.npy
                 pretell masked compare --covariance ar1:0.9 --columns 100 --rows 200 --figure compare.svg

      Rows are read in blocks, some twenty times for each fold; text is copied once to the folder for temporary files \
      (TMPDIR) as numbers. With fewer rows than columns all rows are held in memory.
      """)

  @Argument(help: ArgumentHelp("Rows: .csv, .npy, .npz or .safetensors.", valueName: "data"))
  var data: String?

  @OptionGroup var population: PopulationOptions
  @OptionGroup var table: MaskedColumnOptions
  @OptionGroup var common: CommonOptions
  @OptionGroup var random: SeedOption

  @Option(name: .long, help: ArgumentHelp("Rows drawn from the population.", valueName: "n"))
  var rows: Int?

  @Option(name: .long, help: ArgumentHelp("Parts of the cross-validation.", valueName: "k"))
  var folds = 5

  @Flag(name: .long, help: "Leave the columns' means in.")
  var noCenter = false

  @Flag(name: .long, help: "Divide every column by its standard deviation.")
  var scale = false

  @Option(
    name: .long,
    help: ArgumentHelp("Memory to stay within, such as 2GB or 500MB; the machine's when left out.", valueName: "size"))
  var memory: MemorySize?

  @Option(name: .long, help: ArgumentHelp("Draw the errors against the number of directions.", valueName: "file"))
  var figure: String?

  static var answers: [any Codable.Type] { [WithUses<MaskedComparisonReport>.self] }

  var files: FileUse { .input(data, "DATA") + population.files + common.files + .figure(figure) }

  var memoryLimit: MemorySize? { memory }

  func validate() throws {
    if (data == nil) == (population.covariance == nil) {
      throw ValidationError("Give either a file of rows or --covariance.")
    }
    if population.covariance != nil, (rows ?? 0) < 1 { throw ValidationError("--covariance needs --rows.") }
    if !(2...10_000).contains(folds) {
      throw ValidationError("--folds must lie between 2 and 10 000, not \(folds).")
    }
  }

  func run() throws {
    common.begin()
    let body: MaskedComparisonReport
    var made = MaskedData.Made()
    if let world = try population.population(table) {
      body = MaskedComparisonReport(try MaskedVersusPCA(world, rows: rows!), population: world.name)
    } else {
      let file = try InterpretedFile(data!, options: table.options)
      made = MaskedData.Made(uses: file.uses, notes: file.notes)
      let base = try file.rows.rereadable()
      let rows = ChosenColumns(base, file.features)
      body = MaskedComparisonReport(
        try DataFileError.naming(data!, columns: file.features.map { base.columnNames?[$0] ?? "\($0 + 1)" }) {
          try CrossValidatedPCA(
            rows, directions: Self.directions(rows.columns),
            preparation: ColumnPreparation(centers: !noCenter, scales: scale), folds: folds, seed: random.seed,
            memory: MemoryLimit(memory))
        },
        rows: try rows.countRows(), columns: rows.columns)
    }
    try common.finish(
      "masked compare", json: WithUses(body: body, columnsUsed: made.uses), text: body.text,
      warnings: made.notes.map(JSONWarning.init) + body.warnings, seed: data == nil ? nil : random.seed,
      files: [.figure(figure) { MaskedFigures.comparison(body) }])
  }

  /// All, or some sixty spread evenly in the logarithm.
  private static func directions(_ columns: Int) -> [Int] {
    if columns <= 64 { return Array(0...columns) }
    let spread = (0...60).map { Int(pow(Double(columns), Double($0) / 60).rounded()) }
    return [0] + Set(spread).sorted()
  }
}

/// Both metrics, named.
struct MaskedComparisonReport: Codable {
  let rows: Int
  let columns: Int
  let population: String?
  let folds: Int?
  let ridge: Double?
  /// Masked prediction by masked regression.
  let maskedRegression: Double
  /// Predicting every column by its mean (data only).
  let baseline: Double?
  let optimalShrinkage: Double?
  let bestMaskedPpca: Best?
  let unmaskedCrossing: Int?
  let directions: [Direction]

  struct Best: Codable {
    let directions: Int
    let error: Double
  }

  struct Direction: Codable {
    let directions: Int
    let unmaskedPcaReconstruction: Double
    let maskedPpcaPrediction: Double?
  }

  init(_ comparison: MaskedVersusPCA, population: String) {
    rows = comparison.rows
    columns = comparison.columns
    self.population = population
    folds = nil
    ridge = comparison.masked.errors.ridge
    maskedRegression = comparison.masked.errors.generalizationError
    baseline = nil
    optimalShrinkage = comparison.optimalShrinkageRisk
    let ppca = comparison.maskedPPCA
    directions = comparison.unmaskedPCA.indices.map { q in
      Direction(
        directions: q, unmaskedPcaReconstruction: comparison.unmaskedPCA[q],
        maskedPpcaPrediction: q < ppca.count ? ppca[q] : nil)
    }
    (bestMaskedPpca, unmaskedCrossing) = Self.summary(directions, maskedRegression)
  }

  init(_ comparison: CrossValidatedPCA, rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    population = nil
    folds = comparison.folds
    ridge = nil
    maskedRegression = comparison.masked
    baseline = comparison.baseline
    optimalShrinkage = nil
    directions = comparison.directions.indices.map { index in
      Direction(
        directions: comparison.directions[index], unmaskedPcaReconstruction: comparison.unmaskedPCA[index],
        maskedPpcaPrediction: comparison.maskedPPCA[index])
    }
    (bestMaskedPpca, unmaskedCrossing) = Self.summary(directions, maskedRegression)
  }

  private static func summary(_ directions: [Direction], _ masked: Double) -> (Best?, Int?) {
    let known = directions.compactMap { direction in
      direction.maskedPpcaPrediction.map { Best(directions: direction.directions, error: $0) }
    }
    return (
      known.min { $0.error < $1.error },
      directions.first { $0.unmaskedPcaReconstruction < masked }?.directions
    )
  }

  /// What is left out.
  var warnings: [JSONWarning] {
    if population == nil || optimalShrinkage != nil { return [] }
    return [
      JSONWarning(
        code: "bound-left-out",
        message: "Columns differ, and no lower bound for predictors with the sample's eigenvectors is known for such.",
        remedy: "Compare with the error with infinitely many rows (masked errors).")
    ]
  }

  var text: String {
    let head =
      population.map { "\($0): \(NumberText.count(rows)) rows, \(NumberText.count(columns)) columns, theory" }
      ?? "\(NumberText.count(rows)) rows, \(NumberText.count(columns)) columns, \(folds ?? 0)-fold cross-validation"
    var table = TextTable(header: ["masked prediction", "error per entry"])
    table.rows = [["masked regression, best ridge", NumberText.significant(maskedRegression)]]
    if let best = bestMaskedPpca {
      table.rows.append([
        "probabilistic PCA, best of all (\(best.directions) directions)", NumberText.significant(best.error),
      ])
    }
    if let optimalShrinkage {
      table.rows.append(["no spectral predictor below", NumberText.significant(optimalShrinkage)])
    }
    if let baseline { table.rows.append(["column means", NumberText.significant(baseline)]) }
    let crossing =
      unmaskedCrossing.map { "from \($0) directions on" } ?? "with none of the numbers of directions looked at"
    return """
      \(head)

      \(table.rendered(.output))

      Unmasked reconstruction, in which PCA sees the entry it reconstructs, is below masked regression's error
      \(crossing); it is another task, and --json or --figure has it for every number of directions.
      """
  }
}
