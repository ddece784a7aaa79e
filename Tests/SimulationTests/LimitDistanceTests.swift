import Asymptotics
import Distributions
import Foundation
import LinearAlgebra
import Pretraining
import Replication
import TestSupport
import Testing

@Suite struct LimitDistanceTests {
  private let law: GeneralizedChiSquare

  init() throws { law = try GeneralizedChiSquare(weights: [1, 1, 0.5, 0.2], constant: 3) }

  /// A sample that is the law's in every quantile, moved by `change`.
  private func distance(
    _ count: Int = 400, shrinkage: Double = 1, _ change: (Int, Double) -> Double
  ) throws -> LimitDistance {
    let values = (0..<count).map { change($0, law.quantile((Double($0) + 0.5) / Double(count))) }
    return LimitDistance(try EmpiricalDistribution(values), law: law, shrinkage: shrinkage)
  }

  @Test func agreementIsNotFar() throws {
    #expect(try !distance { $1 }.isFar && !distance(24) { $1 }.isFar)
    #expect(try !distance { 1.05 * $1 }.isFar && !distance { 0.95 * $1 }.isFar)
  }

  @Test func locationAndSpreadEachCount() throws {
    #expect(try distance { 1.2 * $1 }.isFar && distance { 0.8 * $1 }.isFar)
    // Twice, and half, as wide about the same median.
    let middle = law.quantile(0.5)
    #expect(try distance { middle + 2 * ($1 - middle) }.isFar)
    let narrow = try distance { middle + 0.2 * ($1 - middle) }
    #expect(narrow.isFar && relativeDifference(narrow.median.simulated, narrow.median.law) < 0.01)
    // The upper tail alone.
    #expect(try distance { $0 >= 350 ? 1.6 * $1 : $1 }.isFar)
    #expect(try distance { $0 < 60 ? $1 - 2 : $1 }.isFar)
  }

  /// A tenth of the replicates a million times too large: the mean is 1e5 times the law's, and its standard error hides it.
  @Test func aHugeSpreadHidesNothing() throws {
    for share in [0.03, 0.1, 0.5] {
      let found = try distance(200) { Double($0) >= 200 * (1 - share) ? 1e6 * pow(Double($0), 4) : $1 }
      #expect(found.isFar, "\(share)")
    }
  }

  /// What is seen with fewer rows is divided by how many times fewer they are.
  @Test func shrinkageDivides() throws {
    #expect(try distance { 1.3 * $1 }.isFar)
    #expect(try !distance(shrinkage: 8) { 1.3 * $1 }.isFar)
    #expect(try distance(shrinkage: 2) { 1.3 * $1 }.isFar)
  }

  /// The middle alone: 45 % of the sample and more are at least the median times 1.09, and times 1.11; the mean moves by 3 %.
  @Test func toleranceOfTheMedian() throws {
    func raised(_ factor: Double) throws -> LimitDistance {
      let level = factor * law.quantile(0.5)
      return try distance(6000) { $0 >= 2700 ? max($1, level) : $1 }
    }
    #expect(try !raised(1.09).isFar && raised(1.11).isFar)
    #expect(try relativeDifference(raised(1.11).mean.simulated, law.mean) < 0.05)
  }

  /// 10 % of location: neither side of it moves by a fifth unseen.
  @Test func tolerancesAreWhatIsWritten() throws {
    #expect(try !distance(6000) { 1.095 * $1 }.isFar && !distance(6000) { 0.905 * $1 }.isFar)
    #expect(try distance(6000) { 1.105 * $1 }.isFar && distance(6000) { 0.895 * $1 }.isFar)
    // The upper twelfth alone: the 95 % quantile moves by as much, the median not at all and the mean by less than 10 %.
    #expect(try !distance(6000) { $0 >= 5500 ? 1.22 * $1 : $1 }.isFar)
    #expect(try distance(6000) { $0 >= 5500 ? 1.28 * $1 : $1 }.isFar)
    // The lower twelfth, in shares of the median.
    let median = law.quantile(0.5)
    #expect(try !distance(6000) { $0 < 500 ? $1 - 0.23 * median : $1 }.isFar)
    #expect(try distance(6000) { $0 < 500 ? $1 - 0.27 * median : $1 }.isFar)
    // The upper half percent.
    #expect(try !distance(6000) { $0 >= 5970 ? 1.45 * $1 : $1 }.isFar)
    #expect(try distance(6000) { $0 >= 5970 ? 1.6 * $1 : $1 }.isFar)
  }

