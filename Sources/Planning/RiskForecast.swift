import LinearAlgebra
#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How a head's labels part depends on the number of labels.
package protocol LabelsDependence: Sendable {
  /// Excess risk from estimating the head on n rows; nil where it is infinite or unknown.
  func callAsFunction(_ n: Double) -> Double?
  /// Standard error relative to the value.
  var relativeError: Double { get }
}

extension LabelsPart: LabelsDependence {}

/// Risk of one candidate at any number of labels n' and rows m' (labeled ones among them):
///
///     R(m', n') = LOO - labels(n) + labels(n') + pretraining (m/m' - 1)
package struct RiskForecast: Sendable {
  /// Leave-one-out squared errors, one per labeled row.
  package let leaveOneOutSquares: [Double]
  package let level: Double
  /// Standard error of the level.
  package let levelError: Double
  package let labels: (any LabelsDependence)?
  package let pretraining: PretrainingPart
  /// Present labels and rows.
  package let labeledCount: Double
  package let rowCount: Double

  package init(
    leaveOneOutSquares: [Double], labels: (any LabelsDependence)?, pretraining: PretrainingPart, rowCount: Int
  ) {
    let present = MeanError(leaveOneOutSquares)
    self.leaveOneOutSquares = leaveOneOutSquares
    level = present.mean
    levelError = present.standardError
    self.labels = labels
    self.pretraining = pretraining
    labeledCount = Double(leaveOneOutSquares.count)
    self.rowCount = Double(rowCount)
  }

  /// Multiplies standard errors of differences of the labels part, which come out too small.
  package static let labelGainFactor = 1.7

  /// Labels part and how much it falls, nil without a labels part.
  package func labelsGain(from n: Double, to later: Double) -> (gain: Double, standardError: Double)? {
    guard let labels, let now = labels(n), let then = labels(later) else { return nil }
    return (now - then, Self.labelGainFactor * labels.relativeError * abs(now - then))
  }

  package func rowsGain(to later: Double) -> (gain: Double, standardError: Double) {
    let share = 1 - rowCount / later
    return (pretraining.estimate * share, pretraining.errorWithLaw * abs(share))
  }

  /// Predicted risk and its standard error; the present one needs no labels part.
  package func risk(labels n: Double, rows m: Double) -> (value: Double, standardError: Double)? {
    let rows = rowsGain(to: m)
    if n == labeledCount { return (level - rows.gain, hypot(levelError, rows.standardError)) }
    guard let gain = labelsGain(from: labeledCount, to: n) else { return nil }
    return (level - gain.gain - rows.gain, hypot(hypot(levelError, gain.standardError), rows.standardError))
  }

  /// What estimating the head adds now, and the standard error of that and the pre-training part together.
  package var excess: (labels: Double, standardError: Double)? {
    guard let labels, let now = labels(labeledCount) else { return nil }
    return (now, hypot(labels.relativeError * now, pretraining.errorWithLaw))
  }

  /// Risk with unlimited labels and rows.
  package var floor: Double? {
    guard let labels, let now = labels(labeledCount) else { return nil }
    return level - now - pretraining.estimate
  }
}
