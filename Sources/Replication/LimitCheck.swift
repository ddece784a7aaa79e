import Asymptotics
import Distributions
import LinearAlgebra
import Pretraining
import Randomness

/// Whether sizes are large enough for a law of large m and n, by running the two stages a few times at these sizes.
public enum LimitCheck {
  /// Seconds of one core that a check aims at, and that the fewest replicates may take at most.
  private static let (aim, limit) = (0.6, 4.0)
  private static let replicates = 24...1000
  private static let seed: UInt64 = 0

  /// Warnings about these sizes: nearly closed eigengaps, and how far the exact risk of finite samples (Proposition B.1,
  /// replicates of a fixed seed) is from the law's.
  ///
  /// Where rows make a replicate dear, fewer of both kinds are drawn at the same m/n, and what is seen there is divided by
  /// their share: terms beyond the law fall like 1/m and 1/n. Where a replicate stays too dear (hundreds of columns), or
  /// cannot be run, rows and labels are counted instead (`SizeCheck`). Cost: 0.6 seconds of one core as a rule, 4 at most.
  public static func warnings(_ world: any TwoStageWorld, law: LimitLaw, experiment: Experiment) -> [Warning] {
    let ties = world.warnings(unlabeled: experiment.unlabeled)
    let sizes = SizeCheck(law, unlabeled: experiment.unlabeled, labeled: experiment.labeled)
    let byCount = sizes.areEnough ? [] : [sizes.warning]
    guard let question = question(world, law, experiment),
      let run = try? ReplicateRun(world, question.experiment, replicates: question.replicates, seed: seed)
    else { return ties + byCount }
    let shrinkage = Double(experiment.labeled) / Double(question.experiment.labeled)
    return ties
      + ((try? run.warnings(law, shrinkage: shrinkage, rounding: world.rounding(experiment, law: law))) ?? byCount)
  }

  /// What is run in the place of `experiment`, and how often; nil where nothing can be afforded.
  private static func question(
    _ world: any TwoStageWorld, _ law: LimitLaw, _ experiment: Experiment
  ) -> (experiment: Experiment, replicates: Int)? {
    let fewest = Double(replicates.lowerBound)
    var found = experiment
    guard var seconds = world.replicateSeconds(found) else { return nil }
    while fewest * seconds > aim {
      let fewer = experiment.with(unlabeled: found.unlabeled / 2, labeled: found.labeled / 2)
      guard let fewer, SizeCheck(law, unlabeled: fewer.unlabeled, labeled: fewer.labeled).areEnough,
        let less = world.replicateSeconds(fewer), less < 0.8 * seconds
      else { break }
      (found, seconds) = (fewer, less)
    }
    if fewest * seconds > limit { return nil }
    let affordable = min(aim / seconds, Double(replicates.upperBound))
    return (found, max(replicates.lowerBound, Int(affordable)))
  }
}

extension Experiment {
  /// The same with other numbers of rows; nil unless both are positive.
  fileprivate func with(unlabeled m: Int, labeled n: Int) -> Experiment? {
    m > 0 && n > 0
      ? Experiment(unlabeled: m, labeled: n, rows: rows, head: head, samplesLabels: samplesLabels) : nil
  }
}

extension TwoStageWorld {
  /// What rounding may do to n times a part of a risk: parts are differences of numbers as large as E f², 1e-12 of which is
  /// where pseudo-inverses are cut, and sums as large as the law's mean.
  func rounding(_ experiment: Experiment, law: LimitLaw) -> Double {
    let ratio = Double(experiment.unlabeled) / Double(experiment.labeled)
    return 1e-12 * (Double(experiment.labeled) * targetSize + abs(law.scaledExcessRisk(ratio: ratio).mean))
  }
}
