/// Errors of predicting every column from all the others, from the training rows alone.
///
/// All errors are mean squares per entry (divided by rows and columns) of the prepared columns: in the columns' own units,
/// or in units of their scales when they were scaled.
public struct MaskedErrors: Sendable {
  public let rows: Int
  public let columns: Int
  public let ridge: Ridge
  public let preparation: ColumnPreparation

  /// Mean square of the training residuals: their sum of squares over n rows, with centring over n - 1, and over the columns.
  public var trainingError: Double { mean(columnTrainingErrors) }
  /// Mean square of the exact leave-one-out residuals of every entry; absent where one of them does not exist (a penalty of
  /// 0 with as many rows as columns, say).
  public var leaveOneOutError: Double? { mean(columnLeaveOneOutErrors) }
  /// Training error / (1 - df/m)^2, one factor for all columns. Right for rows of one scale only.
  public let generalizedCrossValidationError: Double?
  /// Mean over columns of training error_j / (1 - df_j/m)^2 with the exact degrees of freedom of each column's own regression.
  public let columnwiseCrossValidationError: Double?

  public let columnTrainingErrors: [Double]
  public let columnLeaveOneOutErrors: [Double?]
  /// Leave-one-out error of predicting each column by its mean (its mean square without centring).
  public let columnBaselines: [Double]

  /// Degrees of freedom of ridge on all columns; with a penalty per column, their mean.
  public let degreesOfFreedom: Double
  /// Of each column's own ridge regression on the others.
  public let columnDegreesOfFreedom: [Double]
  /// Effective penalty and variance inflation; absent with a penalty per column.
  public let kappa: Double?
  public let oneMinusGamma: Double?
  /// What rounding takes from each column's errors.
  let lostDigits: [LostDigits]
  /// With whole groups of rows left out, where there are groups.
  public internal(set) var leaveGroupOut: LeaveGroupOutErrors?
  /// Rows left without taking their part of a mask penalty along.
  var keepsMaskPenalty = false

  /// 1 - leave-one-out error / baseline, below 0 where the other columns do harm; absent for constant columns.
  public var columnR2: [Double?] {
    zip(columnLeaveOneOutErrors, columnBaselines).map { error, baseline in
      guard let error, baseline > 0 else { return nil }
      return 1 - error / baseline
    }
  }

  /// 1 - leave-one-out error / baseline over all columns.
  public var overallR2: Double? {
    let baseline = mean(columnBaselines)
    guard let leaveOneOutError, baseline > 0 else { return nil }
    return 1 - leaveOneOutError / baseline
  }

  /// Leave-one-out over columnwise cross-validation error: far above 1 where a few rows dominate.
  public var heavyRowRatio: Double? {
    guard let leaveOneOutError, let gcv = columnwiseCrossValidationError, gcv > 0 else { return nil }
    return leaveOneOutError / gcv
  }

  /// What to know before trusting the numbers.
  public var warnings: [MaskedWarning] {
    var found: [MaskedWarning] = []
    if let ratio = heavyRowRatio, ratio > 1.1 {
      let rest = residualDegreesOfFreedom
      // With normal rows the ratio exceeds 1 by 2/rest, give or take a few times that.
      found.append(ratio > 1 + 12 / max(rest, 1) ? .heavyRows(ratio: ratio) : .fewResiduals(ratio: ratio, rest: rest))
    }
    if leaveOneOutError == nil { found.append(.leaveOneOutUndefined(isZero: ridge == .shared(0))) }
    let doubtful = lostDigits.indices.filter { lostDigits[$0].isTooMuch }
    if !doubtful.isEmpty {
      found.append(.lostDigits(doubtful, digits: doubtful.map { lostDigits[$0].digits }.min() ?? 0))
    }
    if keepsMaskPenalty { found.append(.maskPenaltyKept) }
    if let leaveGroupOut { found += leaveGroupOut.warnings(leaveOneOut: leaveOneOutError) }
    return found
  }

  /// What penalties are chosen by: with groups left out where there are groups, else with rows.
  public var choiceError: Double? { leaveGroupOut.map(\.error) ?? leaveOneOutError }

  /// Rounding has taken too many digits from some column.
  var hasLostDigits: Bool { lostDigits.contains(where: \.isTooMuch) }

  /// What the columns' own regressions leave of the rows, on average.
  private var residualDegreesOfFreedom: Double {
    Double(preparation.centers ? rows - 1 : rows) - mean(columnDegreesOfFreedom)
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

  private func mean(_ values: [Double?]) -> Double? {
    var sum = 0.0
    for value in values {
      guard let value else { return nil }
      sum += value
    }
    return sum / Double(max(values.count, 1))
  }
}

extension MaskedErrors {
  /// Puts terms and leave-one-out sums together.
  init(
    rows: Int, transform: ColumnTransform, ridge: Ridge, statistics: [RidgeStatistics], terms: ColumnTerms,
    leaveOneOut: [Double], meanSquares: [Double], lostDigits: [LostDigits]
  ) {
    self.lostDigits = lostDigits
    let divisor = transform.divisor(rows: rows)
    self.rows = rows
    columns = transform.columns
    self.ridge = ridge
    preparation = transform.preparation
    columnTrainingErrors = terms.training
    columnLeaveOneOutErrors = leaveOneOut.map { $0.isFinite ? $0 : nil }
    generalizedCrossValidationError = Self.mean(terms.pooledCrossValidation)
    columnwiseCrossValidationError = Self.mean(terms.crossValidation)
    let shared = statistics.count == 1 ? statistics[0] : nil
    kappa = shared?.kappa
    oneMinusGamma = shared?.oneMinusGamma
    degreesOfFreedom = statistics.reduce(0) { $0 + $1.degreesOfFreedom } / Double(statistics.count)
    columnDegreesOfFreedom = terms.complement.map { divisor * (1 - $0) }
    // Leaving row i out moves the mean: the residual grows by n/(n - 1).
    let growth = transform.preparation.centers ? Double(rows) / divisor : 1
    columnBaselines = meanSquares.enumerated().map { j, square in
      let mean = transform.means[j] * transform.factors[j]
      // Rounding of the mean of a constant column is not variance.
      return square > 1e-24 * mean * mean ? square * growth : 0
    }
  }

  private static func mean(_ values: [Double?]) -> Double? {
    let known = values.compactMap { $0 }
    return known.count == values.count && !known.isEmpty ? known.reduce(0, +) / Double(known.count) : nil
  }
}
