import Asymptotics
import Foundation
import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

/// The law of a softmax head against the logistic one, brute force and simulation.
@Suite struct SoftmaxLawTests {
  static let eigenvalues = [3, 2, 1, 0.7, 0.5]

  static func components(_ weights: [Double]) throws -> PrincipalComponentsPopulation {
    try PrincipalComponentsPopulation(eigenvalues: eigenvalues, weights: weights, labelNoise: 0)
  }

  static func three() throws -> SoftmaxWorld<PrincipalComponentsPopulation> {
    try SoftmaxWorld(weights: [[1, 0.2], [-0.4, 0.9], [-0.5, -0.8]], intercepts: [0.2, 0, -0.3], base: components)
  }

  private static func check(_ law: LimitLaw, isLike logistic: LimitLaw) {
    #expect(relativeDifference(law.interaction.mean, logistic.interaction.mean) < 1e-9)
    #expect(relativeDifference(law.interaction.standardDeviation, logistic.interaction.standardDeviation) < 1e-9)
    #expect(relativeDifference(law.irreducibleRisk, logistic.irreducibleRisk) < 1e-10)
    #expect(law.labelTerm == logistic.labelTerm && law.baseLabelTerm == logistic.baseLabelTerm)
    #expect(law.effectiveDimension == logistic.effectiveDimension && law.baseDimension == logistic.baseDimension)
  }

  /// Two classes have the law of logistic labels at the difference of their targets, in every linear world.
  @Test func twoClassesAreLogistic() throws {
    let (zero, one) = ([0.3, -0.2], [-0.5, 0.6])
    let difference = zip(one, zero).map { $0 - $1 }
    let head = DownstreamHead.logistic(intercept: 0.4)
    func check<Base: LinearTargetPopulation & MomentsWorld>(_ base: ([Double]) throws -> Base) throws {
      let world = try SoftmaxWorld(weights: [zero, one], intercepts: [0.1, 0.5], base: base)
      Self.check(try world.law(head: .softmax), isLike: try base(difference).law(head: head))
    }
    try check(Self.components)
    try check { try FactorPopulation(dimension: 6, strengths: [3, 1.5], coefficients: $0, labelNoise: 0.5) }
    try check { try SpectralPopulation(correlations: [0.8, 0.6, 0.3, 0.1], weights: $0, labelNoise: 0) }
    try check {
      try FactorAnalysisPopulation(
        loadings: Matrix([[1, 0], [0.8, 0.3], [0.2, 1], [0, 0.9], [0.5, 0.5]]),
        noiseVariances: [1, 0.8, 1.1, 0.7, 0.9], noise: .diagonal, coefficients: $0, labelNoise: 0)
    }
  }

  /// A third class that copies the second splits its labels at random: what is learned of the others does not change.
  @Test func orderAndBasisOfClasses() throws {
    let law = try Self.three().law()
    let turned = try SoftmaxWorld(
      weights: [[-0.5, -0.8], [1, 0.2], [-0.4, 0.9]], intercepts: [-0.3, 0.2, 0], base: Self.components
    ).law()
    #expect(relativeDifference(law.interaction.mean, turned.interaction.mean) < 1e-10)
    // A shared target is no signal.
    let shifted = try SoftmaxWorld(
      weights: [[2, 0.3], [0.6, 1], [0.5, -0.7]], intercepts: [0.2, 0, -0.3], base: Self.components
    ).law()
    #expect(relativeDifference(law.interaction.mean, shifted.interaction.mean) < 1e-9)
    #expect(law.effectiveDimension == 6 && law.baseDimension == 12 && law.labelTerm == 3)
  }