  /// Two replicates are no evidence.
  @Test func fewReplicatesSayNothing() throws {
    #expect(try !distance(2) { 3 * $1 }.isFar)
    #expect(try distance(24) { 2 * $1 }.isFar)
  }

  /// A law that is a point mass, replicates on it up to rounding, and off it.
  @Test func roundingIsNoDistance() throws {
    let mass = try GeneralizedChiSquare(weights: [], constant: 0)
    let noise = try EmpiricalDistribution((0..<100).map { Double($0 % 7) * 1e-17 })
    #expect(!LimitDistance(noise, law: mass, rounding: 1e-15).isFar)
    #expect(LimitDistance(noise, law: mass, rounding: 0).isFar)
  }

  /// Labels drawn: the whole law of least squares, ridge and logistic heads, with their chi-square in the place of its mean.
  @Test(arguments: [
    DownstreamHead.leastSquares, .ridge(scale: 0.8), .logistic(intercept: 0.3), .poisson(intercept: nil),
  ])
  func lawOfDrawnLabels(_ head: DownstreamHead) throws {
    let world = try PrincipalComponentsPopulation(
      eigenvalues: [5, 3, 1, 0.8, 0.6], weights: [0.4, -0.3], labelNoise: head.generalizedLinear == nil ? 1 : 0)
    // The law of a Poisson head is wide: 20 % move it less.
    let replicates = head == .poisson(intercept: nil) ? 4500 : 1500
    let simulation = try Simulation(
      world, experiment: Experiment(unlabeled: 20_000, labeled: 4000, head: head, samplesLabels: true),
      replicates: replicates, seed: 3)
    let law = try simulation.law.scaledExcessRiskOfDrawnLabels(ratio: simulation.ratio)
    #expect(
      relativeDifference(law.mean, simulation.law.scaledExcessRisk(ratio: simulation.ratio).mean) < 1e-13)
    // Massart's bound at level 1e-6 is 0.0695, or 0.0402.
    let bound = massartBound(count: replicates, alpha: 1e-6)
    #expect(simulation.scaledExcessRisk.kolmogorovDistance(to: law) < bound)
    for wrong in [law.scaled(by: 1.2), law.scaled(by: 0.8)] {
      #expect(simulation.scaledExcessRisk.kolmogorovDistance(to: wrong) > bound)
    }
    #expect(simulation.warnings.isEmpty, "\(simulation.warnings)")
  }

  /// Target 0: the law of the representation part and the replicates are the same point mass; without noise the total, too.
  @Test func zeroTargets() throws {
    for noise in [1.0, 0] {
      let world = try PrincipalComponentsPopulation(eigenvalues: [5, 3, 1, 0.8], weights: [0, 0], labelNoise: noise)
      let simulation = try Simulation(
        world, experiment: Experiment(unlabeled: 500, labeled: 400), replicates: 50, seed: 1)
      let distances = simulation.kolmogorovDistances()
      #expect(distances.representation == 0)
      #expect(noise > 0 ? distances.total > 0.4 : distances.total == 0)
      #expect(simulation.z.isFinite && simulation.ratioToLaw.isFinite)
      #expect(simulation.warnings.map(\.code) == ["nothing-to-save"])
      if noise == 0 { #expect(simulation.z == 0 && simulation.ratioToLaw == 1) }
    }
  }

  /// A constant target is in the span of every mixture's features: replicates differ from 0 by rounding, on either side of it.
  @Test func constantTargets() throws {
    let world = try MixturePopulation(
      centers: 2 * Matrix.identity(3), slopes: .constant([0, 0, 0]), intercepts: [7, 7, 7], labelNoise: 0)
    let simulation = try Simulation(
      world, experiment: Experiment(unlabeled: 300, labeled: 200), replicates: 20, seed: 1)
    let distances = simulation.kolmogorovDistances()
    #expect(distances.representation == 0 && distances.total == 0, "\(simulation.scaledExcessRisk.sorted)")
    #expect(simulation.z == 0 && simulation.warnings.map(\.code) == ["nothing-to-save"])
  }
}
