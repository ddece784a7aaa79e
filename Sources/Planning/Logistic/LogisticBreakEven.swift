import Asymptotics

/// Below how many labels a representation beats the raw columns with a logistic head: where the two forecasts cross,
///
///     R_raw(n₀) - R(n₀) + [raw(n) - raw(n₀)] - [labels(n) - labels(n₀)] = 0,
///
/// n₀ the present labels, R leave-one-out, with the representation as it is.
enum LogisticBreakEven {
  /// nil without both labels parts, and where the raw columns win from the fewest labels on that these are known for; with a
  /// warning where the error of the risks' difference, or of the raw columns' labels part, allows another answer.
  static func solve(_ own: RiskForecast?, _ raw: RiskForecast?) -> (BreakEven?, [Warning]) {
    guard let own, let raw, let part = own.labels as? LogisticLabelsPart,
      let rawPart = raw.labels as? LogisticLabelsPart
    else { return (nil, []) }
    let (present, fewest) = (own.labeledCount, max(part.fewest, rawPart.fewest))
    func value(shift: Double, rawNoise scale: Double) -> BreakEven? {
      BreakEven.crossing(from: fewest) { n in
        raw.level - own.level + shift + scale * (rawPart(n)! - rawPart(present)!) - (part(n)! - part(present)!)
      }
    }
    guard let answer = value(shift: 0, rawNoise: 1) else { return (nil, []) }
    let half = 1.6448536269514722 * Comparison.pairedVariance(own, raw).squareRoot()
    let noise = 1 + Interval.standardErrors * rawPart.relativeError
    return (answer, BreakEven.uncertainty(half: half, noise: noise) { value(shift: $0, rawNoise: $1) ?? .never })
  }
}
