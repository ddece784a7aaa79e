import CMath
import LinearAlgebra
import Synchronization

/// Masked regression in blocks at any number of penalties: a search, a path and a fit as of single columns.
///
/// Errors are those of `MaskedErrors`; every column of a block has the degrees of freedom of the block's regression. kappa is that of the
/// penalty as a whole, in units of the ridge.
/// Cost: without hiding and without groups that of `BlockSpectrum`, for several penalties; else that of `BlockFit` and `BlockLeaving` for
/// each.
public struct BlockPath: PenaltyPath {
  public let data: BlockRows
  /// Of the rows, where some belong together.
  public let groups: Partition?
  private let spectrum = KnownSpectrum()

  public var columns: Int { data.columns }
  public var totalVariance: Double { data.covariance.trace }
  /// Below this the fit is as good as without a penalty where there are enough rows, and rounding where there are not.
  public var smallestRidge: Double { 1e-10 * totalVariance / Double(max(columns, 1)) }
  public var lowestRidge: Double { max(smallestRidge, 1e-6 * totalVariance / Double(max(columns, 1))) }

  /// Throws `groupCount`, `oneGroup`.
  public init(_ data: BlockRows, groups: Partition? = nil) throws {
    try groups.map { try GroupedPath.check($0, rows: data.count) }
    (self.data, self.groups) = (data, groups)
  }

  /// Throws `invalidRidge`, `singular`.
  public func errors(ridges: [Double]) throws -> [MaskedErrors] {
    for ridge in ridges { try Ridge.shared(ridge).check(columns: columns) }
    if data.odds == 0, groups == nil, ridges.count > Self.fewPenalties, ridges.allSatisfy({ $0 > 0 }) {
      let spectrum = try spectrum(of: data)
      return try ridges.map { try spectrum.errors(ridge: $0) }
    }
    return try ridges.map { try errors(BlockFit(data, ridge: $0, odds: data.odds), label: $0, groups) }
  }

  /// Eigenvectors cost as much as the inverses of a few.
  private static let fewPenalties = 3

  private func errors(_ fit: BlockFit, label: Double, _ groups: Partition?) throws -> MaskedErrors {
    let leaving = BlockLeaving(fit: fit)
    let alone = leaving.rows()
    var result = fit.errors(leftOut: alone, label: label)
    result.keepsMaskPenalty = leaving.keepsPenalty
    guard let groups else { return result }
    let together = groups.isTrivial && !leaving.keepsPenalty ? alone : try leaving.groups(groups)
    result.leaveGroupOut = LeaveGroupOutErrors(
      groups: groups.count, largestShare: groups.largestShare,
      columnErrors: together.columnMeanSquares(divisor: Double(data.count)).map { $0.isFinite ? $0 : nil },
      columnBaselines: groups.isTrivial ? result.columnBaselines : data.baselines(of: data.rows, groups))
    return result
  }

  /// Every residual with its row, or its group, left out (rows x columns), in prepared units.
  public func leftOutResiduals(ridge: Double) throws -> Matrix {
    try Ridge.shared(ridge).check(columns: columns)
    let leaving = BlockLeaving(fit: try BlockFit(data, ridge: ridge, odds: data.odds))
    return try groups.map { try leaving.groups($0) } ?? leaving.rows()
  }

  /// Whether groups of the rows tell of each other at this penalty; nil without groups, and where errors do not exist.
  public func dependence(ridge: Double, _ forecaster: MaskedForecaster) throws -> GroupDependence? {
    guard let groups else { return nil }
    let leaving = BlockLeaving(fit: try BlockFit(data, ridge: ridge, odds: data.odds))
    return GroupDependence(
      alone: leaving.rows(), together: groups.isTrivial ? leaving.rows() : try leaving.groups(groups), groups: groups,
      ridge: 1, forecaster)
  }

  public func model(ridge: Double) throws -> MaskedRidge {
    try Ridge.shared(ridge).check(columns: columns)
    return try BlockFit(data, ridge: ridge, odds: data.odds).model()
  }

  // MARK: other numbers of rows

  /// The map to other numbers of rows, along multiples of one penalty ridge I + r blockdiag(S): `MaskedForecast.ridge` is the multiple.
  public func forecaster(ridge: Double, count: Int = 40) throws -> MaskedForecaster {
    let errors = try (0..<count).map { index -> MaskedErrors in
      let multiple = exp(14 * Double(index) / Double(count - 1) - 7)
      let fit = try BlockFit(data, ridge: multiple * ridge, odds: multiple * data.odds)
      return try self.errors(fit, label: multiple, nil)
    }
    return MaskedForecaster(rows: data.count, divisor: data.divisor, errors)
  }
}

/// The rows' eigenvectors, found when they are first asked for.
private final class KnownSpectrum: Sendable {
  private let known = Mutex<BlockSpectrum?>(nil)

  func callAsFunction(of data: BlockRows) throws -> BlockSpectrum {
    if let found = known.withLock({ $0 }) { return found }
    let found = try BlockSpectrum(data)
    known.withLock { $0 = found }
    return found
  }
}
