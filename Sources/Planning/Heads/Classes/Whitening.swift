import LinearAlgebra

/// Features of labeled rows in coordinates that are uncorrelated and of unit variance over the pool: a penalty on their
/// coefficients sees the span of the features and nothing else, as a head without a penalty does.
struct Whitening: Sendable {
  /// n x rank.
  let labeled: Matrix
  /// p x rank: what features are multiplied by.
  let axes: Matrix
  var rank: Int { labeled.columns }

  /// Directions with less than this share of the largest variance are rounding.
  private static let resolution = 1e-9

  init(_ design: PoolDesign) throws {
    try self.init(design.covariance, of: design.labeled.columns(1..<design.labeled.columns))
  }

  /// Cost: p^3 + n p^2 flops.
  init(_ covariance: Matrix, of rows: Matrix) throws {
    let eigen = try SymmetricEigen(covariance)
    let rank = eigen.rank(relativeTolerance: Self.resolution)
    axes = eigen.vectors.columns(0..<rank).scalingColumns(by: eigen.values.prefix(rank).map { 1 / $0.squareRoot() })
    labeled = rows * axes
  }
}

extension PoolDesign {
  /// Of the scaled features over the pool.
  var covariance: Matrix {
    let rows = Double(rowCount)
    let slopes = gram.columns - 1
    let means = (0..<slopes).map { gram[0, $0 + 1] / rows }
    var result = Matrix(rows: slopes, columns: slopes)
    for i in 0..<slopes { for j in 0..<slopes { result[i, j] = gram[i + 1, j + 1] / rows - means[i] * means[j] } }
    return result.symmetrized()
  }
}
