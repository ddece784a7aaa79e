import Distributions
import LinearAlgebra

extension SampleCovarianceLaw {
  /// A place on the curve on the way to a quantile.
  struct Station {
    let tau: Double
    let heightSquared: Double
    /// Sample eigenvalues above, and how many fewer per unit of tau.
    let count: Double
    let rate: Double
  }

  /// The number above in closed form, (1/pi) Im[n w + sum_k (log(t - s_k) - log t)] + (n/pi) arg t, and its derivative
  /// n nu l'/(pi |t|^2), l' = |z'|^2/Re z', z' = 1 - (1/n) sum s^2/(t - s)^2.
  func station(_ tau: Double, near guess: Double = 0) -> Station {
    let square = heightSquared(tau, near: guess)
    let t = Complex(re: tau, im: square.squareRoot())
    let (value, slope) = levels.transform(t)
    let count = (value.im + rows * t.logarithm.im + levels.turns(t)) / .pi
    // w + t w' = 1 + (1/n) sum (s/(t - s) - t s/(t - s)^2).
    let derivative = 1 + (1 / rows) * (value + t * slope)
    let rate = rows * t.im * derivative.squaredMagnitude / (derivative.re * .pi * t.squaredMagnitude)
    return Station(tau: tau, heightSquared: square, count: count, rate: rate)
  }

  /// tau for each number of sample eigenvalues above, from 0 to min(rank, n): Newton's method between brackets, each from its
  /// neighbour's answer. Falling into a gap of the spectrum is fine. Cost: about 4 evaluations of the law each, all threads.
  public func taus(countsAbove counts: [Double]) -> [Double] {
    let (low, high, limit) = (lowerTau, upperTau, min(rank, rows))
    let order = counts.indices.sorted { counts[$0] < counts[$1] }
    let size = 32
    let pieces = Parallel.map(count: (order.count + size - 1) / size) { piece in
      var last: Station?
      return order[piece * size..<min((piece + 1) * size, order.count)].map { index -> Double in
        if counts[index] <= 0 { return high }
        if counts[index] >= limit { return low }
        let found = quantile(counts[index], low, high, near: last)
        last = found
        return found.tau
      }
    }
    var result = counts
    for (position, tau) in pieces.joined().enumerated() { result[order[position]] = tau }
    return result
  }

  private func quantile(_ count: Double, _ low: Double, _ high: Double, near start: Station?) -> Station {
    var (below, above) = (low, high)
    var tau = 0.5 * (low + high)
    if let start, start.rate > 0 {
      let guess = start.tau + (start.count - count) / start.rate
      if guess > low, guess < high { tau = guess }
    }
    var here = station(tau, near: start?.heightSquared ?? 0)
    for _ in 0..<200 {
      if here.count > count { below = tau } else { above = tau }
      var next = here.rate > 0 ? tau + (here.count - count) / here.rate : below
      if !(next > below && next < above) { next = 0.5 * (below + above) }
      if next <= below || next >= above || abs(next - tau) <= 2e-15 * abs(tau) { break }
      tau = next
      here = station(tau, near: here.heightSquared)
    }
    return here
  }
}
