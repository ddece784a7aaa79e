import Asymptotics
import Distributions
import LinearAlgebra
import Pretraining
import Randomness
import Replication
import TestSupport
import Testing

/// Both stages against the law. A relative allowance of 2 % covers what is finite in m: 1.5 % at these sizes, falling as 1/m.
@Suite struct MixtureSimulationTests {
  private func gate(_ world: MixturePopulation, replicates: Int = 240) throws -> Simulation {
    try Simulation(
      world, experiment: Experiment(unlabeled: 12_000, labeled: 6000), replicates: replicates, seed: 7)
  }

  private func check(_ simulation: Simulation) {
    let sample = simulation.scaledRepresentation
    let law = simulation.law.interaction.mean / simulation.ratio
    func rejects(_ value: Double) -> Bool { abs(sample.mean - value) > 5 * sample.standardError + 0.02 * value }
    #expect(!rejects(law), "\(sample.mean) +- \(sample.standardError) against \(law)")
    #expect(rejects(1.2 * law) && rejects(0.8 * law))
    // Variance part: sigma² d_act; 5 % allows for its 1/n.
    let variance = simulation.scaledParts.variance
    #expect(abs(variance / simulation.law.labelTerm - 1) < 0.05)
    #expect(abs(simulation.scaledParts.leakage) < 0.05 * sample.mean)
  }

  @Test func paperFamily() throws { try check(gate(paperMixture(4, 12, 2, scale: 10, noise: 0.5))) }

  @Test func distributionOfTheRepresentationPart() throws {
    let simulation = try gate(paperMixture(3, 8, 2, scale: 10), replicates: 600)
    let law = simulation.law.interaction.scaled(by: 1 / simulation.ratio)
    let gate = KolmogorovGate(simulation.scaledRepresentation.sorted) { law.cdf($0) }
    #expect(gate.passes, "\(gate.distance)")
    let wrong = KolmogorovGate(simulation.scaledRepresentation.sorted) { law.scaled(by: 1.2).cdf($0) }
    #expect(!wrong.passes)
  }

  /// Unequal weights, weights and variance estimated, slopes, centres on a plane though there are four.
  @Test func beyondThePaper() throws {
    let world = try MixturePopulation(
      centers: Matrix([[0, 0, 0, 0, 0], [3, 0, 0, 0, 1], [0, 3, 0, 0, 0], [3, 3, 0, 0, 1]]),
      weights: [0.4, 0.2, 0.2, 0.2], standardDeviation: 0.9,
      slopes: .ambient(
        Matrix([[0.3, 0, 0, 1, 0], [0, -0.4, 0, 0, 0.2], [0.5, 0.2, 0, 0, 0], [-0.3, 0.1, 0, 0, 0]])),
      intercepts: [1, -2, 0.5, 2], labelNoise: 1, estimates: .init(weights: true, variance: true))
    #expect(world.rank == 2)
    try check(gate(world, replicates: 600))
  }

  @Test func otherSamplersAreRefused() throws {
    let world = try paperMixture(3, 8, 2)
    #expect(throws: InvalidPopulation.self) {
      try Simulation(
        world, experiment: Experiment(unlabeled: 100, labeled: 100, rows: .rademacher), replicates: 2, seed: 0)
    }
  }
}
