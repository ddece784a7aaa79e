import Geometry
import LinearAlgebra

extension CanonicalPairs {
  /// From the moments of `count` pairs. Throws `SpectralFitError.singularCovariance`. Cost: 20 d³ flops.
  init(covariance: Matrix, pairCovariance: Matrix, count: Int) throws {
    guard let eigen = try? SymmetricEigen(covariance), let smallest = eigen.values.last,
      smallest > 1e-12 * eigen.values[0]
    else { throw SpectralFitError.singularCovariance(rows: count, columns: covariance.rows) }
    try self.init(eigen, pairCovariance: pairCovariance)
  }

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