  /// The joint Hessian of (heads, intercepts, A) averaged over drawn rows and labels, no contrast or conditional mean used: its
  /// law has the same mean to five standard errors, 20 % either way has not.
  @Test func bruteForceHessian() throws {
    let world = try Self.three()
    let moments = try world.classes[0].moments()
    let law = try world.law()
    let roots = Self.eigenvalues.map { $0.squareRoot() }
    let (k, d, rows) = (2, 5, 8000)
    let found = try Parallel.map(count: 30) { batch -> Double in
      var stream = RandomStream(seed: 811, replicate: UInt64(batch))
      let x = stream.normalMatrix(rows: rows, columns: d).scalingColumns(by: roots)
      // A* = Λ_k^½, θ_k = w/λ^½: f = w'x on the leading columns.
      let features = x.columns(0..<k).scalingColumns(by: Array(roots[0..<k]))
      let heads = world.classes.map { zip($0.weights, roots).map { $0 / $1 } }
      var logits = Matrix(rows: rows, columns: 3)
      for i in 0..<rows {
        for own in 0..<3 { logits[i, own] = world.intercepts[own] + dot(heads[own], Array(features.row(i))) }
      }
      let tangents = heads.map { head -> Matrix in
        var result = Matrix(rows: rows, columns: k * d)
        for i in 0..<rows { for a in 0..<k { for j in 0..<d { result[i, a * d + j] = head[a] * x[i, j] } } }
        return result
      }
      let classes = (0..<rows).map { row -> Int in
        let shares = (0..<3).map { exp(logits[row, $0]) }
        var rest = stream.uniform() * shares.reduce(0, +)
        for own in 0..<2 {
          rest -= shares[own]
          if rest < 0 { return own }
        }
        return 2
      }
      let ones = Matrix(rows: rows, columns: 1, repeating: 1)
      let risk = DownstreamRisk(
        softmax: ones.joined(leftOf: features), tangents: tangents, logits: logits, classes: classes)
      let own = try LimitLaw(moments: moments, downstream: risk)
      #expect(own.effectiveDimension == law.effectiveDimension && own.baseDimension == law.baseDimension)
      #expect(abs(own.labelTerm - law.labelTerm) < 0.3)
      return own.interaction.mean
    }
    let (sample, mean) = (SampleMean(found), law.interaction.mean)
    #expect(abs(sample.z(against: mean)) < 5, "\(sample) for \(mean)")
    #expect(abs(sample.z(against: 1.2 * mean)) > 5 && abs(sample.z(against: 0.8 * mean)) > 5)
  }

  /// Replicates with drawn classes: n (R - R*) and its part that the representation misses, 20 % either way is seen.
  @Test func simulationAgrees() throws {
    let world = try Self.three()
    let (m, n) = (4000, 4000)
    let law = try world.law()
    let parts = try Parallel.map(count: 800) { index -> RiskDecomposition in
      var stream = RandomStream(seed: 812, replicate: UInt64(index))
      return try world.replicate(Experiment(unlabeled: m, labeled: n, head: .softmax), using: &stream)
    }
    for (name, values, mean) in [
      ("all", parts.map(\.excessRisk), law.scaledExcessRisk(ratio: 1).mean),
      ("representation", parts.map(\.representation), law.interaction.mean),
      ("labels", parts.map(\.variance), law.labelTerm),
    ] {
      let sample = SampleMean(values.map { Double(n) * $0 })
      #expect(abs(sample.z(against: mean)) < 5, "\(name): \(sample) for \(mean)")
      #expect(abs(sample.z(against: 1.2 * mean)) > 5 && abs(sample.z(against: 0.8 * mean)) > 5, "\(name)")
    }
  }

  @Test func refusals() throws {
    #expect(throws: InvalidPopulation.self) { try SoftmaxWorld(weights: [[1, 0]], base: Self.components) }
    #expect(throws: InvalidPopulation.self) {
      try SoftmaxWorld(weights: [[1, 0], [0, 1]], intercepts: [1], base: Self.components)
    }
    #expect(throws: InvalidPopulation.self) { try Self.three().law(head: .ridge(scale: 1)) }
    #expect(throws: InvalidPopulation.self) {
      var stream = RandomStream(seed: 1)
      return try Self.three().replicate(
        Experiment(unlabeled: 50, labeled: 50, rows: .rademacher, head: .softmax), using: &stream)
    }
    // Labels that the features separate, or of one class.
    #expect(throws: HeadNotFitted.self) {
      var stream = RandomStream(seed: 1)
      return try Self.three().replicate(Experiment(unlabeled: 50, labeled: 4, head: .softmax), using: &stream)
    }
  }
}
