import Asymptotics
import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

/// Without centring the second moment is diag(4, 2, 1, 0.8): cov = that - mean mean'.
private let mean = [1, 0.5, 0.5, 0.4]
private let covariance =
  Matrix.diagonal([4, 2, 1, 0.8]) - multiply(Matrix.column(mean), Matrix.column(mean), transposing: .right)

private func world(_ centering: PrincipalComponentsPopulation.Centering) throws -> PrincipalComponentsPopulation {
  try PrincipalComponentsPopulation(
    covariance: covariance, weights: [1, 0.25], labelNoise: 1, centering: centering)
}

private func replicates(
  _ world: PrincipalComponentsPopulation, _ experiment: Experiment, count: Int, seed: UInt64
) throws -> [RiskDecomposition] {
  try Parallel.map(count: count) { index in
    var stream = RandomStream(seed: seed, replicate: UInt64(index))
    return try world.replicate(experiment, using: &stream)
  }
}

@Suite struct CenteringTests {
  @Test func meanZeroIsNoMean() throws {
    expectSameLaw(try world(.none(mean: [0, 0, 0, 0])).law(), try world(.knownMean).law(), 1e-10)
  }

  /// Centring: the same interaction, one coefficient more on either side.
  @Test func centeringCostsAnIntercept() throws {
    let (known, centered) = (try world(.knownMean).law(), try world(.sampleMean).law())
    #expect(centered.effectiveDimension == 3 && centered.baseDimension == 5)
    #expect(centered.interaction.mean == known.interaction.mean)
  }

  /// Without centring, 20 000 replicates: 20 % is 20 standard errors. Leaving out the mean's share of the
  /// fourth moments must be seen too.
  @Test func simulationAgreesWithoutCentering() throws {
    let (world, m) = (try world(.none(mean: mean)), 100_000)
    let values = try replicates(world, Experiment(unlabeled: m, labeled: 50), count: 20_000, seed: 94)
      .map { Double(m) * $0.representation }
    let (sample, law) = (SampleMean(values), try world.law().interaction)
    #expect(abs(sample.z(against: law.mean)) < 5)
    #expect(abs(sample.z(against: 1.2 * law.mean)) > 15 && abs(sample.z(against: 0.8 * law.mean)) > 15)
    #expect(KolmogorovGate(values, cdf: law.cdf).passes)
    let centralMoments = try PrincipalComponentsPopulation(
      covariance: covariance + multiply(Matrix.column(mean), Matrix.column(mean), transposing: .right),
      weights: [1, 0.25], labelNoise: 1
    ).law().interaction
    #expect(abs(sample.z(against: centralMoments.mean)) > 5)
  }

  /// Row by row, nothing believed: the same parts as from the exact laws of second moments.
  @Test(arguments: [PrincipalComponentsPopulation.Centering.sampleMean, .none(mean: [1, 0.5, 0.5, 0.4])])
  func rowsAndExactLawsAgree(_ centering: PrincipalComponentsPopulation.Centering) throws {
    let world = try world(centering)
    func means(_ rows: RowDistribution) throws -> [SampleMean] {
      let risks = try replicates(
        world, Experiment(unlabeled: 300, labeled: 30, rows: rows), count: 20_000, seed: 95)
      return [
        SampleMean(risks.map(\.representation)), SampleMean(risks.map(\.excessRisk)),
      ]
    }
    for (one, other) in zip(try means(.gaussian), try means(.gaussianRows)) {
      let error = (one.standardError * one.standardError + other.standardError * other.standardError).squareRoot()
      #expect(abs(one.mean - other.mean) / error < 5)
      #expect(abs(1.2 * one.mean - other.mean) / error > 5)
    }
  }

  /// Three coefficients at sigma² each, not two.
  @Test func theInterceptIsPaidFor() throws {
    let world = try world(.sampleMean)
    let risks = try replicates(world, Experiment(unlabeled: 2000, labeled: 4000), count: 500, seed: 96)
    let variance = SampleMean(risks.map { 4000 * $0.variance })
    #expect(abs(variance.mean - 3) < 0.02)
    #expect(abs(variance.mean - 2) > 0.9)
  }

  @Test func instanceKeysMustSayWhatIsDone() {
    #expect(throws: InvalidPopulation.self) { try world(.none(mean: [1, 2])) }
  }
}

