import Asymptotics
import Distributions
import Geometry
import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

/// Distinct weights repeated by multiplicity, descending.
func weights(_ law: GeneralizedChiSquare) -> [Double] {
  law.terms.flatMap { [Double](repeating: $0.weight, count: Int($0.degreesOfFreedom)) }.sorted(by: >)
}

func expectSameLaw(_ one: LimitLaw, _ other: LimitLaw, _ tolerance: Double) {
  let (a, b) = (weights(one.interaction), weights(other.interaction))
  #expect(a.count == b.count)
  for (x, y) in zip(a, b) { #expect(relativeDifference(x, y) < tolerance) }
  #expect(one.effectiveDimension == other.effectiveDimension)
  #expect(one.baseDimension == other.baseDimension)
}

private func covariance(_ order: Int, seed: UInt64) -> Matrix {
  var stream = RandomStream(seed: seed)
  return (1 / Double(order)) * stream.normalMatrix(rows: 2 * order, columns: order).gram()
}

private func factorExample(downstream: Matrix? = nil) throws -> FactorPopulation {
  var stream = RandomStream(seed: 11)
  return try FactorPopulation(
    loadings: stream.normalMatrix(rows: 6, columns: 2), coefficients: [1, -0.4], labelNoise: 0.3,
    downstreamCovariance: downstream)
}

@Suite struct FactorPopulationTests {
  /// TWO_STAGE reference: d = 10, D = (4, 0.5), beta = (1, 1).
  @Test func referenceValue() throws {
    let population = try FactorPopulation(
      dimension: 10, strengths: [4, 0.5], coefficients: [1, 1], labelNoise: 0.5)
    let law = try population.law()
    #expect(relativeDifference(law.interaction.mean, 11.06666666666667) < 1e-14)
    #expect(weights(law.interaction).count == 8)
    // σ² = 0.25 + 1/5 + 1/1.5, by hand.
    #expect(relativeDifference(law.noiseVariance, 0.25 + 0.2 + 1 / 1.5) < 1e-15)
    #expect(relativeDifference(law.crossoverRatio!, 11.06666666666667 / (law.noiseVariance * 8)) < 1e-14)
    #expect(try abs(population.corollary64AsPrinted().mean - 9.0666666666667) < 1e-12)
  }

  @Test func closedFormIsTheGeneralRoute() throws {
    let population = try factorExample()
    let general = try LimitLaw(moments: population.moments(), noiseVariance: population.noiseVariance)
    expectSameLaw(try population.law(), general, 1e-9)
    // Negative control: strengths off by 20 % give another law.
    let wrong = try FactorPopulation(
      dimension: 6, strengths: population.strengths.map { 1.2 * $0 }, coefficients: population.coefficients,
      labelNoise: 0.3)
    #expect(try relativeDifference(wrong.law().interaction.mean, general.interaction.mean) > 0.05)
  }

  @Test func closedFormIsTheGeneralRouteUnderAnotherCovariance() throws {
    let population = try factorExample(downstream: covariance(6, seed: 12))
    let general = try LimitLaw(moments: population.moments(), noiseVariance: population.noiseVariance)
    expectSameLaw(try population.law(), general, 1e-9)
    #expect(try relativeDifference(general.interaction.mean, factorExample().law().interaction.mean) > 0.01)
  }

  /// Maximum likelihood of a correct model: S = H.
  @Test func informationEquality() throws {
    let moments = try factorExample().moments()
    #expect(relativeDifference(moments.hessian, moments.scoreCovariance) < 1e-12)
    #expect(relativeDifference(1.2 * moments.hessian, moments.scoreCovariance) > 0.1)
  }

  @Test func axesAndLoadingsAgree() throws {
    let axes = try FactorPopulation(dimension: 5, strengths: [0.5, 3], coefficients: [2, 1], labelNoise: 1)
    let loadings = try FactorPopulation(loadings: axes.fullLoadings, coefficients: [2, 1], labelNoise: 1)
    expectSameLaw(try axes.law(), try loadings.law(), 1e-14)
    #expect(try relativeDifference(axes.law().noiseVariance, loadings.law().noiseVariance) < 1e-14)
  }

  @Test func manyColumnsCostNothing() throws {
    let population = try FactorPopulation(
      dimension: 1_000_000, strengths: [3, 2], coefficients: [1, 1], labelNoise: 1)
    #expect(try population.law().interaction.terms.count == 1)
  }

  @Test func refusals() throws {
    func key(_ body: () throws -> FactorPopulation) -> String? {
      do { _ = try body() } catch let error as InvalidPopulation { return error.key } catch {}
      return nil
    }
    #expect(key { try .init(dimension: 2, strengths: [1, 1], coefficients: [1, 1], labelNoise: 1) } == "dimension")
    #expect(key { try .init(dimension: 5, strengths: [1, -1], coefficients: [1, 1], labelNoise: 1) } == "strengths")
    #expect(
      key { try .init(dimension: 5, strengths: [1], coefficients: [1, 1], labelNoise: 1) } == "downstream.coefficients")
    #expect(key { try .init(dimension: 5, strengths: [1], coefficients: [1], labelNoise: -1) } == "downstream.noise")
    #expect(
      key { try .init(loadings: Matrix(rows: 4, columns: 2, repeating: 1), coefficients: [1, 1], labelNoise: 1) }
        == "loadings")
  }
}

@Suite struct PrincipalComponentsPopulationTests {
  private func example(downstream: Matrix? = nil) throws -> PrincipalComponentsPopulation {
    try PrincipalComponentsPopulation(
      covariance: covariance(6, seed: 13), weights: [1, 0.5], labelNoise: 1, downstreamCovariance: downstream)
  }

