import LinearAlgebra

/// Errors of predicting every block's targets from the columns that are not hidden with it, per target, in the targets' own units.
public struct TargetErrors: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  public let ridge: Double
  /// p.
  public let hideRate: Double
  /// Mean squares of the residuals over m (n - 1 with centring), by target.
  public let columnTrainingErrors: [Double]
  /// Absent where without some row the fit is singular.
  public let columnLeaveOneOutErrors: [Double?]
  /// Of predicting each target by its mean over the other rows (its mean square without centring).
  public let columnBaselines: [Double]
  /// nil without groups.
  public let leaveGroupOut: LeaveGroupOutErrors?
  /// Leave-one-out keeps the mask penalty of all rows.
  public let keepsMaskPenalty: Bool

  public var targets: Int { columnTrainingErrors.count }
  public var trainingError: Double { columnTrainingErrors.mean }

  /// Mean over the targets.
  public var leaveOneOutError: Double? {
    let known = columnLeaveOneOutErrors.compactMap(\.self)
    return known.count == targets ? known.mean : nil
  }

  /// 1 - leave-one-out error over that of the means.
  public var r2: Double? {
    let baseline = columnBaselines.mean
    return baseline > 0 ? leaveOneOutError.map { 1 - $0 / baseline } : nil
  }

  /// What penalties are chosen by: with groups left out where there are groups, else with rows.
  public var choiceError: Double? { leaveGroupOut.map(\.error) ?? leaveOneOutError }

  /// What to know before trusting the numbers.
  public var warnings: [MaskedWarning] {
    var found: [MaskedWarning] = []
    if leaveOneOutError == nil { found.append(.leaveOneOutUndefined(isZero: ridge == 0)) }
    if keepsMaskPenalty { found.append(.maskPenaltyKept) }
    if let leaveGroupOut { found += leaveGroupOut.warnings(leaveOneOut: leaveOneOutError) }
    return found
  }
}

extension [Double] {
  fileprivate var mean: Double { reduce(0, +) / Double(Swift.max(count, 1)) }
}
