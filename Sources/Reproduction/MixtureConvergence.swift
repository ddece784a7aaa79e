import Asymptotics
import Distributions
import Foundation
import LinearAlgebra
import Pretraining
import Replication

/// Both stages at growing sizes for the mixture of Figures 3 and 4: K = 4, d = 20, separation 2, m = 2 n, noise variance 1/4.
///
/// Coefficients are (1/i) (1, 1, 1, 1) in the centres' own three coordinates (and the intercept), of norm 1.
struct MixtureConvergence {
  /// Samples of n times each part at one size.
  struct Size {
    let labeled: Int
    let total: EmpiricalDistribution
    /// What comes of the representation being an estimate: representation and leakage.
    let pretraining: EmpiricalDistribution
    let variance: EmpiricalDistribution
  }

  let world: MixturePopulation
  let law: LimitLaw
  let sizes: [Size]

  static let ratio = 2.0
  /// Replicates that are kept together.
  private static let portion = 50

  init(_ name: String, sizes: [Int], replicates: [Int], _ settings: ReproductionSettings) throws {
    let k = 4
    let values = MixturePopulation.reciprocal(blocks: k, width: 4)
    let world = try MixturePopulation(
      centers: 2 * Matrix.identity(k), dimension: 20,
      slopes: .reduced(Matrix(values.map { [Double](repeating: $0, count: 3) })), intercepts: values, labelNoise: 0.5)
    let steps = sizes.count
    var kept = KeptParts(name, settings)
    var found: [Size] = []
    for (index, (n, count)) in zip(sizes, replicates).enumerated() {
      try settings.step(index, of: steps)
      var numbers: [Double] = []
      for first in stride(from: 0, to: count, by: Self.portion) {
        let number = min(Self.portion, count - first)
        numbers += try kept.part("seed \(settings.seed), n \(n), replicates \(first) to \(first + number)") {
          try Self.simulate(world, labeled: n, first: first, replicates: number, settings) {
            settings.progress(index, steps)
          }
        }
      }
      found.append(try Self.size(n, numbers))
    }
    try settings.step(sizes.count, of: steps)
    kept.discard()
    self.world = world
    law = try world.law()
    self.sizes = found
  }

  /// Pairs of the pre-training part and the variance part, one after the other.
  private static func simulate(
    _ world: MixturePopulation, labeled n: Int, first: Int, replicates: Int, _ settings: ReproductionSettings,
    goesOn: @escaping @Sendable () -> Bool
  ) throws -> [Double] {
    do {
      let simulation = try Simulation(
        world, experiment: Experiment(unlabeled: Int(ratio) * n, labeled: n), replicates: replicates,
        seed: settings.seed, cell: UInt64(1000 * n + first)
      ) { _ in goesOn() }
      let scale = Double(n)
      return simulation.risks.flatMap { [scale * ($0.representation + $0.leakage), scale * $0.variance] }
    } catch is Simulation.Interrupted { throw ReproductionInterrupted() }
  }

  private static func size(_ n: Int, _ numbers: [Double]) throws -> Size {
    let pretraining = stride(from: 0, to: numbers.count, by: 2).map { numbers[$0] }
    let variance = stride(from: 1, to: numbers.count, by: 2).map { numbers[$0] }
    return Size(
      labeled: n, total: try EmpiricalDistribution(zip(pretraining, variance).map { $0 + $1 }),
      pretraining: try EmpiricalDistribution(pretraining), variance: try EmpiricalDistribution(variance))
  }
}
