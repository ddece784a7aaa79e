import Asymptotics
import Pretraining

/// Whether sizes are large enough for a law of large m and n.
public enum LimitCheck {
  /// Rows per column and labels per coefficient from which a law is taken at its word.
  private static let enough = 20
  /// m times d up to which a check by simulation takes a fraction of a second.
  private static let largestWork = 200_000
  private static let replicates = 200

  /// Warnings about these sizes: nearly closed eigengaps, and for small sizes how far the exact risk of finite samples
  /// (Proposition B.1, averaged over replicates of a fixed seed) is from the law's. Cost: nothing for large sizes, else some
  /// hundred replicates.
  public static func warnings(
    _ world: any TwoStagePopulation, law: LimitLaw, experiment: Experiment
  ) -> [Warning] {
    let (m, n) = (experiment.unlabeled, experiment.labeled)
    let ties = world.warnings(unlabeled: m)
    let (columns, coefficients) = (law.baseDimension, law.activeDimension)
    if m >= enough * columns && n >= enough * coefficients { return ties }
    guard m * columns <= largestWork else { return ties + [tooSmall(m, columns, n, coefficients)] }
    switch Result(catching: { try Simulation(world, experiment: experiment, replicates: replicates, seed: 0) }) {
    case .success(let simulation): return ties + simulation.sizeWarnings
    case .failure: return ties + [tooSmall(m, columns, n, coefficients)]
    }
  }

  private static func tooSmall(_ m: Int, _ columns: Int, _ n: Int, _ coefficients: Int) -> Warning {
    Warning(
      code: "far-from-limit",
      message:
        "The law is one of large samples; here there are \(m) unlabeled rows for \(columns) columns and \(n) labels for "
        + "\(coefficients) coefficients. Below about \(enough) of each the true risk is larger, without bound.",
      remedy: "See 'pretell simulate' for what these sizes give, or raise them.")
  }
}
