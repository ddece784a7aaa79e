/// Errors of predicting every column from all the others in rows whose whole group was left out of the fit.
///
/// Mean squares per entry, in the units of `MaskedErrors`. Where rows of a group resemble each other these, not the errors with one row
/// left out, are what a row of a new group is predicted with.
public struct LeaveGroupOutErrors: Sendable, Equatable {
  /// How many groups.
  public let groups: Int
  /// Share of the rows that the largest group has.
  public let largestShare: Double
  /// Absent where an error does not exist: without some group the fit is singular.
  public let columnErrors: [Double?]
  /// Of predicting each column by its mean over the other groups (its mean square without centring).
  public let columnBaselines: [Double]

  /// Mean over the columns.
  public var error: Double? {
    let known = columnErrors.compactMap(\.self)
    return known.count == columnErrors.count && !known.isEmpty ? known.reduce(0, +) / Double(known.count) : nil
  }

  /// 1 - error / baseline of each column; absent for constant ones.
  public var columnR2: [Double?] {
    zip(columnErrors, columnBaselines).map { error, baseline in
      guard let error, baseline > 0 else { return nil }
      return 1 - error / baseline
    }
  }

  /// The same over all columns.
  public var r2: Double? {
    let baseline = columnBaselines.reduce(0, +) / Double(max(columnBaselines.count, 1))
    guard let error, baseline > 0 else { return nil }
    return 1 - error / baseline
  }
}