  @Test(arguments: [false, true])
  func closedFormIsTheGeneralRoute(_ shifted: Bool) throws {
    let population = try example(downstream: shifted ? covariance(6, seed: 14) : nil)
    let general = try LimitLaw(moments: population.moments(), noiseVariance: 1)
    expectSameLaw(try population.law(), general, 1e-8)
    #expect(general.effectiveDimension == 2 && general.baseDimension == 6)
  }

  /// tr(QV) = Σ c_a² λ_a λ_b² / gap², worked by hand for λ = (3, 1), k = 1: 1 · 3 · 1 / 4.
  @Test func twoByTwoByHand() throws {
    let law = try PrincipalComponentsPopulation(eigenvalues: [3, 1], weights: [1], labelNoise: 1).law()
    #expect(relativeDifference(law.interaction.mean, 0.75) < 1e-15)
  }

  /// Moments averaged over Gaussian rows tend to the population's.
  @Test func momentsFromDataAreUnbiased() throws {
    let population = try PrincipalComponentsPopulation(
      eigenvalues: [5, 3, 1, 0.6, 0.3], weights: [1, 0.5], labelNoise: 1)
    let expected = try population.law().interaction.mean
    let means = try (0..<40).map { round in
      var stream = RandomStream(seed: 15, replicate: UInt64(round))
      let scales = population.eigenvalues.map { $0.squareRoot() }
      let rows = stream.normalMatrix(rows: 4000, columns: 5).scalingColumns(by: scales)
      let moments = try PrincipalComponents.moments(unlabeled: rows, downstream: rows, weights: [1, 0.5])
      return try LimitLaw(moments: moments, noiseVariance: 1).interaction.mean
    }
    let sample = SampleMean(means)
    #expect(abs(sample.z(against: expected)) < 5)
    // Power: 20 % off is more than 10 standard errors away.
    #expect(abs(sample.z(against: 1.2 * expected)) > 10)
  }

  @Test func tiedEigenvaluesAreRefused() {
    #expect(throws: InvalidPopulation.self) {
      try PrincipalComponentsPopulation(eigenvalues: [2, 1, 1], weights: [1, 1], labelNoise: 1)
    }
  }
}

@Suite struct GeneralRouteTests {
  /// A linear change of the parameters w = J v leaves the law alone.
  @Test func reparametrization() throws {
    let population = try factorExample()
    let moments = try population.moments()
    var stream = RandomStream(seed: 16)
    let (p, q) = (moments.featureCount, moments.parameterCount)
    let jacobian = Matrix.identity(q) + 0.3 * stream.normalMatrix(rows: q, columns: q)
    func pulled(_ a: Matrix) -> Matrix { multiply(jacobian, multiply(a, jacobian), transposing: .left).symmetrized() }
    var lift = Matrix.identity(p + q)
    for i in 0..<q { for j in 0..<q { lift[p + i, p + j] = jacobian[i, j] } }
    let vertical = try SVD(QR(jacobian).leastSquares(moments.verticalBasis)).left
    let moved = MomentMatrices(
      hessian: pulled(moments.hessian), scoreCovariance: pulled(moments.scoreCovariance),
      joint: multiply(lift, multiply(moments.joint, lift), transposing: .left).symmetrized(), featureCount: p,
      verticalBasis: vertical)
    expectSameLaw(
      try LimitLaw(moments: moments, noiseVariance: 1), try LimitLaw(moments: moved, noiseVariance: 1), 1e-8)
  }

  /// The cost of a wrong representation does not see movements along the orbit.
  @Test func costKillsVerticalDirections() throws {
    let moments = try factorExample().moments()
    let (p, total) = (moments.featureCount, moments.joint.rows)
    let features = moments.joint.rows(0..<p).columns(0..<p)
    let cross = moments.joint.rows(p..<total).columns(0..<p)
    let explained = multiply(cross, try Cholesky(features).solve(cross.transposed()))
    let cost = moments.joint.rows(p..<total).columns(p..<total) - explained
    let vertical = moments.verticalBasis
    #expect(vertical.columns == 1)
    #expect(multiply(cost, vertical).largestMagnitude < 1e-12 * cost.largestMagnitude)
    #expect(multiply(moments.hessian, vertical).largestMagnitude < 1e-12 * moments.hessian.largestMagnitude)
  }

  /// Tangents inside the span of the features: Q = 0 and pre-training cannot help (G.23).
  @Test func nothingToSave() throws {
    let map = Matrix([[1, 0], [0, 1], [0.5, -1]])
    let joint = multiply(map, map, transposing: .right)
    let moments = MomentMatrices(
      hessian: .identity(1), scoreCovariance: .identity(1), joint: joint, featureCount: 2,
      verticalBasis: Matrix(rows: 1, columns: 0))
    let law = try LimitLaw(moments: moments, noiseVariance: 1)
    #expect(law.baseDimension == law.effectiveDimension)
    #expect(law.crossoverRatio == nil)
    #expect(law.interaction.mean < 1e-14)
    #expect(law.warnings.map(\.code) == ["nothing-to-save"])
  }

  @Test func undeclaredSymmetryIsNotAMinimum() throws {
    let moments = try factorExample().moments()
    let silent = MomentMatrices(
      hessian: moments.hessian - 1e-9 * .identity(12), scoreCovariance: moments.scoreCovariance,
      joint: moments.joint, featureCount: 2, verticalBasis: Matrix(rows: 12, columns: 0))
    #expect(throws: LimitLawError.self) { try LimitLaw(moments: silent, noiseVariance: 1) }
  }
}
