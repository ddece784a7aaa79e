import LinearAlgebra
import Pretraining

/// Eigenvalues and directions of the pool, shared by the analytic pre-training part of all sizes.
package struct PrincipalSpan: Sendable {
  /// Descending, of the covariance with divisor N.
  package let eigenvalues: [Double]
  /// d x d.
  package let directions: Matrix
  package let mean: [Double]
  /// N.
  package let rowCount: Int
  /// (x - mean) · directions of at most 4096 rows, evenly spaced in the pool: enough for fourth moments.
  package let scores: Matrix

  package static let mostScores = 4096

  /// Cost: N d^2 + 9 d^3 flops.
  package init(_ pool: Matrix) throws { try self.init(pool, RowMoments(rows: pool)) }

  /// Of rows whose moments are known; some of them are read.
  package init(_ pool: any RowSource, _ moments: RowMoments) throws {
    let eigen = try SymmetricEigen(moments.covariance)
    eigenvalues = eigen.values.map { max($0, 0) }
    directions = eigen.vectors
    mean = moments.mean
    let rows = moments.count
    rowCount = rows
    let count = min(rows, Self.mostScores)
    let spaced = try pool.rows(at: (0..<count).map { $0 * rows / count })
    scores = multiply(spaced.subtractingFromRows(moments.mean), eigen.vectors)
  }

  /// λ_k λ_(k+1) / (m gap²): above 0.05 the 1/m law of the span is not to be trusted; 0 when nothing is dropped.
  package func tieRatio(size k: Int) -> Double {
    guard k < eigenvalues.count else { return 0 }
    let gap = eigenvalues[k - 1] - eigenvalues[k]
    let product = eigenvalues[k - 1] * eigenvalues[k]
    if product == 0 { return 0 }
    return gap > 0 ? product / (Double(rowCount) * gap * gap) : .greatestFiniteMagnitude
  }

  /// Whether the features span the leading eigenvectors, as many as there are features.
  package func isSpanned(by representation: any Representation) -> Bool {
    guard let linear = representation.affine, linear.featureCount >= 1,
      linear.featureCount < eigenvalues.count
    else { return false }
    let k = linear.featureCount
    let lengths = (0..<k).map { j in linear.loadings.column(j).reduce(0) { $0 + $1 * $1 }.squareRoot() }
    guard lengths.allSatisfy({ $0 > 0 }) else { return false }
    let unit = linear.loadings.scalingColumns(by: lengths.map { 1 / $0 })
    let dropped = multiply(directions.columns(k..<eigenvalues.count), unit, transposing: .left)
    guard dropped.largestMagnitude < 1e-6 else { return false }
    let kept = multiply(directions.columns(0..<k), unit, transposing: .left)
    return (try? Cholesky(kept.gram()))?.factor.diagonalEntries.allSatisfy { $0 > 1e-4 } ?? false
  }
}
