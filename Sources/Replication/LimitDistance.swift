import Distributions

/// How far replicates at finite m and n are from a law of large ones, by median and spread as well as by the mean.
///
/// Each of these says by itself that the sizes are too small, where it is off by more than its tolerance and not by chance:
///
///     mean      10 % of the law's, and five standard errors (of 10 replicates or more)
///     median    10 % of the law's, and as many replicates on its one side at probability 1/2 have a chance below 1e-4
///     5 %, 95 % quantile    25 % of the law's own (of its median for the lower one), by the same test at 0.05 and 0.95
///     99.9 % quantile       50 % of the law's own, by the same test: a few huge replicates in a hundred
///
/// A standard error of rare and huge replicates hides a mean that is a hundred times too large; medians and quantiles are not
/// fooled by it.
public struct LimitDistance: Sendable {
  /// One number of the law beside the replicates'.
  public struct Pair: Sendable, Equatable {
    public let law: Double
    public let simulated: Double
  }

  public let mean: Pair
  public let median: Pair
  public let low: Pair
  public let high: Pair
  /// Whether one of them is off by more than its tolerance, and not by chance.
  public let isFar: Bool

  private static let (largestMean, largestMedian, largestSpread) = (0.1, 0.1, 0.25)
  private static let largestExtreme = 0.5
  private static let standardErrors = 5.0
  /// Below this many replicates a standard error is not known well enough.
  private static let fewest = 10
  private static let chance = 1e-4

  /// - Parameters:
  ///   - law: of what the replicates are.
  ///   - rounding: differences up to this are none.
  ///   - shrinkage: how many times fewer rows of both kinds the replicates had than the question is about: the terms left out by
  ///     a law are of the order of 1/m and 1/n, so that what is seen is divided by this.
  /// Cost: four quantiles of the law, and one evaluation for each quantile and replicate.
  public init(_ sample: EmpiricalDistribution, law: GeneralizedChiSquare, rounding: Double = 0, shrinkage: Double = 1) {
    func pair(_ p: Double) -> Pair { Pair(law: law.quantile(p), simulated: sample.quantile(p)) }
    let (mean, median, low, high) = (Pair(law: law.mean, simulated: sample.mean), pair(0.5), pair(0.05), pair(0.95))
    let extreme = pair(0.999)
    func exceeds(_ pair: Pair, _ tolerance: Double, of scale: Double) -> Bool {
      abs(pair.simulated - pair.law) > max(tolerance * shrinkage * abs(scale), rounding)
    }
    func isOff(_ pair: Pair, _ p: Double, _ tolerance: Double, of scale: Double) -> Bool {
      exceeds(pair, tolerance, of: scale) && Self.chance(of: sample, around: pair.law, probability: p) < Self.chance
    }
    let difference = abs(mean.simulated - mean.law)
    isFar =
      (sample.count >= Self.fewest && exceeds(mean, Self.largestMean, of: mean.law)
        && difference > Self.standardErrors * sample.standardError)
      || isOff(median, 0.5, Self.largestMedian, of: median.law)
      || isOff(low, 0.05, Self.largestSpread, of: median.law)
      || isOff(high, 0.95, Self.largestSpread, of: high.law)
      || isOff(extreme, 0.999, Self.largestExtreme, of: extreme.law)
    (self.mean, self.median, self.low, self.high) = (mean, median, low, high)
  }

  /// Chance that as many of the replicates or more lie on the side of `value` on which too many do, were it their quantile of
  /// this probability; twice that of the one side.
  private static func chance(of sample: EmpiricalDistribution, around value: Double, probability p: Double) -> Double {
    let (trials, below) = (sample.count, sample.sorted.count { $0 < value })
    let above = trials - sample.sorted.count { $0 <= value }
    let one = binomialUpperTail(below, trials: trials, probability: p)
    let other = binomialUpperTail(above, trials: trials, probability: 1 - p)
    return min(2 * min(one, other), 1)
  }
}
