import CMath

/// How an encoder's risk depends on unlabeled rows, as a forecast asks: from `EncoderCurve`, within what the risk allows.
package struct EncoderRows: Sendable {
  package let curve: EncoderCurve
  /// No rows take more off the risk than this.
  let largest: Double
  /// Unlabeled rows of the plan, for which the encoder's own stand.
  let unlabeled: Double

  /// - Parameters:
  ///   - largest: what of the risk is not the head's.
  ///   - unlabeled: of the plan; more of these are as many more of the encoder's.
  package init(_ curve: EncoderCurve, largest: Double, unlabeled: Int) {
    (self.curve, self.largest, self.unlabeled) = (curve, max(largest, 0), Double(unlabeled))
  }

  /// m, the encoder's own rows.
  package var own: Double { curve.rowCount }

  /// The encoder's rows where the plan has so many unlabeled ones; infinitely many are the most within reach.
  private func rows(_ unlabeled: Double) -> Double {
    unlabeled == .infinity ? EncoderCurve.most * own : own + unlabeled - self.unlabeled
  }

  /// R(m) - R(m') at so many unlabeled rows of the plan; nil out of reach.
  package func gain(unlabeled: Double) -> (gain: Double, standardError: Double)? {
    let rows = rows(unlabeled)
    if rows == own { return (0, 0) }
    return curve.gain(to: rows).map { (min($0.mean, largest), $0.standardDeviation / EncoderCurve.widening) }
  }

  /// Fewest unlabeled rows of the plan that take this much off; nil where no number within reach does.
  package func unlabeled(gaining wanted: Double) -> Double? {
    if wanted <= 0 { return unlabeled }
    func gain(_ rows: Double) -> Double { min(curve.gain(to: rows)?.mean ?? 0, largest) }
    var (low, high) = (own, own)
    repeat {
      if high >= EncoderCurve.most * own { return nil }
      low = high
      high = min(high * 1.25, EncoderCurve.most * own)
    } while gain(high) < wanted
    while high - low > 1e-9 * high {
      let middle = (low + high) / 2
      if gain(middle) < wanted { low = middle } else { high = middle }
    }
    return unlabeled + high - own
  }

  /// What one more row takes off now: the next doubling's gain over m log 2.
  package var slope: Double { (curve.gain(to: 2 * own)?.mean ?? 0) / (own * log(2)) }
}
