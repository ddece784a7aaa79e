/// How pre-training on m pairs tilts the span of the k leading canonical directions, entry by entry of sqrt(m) B.
struct PairTilt {
  /// λ, descending.
  let correlations: [Double]
  let rank: Int
  let strangers: Strangers

  /// τ = Σ_{i<=k} λ_i².
  var retainedPower: Double { correlations[0..<rank].reduce(0) { $0 + $1 * $1 } }

  /// m times the variance of the tilt between a kept direction of correlation λ_i and a dropped one of λ_a:
  ///
  ///     one stranger    (1 + λ_i² + τ) / (2 (λ_i - λ_a)²)
  ///     all strangers   (1 - λ_i²)(1 - λ_i λ_a) / (2 (λ_i - λ_a)²)
  func variance(kept: Double, dropped: Double) -> Double {
    let gap = kept - dropped
    let noise =
      switch strangers {
      case .one: 1 + kept * kept + retainedPower
      case .all: (1 - kept * kept) * (1 - kept * dropped)
      }
    return noise / (2 * gap * gap)
  }

  /// s_a, the variance of entry a of sqrt(m) B w.
  func variances(weights: [Double]) -> [Double] {
    correlations[rank...].map { dropped in
      zip(weights, correlations).reduce(0) { sum, pair in
        sum + pair.0 * pair.0 * variance(kept: pair.1, dropped: dropped)
      }
    }
  }
}
