import Pretell

/// Errors of one fit, for JSON and for people.
struct MaskedErrorsReport: Encodable {
  let rows: Int
  let columns: Int
  /// How many; absent without --blocks, as the share of them that is hidden.
  let blocks: Int?
  let hideRate: Double?
  /// One number, or absent with a penalty per column.
  let ridge: Double?
  /// Sums of squares divided by `trainingDivisor`: rows, of centred columns rows - 1.
  let trainingError: Double
  let trainingDivisor: Int
  let leaveOneOutError: Double?
  /// How many; absent without --groups, as what follows.
  let groups: Int?
  let leaveGroupOutError: Double?
  let leaveGroupOutR2: Double?
  let generalizedCrossValidationError: Double?
  let columnwiseCrossValidationError: Double?
  let heavyRowRatio: Double?
  let kappa: Double?
  let degreesOfFreedom: Double
  let r2: Double?
  let centered: Bool
  let scaled: Bool
  /// Absent unless asked for.
  let droppedColumns: [String]?
  let columnErrors: [Column]

  struct Column: Encodable {
    let column: String
    let ridge: Double
    let trainingError: Double
    let leaveOneOutError: Double?
    /// Absent without --groups.
    let leaveGroupOutError: Double?
    let baseline: Double
    let r2: Double?
    let degreesOfFreedom: Double
  }

  init(_ errors: MaskedErrors, names: [String], dropped: [String]? = nil, _ inBlocks: BlockRows? = nil) {
    (blocks, hideRate) = (inBlocks?.blocks.count, inBlocks?.hide)
    droppedColumns = dropped
    rows = errors.rows
    columns = errors.columns
    ridge = errors.sharedRidge
    trainingError = errors.trainingError
    trainingDivisor = errors.rows - (errors.preparation.centers ? 1 : 0)
    leaveOneOutError = errors.leaveOneOutError
    let together = errors.leaveGroupOut
    (groups, leaveGroupOutError, leaveGroupOutR2) = (together?.groups, together?.error, together?.r2)
    generalizedCrossValidationError = errors.generalizedCrossValidationError
    columnwiseCrossValidationError = errors.columnwiseCrossValidationError
    heavyRowRatio = errors.heavyRowRatio
    kappa = errors.kappa
    degreesOfFreedom = errors.degreesOfFreedom
    r2 = errors.overallR2
    centered = errors.preparation.centers
    scaled = errors.preparation.scales
    let r2s = errors.columnR2
    columnErrors = (0..<errors.columns).map { j in
      Column(
        column: names[j], ridge: errors.ridge.value(j), trainingError: errors.columnTrainingErrors[j],
        leaveOneOutError: errors.columnLeaveOneOutErrors[j],
        leaveGroupOutError: together.flatMap { $0.columnErrors[j] }, baseline: errors.columnBaselines[j], r2: r2s[j],
        degreesOfFreedom: errors.columnDegreesOfFreedom[j])
    }
  }

  private static let shown = 10

  var text: String {
    let penalty = ridge.map { NumberText.significant($0) } ?? "per column"
    let units = scaled ? "; errors in units of the columns' standard deviations" : ""
    var summary = TextTable(header: ["error per entry", ""])
    summary.rows = [
      [centered ? "training, over rows - 1" : "training", NumberText.significant(trainingError)],
      ["leave-one-out (exact)", NumberText.optional(leaveOneOutError)],
    ]
    if let groups {
      summary.rows += [
        ["leave-group-out (exact, \(NumberText.count(groups)) groups)", NumberText.optional(leaveGroupOutError)],
        ["R2, leave-group-out", NumberText.optional(leaveGroupOutR2, 3)],
      ]
    }
    summary.rows += [
      ["cross-validation, pooled", NumberText.optional(generalizedCrossValidationError)],
      ["cross-validation, by column", NumberText.optional(columnwiseCrossValidationError)],
      ["R2, leave-one-out", NumberText.optional(r2, 3)],
    ]
    var table = TextTable(header: ["column", "R2", "leave-one-out", "mean alone", "degrees of freedom"])
    let ranked = columnErrors.sorted { ($0.r2 ?? -.infinity) > ($1.r2 ?? -.infinity) }
    table.rows = ranked.prefix(Self.shown).map { column in
      [
        column.column, NumberText.optional(column.r2, 3), NumberText.optional(column.leaveOneOutError),
        NumberText.significant(column.baseline), NumberText.significant(column.degreesOfFreedom, 3),
      ]
    }
    let more = columns > Self.shown ? "\n(the best \(Self.shown) of \(columns) columns; --json has all)" : ""
    let what =
      blocks.map { count in
        "in \(NumberText.count(count)) blocks, every one predicted from the others"
          + (hideRate.map { $0 > 0 ? ", \(NumberText.percent($0)) of them hidden" : "" } ?? "")
      } ?? "every one predicted from all others"
    return """
      \(NumberText.count(rows)) rows, \(NumberText.count(columns)) columns, \(what); \
      ridge \(penalty)\(units)

      \(summary.rendered(.output))

      \(table.rendered(.output))\(more)\(droppedColumns.map { "\n\n" + DroppedColumns.text($0) } ?? "")
      """
  }
}

/// Columns left out because they are constant or nearly so.
enum DroppedColumns {
  private static let shown = 10

  static func text(_ names: [String]) -> String {
    if names.isEmpty { return "left out: no column is constant or nearly so" }
    let more = names.count > shown ? " and \(names.count - shown) more" : ""
    return "left out, constant or nearly so: \(names.prefix(shown).joined(separator: ", "))\(more)"
  }
}

extension MaskedRidge {
  /// The penalty where there is one for all columns.
  var sharedRidge: Double? { if case .shared(let value) = ridge { value } else { nil } }
}

extension MaskedErrors {
  /// The penalty where there is one for all columns.
  var sharedRidge: Double? { if case .shared(let value) = ridge { value } else { nil } }
}
