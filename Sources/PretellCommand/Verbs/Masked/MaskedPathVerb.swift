import ArgumentParser
import Pretell

struct MaskedPathVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "path", abstract: "All errors along a path of penalties, from one factorization.",
    discussion: "Example:  pretell masked path Examples/digits_x.npy --figure path.svg")

  @Argument(help: ArgumentHelp("Rows: .csv, .npy, .npz, .safetensors, or sparse.", valueName: "data"))
  var data: String

  @OptionGroup var preparation: MaskedPreparationOptions
  @OptionGroup var table: MaskedColumnOptions
  @OptionGroup var groups: GroupsOption
  @OptionGroup var blocks: BlocksOption
  @OptionGroup var targets: TargetsOption
  @OptionGroup var common: CommonOptions

  @Option(name: .long, help: ArgumentHelp("Penalties; a grid suited to the data when left out.", valueName: "a,b,c"))
  var ridges: String?

  @Option(name: .long, help: ArgumentHelp("double, or single for half the memory.", valueName: "precision"))
  var precision = FitPrecision.double

  @Option(name: .long, help: ArgumentHelp("Draw the errors against the penalty.", valueName: "file"))
  var figure: String?

  static var answers: [any Codable.Type] { [WithUses<Body>.self, TargetPathReport.self] }

  var files: FileUse {
    .input(data, "DATA") + groups.files + blocks.files + targets.files + common.files + .figure(figure)
  }

  var memoryLimit: MemorySize? { preparation.memory }

  func run() throws {
    common.begin()
    let (source, groups) = try MaskedData.grouped(data, preparation, table, groups.groups)
    let given = try penalties()
    if let path = try source.targetPath(targets, blocks, preparation, groups, of: data) {
      return try finish(path, given, source.notes)
    }
    let quick = try source.naming(data) {
      try precision == .single && groups == nil && blocks.blocks == nil && source.suitsSinglePrecision(given ?? [])
        ? source.singlePath(preparation) : nil
    }
    let single = quick.map { !$0.losesColumns } ?? false
    let path: any PenaltyPath =
      if single, let quick { quick } else {
        try source.naming(data) { () -> any PenaltyPath in
          if let inBlocks = try source.blockPath(blocks, preparation, groups, of: data) { return inBlocks }
          if let groups { return try source.groupedPath(groups, preparation) }
          return MaskedPath(try source.spectrum(preparation))
        }
      }
    let errors = try path.errors(ridges: given ?? path.ridgeGrid(count: 25))
    let best = try path.bestRidge()
    let body = Body(
      rows: best.errors.rows, columns: best.errors.columns, path: errors, best: best,
      dropped: source.dropped(preparation))
    let warnings =
      source.notes + best.errors.warnings + (single || precision == .double ? [] : [.singlePrecisionUnused])
    try common.finish(
      "masked path", json: WithUses(body: body, columnsUsed: source.uses), text: body.text,
      warnings: warnings.map(JSONWarning.init),
      files: [.figure(figure) { MaskedFigures.path(errors, best: best) }])
  }

  private func penalties() throws -> [Double]? {
    guard let ridges else { return nil }
    let values = ridges.split(separator: ",").map { Double($0) }
    guard !values.isEmpty, values.allSatisfy({ $0 != nil }) else {
      throw ValidationError("--ridges \(ridges) is not a list of numbers.")
    }
    return values.compactMap { $0 }
  }

  private struct Body: Codable {
    let rows: Int
    let columns: Int
    /// Absent unless asked for.
    let droppedColumns: [String]?
    let path: [Point]
    let best: Point

    struct Point: Codable, ErrorsAtRidge {
      let ridge: Double
      let trainingError: Double
      let leaveOneOutError: Double?
      /// Absent without groups.
      let leaveGroupOutError: Double?
      let generalizedCrossValidationError: Double?
      let columnwiseCrossValidationError: Double?
      let degreesOfFreedom: Double
      let kappa: Double?

      init(_ errors: MaskedErrors) {
        ridge = errors.ridge.value(0)
        trainingError = errors.trainingError
        leaveOneOutError = errors.leaveOneOutError
        leaveGroupOutError = errors.leaveGroupOut?.error
        generalizedCrossValidationError = errors.generalizedCrossValidationError
        columnwiseCrossValidationError = errors.columnwiseCrossValidationError
        degreesOfFreedom = errors.degreesOfFreedom
        kappa = errors.kappa
      }
    }

    init(rows: Int, columns: Int, path: [MaskedErrors], best: BestRidge, dropped: [String]?) {
      droppedColumns = dropped
      self.rows = rows
      self.columns = columns
      self.path = path.map(Point.init)
      self.best = Point(best.errors)
    }

    var text: String {
      let table = TextTable(
        along: path, hasGroups: best.leaveGroupOutError != nil,
        more: [
          ("cross-validation", { NumberText.optional($0.columnwiseCrossValidationError) }),
          ("degrees of freedom", { NumberText.significant($0.degreesOfFreedom) }),
        ])
      return """
        \(NumberText.count(rows)) rows, \(NumberText.count(columns)) columns
        \(best.smallestError)

        \(table.rendered(.output))\(droppedColumns.map { "\n\n" + DroppedColumns.text($0) } ?? "")
        """
    }
  }
}
