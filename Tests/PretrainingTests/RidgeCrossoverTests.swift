import Asymptotics
import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

private func factorWorld() throws -> FactorPopulation {
  try FactorPopulation(dimension: 10, strengths: [4, 0.5], coefficients: [1, 1], labelNoise: 0.5)
}

/// β'Σ⁻¹β by a dense solve.
private func energy(_ target: [Double], _ covariance: Matrix) throws -> Double {
  try dot(target, Cholesky(covariance).solve(target))
}

@Suite struct RidgeCrossoverTests {
  /// Strengths 4 and .5, κ = .5: 11.0667 / (σ² 8 - 1.0625), and with .045 for the same ridge on all columns, by hand.
  @Test func referenceValues() throws {
    let law = try factorWorld().law(head: .ridge(scale: 0.5))
    #expect(relativeDifference(law.penaltyTerm, 1.0625) < 1e-14)
    #expect(relativeDifference(law.basePenaltyTerm!, 0.25 * (4 / 125.0 + 0.5 / 3.375)) < 1e-14)
    #expect(relativeDifference(law.crossoverRatio!, 1.4060349391212281) < 1e-13)
    #expect(relativeDifference(law.crossoverRatio(against: .samePenalty)!, 1.3980353579424363) < 1e-13)
    #expect(try factorWorld().law(head: .ridge(scale: 10)).crossoverRatio == .infinity)
    #expect(try factorWorld().law(head: .ridge(scale: 0)).crossoverRatio == factorWorld().law().crossoverRatio)
  }

  /// Every world's closed form of β'Σ⁻¹β is the dense one, in its own coordinates and under another covariance.
  @Test func columnEnergies() throws {
    var stream = RandomStream(seed: 611)
    func covariance(_ d: Int) -> Matrix { (1 / Double(d)) * stream.normalMatrix(rows: 3 * d, columns: d).gram() }
    let (own, other, pairs) = (covariance(5), covariance(5), covariance(5))
    for shifted in [nil, other] {
      let pca = try PrincipalComponentsPopulation(
        covariance: own, weights: [1, -0.5], labelNoise: 1, downstreamCovariance: shifted)
      let target = pca.eigenvectors!.columns(0..<2) * pca.weights
      #expect(try relativeDifference(pca.columnEnergy, energy(target, shifted ?? own)) < 1e-10)
      let loadings = own.columns(0..<2)
      let factor = try FactorPopulation(
        loadings: loadings, coefficients: [1, 2], labelNoise: 1, downstreamCovariance: shifted)
      let sigma = multiply(loadings, loadings, transposing: .right) + .identity(5)
      let direction = try Cholesky(sigma).solve(loadings) * [1, 2]
      #expect(try relativeDifference(factor.columnEnergy, energy(direction, shifted ?? sigma)) < 1e-10)
      let analysis = try FactorAnalysisPopulation(
        loadings: loadings, noiseVariances: [1, 2, 0.5, 1, 1], noise: .diagonal, coefficients: [1, 2], labelNoise: 1,
        downstreamCovariance: shifted)
      #expect(
        try relativeDifference(analysis.columnEnergy, energy(analysis.target, shifted ?? analysis.covariance)) < 1e-10)
      let spectral = try SpectralPopulation(
        covariance: own + pairs, pairCovariance: pairs, weights: [1, 0.3], labelNoise: 1, downstreamCovariance: shifted)
      #expect(
        try relativeDifference(spectral.columnEnergy, energy(spectral.target, shifted ?? spectral.covariance)) < 1e-9)
    }
  }

  /// Both pipelines by simulation at the crossover of κ = .5 against the same ridge: the pre-trained one's mean is its rival's
  /// (1 500 replicates, 20 % is 15 standard errors), and where the penalty is left out (m/n = 1.2389) it is not.
  @Test func simulationMeetsAtTheCrossover() throws {
    let (world, n, kappa) = (try factorWorld(), 20_000, 0.5)
    let law = try world.law(head: .ridge(scale: kappa))
    func pretrained(_ ratio: Double, seed: UInt64) throws -> SampleMean {
      let m = Int((ratio * Double(n)).rounded())
      return SampleMean(
        try Parallel.map(count: 1500) { index in
          var stream = RandomStream(seed: seed, replicate: UInt64(index))
          let experiment = Experiment(unlabeled: m, labeled: n, head: .ridge(scale: kappa))
          return try Double(n) * world.replicate(experiment, using: &stream).excessRisk
        })
    }
    let rival = try allColumns(kappa: kappa, n: n, replicates: 400)
    let mean = SampleMean(rival.map { Double(n) * $0.excessRisk })
    let own = try pretrained(law.crossoverRatio(against: .samePenalty)!, seed: 612)
    let variances = [own, mean].map { $0.standardError * $0.standardError }
    func z(_ other: Double) -> Double { (own.mean - other) / variances.reduce(0, +).squareRoot() }
    #expect(abs(z(mean.mean)) < 5)
    #expect(abs(z(1.2 * mean.mean)) > 15 && abs(z(0.8 * mean.mean)) > 15)
    let unpenalized = try pretrained(world.law().crossoverRatio!, seed: 613)
    #expect(unpenalized.z(against: mean.mean) > 5)
  }

  /// The penalty's price on all columns: at κ = 10 and very many labels the bias is κ² β'Σ⁻¹β up to κ/√n.
  @Test func priceOnAllColumns() throws {
    let n = 100_000_000
    let bias = SampleMean(try allColumns(kappa: 10, n: n, replicates: 20).map { Double(n) * $0.leakage })
    let expected = try factorWorld().law(head: .ridge(scale: 10)).basePenaltyTerm!
    #expect(relativeDifference(bias.mean, expected) < 0.01)
    #expect(relativeDifference(bias.mean, 1.2 * expected) > 0.1 && relativeDifference(bias.mean, 0.8 * expected) > 0.1)
  }

  /// Ridge on all ten columns, by its exact decomposition.
  private func allColumns(kappa: Double, n: Int, replicates: Int) throws -> [RiskDecomposition] {
    let world = try factorWorld()
    let loadings = world.fullLoadings
    let covariance = multiply(loadings, loadings, transposing: .right) + .identity(10)
    let target = try Cholesky(covariance).solve(loadings) * [1, 1]
    let root = try Cholesky(covariance).factor
    let map = root.stacked(above: Matrix(rows: 1, columns: 10, storage: root.transposedTimes(target)))
    let population = multiply(map, map, transposing: .right)
    return try Parallel.map(count: replicates) { index in
      var stream = RandomStream(seed: 614, replicate: UInt64(index))
      let moment = RowDistribution.gaussian.secondMoment(dimension: 10, count: n, using: &stream)
      return try RiskDecomposition(
        population: population, sample: multiply(multiply(map, moment), map, transposing: .right), labeledRows: n,
        noiseVariance: world.noiseVariance, penalty: [Double](repeating: kappa / Double(n).squareRoot(), count: 10))
    }
  }
}
