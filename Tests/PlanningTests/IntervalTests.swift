import Foundation
import LinearAlgebra
import Planning
import Randomness
import Testing

/// The interval of a risk from the standard error of a mean of losses.
@Suite struct IntervalTests {
  /// 2 exp(-1.9 / 4) and 2 exp(2.1 / 4 + 2 / 16), from the formula of the article on when not to trust a forecast.
  @Test func arms() {
    let interval = Interval(risk: 2, standardError: 0.5)
    #expect(abs(interval.low - 1.2437701129300403) < 1e-15 && abs(interval.high - 3.8310816580277924) < 1e-14)
  }

  /// A standard error is never above its mean: without any spread there is no interval, of risk 0 neither.
  @Test func ends() {
    #expect(Interval(risk: 3, standardError: 0) == Interval(estimate: 3, low: 3, high: 3))
    #expect(Interval(risk: 0, standardError: 1) == Interval(estimate: 0, low: 0, high: 0))
    #expect(Interval(risk: 1, standardError: 40) == Interval(risk: 1, standardError: 1))
  }

  enum Errors: CaseIterable {
    case normal, laplace

    /// The expectation of a square.
    var variance: Double { self == .normal ? 1 : 2 }

    func draw(_ count: Int, _ stream: inout RandomStream) -> [Double] {
      if self == .normal { return stream.normals(count) }
      return (0..<count).map { _ in log(stream.uniform() / stream.uniform()) }
    }
  }

  /// Means of 60 and 120 squared errors: nominally 90 %, it covers between 92.5 and 96.5 % of 8 000 truths, for tails
  /// as of real residuals. Arms 20 % shorter cover less than that by five standard errors, 20 % longer ones more.
  @Test(arguments: Errors.allCases, [60, 120])
  func coverage(_ errors: Errors, _ count: Int) {
    var stream = RandomStream(seed: 41)
    let replicates = 8000
    let factors = [0.8, 1, 1.2]
    var covered = [0.0, 0, 0]
    for _ in 0..<replicates {
      let squares = errors.draw(count, &stream).map { $0 * $0 }
      let mean = squares.reduce(0, +) / Double(count)
      let spread = squares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
      let interval = Interval(risk: mean, standardError: (spread / Double(count)).squareRoot())
      for (position, factor) in factors.enumerated() {
        let low = mean * pow(interval.low / mean, factor)
        let high = mean * pow(interval.high / mean, factor)
        if low <= errors.variance, errors.variance <= high { covered[position] += 1 / Double(replicates) }
      }
    }
    let slack = 5 * (0.95 * 0.05 / Double(replicates)).squareRoot()
    #expect((0.925...0.965).contains(covered[1]), "\(covered)")
    #expect(covered[0] < 0.925 - slack && covered[2] > 0.965, "\(covered)")
  }
}
