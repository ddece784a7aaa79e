import Asymptotics

/// Below how many labels a representation beats the raw columns with a logistic head: where the two forecasts cross at
/// the present rows, with the representation as it is.
enum LogisticBreakEven {
  /// nil without both labels parts, and where the raw columns win from the fewest labels on that these are known for;
  /// with a warning where the error of the risks' difference, or of the raw columns' labels part, allows another
  /// answer.
  static func solve(_ own: RiskForecast?, _ raw: RiskForecast?) -> (BreakEven?, [Warning]) {
    guard let own, let raw, let part = own.labels as? LogisticLabelsPart,
      let rawPart = raw.labels as? LogisticLabelsPart, let rawPresent = rawPart(raw.labeledCount)
    else { return (nil, []) }
    let fewest = max(part.fewest, rawPart.fewest)
    func value(shift: Double, rawNoise scale: Double) -> BreakEven? {
      BreakEven.crossing(from: fewest) { n in
        guard let ownRisk = own.risk(labels: n, rows: own.rowCount)?.value,
          let rawRisk = raw.risk(labels: n, rows: raw.rowCount)?.value, let rawLabels = rawPart(n)
        else { return -.infinity }
        return rawRisk - ownRisk + shift + (scale - 1) * (rawLabels - rawPresent)
      }
    }
    guard let answer = value(shift: 0, rawNoise: 1) else { return (nil, []) }
    let half = 1.6448536269514722 * Comparison.pairedVariance(own, raw).squareRoot()
    let noise = 1 + Interval.standardErrors * rawPart.relativeError
    return (answer, BreakEven.uncertainty(half: half, noise: noise) { value(shift: $0, rawNoise: $1) ?? .never })
  }
}
