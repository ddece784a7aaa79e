import SpecialFunctions

/// Risk of `rival` minus risk of `own`, from the paired differences of their leave-one-out errors on the same rows.
package struct Comparison {
  /// Positive when `own` is better.
  package let gain: Double
  package let standardError: Double
  private let own: RiskForecast
  private let rival: RiskForecast

  package init(_ own: RiskForecast, _ rival: RiskForecast) {
    let differences = MeanError(zip(rival.leaveOneOutSquares, own.leaveOneOutSquares).map { $0 - $1 })
    gain = differences.mean
    standardError = differences.standardError
    self.own = own
    self.rival = rival
  }

  private init(gain: Double, standardError: Double, own: RiskForecast, rival: RiskForecast) {
    self.gain = gain
    self.standardError = standardError
    self.own = own
    self.rival = rival
  }

  /// The same at other sizes, with the errors of both candidates' parts added; nil when a part is unknown.
  package func atSizes(labels n: Double, rows m: Double) -> Comparison? {
    var (value, variance) = (gain, standardError * standardError)
    for (forecast, sign) in [(own, 1.0), (rival, -1.0)] {
      if n != forecast.labeledCount {
        guard let labels = forecast.labelsGain(from: forecast.labeledCount, to: n) else { return nil }
        value += sign * labels.gain
        variance += labels.standardError * labels.standardError
      }
      let rows = forecast.rowsGain(to: m)
      value += sign * rows.gain
      variance += rows.standardError * rows.standardError
    }
    return Comparison(gain: value, standardError: variance.squareRoot(), own: own, rival: rival)
  }

  /// P(gain > 0) with the standard error widened as for intervals.
  package var probabilityPositive: Double {
    guard standardError > 0 else { return gain > 0 ? 1 : gain < 0 ? 0 : 0.5 }
    let z = gain / standardError * (1.6448536269514722 / Interval.standardErrors)
    return normalCDF(z)
  }

  package func reported(against name: String) -> GainOverRaw {
    let interval = Interval(estimate: gain, standardError: standardError)
    return GainOverRaw(
      against: name, estimate: gain, low: interval.low, high: interval.high, probabilityPositive: probabilityPositive)
  }
}
