import Asymptotics
import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

/// Six columns, two factors, unequal noise.
private func example(_ noise: FactorAnalysisPopulation.Noise = .diagonal) throws -> FactorAnalysisPopulation {
  try FactorAnalysisPopulation(
    loadings: Matrix([[1.2, 0.3], [0.7, -0.5], [0.4, 0.9], [-0.8, 0.6], [1, 0.1], [0.2, -0.9]]),
    noiseVariances: noise == .diagonal ? [0.5, 1, 2, 0.7, 1.5, 0.3] : [Double](repeating: 0.7, count: 6), noise: noise,
    coefficients: [1, -0.5], labelNoise: 0.5)
}

/// Expectation and maximization in turn, from the definition (Rubin and Thayer 1982): slow, and obvious.
private func expectationMaximization(_ s: Matrix, factors k: Int, steps: Int) throws -> (Matrix, [Double]) {
  var a = try SymmetricEigen(s, largest: k).vectors
  var psi = s.diagonalEntries
  for _ in 0..<steps {
    let precision = try Cholesky(multiply(a, a, transposing: .right) + .diagonal(psi)).inverse()
    let b = multiply(a, precision, transposing: .left)
    let cross = multiply(s, b, transposing: .right)
    let second = Matrix.identity(k) - b * a + b * cross
    a = cross * (try Cholesky(second.symmetrized()).inverse())
    psi = (s - multiply(a, cross, transposing: .right)).diagonalEntries
  }
  return (a, psi)
}

@Suite struct FactorAnalysisTests {
  /// Complex-step derivatives and a pseudo-inverse in NumPy, sharing no formula with the closed forms.
  @Test func referenceValue() throws {
    let law = try example().law()
    #expect(relativeDifference(law.interaction.mean, 1.5503592278191576) < 1e-11)
    #expect(relativeDifference(law.interaction.standardDeviation, 1.4489456968856396) < 1e-11)
    #expect(law.effectiveDimension == 2 && law.baseDimension == 6)
  }

  /// One unknown variance: the closed form and the moment matrices; and at s² = 1 the law of noise known to be 1.
  @Test func commonNoiseHasAClosedForm() throws {
    let world = try example(.common)
    expectSameLaw(
      try world.law(), try LimitLaw(moments: world.moments(), noiseVariance: world.noiseVariance), 1e-9)
    let unit = try FactorAnalysisPopulation(
      loadings: world.loadings, noiseVariances: [Double](repeating: 1, count: 6), noise: .common,
      coefficients: [1, -0.5], labelNoise: 0.5)
    let known = try FactorPopulation(loadings: world.loadings, coefficients: [1, -0.5], labelNoise: 0.5)
    expectSameLaw(try unit.law(), try known.law(), 1e-12)
    #expect(relativeDifference(unit.noiseVariance, known.noiseVariance) < 1e-13)
    #expect(relativeDifference(unit.signalVariance, known.signalVariance) < 1e-13)
    #expect(try relativeDifference(unit.headEnergy, known.headEnergy) < 1e-12)
    #expect(try relativeDifference(world.law().interaction.mean, known.law().interaction.mean) > 0.1)
  }

  @Test func downstreamCovarianceOfItsOwn() throws {
    var stream = RandomStream(seed: 91)
    let other = (1.0 / 12) * stream.normalMatrix(rows: 12, columns: 6).gram()
    let plain = try example(.common)
    let world = try FactorAnalysisPopulation(
      loadings: plain.loadings, noiseVariances: plain.noiseVariances, noise: .common, coefficients: [1, -0.5],
      labelNoise: 0.5, downstreamCovariance: other)
    expectSameLaw(
      try world.law(), try LimitLaw(moments: world.moments(), noiseVariance: world.noiseVariance), 1e-9)
  }

  /// Not knowing the noise of each column costs something; the block of A alone is the unit-noise model's information.
  @Test func informationOfTheLoadingsIsTheUnitModels() throws {
    let loadings = try example().loadings
    let unit = try FactorAnalysisPopulation(
      loadings: loadings, noiseVariances: [Double](repeating: 1, count: 6), noise: .diagonal, coefficients: [1, -0.5],
      labelNoise: 0.5)
    let known = try FactorPopulation(loadings: loadings, coefficients: [1, -0.5], labelNoise: 0.5)
    let block = try unit.moments().hessian.rows(0..<12).columns(0..<12)
    #expect(try relativeDifference(block, known.moments().hessian) < 1e-12)
    #expect(try unit.law().interaction.mean > 1.05 * known.law().interaction.mean)
  }

