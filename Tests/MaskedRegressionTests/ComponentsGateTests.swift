import Foundation
import LinearAlgebra
import MaskedRegression
import RandomMatrices
import Randomness
import Testing
import TestSupport

/// Sample eigenvectors: how many eigenvalues lie above a place, what principal components leave, what predictors built on them do.
@Suite struct ComponentsGateTests {
  /// Eigenvectors in columns and eigenvalues of X'X/n.
  private static func decompose(_ x: Matrix) throws -> SymmetricEigen {
    try SymmetricEigen((1 / Double(x.rows)) * x.gram())
  }

  /// u_k' Sigma u_k.
  private static func variances(_ vectors: Matrix, _ sigma: Matrix) -> [Double] {
    multiply(vectors, multiply(sigma, vectors), transposing: .left).diagonalEntries
  }

  /// Masked risk of A = I - Q diag(Q)^-1, Q = U g U': (1/d) sum [Q Sigma Q]_jj / Q_jj^2.
  private static func maskedRisk(_ vectors: Matrix, _ g: [Double], _ sigma: Matrix) -> Double {
    let q = multiply(vectors.scalingColumns(by: g), vectors, transposing: .right)
    let spread = multiply(q, multiply(sigma, q)).diagonalEntries
    return zip(spread, q.diagonalEntries).reduce(0) { $0 + $1.0 / ($1.1 * $1.1) } / Double(g.count)
  }

  /// 1/l_i for the first q, the reciprocal mean of the discarded l_i for the others.
  private static func probabilisticPCA(_ values: [Double], _ q: Int) -> [Double] {
    let noise = values[q...].reduce(0, +) / Double(values.count - q)
    return values.indices.map { 1 / ($0 < q ? values[$0] : noise) }
  }

  /// With fewer rows than columns the last number of directions exceeds the rows.
  @Test(arguments: [2, 0.5])
  func unmaskedReconstruction(_ rowsPerColumn: Double) throws {
    try expectGates(["d/10", "d/3", "3d/4"], columns: 60, replicates: 150, seed: 45) { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      let (sigma, rows) = (population.covariance, Int(rowsPerColumn * Double(d)))
      let directions = [d / 10, d / 3, 3 * d / 4]
      return Experiment(theory: PCAErrorLaw(population, rows: rows).unmaskedErrors(directions: directions)) {
        stream in
        let vectors = try Self.decompose(population.sample(rows: rows, &stream)).vectors
        let variances = Self.variances(vectors, sigma)
        return directions.map { variances[$0...].reduce(0, +) / Double(d) }
      }
    }
  }

  /// Places at which the law leaves a fifth, a half and nine tenths of the positive eigenvalues above.
  @Test(arguments: [2, 0.5])
  func countingLaw(_ rowsPerColumn: Double) throws {
    try expectGates(["20 %", "50 %", "90 %"], columns: 60, replicates: 200, seed: 51) { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      let rows = Int(rowsPerColumn * Double(d))
      let law = SampleCovarianceLaw(eigenvalues: population.eigenvalues, rows: rows)
      let counts = [0.2, 0.5, 0.9].map { $0 * Double(law.positiveCount) }
      let places = law.taus(countsAbove: counts).map { law.point(tau: $0).value }
      return Experiment(theory: counts) { stream in
        let values = try Self.decompose(population.sample(rows: rows, &stream)).values
        return places.map { place in Double(values.count { $0 > place }) }
      }
    }
  }

