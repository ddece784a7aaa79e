import CMath

extension BreakEven {
  /// Labels at which two forecasts meet, unlabeled rows as they are: below them `own` has the lower predicted risk.
  ///
  /// Looked for in steps of 1.2 upward where `own` is better now, downward to a quarter of the present labels where it is worse;
  /// between two steps the difference is taken as linear in the logarithm. nil where they do not meet that far down, where either
  /// is unknown, and where the sign of the gain is not that of what is likelier: no answer contradicts the gain beside it.
  /// Cost: up to 120 forecasts of each, at labels that all candidates of a plan share.
  /// - Parameter isLikely: a gain at present is likelier than none.
  init?(_ own: RiskForecast, against rival: RiskForecast, isLikely: Bool) {
    func advantage(_ n: Double) -> Double? {
      let m = max(own.rowCount, n)
      guard let mine = own.risk(labels: n, rows: m), let other = rival.risk(labels: n, rows: m) else { return nil }
      return (other.value - mine.value) / max(other.value, .leastNormalMagnitude)
    }
    guard let now = advantage(own.labeledCount), (now > 0) == isLikely else { return nil }
    let isUpward = now > 0
    // What the advantage has to fall below, or to exceed, to be said to have run out.
    let enough = isUpward ? -Self.tolerance : Self.tolerance
    var last = (labels: own.labeledCount, value: now)
    for step in 1...Self.steps(isUpward) {
      let labels = own.labeledCount * pow(isUpward ? Self.factor : 1 / Self.factor, Double(step))
      guard let value = advantage(labels) else { return nil }
      if isUpward ? value < enough : value > enough {
        let share = (last.value - enough) / (last.value - value)
        self = .labels(last.labels * pow(labels / last.labels, min(max(share, 0), 1)))
        return
      }
      last = (labels, value)
    }
    guard isUpward else { return nil }
    self = .always
  }

  /// A difference below this share of the risk is none.
  private static let tolerance = 1e-6
  private static let factor = 1.2

  /// Up to 10^9 times the present labels, down to a quarter of them.
  private static func steps(_ isUpward: Bool) -> Int { Int(log(isUpward ? 1e9 : 4) / log(factor)) }
}