  /// The whole pipeline: 3 000 replicates put 20 % at 9 standard errors.
  @Test(arguments: FactorAnalysisPopulation.Noise.allCases)
  func simulationAgrees(_ noise: FactorAnalysisPopulation.Noise) throws {
    let world = try example(noise)
    let m = 50_000
    let values = try Parallel.map(count: 3000) { index in
      var stream = RandomStream(seed: 92, replicate: UInt64(index))
      return Double(m)
        * (try world.replicate(Experiment(unlabeled: m, labeled: 100), using: &stream).representation)
    }
    let (sample, law) = (SampleMean(values), try world.law().interaction)
    #expect(abs(sample.z(against: law.mean)) < 5)
    #expect(abs(sample.z(against: 1.2 * law.mean)) > 8 && abs(sample.z(against: 0.8 * law.mean)) > 8)
    #expect(KolmogorovGate(values, cdf: law.cdf).passes)
    #expect(!KolmogorovGate(values, cdf: law.scaled(by: 1.2).cdf).passes)
  }

  // MARK: the fit

  @Test func newtonReachesTheMaximumOfEM() throws {
    var stream = RandomStream(seed: 93)
    let world = try example()
    let root = try Cholesky(world.covariance).factor
    let rows = multiply(stream.normalMatrix(rows: 500, columns: 6), root, transposing: .right)
    let sample = (1.0 / 500) * rows.gram()
    let fit = try DiagonalFactorFit(covariance: sample, factors: 2)
    #expect(fit.status == .converged && fit.iterations < 20)
    let (a, psi) = try expectationMaximization(sample, factors: 2, steps: 20_000)
    for (ours, theirs) in zip(fit.noiseVariances, psi) { #expect(relativeDifference(ours, theirs) < 1e-7) }
    let ours = multiply(fit.loadings, fit.loadings, transposing: .right)
    #expect(relativeDifference(ours, multiply(a, a, transposing: .right)) < 1e-7)
    // An EM that is stopped early is elsewhere: the comparison can fail.
    let (_, early) = try expectationMaximization(sample, factors: 2, steps: 5)
    #expect(relativeDifference(early[0], psi[0]) > 1e-3)
  }

  @Test func populationCovarianceGivesThePopulation() throws {
    let world = try example()
    let fit = try DiagonalFactorFit(covariance: world.covariance, factors: 2)
    for (ours, truth) in zip(fit.noiseVariances, world.noiseVariances) {
      #expect(relativeDifference(ours, truth) < 1e-8)
    }
    let features = try fit.features()
    let truth = try Cholesky(world.covariance).solve(world.loadings)
    #expect(
      relativeDifference(
        multiply(features, features, transposing: .right), multiply(truth, truth, transposing: .right)) < 1e-7)
  }

  /// A column that is another one's double has no noise of its own left: a status, not a number to trust.
  @Test func heywoodCasesAreNamed() throws {
    let s = Matrix([[1, 0.9999999, 0.5], [0.9999999, 1, 0.5], [0.5, 0.5, 1]])
    let fit = try DiagonalFactorFit(covariance: s, factors: 1)
    if case .improper(let column) = fit.status { #expect(column < 2) } else { Issue.record("\(fit.status)") }
  }

  @Test func impossibleWorldsAreRefused() throws {
    let world = try example()
    #expect(throws: InvalidPopulation.self) {
      try FactorAnalysisPopulation(
        loadings: world.loadings, noiseVariances: [1, 1, 1, 1, 1, 0], noise: .diagonal, coefficients: [1, 1],
        labelNoise: 1)
    }
    #expect(throws: InvalidPopulation.self) {
      try FactorAnalysisPopulation(
        loadings: world.loadings, noiseVariances: world.noiseVariances, noise: .common, coefficients: [1, 1],
        labelNoise: 1)
    }
    // Too many factors to tell noise from loadings: no isolated optimum across orbits.
    let crowded = try FactorAnalysisPopulation(
      loadings: Matrix([[1, 0.2], [0.5, -1], [0.3, 0.8]]), noiseVariances: [1, 1, 1], noise: .diagonal,
      coefficients: [1, 1], labelNoise: 1)
    #expect(throws: LimitLawError.self) { try crowded.law() }
  }
}
