import Foundation
import MaskedRegression
import RandomMatrices
import Testing
import TestSupport

/// Quantiles of the sample covariance's law by Newton's method, against bisection twice over in the plainest form.
@Suite struct QuantileTests {
  private struct SlowLaw {
    let eigenvalues: [Double]
    let rows: Double

    /// nu with (1/n) sum s^2/((s - tau)^2 + nu^2) = 1, or 0.
    func height(_ tau: Double) -> Double {
      func spread(_ nu: Double) -> Double {
        eigenvalues.reduce(0) { $0 + $1 * $1 / (($1 - tau) * ($1 - tau) + nu * nu) } / rows
      }
      if spread(0) <= 1 { return 0 }
      var (low, high) = (0.0, (eigenvalues.reduce(0) { $0 + $1 * $1 } / rows).squareRoot())
      for _ in 0..<200 {
        let middle = 0.5 * (low + high)
        if spread(middle) > 1 { low = middle } else { high = middle }
      }
      return low
    }

    /// (1/pi) Im[n (w + log t) + sum_k (log(t - s_k) - log t)].
    func countAbove(_ tau: Double) -> Double {
      let nu = height(tau)
      let own = atan2(nu, tau)
      let w = eigenvalues.reduce(0) { $0 - $1 * nu / ((tau - $1) * (tau - $1) + nu * nu) } / rows
      return (rows * (w + own) + eigenvalues.reduce(0) { $0 + atan2(nu, tau - $1) - own }) / .pi
    }

    func tau(_ count: Double, _ low: Double, _ high: Double) -> Double {
      var (below, above) = (low, high)
      for _ in 0..<100 {
        let middle = 0.5 * (below + above)
        if countAbove(middle) > count { below = middle } else { above = middle }
      }
      return 0.5 * (below + above)
    }
  }

  private static let populations: [(eigenvalues: [Double], rows: Int)] = [
    ((0..<60).map { 1 + 0.05 * Double($0) }, 90), ((0..<60).map { 1 + 0.05 * Double($0) }, 25),
    ([30, 8] + [Double](repeating: 1, count: 38), 60), ([2, 2, 1, 0, 0], 9),
  ]

  @Test(arguments: 0..<4)
  func quantilesAgreeWithBisection(_ number: Int) {
    let (eigenvalues, rows) = Self.populations[number]
    let law = SampleCovarianceLaw(eigenvalues: eigenvalues, rows: rows)
    let slow = SlowLaw(eigenvalues: eigenvalues, rows: Double(rows))
    let counts = (0..<law.positiveCount).map { Double($0) + 0.5 }
    let taus = law.taus(countsAbove: counts.reversed()).reversed()
    let (low, high) = (law.taus(countsAbove: [1e9])[0], law.taus(countsAbove: [0])[0])
    for (count, tau) in zip(counts, taus) {
      #expect(abs(slow.tau(count, low, high) - tau) < 1e-10 * (high - low), "\(count) above")
      #expect(abs(slow.countAbove(tau) - count) < 1e-9, "\(count) above")
      #expect(law.tau(countAbove: count) == law.taus(countsAbove: [count])[0])
    }
    // Half an eigenvalue further is another place.
    #expect(abs(slow.tau(counts[0] + 0.5, low, high) - Array(taus)[0]) > 1e-6 * (high - low))
  }

  /// In the gap between a spike and the bulk there is exactly one eigenvalue above.
  @Test func gapHoldsItsCount() {
    let law = SampleCovarianceLaw(eigenvalues: [30] + [Double](repeating: 1, count: 39), rows: 60)
    let tau = law.tau(countAbove: 1)
    #expect(abs(law.countAbove(tau: tau) - 1) < 1e-9)
    #expect(law.point(tau: law.tau(countAbove: 0.5)).value > law.point(tau: law.tau(countAbove: 1.5)).value + 10)
  }
}
