import CMath
import LinearAlgebra
import RandomMatrices

/// Targets of blocks predicted from the columns outside them, at any number of penalties.
///
///     let rows = try BlockRows(rows: x, blocks: blocks, hide: 0.33)
///     let path = try TargetPath(rows, BlockTargets(PseudoColor.nipySpectral.targets(x), blocks: blocks))
///     print(try path.best().errors.r2)
///
/// Cost: that of `TargetFit` and `TargetLeaving` for each penalty.
public struct TargetPath: Sendable {
  public let data: BlockRows
  public let targets: BlockTargets
  /// Of the rows, where some belong together.
  public let groups: Partition?
  private let prepared: PreparedTargets

  /// - Parameter targets: of the same blocks.
  /// Throws `targetRows`, `nonFinite`, `groupCount`, `oneGroup`.
  public init(_ data: BlockRows, _ targets: BlockTargets, groups: Partition? = nil) throws {
    guard targets.values.rows == data.count else {
      throw MaskedRegressionError.targetRows(given: targets.values.rows, rows: data.count)
    }
    precondition(targets.hidden.count == data.blocks.count, "targets of other blocks")
    do { try targets.values.checkFinite() } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
      throw MaskedRegressionError.nonFinite(row: row, column: column, value: value)
    }
    try groups.map { try GroupedPath.check($0, rows: data.count) }
    (self.data, self.targets, self.groups) = (data, targets, groups)
    prepared = PreparedTargets(targets, data)
  }

  // MARK: errors

  /// Throws `invalidRidge`, `singular`.
  public func errors(ridges: [Double]) throws -> [TargetErrors] {
    try ridges.map { ridge in
      try Ridge.shared(ridge).check(columns: data.columns)
      return try errors(TargetFit(data, prepared, ridge: ridge, odds: data.odds))
    }
  }

  private func errors(_ fit: TargetFit) throws -> TargetErrors {
    let leaving = TargetLeaving(fit: fit)
    let (n, m) = (Double(data.count), data.divisor)
    let alone = leaving.rows()
    let together = try groups.map { $0.isTrivial && !leaving.keepsPenalty ? alone : try leaving.groups($0) }
    let squares = prepared.values.columnMeanSquares(divisor: 1)
    let baselines = squares.map { $0 / m * (n / m) }
    return TargetErrors(
      rows: data.count, columns: data.columns, ridge: fit.base.ridge, hideRate: data.hide,
      columnTrainingErrors: fit.residuals.columnMeanSquares(divisor: m),
      columnLeaveOneOutErrors: alone.columnMeanSquares(divisor: n).map { $0.isFinite ? $0 : nil },
      columnBaselines: baselines,
      leaveGroupOut: together.map { found in
        LeaveGroupOutErrors(
          groups: groups!.count, largestShare: groups!.largestShare,
          columnErrors: found.columnMeanSquares(divisor: n).map { $0.isFinite ? $0 : nil },
          columnBaselines: groups!.isTrivial ? baselines : data.baselines(of: prepared.values, groups!))
      }, keepsMaskPenalty: leaving.keepsPenalty)
  }

  /// Every residual with its row, or its group, left out (rows x targets).
  public func leftOutResiduals(ridge: Double) throws -> Matrix {
    let leaving = try leaving(ridge)
    return try groups.map { try leaving.groups($0) } ?? leaving.rows()
  }

  private func leaving(_ ridge: Double) throws -> TargetLeaving {
    try Ridge.shared(ridge).check(columns: data.columns)
    return TargetLeaving(fit: try TargetFit(data, prepared, ridge: ridge, odds: data.odds))
  }

  // MARK: the best penalty

  /// The penalty of least error with rows, or groups, left out.
  public struct Best: Sendable {
    public let errors: TargetErrors
    public let path: [TargetErrors]
    public let isAtBoundary: Bool

    public var warnings: [MaskedWarning] {
      (isAtBoundary ? [.ridgeAtBoundary(errors.ridge)] : []) + errors.warnings
    }
  }

  /// From a millionth of the columns' mean variance to ten times all of it.
  public func ridgeGrid(count: Int = 16) throws -> [Double] { try BlockPath(data).ridgeGrid(count: count) }

  /// A grid, then finer ones between the neighbours of its best. Throws `noAnswer` where no penalty has such errors.
  public func best() throws -> Best {
    let grid = try errors(ridges: ridgeGrid())
    func value(_ errors: TargetErrors) -> Double { errors.choiceError ?? .infinity }
    let start = grid.indices.min { value(grid[$0]) < value(grid[$1]) } ?? 0
    guard value(grid[start]) < .infinity else {
      throw MaskedRegressionError.noAnswer(
        "no penalty has leave-one-out errors: without some row every fit is singular. Give more rows, or leave out columns"
      )
    }
    if start == 0 || start == grid.count - 1 {
      return Best(errors: grid[start], path: grid, isAtBoundary: true)
    }
    var around = Array(grid[start - 1...start + 1])
    while log(around[2].ridge / around[0].ridge) > 0.2 {
      let finer = try errors(ridges: [
        (around[0].ridge * around[1].ridge).squareRoot(), (around[1].ridge * around[2].ridge).squareRoot(),
      ])
      let five = [around[0], finer[0], around[1], finer[1], around[2]]
      let middle = (1...3).min { value(five[$0]) < value(five[$1]) } ?? 2
      around = Array(five[middle - 1...middle + 1])
    }
    return Best(errors: around[1], path: grid, isAtBoundary: false)
  }

  // MARK: what is fitted

  public func model(ridge: Double) throws -> TargetModel {
    try Ridge.shared(ridge).check(columns: data.columns)
    let fit = try TargetFit(data, prepared, ridge: ridge, odds: data.odds)
    return TargetModel(
      means: data.transform.means, scales: data.transform.scales, targetMeans: prepared.means, weights: fit.weights,
      ridge: ridge)
  }

  /// Codes of k dimensions: what one linear bottleneck keeps of the prediction of all blocks. Throws `invalidRidge`, `invalidSize`.
  public func codes(size: Int, ridge: Double) throws -> BlockCodes {
    try Ridge.shared(ridge).check(columns: data.columns)
    return try BlockCodes(data, prepared, ridge: ridge, size: size)
  }

  // MARK: other numbers of rows

  /// The map to other numbers of rows, along multiples of one penalty ridge I + r blockdiag(S): `MaskedForecast.ridge` is the multiple.
  public func forecaster(ridge: Double, count: Int = 24) throws -> MaskedForecaster {
    let points = try (0..<count).compactMap { index -> (RidgeTransfer, Double)? in
      let multiple = exp(14 * Double(index) / Double(count - 1) - 7)
      let fit = try TargetFit(data, prepared, ridge: multiple * ridge, odds: multiple * data.odds)
      let statistics = fit.base.statistics(label: multiple, share: fit.base.share())
      let squares = TargetLeaving(fit: fit).rows().columnMeanSquares(divisor: Double(data.count))
      let error = squares.reduce(0, +) / Double(squares.count)
      guard error.isFinite, let kappa = statistics.kappa, let rest = statistics.oneMinusGamma, rest > 0 else {
        return nil
      }
      return (RidgeTransfer(ridge: multiple, kappa: kappa, gamma: 1 - rest), error)
    }
    return MaskedForecaster(rows: data.count, divisor: data.divisor, points: points)
  }

  /// Whether groups of the rows tell of each other at this penalty; nil without groups, and where errors do not exist.
  public func dependence(ridge: Double, _ forecaster: MaskedForecaster) throws -> GroupDependence? {
    guard let groups else { return nil }
    let leaving = try leaving(ridge)
    let alone = leaving.rows()
    return GroupDependence(
      alone: alone, together: groups.isTrivial ? alone : try leaving.groups(groups), groups: groups, ridge: 1,
      forecaster)
  }
}

/// Predicts every block's targets from a row: targetMeans + ((x - means) / scales) weights.
public struct TargetModel: Sendable, Equatable {
  public let means: [Double]
  public let scales: [Double]
  public let targetMeans: [Double]
  /// Columns x targets; 0 where a column is hidden from a target.
  public let weights: Matrix
  public let ridge: Double

  /// Rows x targets.
  public func predictions(for rows: Matrix) -> Matrix {
    let prepared = rows.subtractingFromRows(means).scalingColumns(by: scales.map { 1 / $0 })
    return multiply(prepared, weights).subtractingFromRows(targetMeans.map { -$0 })
  }
}
