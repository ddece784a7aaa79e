import Foundation
import Planning
import Randomness
import Testing

/// Wilson's interval of a share of rows told right.
@Suite struct AccuracyIntervalTests {
  /// Its ends are the shares p from which the one seen is 2.1 standard deviations away: (share - p)² = 2.1² p (1 - p)/n.
  @Test(arguments: [0.03, 0.5, 0.8, 0.99], [12.0, 60, 900]) func endsSolveTheEquation(_ share: Double, _ n: Double) {
    let error = (share * (1 - share) / n).squareRoot()
    let interval = Interval(accuracy: share, standardError: error, rows: n)
    #expect(interval.estimate == share)
    for end in [interval.low, interval.high] {
      let distance = abs(share - end) / (end * (1 - end) / n).squareRoot()
      #expect(abs(distance - 2.1) < 1e-9, "\(interval)")
    }
  }

  /// A standard error twice as large is that of a quarter of the rows; of more rows than there are it is not believed.
  @Test func rowsOfTheStandardError() {
    let error = (0.8 * 0.2 / 100).squareRoot()
    let own = Interval(accuracy: 0.8, standardError: 2 * error, rows: 100)
    #expect(abs(own.low - Interval(accuracy: 0.8, standardError: error * 2, rows: 25).low) < 1e-12)
    let small = Interval(accuracy: 0.8, standardError: 0.1 * error, rows: 100)
    #expect(small == Interval(accuracy: 0.8, standardError: error, rows: 100))
    #expect(Interval(accuracy: 1, standardError: 0, rows: 40).low < 0.95)
  }

  /// The share of `n` rows that is right with probability `truth`: covered with the probability that sums of the binomial
  /// distribution give, 92 to 99 % for every truth; arms half as long cover less than 85 % of it.
  @Test(arguments: [0.6, 0.8, 0.95], [30, 100, 400]) func coverage(_ truth: Double, _ n: Int) {
    var (covered, short) = (0.0, 0.0)
    for right in 0...n {
      let share = Double(right) / Double(n)
      let error = (share * (1 - share) / Double(n)).squareRoot()
      let interval = Interval(accuracy: share, standardError: error, rows: Double(n))
      let logChance =
        lgamma(Double(n) + 1) - lgamma(Double(right) + 1) - lgamma(Double(n - right) + 1)
        + Double(right) * log(truth) + Double(n - right) * log(1 - truth)
      if interval.low <= truth, truth <= interval.high { covered += exp(logChance) }
      let (low, high) = ((share + interval.low) / 2, (share + interval.high) / 2)
      if low <= truth, truth <= high { short += exp(logChance) }
    }
    #expect((0.92...0.99).contains(covered) && short < 0.85, "\(covered), \(short)")
  }
}
