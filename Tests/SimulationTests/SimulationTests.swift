import Asymptotics
import Distributions
import LinearAlgebra
import Pretraining
import Replication
import TestSupport
import Testing

@Suite struct SimulationTests {
  private let factor: FactorPopulation

  init() throws {
    factor = try FactorPopulation(dimension: 10, strengths: [4, 0.5], coefficients: [1, 1], labelNoise: 0.5)
  }

  /// The whole law, not only its mean: Massart's bound at level 1e-6 for 4 000 replicates is 0.0426.
  @Test func distributionIsTheLaws() throws {
    let simulation = try Simulation(
      factor, experiment: Experiment(unlabeled: 200_000, labeled: 20_000), replicates: 4000, seed: 1)
    #expect(abs(simulation.z) < 5)
    let distances = simulation.kolmogorovDistances()
    #expect(distances.representation < 0.0426)
    // Negative controls: the printed Corollary 6.4, and weights 20 % off.
    for wrong in [try factor.corollary64AsPrinted(), simulation.law.interaction.scaled(by: 1.2)] {
      let law = wrong.scaled(by: 1 / simulation.ratio)
      #expect(simulation.scaledRepresentation.kolmogorovDistance(to: law.cdf) > 0.0426)
    }
  }

  @Test func everyReplicateHasItsOwnStream() throws {
    let experiment = Experiment(unlabeled: 300, labeled: 40)
    let long = try Simulation(factor, experiment: experiment, replicates: 130, seed: 2)
    Parallel.threads = 1
    let short = try Simulation(factor, experiment: experiment, replicates: 70, seed: 2)
    Parallel.threads = 2
    #expect(Array(long.risks[0..<70]) == short.risks)
    #expect(try Simulation(factor, experiment: experiment, replicates: 70, seed: 3).risks != short.risks)
    #expect(Set(long.risks.map(\.variance)).count == 130)
  }

  /// 12 labeled rows for 2 features: n/(n-p-1) = 4/3 of the limit, and the comparison says so.
  @Test func smallSizesAreFarFromTheLimit() throws {
    let near = try Simulation(
      factor, experiment: Experiment(unlabeled: 200_000, labeled: 20_000), replicates: 500, seed: 4)
    #expect(near.warnings.isEmpty)
    let far = try Simulation(factor, experiment: Experiment(unlabeled: 100, labeled: 12), replicates: 2000, seed: 4)
    #expect(far.warnings.map(\.code) == ["far-from-limit"])
    #expect(far.ratioToLaw > 1.1)
  }

  @Test func partsAddUp() throws {
    let simulation = try Simulation(
      factor, experiment: Experiment(unlabeled: 500, labeled: 50), replicates: 64, seed: 5)
    #expect(relativeDifference(simulation.scaledParts.excessRisk, simulation.scaledExcessRisk.mean) < 1e-13)
  }

  @Test func stopsWhenAsked() {
    #expect(throws: Simulation.Interrupted.self) {
      try Simulation(factor, experiment: Experiment(unlabeled: 500, labeled: 50), replicates: 640, seed: 6) { $0 < 128 }
    }
  }

  /// Rows drawn one by one and second moments from their exact law describe the same experiment.
  @Test func rowsAndExactLawAgree() throws {
    func mean(_ rows: RowDistribution) throws -> SampleMean {
      let experiment = Experiment(unlabeled: 400, labeled: 60, rows: rows)
      return SampleMean(
        try Simulation(factor, experiment: experiment, replicates: 3000, seed: 7).risks.map(\.excessRisk))
    }
    let (one, other) = (try mean(.gaussian), try mean(.gaussianRows))
    let z =
      (one.mean - other.mean)
      / (one.standardError * one.standardError + other.standardError * other.standardError).squareRoot()
    #expect(abs(z) < 5)
    // Signs instead of normals have lighter tails: the difference must show.
    let signs = try mean(.rademacher)
    #expect(abs(one.mean - signs.mean) / one.standardError > 5)
  }

  @Test func limitIsCheckedAtSmallSizes() throws {
    func codes(_ m: Int, _ n: Int) throws -> [String] {
      try LimitCheck.warnings(factor, law: factor.law(), experiment: Experiment(unlabeled: m, labeled: n)).map(\.code)
    }
    #expect(try codes(20_000, 1000).isEmpty)
    #expect(try codes(20_000, 12) == ["far-from-limit"])
    #expect(try codes(40, 1000) == ["near-closed-eigengap", "far-from-limit"])
  }
}
