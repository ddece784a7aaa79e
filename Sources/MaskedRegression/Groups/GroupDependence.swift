import LinearAlgebra

/// Whether rows of a group tell of each other: what leaving groups out costs beyond the rows that are missing then.
///
/// If rows were independent, the error of a group's rows without the group would be the one row's error times what as many rows fewer
/// cost, which `MaskedForecaster` knows. The excess over that is summed by groups, whose spread gives its standard error.
public struct GroupDependence: Sendable, Equatable {
  /// Leave-group-out over leave-one-out error.
  public let ratio: Double
  /// The ratio that independent rows would have.
  public let independentRatio: Double
  /// Mean excess over its standard error between groups; 0 where every group is one row.
  public let z: Double

  /// More than three standard errors, and more than 2 % of the error.
  public var isPresent: Bool { z > 3 && ratio > 1.02 * independentRatio }

  /// nil where errors do not exist at this penalty.
  public init?(_ grouped: GroupedPath, ridge: Double, _ forecaster: MaskedForecaster) throws {
    try self.init(
      alone: grouped.path.leaveOneOutResiduals(.shared(ridge)), together: grouped.leaveGroupOutResiduals(ridge: ridge),
      groups: grouped.groups, ridge: ridge, forecaster)
  }

  /// From residuals with rows left out, and with groups left out. `ridge` is the penalty's name in the forecaster.
  public init?(
    alone: Matrix, together: Matrix, groups: Partition, ridge: Double, _ forecaster: MaskedForecaster
  ) {
    let (n, mean) = (Double(groups.label.count), Double(groups.label.count) / Double(groups.count))
    let (alone, together) = (Self.sums(alone, groups), Self.sums(together, groups))
    let (one, all) = (alone.reduce(0, +), together.reduce(0, +))
    guard one > 0, one.isFinite, all.isFinite else { return nil }
    ratio = all / one
    // The rows that a group's error lacks beyond the one row of leave-one-out; the penalty on the sum of squares stays.
    let fewer = max(n - (mean - 1), 3)
    let now = forecaster.forecast(rows: n, ridge: ridge).error
    let then = forecaster.forecast(rows: fewer, ridge: ridge * n / fewer).error
    let expected = now.flatMap { now in then.map { max($0 / now, 1) } } ?? 1
    independentRatio = expected
    let excess = zip(together, alone).map { $0 - expected * $1 }
    let (count, average) = (Double(groups.count), excess.reduce(0, +) / Double(groups.count))
    let spread = excess.reduce(0) { $0 + ($1 - average) * ($1 - average) } / max(count - 1, 1)
    z = groups.isTrivial || spread == 0 ? 0 : average / (spread / count).squareRoot()
  }

  /// Squares of each group's residuals.
  private static func sums(_ residuals: Matrix, _ groups: Partition) -> [Double] {
    var result = [Double](repeating: 0, count: groups.count)
    for row in 0..<residuals.rows {
      for j in 0..<residuals.columns { result[groups.label[row]] += residuals[row, j] * residuals[row, j] }
    }
    return result
  }
}
