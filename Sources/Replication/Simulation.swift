import Asymptotics
import Distributions
import Failures
import LinearAlgebra
import Pretraining
import Randomness

/// Replicates of the two stages in a known world, set against its limiting law.
///
/// Each replicate draws fresh unlabeled rows, pre-trains, draws fresh labeled covariates, and contributes its exact excess risk
/// averaged over label noise (Proposition B.1). Replicate i uses the random stream (seed, cell, i): results do not depend on the
/// number of threads, to the bit, and more replicates extend a run without changing its beginning.
public struct Simulation: Sendable {
  public let experiment: Experiment
  public let law: LimitLaw
  /// Excess risks, replicate by replicate.
  public let risks: [RiskDecomposition]
  /// n (R - σ²), one for each replicate.
  public let scaledExcessRisk: EmpiricalDistribution
  /// n times the representation part alone.
  public let scaledRepresentation: EmpiricalDistribution

  /// What rounding may do to a scaled part.
  let rounding: Double

  /// The caller asked to stop.
  public struct Interrupted: Failure {
    public var kind: FailureKind { .interrupted }
    public var description: String { "interrupted before all replicates were drawn" }
  }

  /// Runs `replicates` replicates on all threads. Throws `Interrupted`, or what the population throws.
  /// - Parameter progress: called with the number done; returns false to stop.
  public init(
    _ population: any TwoStageWorld, experiment: Experiment, replicates: Int, seed: UInt64, cell: UInt64 = 0,
    progress: @Sendable (Int) -> Bool = { _ in true }
  ) throws {
    precondition(replicates > 0, "\(replicates) replicates")
    self.experiment = experiment
    let law = try population.law(head: experiment.head)
    self.law = law
    rounding = population.rounding(experiment, law: law)
    var risks: [RiskDecomposition] = []
    let batch = 64
    for start in stride(from: 0, to: replicates, by: batch) {
      risks += try Parallel.map(count: min(batch, replicates - start)) { index in
        var stream = RandomStream(seed: seed, cell: cell, replicate: UInt64(start + index))
        return try population.replicate(experiment, using: &stream)
      }
      if !progress(risks.count) { throw Interrupted() }
    }
    self.risks = risks
    let n = Double(experiment.labeled)
    scaledExcessRisk = try EmpiricalDistribution(risks.map { n * $0.excessRisk })
    scaledRepresentation = try EmpiricalDistribution(risks.map { n * $0.representation })
  }

  /// m/n.
  public var ratio: Double { Double(experiment.unlabeled) / Double(experiment.labeled) }

  /// Mean of n times each part.
  public var scaledParts: RiskDecomposition {
    let n = Double(experiment.labeled) / Double(risks.count)
    return RiskDecomposition(
      representation: n * risks.reduce(0) { $0 + $1.representation },
      leakage: n * risks.reduce(0) { $0 + $1.leakage }, variance: n * risks.reduce(0) { $0 + $1.variance })
  }

  /// (simulated mean - law's mean) / standard error. At finite m and n the law is off by O(1/n) and O(1/m), so with enough
  /// replicates this grows without bound: it measures the distance to the limit in standard errors, not an error of either.
  /// 0 where the two agree to rounding; the largest number there is where they differ and the replicates do not.
  public var z: Double {
    let (sample, law) = (scaledExcessRisk, law.scaledExcessRisk(ratio: ratio))
    let difference = sample.mean - law.mean
    if abs(difference) <= rounding { return 0 }
    let z = difference / sample.standardError
    return z.isFinite ? z : difference > 0 ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude
  }

  /// Largest difference between the distribution function of the replicates and the law's: total, and representation part.
  ///
  /// Either law may be a point mass, as where the target is 0; observations within rounding of it lie on it.
  public func kolmogorovDistances() -> (total: Double, representation: Double) {
    let total = law.scaledExcessRisk(ratio: ratio)
    let representation = law.interaction.scaled(by: 1 / ratio)
    return (
      scaledExcessRisk.kolmogorovDistance(to: total, rounding: rounding),
      scaledRepresentation.kolmogorovDistance(to: representation, rounding: rounding)
    )
  }

  /// Simulated mean over the law's mean, both of n (R - σ²): how far these sizes are from the limit. 1 where they agree to
  /// rounding.
  public var ratioToLaw: Double {
    let (simulated, law) = (scaledExcessRisk.mean, law.scaledExcessRisk(ratio: ratio).mean)
    return abs(simulated - law) <= rounding ? 1 : simulated / law
  }

  /// What the reader must know of the comparison.
  public var warnings: [Warning] { law.warnings + sizeWarnings }

  /// Where median, spread or mean are far from the law's, and not by chance.
  var sizeWarnings: [Warning] {
    (try? ReplicateRun(ReplicateKind(experiment), risks: risks, failed: 0).warnings(law, rounding: rounding)) ?? []
  }
}