@Suite struct OtherHeadsTests {
  private func means(_ experiment: Experiment, count: Int) throws -> (total: SampleMean, parts: RiskDecomposition) {
    let world = try PrincipalComponentsPopulation(
      eigenvalues: [3, 2, 1, 0.7, 0.5, 0.4], weights: [1, 0.8], labelNoise: 1)
    let risks = try replicates(world, experiment, count: count, seed: 97)
    let share = Double(experiment.labeled) / Double(count)
    return (
      SampleMean(risks.map { Double(experiment.labeled) * $0.excessRisk }),
      RiskDecomposition(
        representation: share * risks.reduce(0) { $0 + $1.representation },
        leakage: share * risks.reduce(0) { $0 + $1.leakage }, variance: share * risks.reduce(0) { $0 + $1.variance })
    )
  }

  /// The instance's own route to what the head tests draw by hand: 1 500 replicates.
  @Test(arguments: [DownstreamHead.logistic(intercept: nil), .logistic(intercept: 0.5), .ridge(scale: 1)])
  func simulationAgrees(_ head: DownstreamHead) throws {
    let world = try PrincipalComponentsPopulation(
      eigenvalues: [3, 2, 1, 0.7, 0.5, 0.4], weights: [1, 0.8], labelNoise: 1)
    let law = try world.law(head: head)
    let (m, n) = (12_000, 6000)
    let found = try means(Experiment(unlabeled: m, labeled: n, head: head), count: 1500)
    let limit = law.scaledExcessRisk(ratio: 2).mean
    #expect(abs(found.total.z(against: limit)) < 5 || abs(found.total.mean / limit - 1) < 0.02)
    #expect(abs(found.total.mean / (1.2 * limit) - 1) > 0.1)
    #expect(abs(2 * found.parts.representation / law.interaction.mean - 1) < 0.1)
  }

  /// Drawn noise and averaged noise have the same mean: 20 000 replicates, 20 % of it is 20 standard errors.
  @Test func drawnLabelsHaveTheAveragedMean() throws {
    let exact = try means(Experiment(unlabeled: 200, labeled: 40), count: 4000)
    let drawn = try means(Experiment(unlabeled: 200, labeled: 40, samplesLabels: true), count: 20_000)
    let rows = try means(
      Experiment(unlabeled: 200, labeled: 40, rows: .gaussianRows, samplesLabels: true), count: 4000)
    for sample in [drawn, rows] {
      let error =
        (sample.total.standardError * sample.total.standardError
        + exact.total.standardError * exact.total.standardError).squareRoot()
      #expect(abs(sample.total.mean - exact.total.mean) / error < 5)
      #expect(abs(sample.total.mean - 1.2 * exact.total.mean) / error > 5)
    }
  }

  /// A ridge head by the normal equations, from rows.
  @Test func ridgeDecompositionIsTheNormalEquations() throws {
    var stream = RandomStream(seed: 98)
    let rows = stream.normalMatrix(rows: 30, columns: 3)
    let (features, target) = (rows.columns(0..<2), rows.column(2))
    let penalty = [0.2, 0.5]
    let parts = try RiskDecomposition(
      population: .identity(3), sample: (1.0 / 30) * rows.gram(), labeledRows: 30, noiseVariance: 2, penalty: penalty)
    let response = try Cholesky(features.gram() + 30 * .diagonal(penalty)).inverse()
    let head = response * features.transposedTimes(target)
    let noise = multiply(response, features, transposing: .right)
    #expect(relativeDifference(parts.leakage, dot(head, head)) < 1e-12)
    #expect(relativeDifference(parts.variance, 2 * noise.squaredFrobeniusNorm) < 1e-12)
    #expect(parts.representation == 1)
  }

  /// Unexplained variance costs a logistic head what the quadratic form says, for a little of it.
  @Test func bestHeadOnPartOfTheSignal() throws {
    for intercept in [nil, 0.7] {
      let head = try GaussianHead(.logistic, signalVariance: 2, intercept: intercept)
      let little = 1e-4
      let excess = head.excessOfBestHead(explained: 2 - little)!
      #expect(relativeDifference(excess, head.meanCurvature / 2 * little) < 1e-3)
      #expect(abs(head.excessOfBestHead(explained: 2)!) < 1e-12)
      // Nothing explained: the best constant.
      let none = head.excessOfBestHead(explained: 0)!
      #expect(none > 0.1 && none < 0.693)
    }
  }

  @Test func heavyRowsHaveNoExactLogLoss() throws {
    #expect(throws: InvalidPopulation.self) {
      try means(
        Experiment(unlabeled: 100, labeled: 100, rows: .rademacher, head: .logistic(intercept: nil)), count: 2)
    }
    #expect(throws: HeadNotFitted.self) {
      try means(Experiment(unlabeled: 100, labeled: 3, head: .logistic(intercept: nil)), count: 20)
    }
  }
}
