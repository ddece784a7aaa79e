import LinearAlgebra
import Pretraining

/// Features of a pool in memory and of the labeled rows with an intercept in front, on one scale.
///
/// Features are centered by their pool mean and divided by their pool standard deviation, which changes no least-squares
/// prediction; features that do not vary over the pool are dropped.
package struct StandardDesign: Sendable {
  /// N x p, first column 1.
  package let pool: Matrix
  /// n x p, first column 1.
  package let labeled: Matrix

  package init(poolFeatures: Matrix, labeledFeatures: Matrix) {
    let scaling = FeatureScaling(poolFeatures)
    pool = scaling.design(poolFeatures)
    labeled = scaling.design(labeledFeatures)
  }

  /// All rows are pool; none is set apart as labeled.
  package init(features: Matrix) { self.init(poolFeatures: features, labeledFeatures: features.rows(0..<0)) }

  /// Coordinates of standardized rows, which are on their scale already.
  init(coordinates: Matrix) {
    pool = FeatureScaling(asTheyAre: coordinates.columns).design(coordinates)
    labeled = pool.rows(0..<0)
  }

  /// p, with the intercept.
  package var parameterCount: Int { pool.columns }
}

/// (B'B)⁺ of a design whose first column is 1, slopes inverted on correlation scale after centering.
///
/// Directions without variance in these rows get no weight, so a column that happens to be constant is as if absent.
package struct DesignInverse: Sendable {
  /// p x p.
  package let inverse: Matrix
  /// Independent columns, the intercept among them.
  package let rank: Int

  /// Cost: rows p^2 + p^3 flops.
  package init(_ design: Matrix) throws {
    try self.init(gram: design.gram(), rows: design.rows)
  }

  /// From B'B, whose entry (0, 0) is the number of rows.
  package init(gram: Matrix, rows: Int) throws {
    let size = Double(rows)
    let slopes = gram.columns - 1
    let mean = (0..<slopes).map { gram[0, $0 + 1] / size }
    var centered = Matrix(rows: slopes, columns: slopes)
    for i in 0..<slopes {
      for j in 0..<slopes { centered[i, j] = gram[i + 1, j + 1] - size * mean[i] * mean[j] }
    }
    let scales = (0..<slopes).map { j in
      let variance = centered[j, j]
      return variance > 1e-12 * gram[j + 1, j + 1] && variance > 0 ? 1 / variance.squareRoot() : 0
    }
    let (block, slopeRank) = try Self.slopeInverse(centered, scales: scales)
    let shift = block * mean
    var result = Matrix(rows: slopes + 1, columns: slopes + 1)
    result[0, 0] = 1 / size + dot(mean, shift)
    for i in 0..<slopes {
      result[0, i + 1] = -shift[i]
      result[i + 1, 0] = -shift[i]
      for j in 0..<slopes { result[i + 1, j + 1] = block[i, j] }
    }
    inverse = result
    rank = slopeRank + 1
  }

  private static func slopeInverse(_ centered: Matrix, scales: [Double]) throws -> (Matrix, Int) {
    if centered.rows == 0 { return (centered, 0) }
    let correlation = centered.scalingBothSides(by: scales).symmetrized()
    func unscaled(_ inverse: Matrix) -> Matrix { inverse.scalingBothSides(by: scales) }
    if let factor = try? Cholesky(correlation), factor.factor.diagonalEntries.allSatisfy({ $0 > 1e-3 }) {
      return (unscaled(factor.inverse()), centered.rows)
    }
    let eigen = try SymmetricEigen(correlation)
    let inverse = eigen.pseudoInverse(relativeTolerance: 1e-9)
    return (unscaled(inverse), eigen.rank(relativeTolerance: 1e-9))
  }
}
