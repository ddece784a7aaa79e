import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Covariances of fewer directions than columns: null eigenvalues are rounding, and count for nothing however small the ridge.
@Suite struct LowRankTests {
  /// 12 directions and 60 rows: kappa/ridge tends to 1/(1 - 12/60).
  @Test(arguments: [1e-12, 1e-20, 1e-50]) func kappaOfATinyRidge(_ ridge: Double) throws {
    var stream = RandomStream(seed: 71)
    let root = stream.normalMatrix(rows: 30, columns: 12)
    let population = try MaskedPopulation(covariance: multiply(root, root, transposing: .right))
    let kappa = try MaskedRisk(population, rows: 60).errors(ridge: ridge).kappa
    #expect(relativeDifference(kappa / ridge, 1.25) < 1e-2, "\(kappa / ridge)")
  }
}
