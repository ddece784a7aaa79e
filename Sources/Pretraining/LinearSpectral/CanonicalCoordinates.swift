import LinearAlgebra

/// Coordinates z, x = F z, in which Σ = I and Σ⁺ = diag(correlations).
struct CanonicalCoordinates: Sendable {
  /// Descending.
  let correlations: [Double]
  private let eigen: SymmetricEigen
  /// Eigenvectors of Σ⁺ in whitened coordinates.
  private let turn: Matrix

  /// From the eigendecomposition of a positive definite Σ. Cost: 10 d³ flops.
  init(_ covariance: SymmetricEigen, pairCovariance: Matrix) throws {
    let whitening = Self.whitening(covariance)
    let pairs = multiply(whitening, multiply(pairCovariance, whitening), transposing: .left)
    let turned = try SymmetricEigen(pairs.symmetrized())
    (eigen, turn, correlations) = (covariance, turned.vectors, turned.values)
  }

  /// From the moments of `count` pairs. Throws `SpectralFitError.singularCovariance`. Cost: 20 d³ flops.
  init(covariance: Matrix, pairCovariance: Matrix, count: Int) throws {
    guard let eigen = try? SymmetricEigen(covariance), let smallest = eigen.values.last,
      smallest > 1e-12 * eigen.values[0]
    else { throw SpectralFitError.singularCovariance(rows: count, columns: covariance.rows) }
    try self.init(eigen, pairCovariance: pairCovariance)
  }

  private static func whitening(_ eigen: SymmetricEigen) -> Matrix {
    eigen.vectors.scalingColumns(by: eigen.values.map { 1 / $0.squareRoot() })
  }

  /// Of Σ.
  var conditionNumber: Double { eigen.values[0] / eigen.values[eigen.values.count - 1] }

  /// W, d x d: z = W'x.
  var directions: Matrix { Self.whitening(eigen) * turn }

  /// F.
  var map: Matrix { eigen.vectors.scalingColumns(by: eigen.values.map { $0.squareRoot() }) * turn }

  /// F⁻¹ = W'.
  var inverse: Matrix { multiply(turn, Self.whitening(eigen), transposing: .both) }

  /// The k largest correlations. Throws `SpectralFitError.fewPositiveCorrelations`.
  func leading(_ rank: Int) throws -> ArraySlice<Double> {
    precondition(rank > 0 && rank <= correlations.count, "rank \(rank) in \(correlations.count) columns")
    // Correlations lie within ±1.
    let rounding = EigenvalueTie.computed(order: correlations.count, largest: 1).resolution
    guard correlations[rank - 1] > rounding else {
      throw SpectralFitError.fewPositiveCorrelations(rank: rank, positive: correlations.count { $0 > rounding })
    }
    return correlations[0..<rank]
  }
}
