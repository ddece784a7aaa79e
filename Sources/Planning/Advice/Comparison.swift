import SpecialFunctions

/// Risk of `rival` minus risk of `own` at some sizes: the difference of the two forecasts, with the error of their
/// paired leave-one-out losses on the same rows and that of what they say of other sizes.
package struct Comparison {
  /// Positive when `own` is better.
  package let gain: Double
  package let standardError: Double
  /// P(gain > 0), with the standard error widened as for intervals.
  package let probabilityPositive: Double
  /// What `rival` costs there: no gain is larger.
  private let most: Double
  /// What is believed of the gain where floors are ordered.
  private let ordered: NormalMixture?

  /// At the present sizes.
  package init(_ own: RiskForecast, _ rival: RiskForecast) {
    // Present sizes are known of every forecast.
    self.init(own, rival, labels: own.labeledCount, rows: own.rowCount)!
  }

  /// nil where a part is unknown.
  /// - Parameter paired: `pairedVariance` of the two, where it is known already.
  package init?(
    _ own: RiskForecast, _ rival: RiskForecast, labels n: Double, rows m: Double, paired: Double? = nil
  ) {
    guard let ownRisk = own.risk(labels: n, rows: m), let rivalRisk = rival.risk(labels: n, rows: m),
      let ownLabels = own.labelsGain(from: own.labeledCount, to: n),
      let rivalLabels = rival.labelsGain(from: rival.labeledCount, to: n),
      let ownRows = own.rowsGain(to: m, labels: n), let rivalRows = rival.rowsGain(to: m, labels: n)
    else { return nil }
    gain = rivalRisk.value - ownRisk.value
    most = rivalRisk.value
    let errors = [
      ownLabels.standardError, rivalLabels.standardError, ownRows.standardError, rivalRows.standardError,
    ]
    let variance = errors.reduce(paired ?? Self.pairedVariance(own, rival)) { $0 + $1 * $1 }
    standardError = variance.squareRoot()
    ordered = own.ordering.map { [gain] ordering in
      ordering.law(ofGain: gain + ordering.raise(labels: n), variance: variance, labels: n)
    }
    probabilityPositive =
      ordered?.probabilityPositive
      ?? (standardError > 0 ? normalCDF(gain / standardError) : gain > 0 ? 1 : gain < 0 ? 0 : 0.5)
  }

  /// Of the mean of the differences of the two's losses, widened as intervals are: as many times 1.645 as these are
  /// wide; and of what corrects either for a choice.
  static func pairedVariance(_ own: RiskForecast, _ rival: RiskForecast) -> Double {
    let widening = Interval.standardErrors / 1.6448536269514722
    let differences = MeanError(
      zip(rival.leaveOneOutSquares, own.leaveOneOutSquares).map { $0 - $1 }, groups: own.groups)
    return widening * widening * differences.variance + own.correction * own.correction
      + rival.correction * rival.correction
  }

  package func reported(against name: String) -> GainOverRaw {
    let half = 1.6448536269514722 * standardError
    let (low, high) = ordered.map { ($0.quantile(0.05), $0.quantile(0.95)) } ?? (gain - half, gain + half)
    return GainOverRaw(
      against: name, estimate: gain, low: min(low, gain), high: max(min(high, most), gain),
      probabilityPositive: probabilityPositive)
  }
}
