import Asymptotics
import Pretraining

/// Whether sizes are large enough for a law of large m and n.
public enum LimitCheck {
  /// m times d up to which a check by simulation takes a fraction of a second.
  private static let largestWork = 200_000
  private static let replicates = 200

  /// Warnings about these sizes: nearly closed eigengaps, and for small sizes how far the exact risk of finite samples
  /// (Proposition B.1, averaged over replicates of a fixed seed) is from the law's. Cost: nothing for large sizes, else some
  /// hundred replicates.
  public static func warnings(
    _ world: any TwoStagePopulation, law: LimitLaw, experiment: Experiment
  ) -> [Warning] {
    let m = experiment.unlabeled
    let ties = world.warnings(unlabeled: m)
    let sizes = SizeCheck(law, unlabeled: m, labeled: experiment.labeled)
    if sizes.areEnough { return ties }
    guard m * law.baseDimension <= largestWork else { return ties + [sizes.warning] }
    switch Result(catching: { try Simulation(world, experiment: experiment, replicates: replicates, seed: 0) }) {
    case .success(let simulation): return ties + simulation.sizeWarnings
    case .failure: return ties + [sizes.warning]
    }
  }
}
