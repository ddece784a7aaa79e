import ArgumentParser
import Pretell

struct MaskedFitVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Fit the predictor of every column from all others; save it for NumPy.",
    discussion: "Example:  pretell masked fit Examples/digits_x.npy --ridge auto --output model.npz")

  @Argument(help: ArgumentHelp("Rows: .csv, .npy, .npz, .safetensors, or sparse.", valueName: "data"))
  var data: String

  @OptionGroup var preparation: MaskedPreparationOptions
  @OptionGroup var table: MaskedColumnOptions
  @OptionGroup var ridge: RidgeOption
  @OptionGroup var groups: GroupsOption
  @OptionGroup var blocks: BlocksOption
  @OptionGroup var targets: TargetsOption
  @OptionGroup var codes: BlockCodesOption
  @OptionGroup var common: CommonOptions

  @Option(name: .long, help: ArgumentHelp("double, or single for half the memory.", valueName: "precision"))
  var precision = FitPrecision.double

  @Option(name: .long, help: ArgumentHelp("Draw R2 by column (.svg, .pdf, .png).", valueName: "file"))
  var figure: String?

  @OptionGroup var distribution: DistributedOption

  @Flag(name: .long, help: "The model alone: a third of the time, one pass over the rows. Implied by mpirun.")
  var noErrors = false

  static var answers: [any Codable.Type] {
    [WithUses<Body>.self, WithUses<PlainBody>.self, TargetFitReport.self]
  }

  var files: FileUse {
    .input(data, "DATA") + ridge.files + groups.files + blocks.files + targets.files + common.files + .figure(figure)
  }

  var memoryLimit: MemorySize? { preparation.memory }

  func validate() throws {
    try groups.refuse([("--no-errors", noErrors), ("--distributed", distribution.distributed)])
    try blocks.refuse([("--no-errors", noErrors), ("--distributed", distribution.distributed)])
    if blocks.blocks == nil, targets.isGiven || codes.size != nil {
      throw ValidationError("--targets, --hidden-rim and --size need --blocks.")
    }
    if noErrors && Double(ridge.ridge) == nil {
      throw ValidationError("--no-errors needs --ridge with a number: without errors there is nothing to choose by.")
    }
    if common.output != "-", !common.output.hasSuffix(".npz") {
      throw ValidationError("--output \(common.output): the model is written as .npz.")
    }
  }

  func run() throws {
    common.begin()
    try Together.run(threads: common.threads) { ranks in
      try groups.refuse([("mpirun", !ranks.isAlone)])
      try blocks.refuse([("mpirun", !ranks.isAlone)])
      if noErrors || !ranks.isAlone || distribution.distributed {
        try fitWithoutErrors(ranks)
      } else {
        try fitWithErrors()
      }
    }
  }

  /// Every rank reads its share of the rows; rank 0 fits and reports.
  private func fitWithoutErrors(_ ranks: RankGroup) throws {
    let source = try MaskedData(data, preparation, table)
    guard case .dense(let file, _) = source else {
      throw ValidationError("--no-errors and mpirun take dense rows; leave them out for sparse ones.")
    }
    guard Double(ridge.ridge) != nil else { throw ValidationError("mpirun needs --ridge with a number.") }
    let (own, total, largest) = try file.base.share(of: ranks, data)
    let share = ChosenColumns(own, file.chosen)
    let prepared = preparation.preparation(isSparse: false)
    let penalty = try ridge.number(divisor: Double(total - (prepared.centers ? 1 : 0)))!
    if distribution.distributed {
      try distribution.check(ranks, columns: file.columns, eigenvectors: false, preparation.limit)
      try fitDistributed(share, source, (total, largest), penalty, prepared, ranks)
      return
    }
    try preparation.limit.check(
      ranks.isAlone ? .direct(columns: file.columns, scalarBytes: 8) : .summed(columns: file.columns))
    let moments = try ranks.sum(ranks.onShare { try RowMoments(reading: share) })
    guard ranks.isFirst else { return }
    let model = try source.naming(data) {
      try MaskedRidge(moments: moments, ridge: penalty, preparation: prepared, memory: preparation.limit)
    }
    if common.output != "-" {
      try MaskedModelFile(model, source.columns, isImplicit: false).write(to: common.output)
    }
    try finish(source, rows: total, penalty, ranks)
  }

  /// No rank holds columns x columns numbers; rank 0 writes the weights as they come.
  private func fitDistributed(
    _ share: ChosenColumns<RowStream>, _ source: MaskedData, _ rows: (total: Int, largest: Int), _ penalty: Double,
    _ prepared: ColumnPreparation, _ ranks: RankGroup
  ) throws {
    let moments = try ranks.onShare {
      try DistributedMoments(reading: share, total: rows.total, largest: rows.largest, ranks: ranks)
    }
    let model = try DistributedRidge(moments, ridge: penalty, preparation: prepared)
    if common.output != "-" {
      if ranks.isFirst {
        try NPZ.write(
          model.arrays.map { ($0.name, .matrix($0.matrix)) }
            + MaskedModelFile.members(source.columns, isImplicit: false),
          streaming: "weights", columns: share.columns, to: common.output, model.forEachWeights)
      } else {
        try model.forEachWeights { _ in }
      }
    }
    if ranks.isFirst { try finish(source, rows: rows.total, penalty, ranks) }
  }

  private func finish(_ source: MaskedData, rows: Int, _ penalty: Double, _ ranks: RankGroup) throws {
    let body = PlainBody(
      rows: rows, columns: source.columns.positions.count, droppedColumns: source.dropped(preparation), ridge: penalty,
      ranks: ranks.count, model: common.output == "-" ? nil : common.output)
    var printed = common
    printed.output = "-"
    try printed.finish(
      "masked fit", json: WithUses(body: body, columnsUsed: source.uses), text: body.text,
      warnings: source.notes.map(JSONWarning.init))
  }

  private struct PlainBody: Codable {
    let rows: Int
    let columns: Int
    /// Absent unless asked for.
    let droppedColumns: [String]?
    let ridge: Double
    let ranks: Int
    let model: String?

    var text: String {
      "\(NumberText.count(rows)) rows, \(columns) columns, ridge \(NumberText.significant(ridge)); errors left out"
        + (droppedColumns.map { "\n" + DroppedColumns.text($0) } ?? "")
        + (model.map { "\n\nmodel: \($0) (numpy.load reads it)" } ?? "")
    }
  }

  private func fitWithErrors() throws {
    let (source, groups) = try MaskedData.grouped(data, preparation, table, groups.groups)
    if let path = try source.targetPath(targets, size: codes.size, blocks, preparation, groups, of: data) {
      return try finish(path, source.notes)
    }
    let inBlocks = try source.naming(data) { try source.blockPath(blocks, preparation, groups, of: data) }
    let (fit, warnings) = try source.naming(data) { try source.fit(ridge, preparation, precision, groups, inBlocks) }
    let model = MaskedModelFile(fit.model, source.columns, isImplicit: preparation.implicit)
    let failure = common.file.flatMap { file in attempt { try model.write(to: file) } }
    let written = failure == nil ? common.file : nil
    let report = MaskedErrorsReport(
      fit.errors, names: source.columnNames, dropped: source.dropped(preparation), inBlocks?.data)
    var printed = common
    printed.output = "-"
    let saved = written.map { "\n\nmodel: \($0) (numpy.load reads it)" } ?? ""
    try printed.finish(
      "masked fit",
      json: WithUses(
        body: Body(errors: report, model: written, form: fit.model.formName), columnsUsed: source.uses),
      text: report.text + saved, warnings: (source.notes + warnings).map(JSONWarning.init),
      files: [
        .figure(figure) { MaskedFigures.columns(fit.errors) },
        failure.map { error in ExtraFile { throw Unwritten("--output", error) } },
      ])
  }

  private struct Body: Codable {
    let errors: MaskedErrorsReport
    let model: String?
    let form: String

    private enum Keys: String, CodingKey { case model, form }

    init(errors: MaskedErrorsReport, model: String?, form: String) {
      (self.errors, self.model, self.form) = (errors, model, form)
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Keys.self)
      self.init(
        errors: try MaskedErrorsReport(from: decoder),
        model: try container.decodeIfPresent(String.self, forKey: .model),
        form: try container.decode(String.self, forKey: .form))
    }

    func encode(to encoder: Encoder) throws {
      try errors.encode(to: encoder)
      var container = encoder.container(keyedBy: Keys.self)
      try container.encodeIfPresent(model, forKey: .model)
      try container.encode(form, forKey: .form)
    }
  }
}

extension MaskedRidge {
  /// How the weights are stored.
  var formName: String {
    switch form {
    case .dense, .single: "dense"
    case .factored: "factored"
    }
  }
}
