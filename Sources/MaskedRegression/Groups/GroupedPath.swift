import LinearAlgebra

/// Masked ridge regression at any number of penalties, judged by leaving whole groups of rows out: rows of one person, image or site.
///
/// Where every group is one row it says what `MaskedPath` says, to the bit.
public struct GroupedPath: PenaltyPath {
  public let path: MaskedPath
  public let groups: Partition
  private let engine: SpectralLeaveGroupOut

  public var columns: Int { path.columns }
  public var totalVariance: Double { path.totalVariance }
  public var smallestRidge: Double { path.smallestRidge }
  public var lowestRidge: Double { path.lowestRidge }

  /// - Parameter groups: of the rows that `path` was made of, in their order.
  /// Throws `groupCount`, `oneGroup`, `needsMemory`.
  public init(_ path: MaskedPath, groups: Partition, memory: MemoryLimit = .physical) throws {
    try Self.check(groups, rows: path.spectrum.rows)
    try memory.check(.scores(rows: path.spectrum.rows, rank: path.spectrum.rank))
    (self.path, self.groups) = (path, groups)
    engine = try SpectralLeaveGroupOut(path.spectrum, groups)
  }

  static func check(_ groups: Partition, rows: Int) throws(MaskedRegressionError) {
    if groups.label.count != rows { throw .groupCount(given: groups.label.count, rows: rows) }
    if groups.count < 2 { throw .oneGroup }
  }

  /// Errors at each penalty, with those of groups left out. Throws `invalidRidge`.
  public func errors(ridges: [Double]) throws -> [MaskedErrors] {
    let errors = try path.errors(ridges: ridges)
    if groups.isTrivial { return errors.map { $0.leavingOut(groups, $0.columnLeaveOneOutErrors, $0.columnBaselines) } }
    let (found, baselines) = (engine.columnErrors(ridges: ridges), engine.baselines())
    return zip(errors, found).map { $0.leavingOut(groups, $1.map { $0.isFinite ? $0 : nil }, baselines) }
  }

  /// Every residual with its group left out (rows x columns), in units of the prepared columns; infinite where it does not exist.
  public func leaveGroupOutResiduals(ridge: Double) throws -> Matrix {
    try Ridge.shared(ridge).check(columns: columns)
    return groups.isTrivial ? try path.leaveOneOutResiduals(.shared(ridge)) : engine.residuals(ridge: ridge)
  }
}

extension MaskedErrors {
  fileprivate func leavingOut(_ groups: Partition, _ columnErrors: [Double?], _ baselines: [Double]) -> MaskedErrors {
    var result = self
    result.leaveGroupOut = LeaveGroupOutErrors(
      groups: groups.count, largestShare: groups.largestShare, columnErrors: columnErrors, columnBaselines: baselines)
    return result
  }
}

extension MemoryNeed {
  /// All rows in the basis of the eigenvectors.
  static func scores(rows: Int, rank: Int) -> MemoryNeed {
    MemoryNeed(
      bytes: saturating(rows, rank, 8, 2), what: "\(rows) rows with their groups left out",
      alternative: "Take some of the groups, or fewer columns.")
  }
}
