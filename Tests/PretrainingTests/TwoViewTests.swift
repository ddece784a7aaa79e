import Asymptotics
import Differentiation
import Distributions
import Geometry
import LinearAlgebra
import Pretraining
import Randomness
import Replication
import TestSupport
import Testing

private func views() throws -> ViewPair {
  var stream = RandomStream(seed: 511)
  let mixing = Matrix.identity(4) + 0.4 * stream.normalMatrix(rows: 4, columns: 4)
  func through(_ diagonal: [Double]) -> Matrix {
    multiply(multiply(mixing, Matrix.diagonal(diagonal)), mixing, transposing: .right).symmetrized()
  }
  return try ViewPair(covariance: through([1, 1, 1, 1]), crossCovariance: through([0.7, 0.45, 0.1, -0.2]))
}

private let weights = [1, 0.7]
private let vicReg = LinearVICReg(rank: 2, dimension: 4, covariance: 25)
private let entropy = LinearMatrixEntropy(rank: 2, dimension: 4)

@Suite struct TwoViewTests {
  @Test func canonicalCorrelationsByConstruction() throws {
    for (one, other) in zip(try views().correlations, [0.7, 0.45, 0.1, -0.2]) { #expect(abs(one - other) < 1e-12) }
  }

  /// Both losses have the law of the canonical directions: the general route through automatic differentiation agrees with the
  /// closed form, which knows neither loss.
  @Test func bothLossesHaveTheClosedForm() throws {
    let pair = try views()
    let closed = LimitLaw(
      noiseVariance: 1, effectiveDimension: 2, baseDimension: 4,
      interaction: try pair.canonicalInteraction(weights: weights))
    expectSameLaw(try ModelWorld(vicReg, views: pair, weights: weights, noiseVariance: 1).law(), closed, 1e-8)
    expectSameLaw(try ModelWorld(entropy, views: pair, weights: weights, noiseVariance: 1).law(), closed, 1e-8)
    let weak = LinearMatrixEntropy(rank: 2, dimension: 4, alignment: 0.3)
    expectSameLaw(try ModelWorld(weak, views: pair, weights: weights, noiseVariance: 1).law(), closed, 1e-8)
  }

  /// Scores by the delta method over rows, and D Cov(t) D' from exact moments.
  @Test func deltaMethodOverRowsIsTheExactRoute() throws {
    let pair = try ViewPair(
      covariance: Matrix([[1, 0.3], [0.3, 2]]), crossCovariance: Matrix([[0.4, 0.2], [0.2, 0.5]]))
    let model = LinearVICReg(rank: 1, dimension: 2)
    let world = try ModelWorld(model, views: pair, weights: [1], noiseVariance: 1)
    let rows = gaussianDesign(root: try Cholesky(pair.joint).factor)
    let sampled = try model.momentMatrices(
      at: world.optimum, head: world.head, unlabeled: ModelRows(rows), downstream: ModelRows(rows.columns(0..<2)))
    #expect(relativeDifference(sampled.hessian, world.moments.hessian) < 1e-10)
    #expect(relativeDifference(sampled.scoreCovariance, world.moments.scoreCovariance) < 1e-10)
    #expect(relativeDifference(sampled.joint, world.moments.joint) < 1e-10)
  }

  /// The optimum of the entropy loss in closed form: canonical directions with variances 1/(k (1 - γ c)).
  @Test func entropyOptimumInClosedForm() throws {
    let pair = try views()
    let world = try ModelWorld(entropy, views: pair, weights: weights, noiseVariance: 1)
    let a = Matrix(rows: 2, columns: 4, storage: world.optimum)
    let scales = pair.correlations[0..<2].map { 1 / (2 * (1 - $0)).squareRoot() }
    let expected = pair.directions.columns(0..<2).scalingColumns(by: scales)
    #expect(relativeDifference(a.gram(), multiply(expected, expected, transposing: .right)) < 1e-10)
  }

  /// From random starts nothing lower than the population optimum is found: it is the global one.
  @Test func optimaAreGlobal() throws {
    let pair = try views()
    let means = SecondMoments(dimension: 8).packed(pair.joint)
    func lowest(_ model: some MomentModel) throws -> Double {
      let loss = SampleLoss(model, means: means)
      return try (0..<20).map { start in
        var stream = RandomStream(seed: 512, replicate: UInt64(start))
        return try OrbitMinimum(of: loss, symmetry: model.symmetry, from: stream.normals(8).map { 0.7 * $0 }).value
      }.min()!
    }
    for model in [vicReg as any MomentModel, entropy] {
      func check(_ model: some MomentModel) throws {
        let own = try ModelWorld(model, views: pair, weights: weights, noiseVariance: 1)
        let value = SampleLoss(model, means: means)(own.optimum)
        #expect(abs(try lowest(model) - value) < 1e-9)
      }
      try check(model)
    }
  }

  /// Where the law does not apply it is not given: the hinge at its corner, a closed gap, copied coordinates.
  @Test func refusals() throws {
    func status(_ model: some MomentModel, _ c: [Double], _ start: [Double]) throws -> OrbitMinimum {
      let pair = try ViewPair(covariance: .identity(c.count), crossCovariance: .diagonal(c))
      let loss = SampleLoss(model, means: SecondMoments(dimension: 2 * c.count).packed(pair.joint))
      return try OrbitMinimum(of: loss, symmetry: model.symmetry, from: start)
    }
    let corner = try status(LinearVICReg(rank: 1, dimension: 2), [0.8, 0.1], [0.7, 0.2])
    #expect(corner.status != OrbitMinimum.Status.minimum && corner.gradientNorm > 1e-3)
    let tied = try status(LinearMatrixEntropy(rank: 1, dimension: 2), [0.5, 0.5], [0.7, 0.2])
    #expect(tied.status == OrbitMinimum.Status.flat)
    // VICReg's own weights: both coordinates copy the leading direction, and the features are dependent.
    let copied = try status(
      LinearVICReg(rank: 2, dimension: 4), [0.7, 0.45, 0.1, -0.2], [0.8, 0.1, 0, 0, 0.7, 0.3, 0.05, 0])
    let a = Matrix(rows: 2, columns: 4, storage: copied.parameters)
    #expect(try SVD(a).values[1] < 1e-6 && copied.value < 30.5)
  }

  /// Simulation: fits of fresh samples of pairs, representation part exact. 3 000 replicates; 20 % is more than 8 standard errors.
  @Test(arguments: [0, 1])
  func simulationFollowsTheLaw(_ which: Int) throws {
    let pair = try views()
    let world: any TwoStageWorld =
      which == 0
      ? try ModelWorld(vicReg, views: pair, weights: weights, noiseVariance: 1)
      : try ModelWorld(entropy, views: pair, weights: weights, noiseVariance: 1)
    let simulation = try Simulation(
      world, experiment: Experiment(unlabeled: 4000, labeled: 400), replicates: 3000, seed: 513)
    let scaled = simulation.risks.map { 4000 * $0.representation }
    let (sample, law) = (SampleMean(scaled), try world.law().interaction)
    #expect(abs(sample.z(against: law.mean)) < 5)
    #expect(KolmogorovGate(scaled, cdf: law.cdf).passes)
    #expect(abs(simulation.z) < 5)
    // Negative controls: 20 % off, and the influence of the covariance left out (as if Cov x were known).
    #expect(abs(sample.z(against: 1.2 * law.mean)) > 8 && abs(sample.z(against: 0.8 * law.mean)) > 8)
    let c = pair.correlations
    let known = [2, 3].reduce(0.0) { sum, b in
      sum + zip(weights, c).reduce(0.0) { $0 + $1.0 * $1.0 * (1 + $1.1 * c[b]) / (2 * ($1.1 - c[b]) * ($1.1 - c[b])) }
    }
    #expect(abs(sample.z(against: known)) > 8)
  }
}
