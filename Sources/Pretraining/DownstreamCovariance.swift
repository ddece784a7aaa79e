import Asymptotics
import LinearAlgebra

/// Covariance of the labeled rows where it differs from that of the unlabeled ones; may be singular.
struct DownstreamCovariance: Sendable {
  static let key = "downstream.covariance"

  let matrix: Matrix
  /// How many directions the labeled rows vary in: what a pipeline without pre-training has to fit.
  let rank: Int

  /// Throws `InvalidPopulation` unless it is symmetric and positive semidefinite, of this order, with a variance somewhere.
  init(_ matrix: Matrix, dimension: Int) throws {
    try InvalidPopulation.check(symmetric: matrix, key: Self.key, dimension: dimension)
    try InvalidPopulation.check(magnitudes: matrix.diagonalEntries, key: Self.key)
    let decision = try RankDecision(matrix, tolerance: Self.rounding(dimension))
    // A zero on the diagonal of a semidefinite matrix has zeros beside it, which correlation scale does not see.
    let lost = matrix.diagonalEntries.indices.contains { row in
      matrix[row, row] < 0 || (matrix[row, row] == 0 && matrix.row(row).contains { $0 != 0 })
    }
    guard decision.rank > 0, !lost, decision.eigenvalues.allSatisfy({ $0 >= -decision.threshold }) else {
      throw InvalidPopulation(
        key: Self.key, value: "\(matrix.rows) x \(matrix.columns)", problem: "it is not positive semidefinite",
        remedy: "Give a covariance: no variance or eigenvalue below 0")
    }
    self.matrix = matrix
    rank = decision.rank
  }

  /// The same labeled rows in other coordinates, where the rank is known.
  init(_ matrix: Matrix, dimension: Int, rank: Int) throws {
    try InvalidPopulation.check(symmetric: matrix, key: Self.key, dimension: dimension)
    (self.matrix, self.rank) = (matrix, rank)
  }

  private static func rounding(_ dimension: Int) -> Double { 64 * Double(dimension) * .ulpOfOne }

  /// B with B B' = matrix.
  var root: Matrix {
    get throws {
      if rank == matrix.rows, let factor = try? Cholesky(matrix) { return factor.factor }
      return try SymmetricEigen(matrix).applying { max($0, 0).squareRoot() }
    }
  }

  /// Throws where features x -> basis'x are linearly dependent on the labeled rows: only directions that are dropped may have no
  /// variance.
  func check(features basis: Matrix) throws {
    let found = try RankDecision(basis.congruence(matrix).symmetrized(), tolerance: 1e-12)
    guard found.rank < basis.columns else { return }
    throw InvalidPopulation(
      key: Self.key, value: "\(matrix.rows) x \(matrix.columns)",
      problem: "the labeled rows vary in \(found.rank) of the \(basis.columns) retained directions only",
      remedy: "Let them vary in every direction that is retained (a dropped one may have no variance)")
  }
}

extension Matrix {
  /// v'A⁺v of a positive semidefinite matrix.
  func inverseEnergy(_ v: [Double]) throws -> Double {
    if let factor = try? Cholesky(self) { return max(dot(v, factor.solve(v)), 0) }
    return try max(dot(v, SymmetricEigen(self).pseudoInverse(relativeTolerance: 1e-12) * v), 0)
  }
}
