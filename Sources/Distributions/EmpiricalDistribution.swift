import CMath

/// The distribution that puts mass 1/n on each of n observations.
public struct EmpiricalDistribution: Sendable {
  /// The observations in ascending order.
  public let sorted: [Double]
  public let mean: Double
  /// sqrt(Σ (x - mean)² / (n - 1) / n); 0 for a single observation.
  public let standardError: Double

  /// Throws `DistributionError` for an empty sample or an observation that is not finite.
  public init(_ sample: [Double]) throws(DistributionError) {
    if sample.isEmpty { throw .emptySample }
    for (index, value) in sample.enumerated() where !value.isFinite {
      throw .nonFinite(quantity: "observation", index: index, value: value)
    }
    let count = Double(sample.count)
    let mean = sample.reduce(0, +) / count
    let squares = sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    standardError = sample.count == 1 ? 0 : (squares / (count - 1) / count).squareRoot()
    sorted = sample.sorted()
  }

  public var count: Int { sorted.count }

  /// Share of observations <= x. Cost: log n.
  public func cdf(_ x: Double) -> Double {
    Double(position(of: x)) / Double(sorted.count)
  }

  /// Smallest observation with cdf >= p, 0 <= p <= 1: the left-continuous inverse of the cdf.
  public func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "quantile at probability \(p), outside 0...1")
    let rank = Int((p * Double(sorted.count)).rounded(.up))
    return sorted[min(max(rank - 1, 0), sorted.count - 1)]
  }

  /// sup over x of |Fₙ(x) - Gₘ(x)|. Cost: n + m.
  public func kolmogorovDistance(to other: EmpiricalDistribution) -> Double {
    let (own, theirs) = (1 / Double(count), 1 / Double(other.count))
    var (i, j, largest) = (0, 0, 0.0)
    while i < count && j < other.count {
      let x = min(sorted[i], other.sorted[j])
      while i < count && sorted[i] == x { i += 1 }
      while j < other.count && other.sorted[j] == x { j += 1 }
      largest = max(largest, abs(Double(i) * own - Double(j) * theirs))
    }
    return largest
  }

  /// Number of observations <= x.
  private func position(of x: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] <= x { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Distance that sup |Fₙ - F| of `count` draws from F exceeds with probability at most alpha, whatever F.
///
///     sqrt(log(2 / alpha) / (2 count))
///
/// Source: Massart 1990, the Dvoretzky-Kiefer-Wolfowitz inequality with its sharp constant.
public func massartBound(count: Int, alpha: Double) -> Double {
  precondition(count > 0, "Massart's bound for \(count) observations")
  precondition(alpha > 0 && alpha < 1, "Massart's bound at level \(alpha), not strictly between 0 and 1")
  return (log(2 / alpha) / (2 * Double(count))).squareRoot()
}
