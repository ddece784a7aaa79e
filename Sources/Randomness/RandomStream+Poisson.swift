import CMath

extension RandomStream {
  /// From this mean on, counts are found by waiting for many arrivals at once.
  private static let fewArrivals = 16.0

  /// A Poisson count: the number of unit-rate arrivals before `mean` >= 0. Exact; cost: at most 17 logarithms, and two gamma
  /// variables for every factor of 8 in the mean. Source: Ahrens and Dieter (1974), "Computer methods for sampling from gamma,
  /// beta, Poisson and binomial distributions", algorithm PG.
  public mutating func poisson(mean: Double) -> Int {
    precondition(mean >= 0 && mean < 1e18, "Poisson mean \(mean)")
    var (left, count) = (mean, 0)
    while left >= Self.fewArrivals {
      // When the k-th arrival comes; the k - 1 before it are uniform over that time.
      let k = Int(0.875 * left)
      let time = gamma(shape: Double(k))
      if time > left { return count + binomial(k - 1, probability: left / time) }
      left -= time
      count += k
    }
    var waited = -log(uniform())
    while waited < left {
      waited -= log(uniform())
      count += 1
    }
    return count
  }

  /// How many of `trials` uniforms fall below `probability`: by the one in their middle, a beta variable, until few are left.
  /// Exact; cost: two gamma variables for every halving of the trials.
  mutating func binomial(_ trials: Int, probability: Double) -> Int {
    var (left, p, count) = (trials, probability, 0)
    while left > 16 {
      let middle = left / 2 + 1
      let (below, above) = (gamma(shape: Double(middle)), gamma(shape: Double(left + 1 - middle)))
      let value = below / (below + above)
      if value >= p {
        left = middle - 1
        p /= value
      } else {
        count += middle
        left -= middle
        p = (p - value) / (1 - value)
      }
    }
    for _ in 0..<left where uniform() < p { count += 1 }
    return count
  }
}
