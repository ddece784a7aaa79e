import LinearAlgebra

/// How many directions of a positive semidefinite matrix count as non-zero, and how clear-cut that was.
///
/// Decided on correlation scale (unit diagonal), so that units of measurement do not matter.
public struct RankDecision: Sendable, Equatable {
  public let rank: Int
  /// Eigenvalues of the matrix on correlation scale, descending.
  public let eigenvalues: [Double]
  /// Eigenvalues above this count.
  public let threshold: Double

  /// Relative size below which an eigenvalue counts as zero.
  public static let defaultTolerance = 1e-9

  /// Cost: 4/3 n^3 flops. Throws `LinearAlgebraError` for non-finite entries.
  public init(_ matrix: Matrix, tolerance: Double = defaultTolerance) throws {
    precondition(matrix.isSquare, "rank decision on a \(matrix.rows) x \(matrix.columns) matrix")
    let correlation = matrix.scalingBothSides(by: matrix.correlationScales)
    eigenvalues = try SymmetricEigen.values(of: correlation.symmetrized())
    let cut = tolerance * max(eigenvalues.first ?? 0, 0)
    threshold = cut
    rank = eigenvalues.count { $0 > cut }
  }

  /// Smallest eigenvalue kept over the largest in magnitude dropped; nil when nothing is kept or nothing dropped.
  public var gap: Double? {
    guard rank > 0, rank < eigenvalues.count else { return nil }
    let dropped = eigenvalues[rank...].reduce(0) { max($0, abs($1)) }
    return dropped == 0 ? .greatestFiniteMagnitude : eigenvalues[rank - 1] / dropped
  }

  /// The kept and the dropped eigenvalues are within a factor of 1000 of each other.
  public var isClose: Bool { gap.map { $0 < 1000 } ?? false }
}
