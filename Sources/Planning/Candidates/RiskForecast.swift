import LinearAlgebra
import CMath

/// How a head's labels part depends on the number of labels.
package protocol LabelsDependence: Sendable {
  /// Excess risk from estimating the head on n rows; nil where it is infinite or unknown.
  func callAsFunction(_ n: Double) -> Double?
  /// Standard error relative to the value.
  var relativeError: Double { get }
  /// That of a difference between two numbers of labels, relative to it.
  var changeError: Double { get }
}

extension LabelsDependence {
  package var changeError: Double { RiskForecast.labelGainFactor * relativeError }
}

extension LabelsPart: LabelsDependence {}

/// Risk of one candidate at any number of labels n' and rows m' (labeled ones among them):
///
///     R(m', n') = level - labels(n) + labels(n') + pretraining (m/m' - 1) + raise(n')
///
/// where an encoder's curve (`EncoderRows`) takes the place of the pre-training part's 1/m law.
/// Never negative where labels(n) + pretraining <= level, which `PretrainingPart.limited` and the callers' labels
/// parts see to; the last term is that of `FloorOrdering`.
package struct RiskForecast: Sendable {
  /// Leave-one-out losses, one per labeled row.
  package let leaveOneOutSquares: [Double]
  package private(set) var level: Double
  /// How much of the level corrects for a choice by the losses: known to about its own size.
  package private(set) var correction: Double
  /// Standard error of the level, at most the level.
  package let levelError: Double
  package private(set) var labels: (any LabelsDependence)?
  package private(set) var pretraining: PretrainingPart
  /// How the risk of an encoder trained elsewhere depends on rows; nil where it falls like 1/m.
  package private(set) var encoder: EncoderRows?
  /// Of the labeled rows; losses are independent between groups only.
  package let groups: Partition?
  /// Present labels and rows.
  package let labeledCount: Double
  package let rowCount: Double
  /// Fewest labels that the head can be fitted on.
  package let fewestLabels: Double
  /// Set where the candidate cannot beat all columns with unlimited labels.
  package private(set) var ordering: FloorOrdering?

  /// - Parameters:
  ///   - level: risk at present; the mean of the losses when nil.
  ///   - groups: of the rows, where some belong together.
  ///   - parameters: p; the mean of n leave-one-out losses is taken to have the relative error of n - p independent
  ///     ones.
  package init(
    leaveOneOutSquares: [Double], level: Double? = nil, correction: Double = 0, labels: (any LabelsDependence)?,
    pretraining: PretrainingPart,
    rowCount: Int, parameters: Double = 0, groups: Partition? = nil, fewestLabels: Double = RiskForecast.fewest
  ) {
    self.fewestLabels = fewestLabels
    let present = MeanError(leaveOneOutSquares, groups: groups)
    self.groups = groups
    let n = Double(leaveOneOutSquares.count)
    self.leaveOneOutSquares = leaveOneOutSquares
    self.level = level ?? present.mean
    self.correction = correction
    let relative = present.mean > 0 ? present.standardError / present.mean : 0
    levelError = self.level * min(relative / max(1 - parameters / n, 1 / n).squareRoot(), 1)
    self.labels = labels
    self.pretraining = pretraining
    labeledCount = n
    self.rowCount = Double(rowCount)
  }

  /// An intercept, a slope and a residual.
  package static let fewest = 3.0

  /// The same with a floor that cannot lie below the rival's.
  package func ordered(above rival: RiskForecast) -> RiskForecast {
    var result = self
    result.ordering = FloorOrdering(self, rival)
    return result
  }

  /// With this much more risk at every size.
  package func raised(by shift: Double) -> RiskForecast {
    var result = self
    result.level += shift
    result.correction += shift
    return result
  }

  /// Multiplies standard errors of differences of the labels part, which come out too small.
  package static let labelGainFactor = 1.7

  /// The same, its labels part kept in mind at some numbers of labels.
  func remembering(_ labels: RememberedLabels?, rival: RememberedLabels?) -> RiskForecast {
    guard let labels else { return self }
    var result = self
    result.labels = labels
    if let rival { result.ordering?.remember(own: labels, rival: rival) }
    return result
  }

  /// With rows that count as an encoder's do.
  func following(_ encoder: EncoderRows, _ pretraining: PretrainingPart) -> RiskForecast {
    var result = self
    (result.encoder, result.pretraining) = (encoder, pretraining)
    return result
  }

  /// An encoder has been trained on its rows and keeps them: labels do not take any away.
  var keepsRows: Bool { encoder != nil }

  /// Unlabeled rows after buying labels and rows: a label goes to a row that is there. This is the one place that counts what is bought.
  func unlabeled(buying labels: Double, _ rows: Double) -> Double {
    rowCount - labeledCount + rows - (keepsRows ? 0 : labels)
  }

  /// All rows then.
  func rows(buying labels: Double, _ rows: Double) -> Double {
    unlabeled(buying: labels, rows) + labeledCount + labels
  }

  /// What unlimited rows take off the risk; an encoder's, the most within reach.
  var mostRowsGain: Double { encoder?.gain(unlabeled: .infinity)?.gain ?? pretraining.estimate }

  /// Rows to buy that take so much off the risk; nil where no number does.
  func rowsNeeded(gaining wanted: Double) -> Double? {
    if let encoder { return encoder.unlabeled(gaining: wanted).map { $0 + labeledCount - rowCount } }
    let most = pretraining.estimate
    return wanted < most ? most * rowCount / (most - wanted) - rowCount : nil
  }

  /// Labels part and how much it falls, nil without a labels part.
  package func labelsGain(from n: Double, to later: Double) -> (gain: Double, standardError: Double)? {
    if n == later { return (0, 0) }
    guard let labels, let now = labels(n), let then = labels(later) else { return nil }
    return (now - then, labels.changeError * abs(now - then))
  }

  /// What other rows, `n` labeled ones among them, take off the risk; nil beyond an encoder's reach. A negative part is not carried
  /// on to fewer rows: it would be a gain from having less.
  package func rowsGain(to later: Double, labels n: Double) -> (gain: Double, standardError: Double)? {
    if let encoder { return encoder.gain(unlabeled: later == .infinity ? later : later - n) }
    let share = 1 - rowCount / later
    let estimate = pretraining.estimate < 0 && share < 0 ? 0 : pretraining.estimate * share
    return (estimate, pretraining.errorWithLaw * min(abs(share), 1))
  }

  /// Predicted risk and its standard error; the present one needs no labels part. nil for fewer labels than the head can be fitted
  /// on.
  package func risk(labels n: Double, rows m: Double) -> (value: Double, standardError: Double)? {
    guard n >= fewestLabels, let gain = labelsGain(from: labeledCount, to: n), let rows = rowsGain(to: m, labels: n)
    else { return nil }
    let raise = ordering?.raise(labels: n) ?? 0
    return (
      level - gain.gain - rows.gain + raise, hypot(hypot(levelError, gain.standardError), rows.standardError)
    )
  }

  /// What sizes are chosen by: the risk before what corrects for that choice and orders floors.
  func criterion(labels n: Double, rows m: Double) -> Double? {
    risk(labels: n, rows: m).map { $0.value - correction - (ordering?.raise(labels: n) ?? 0) }
  }

  /// Risk at present.
  package var present: Double { level + (ordering?.raise(labels: labeledCount) ?? 0) }

  /// What estimating the head adds now, and the standard error of that and the pre-training part together.
  package var excess: (labels: Double, standardError: Double)? {
    guard let labels, let now = labels(labeledCount) else { return nil }
    return (now, hypot(labels.relativeError * now, pretraining.errorWithLaw))
  }

  /// Risk with unlimited labels and rows.
  package var floor: Double? { risk(labels: .infinity, rows: .infinity)?.value }
}

extension RiskForecast {
  /// The best of some raised by what choosing it by its losses hides; those that are nil have none.
  static func corrected(_ forecasts: [RiskForecast?], chosenAmong positions: [Int]) -> [RiskForecast?] {
    let known = positions.compactMap { position in forecasts[position].map { (position, $0) } }
    guard known.count > 1, let best = known.min(by: { $0.1.level < $1.1.level })?.0 else { return forecasts }
    let losses = Matrix(
      rows: known.count, columns: known[0].1.leaveOneOutSquares.count,
      storage: known.flatMap { $0.1.leaveOneOutSquares })
    let choice = WeightedLosses(losses.transposed(), groups: known[0].1.groups).choice
    var result = forecasts
    result[best] = result[best]?.raised(by: choice.optimism + choice.excess)
    return result
  }
}