  /// Masked probabilistic PCA, ridge as a spectral predictor, and the bound 1/mean(1/phi) with the samples' own variances phi.
  @Test(arguments: [2, 0.5])
  func maskedPredictors(_ rowsPerColumn: Double) throws {
    let names = ["PPCA d/10", "PPCA d/4", "ridge 0.3", "optimal shrinkage"]
    try expectGates(names, columns: 60, replicates: 100, seed: 52) { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      let (sigma, rows) = (population.covariance, Int(rowsPerColumn * Double(d)))
      let law = SpectralPredictor(population, rows: rows)
      let risks = law.maskedPPCARisks()
      return Experiment(
        theory: [risks[d / 10], risks[d / 4], law.ridgeRisk(0.3), law.optimalShrinkageRisk]
      ) { stream in
        let eigen = try Self.decompose(population.sample(rows: rows, &stream))
        // Rows never saw the last directions: any basis of them, one common variance.
        var variances = Self.variances(eigen.vectors, sigma)
        let seen = min(rows, d)
        let null = variances[seen...].reduce(0, +) / Double(max(1, d - seen))
        for k in seen..<d { variances[k] = null }
        let values = eigen.values.enumerated().map { $0 < seen ? $1 : 0 }
        return [
          Self.probabilisticPCA(values, d / 10), Self.probabilisticPCA(values, d / 4), values.map { 1 / ($0 + 0.3) },
          variances.map { 1 / $0 },
        ].map { Self.maskedRisk(eigen.vectors, $0, sigma) }
      }
    }
  }

  /// One delocalised spike, one direction: d (E - 1), on both sides of the threshold 0.707.
  @Test(arguments: [3, 0.3])
  func oneSpike(_ strength: Double) throws {
    let names = ["unmasked PCA", "masked PPCA", "masked shrunk PPCA"]
    try expectGates(names, columns: 60, replicates: 1000, seed: 53) { d in
      let population = try MaskedPopulation.spiked([strength], columns: d)
      let sigma = population.covariance
      let law = SingleSpikeComparison(strength: strength, aspect: 0.5)
      return Experiment(theory: [law.unmaskedPCA, law.maskedPPCA, law.maskedShrunkPPCA]) { stream in
        let x = population.sample(rows: 2 * d, &stream)
        let covariance = (1 / Double(x.rows)) * x.gram()
        let eigen = try SymmetricEigen(covariance, largest: 1)
        let (u, value) = (eigen.vectors.column(0), eigen.values[0])
        let image = sigma * u
        let (variance, noise) = (dot(u, image), (covariance.trace - value) / Double(d - 1))
        /// d (E - 1) of Q = I - b u u'.
        func excess(_ b: Double) -> Double {
          (0..<d).reduce(-Double(d)) { sum, j in
            let spread = sigma[j, j] - 2 * b * u[j] * image[j] + b * b * u[j] * u[j] * variance
            return sum + spread / ((1 - b * u[j] * u[j]) * (1 - b * u[j] * u[j]))
          }
        }
        return [strength - variance, excess(1 - noise / value), excess(1 - 1 / variance)]
      }
    }
  }

  /// The leading order s - s^4/(c d) is what the law at its best penalty comes to.
  @Test func oneSpikeMaskedRegression() throws {
    let gains = try [200, 400].map { d -> Double in
      let best = try MaskedRisk(.spiked([0.8], columns: d), rows: 2 * d).optimum().errors.generalizationError
      let law = SingleSpikeComparison(strength: 0.8, aspect: 0.5)
      return (0.8 - Double(d) * (best - 1)) / (0.8 - law.maskedRegression(columns: d))
    }
    // The next order is 1/d.
    let limit = 2 * gains[1] - gains[0]
    #expect(abs(limit - 1) < 0.02, "\(gains) -> \(limit)")
    #expect(abs(gains[1] - 1) < 0.2)
  }

  /// Summed, the variances estimated from one sample give PCA's error on fresh rows.
  @Test(arguments: [2.5, 0.6])
  func reconstructionFromTheSample(_ rowsPerColumn: Double) throws {
    try expectGates(["estimate / error"], columns: 50, replicates: 60, seed: 49) { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      let sigma = population.covariance
      return Experiment(theory: [1]) { stream in
        let rows = population.sample(rows: Int(rowsPerColumn * Double(d)), &stream)
        let spectrum = try SampleSpectrum(rows: rows, preparation: uncentered)
        let u = spectrum.vectorRows.rows(0..<d / 5)
        let kept = multiply(u, multiply(sigma, u, transposing: .right)).trace
        return [spectrum.reconstructionErrors()[d / 5] / ((sigma.trace - kept) / Double(d))]
      }
    }
  }
}
