import Foundation
import Randomness
import TestSupport
import Testing

@Suite struct PoissonTests {
  private func draws(_ mean: Double, _ count: Int) -> [Int] {
    var stream = RandomStream(seed: 12, cell: mean.bitPattern)
    return (0..<count).map { _ in stream.poisson(mean: mean) }
  }

  /// Pearson's statistic over counts expected 20 times or more, in standard deviations.
  private func misfit(_ sample: [Int], mean: Double) -> Double {
    let number = Double(sample.count)
    var observed: [Int: Double] = [:]
    for count in sample { observed[count, default: 0] += 1 }
    var (statistic, cells, restExpected, restObserved) = (0.0, 0.0, number, number)
    for count in 0..<Int(mean + 12 * mean.squareRoot() + 20) {
      let expected = number * exp(Double(count) * log(mean) - mean - lgamma(Double(count) + 1))
      guard expected >= 20 else { continue }
      let found = observed[count] ?? 0
      statistic += (found - expected) * (found - expected) / expected
      cells += 1
      restExpected -= expected
      restObserved -= found
    }
    if restExpected > 20 {
      statistic += (restObserved - restExpected) * (restObserved - restExpected) / restExpected
    } else {
      cells -= 1
    }
    return (statistic - cells) / (2 * cells).squareRoot()
  }

  /// One arrival at a time, many at once, and binomial counts among them.
  @Test(arguments: [0.5, 5, 15.9, 16, 17.5, 40, 300]) func everyCountAsOftenAsItMust(_ mean: Double) {
    let sample = draws(mean, 60_000)
    #expect(abs(misfit(sample, mean: mean)) < 5)
    #expect(misfit(sample, mean: 1.2 * mean) > 5)
    #expect(misfit(sample, mean: mean / 1.2) > 5)
  }

  /// Mean, variance and third central moment are all the mean; a draw costs no more for 1e15 than for 100.
  @Test(arguments: [1e4, 1e9, 1e15]) func manyArrivals(_ mean: Double) {
    let sample = draws(mean, 20_000).map { (Double($0) - mean) / mean.squareRoot() }
    #expect(abs(SampleMean(sample).z(against: 0)) < 5)
    let squares = SampleMean(sample.map { $0 * $0 })
    #expect(abs(squares.z(against: 1)) < 5)
    #expect(abs(squares.z(against: 1.2)) > 5)
    #expect(abs(squares.z(against: 1 / 1.2)) > 5)
  }

  @Test func nothingArrivesInNoTime() {
    #expect(draws(0, 100).allSatisfy { $0 == 0 })
  }
}
