import Asymptotics
import CMath

/// One way to go from rows to predictions, with what is known of its risk.
public struct Candidate: MethodAndSize, Sendable {
  public let method: String
  public let size: Int?
  /// Enough labels to predict other sizes: 3 per parameter.
  public let reliable: Bool
  /// Squared error of a fresh label at the present data; nil when there are not more labels than parameters. none:
  /// exact leave-one-out; ridge: the same, corrected for the choice of the penalty; a representation: mean e²/(1 - h)
  /// and the labels part, the best size's corrected for its choice. For classes log-loss of left-out rows, all heads
  /// but none corrected for the choice of their penalty; nil where a head has no finite fit.
  public let predictedRisk: Interval?
  /// Where the risk comes from; nil when not reliable; with the warning `uncertain-parts` where known roughly only.
  public let parts: RiskParts?
  /// Against ridge, or none where ridge is unknown; for those two, against each other; nil where the columns give the
  /// target exactly.
  public let gainOverRaw: GainOverRaw?
  /// m/n above which pre-training beats least squares on the raw columns if the components carry all of the target;
  /// nil when they do not, or the pre-training part is not distinguishable from 0.
  public let crossoverRatio: Double?
  /// Below this many labels the representation beats the same head on the raw columns.
  public let breakEvenLabels: BreakEven?
  /// Below this many labels its predicted risk is below ridge's, or below that of none where ridge has no forecast; nil where
  /// the two do not meet within what is known, down to a quarter of the labels, and where the gain's sign now is not that of
  /// what is likelier.
  public internal(set) var paysBelow: BreakEven?
  /// Exchange rate: unlabeled rows that lower the risk as much as one label; nil without a pre-training part to speak
  /// of.
  public let rowsPerLabel: Double?
  /// What doubling would take off the risk.
  public let next: NextGains?
  /// Which pairs of components the pre-training part comes from, largest first; empty unless principal components.
  public let pairs: [ComponentPair]
  public internal(set) var warnings: [Warning]
  /// Share of fresh rows told right at the present data; nil where labels are numbers, as all that follows.
  public let accuracy: Interval?
  /// Brier score of left-out rows, between 0 and 2.
  public let brier: Double?
  /// Mean over classes of the share of their left-out rows told right.
  public let balancedAccuracy: Double?
  /// Of left-out rows of two classes.
  public let areaUnderCurve: Double?
  /// How rows were left out, "exact" or "folds:5".
  public let leftOut: String?
  /// Of an encoder trained elsewhere: each run with its risk, most rows first; nil of others, as all that follows.
  public internal(set) var runs: [EncoderRunRisk]?
  /// What the runs cost, in trainings on all rows.
  public internal(set) var units: Double?
  /// How much encoders of one size differ.
  public internal(set) var seedSpread: SeedSpread?
  /// Of an encoder, what more rows and labels would take off the risk; of every candidate, the gains over the raw columns at the
  /// numbers that were asked for (`Plan.rank(at:)`). nil where there are none.
  public internal(set) var gainsAt: [GainAt]?
  /// Unlabeled rows with which it would be as good as the raw columns; nil where it is already, or where no number within reach is.
  public internal(set) var rowsToMatch: Double?
  /// Over each other encoder, from paired losses.
  public internal(set) var gainsOver: [GainOverRaw]?

  // Not written: a plan that was read cannot forecast.
  var forecast: RiskForecast?
  /// Of the share of wrong classes.
  var errors: RiskForecast?
  /// Of the labeled rows when left out.
  public package(set) var scores: ClassScores?

  /// Share of fresh rows told right at other numbers of unlabeled and labeled rows; nil where none can be given.
  public func accuracy(unlabeled: Int, labeled: Int) -> Interval? {
    let (n, m) = (Double(labeled), Double(unlabeled) + Double(labeled))
    guard let errors, reliable || (n == errors.labeledCount && m == errors.rowCount) else { return nil }
    return errors.risk(labels: n, rows: m).map {
      Interval(accuracy: 1 - $0.value, standardError: $0.standardError, rows: errors.labeledCount)
    }
  }

  /// Predicted risk at other numbers of unlabeled and labeled rows; nil where none can be given.
  public func predictedRisk(unlabeled: Int, labeled: Int) -> Interval? {
    guard let forecast else { return nil }
    let (n, m) = (Double(labeled), Double(unlabeled) + Double(labeled))
    if !reliable && (n != forecast.labeledCount || m != forecast.rowCount) { return nil }
    return forecast.risk(labels: n, rows: m).map { Interval(risk: $0.value, standardError: $0.standardError) }
  }

  /// Predicted risk with unlimited labels and rows.
  var limit: Interval? {
    forecast?.risk(labels: .infinity, rows: .infinity).map {
      Interval(risk: $0.value, standardError: $0.standardError)
    }
  }

  var isPretrained: Bool { size != nil }

  /// Unlabeled rows after a purchase, at which its forecast is that of the purchase; nil without a forecast.
  package func unlabeled(buying labels: Int, rows: Int) -> Int? {
    forecast.map { Int(max($0.unlabeled(buying: Double(labels), Double(rows)), 0)) }
  }

  /// Its predictions are those of an earlier candidate: it carries the warning `same-predictor`.
  public var isTwin: Bool { warnings.contains { $0.code == "same-predictor" } }
}

/// The present risk in four parts that add up to it.
public struct RiskParts: Sendable, Equatable, Codable {
  /// What no linear predictor on the raw columns can tell.
  public let noise: Double
  /// What the candidate's best predictor misses beyond that; nil when the raw columns have too few labels to tell.
  public let bias: Double?
  /// From estimating the head on n labels.
  public let labels: Double
  /// From estimating the representation on m rows; may be negative. Of an encoder trained elsewhere: what 64 times the rows would
  /// take off; nil where it was trained once, which says nothing of it.
  public let pretraining: Double?
  /// What to read instead where `pretraining` is smaller than its standard error; nil where it is not.
  public let pretrainingUpperBound: Double?
  /// Of `labels` and `pretraining` together.
  public let standardError: Double

  /// nil without a labels part.
  /// - Parameters:
  ///   - rawNoise: of the raw columns; nil where that is not known.
  ///   - isRaw: a fit to the raw columns, which miss nothing.
  init?(_ forecast: RiskForecast, rawNoise: Double?, isRaw: Bool) {
    guard let excess = forecast.excess else { return nil }
    pretraining = forecast.pretraining.isKnown ? forecast.pretraining.estimate : nil
    labels = excess.labels
    let rest = max(forecast.present - excess.labels - (pretraining ?? 0), 0)
    noise = isRaw ? rest : min(rawNoise ?? rest, rest)
    bias = isRaw ? 0 : rawNoise.map { max(rest - $0, 0) }
    pretrainingUpperBound = forecast.pretraining.upperBound
    standardError = excess.standardError
  }

  /// Beyond this share of labels and pre-training part, their standard error makes factors of 1.5 common.
  static let largestRelativeError = 1 / 3.0

  /// The warning where the parts are known too roughly to be relied on.
  var uncertainty: [Warning] {
    let relative = standardError / max(labels + (pretraining ?? 0), .leastNormalMagnitude)
    return relative > Self.largestRelativeError ? [.uncertainParts(relative)] : []
  }
}

/// How much lower the risk is than that of the best candidate without pre-training.
public struct GainOverRaw: Sendable, Equatable, Codable {
  /// "none" or "ridge".
  public let against: String
  /// Positive when this candidate is better.
  public let estimate: Double
  public let low: Double
  public let high: Double
  public let probabilityPositive: Double
}

/// What a candidate would gain at other numbers of rows and labels.
public struct GainAt: Sendable, Equatable, Codable {
  /// Of an encoder, the rows it would be trained on.
  public let unlabeled: Int
  public let labeled: Int
  /// `present`, the candidate's own risk now; or the raw columns at the same numbers, as `none` or `ridge`.
  public let against: String
  public let gain: Interval
  public let probabilityPositive: Double
  public let predictedRisk: Interval

  public static let present = "present"

  init(
    unlabeled: Int, labeled: Int, against: String, gain: Interval, probabilityPositive: Double, predictedRisk: Interval
  ) {
    (self.unlabeled, self.labeled, self.against) = (unlabeled, labeled, against)
    (self.gain, self.probabilityPositive, self.predictedRisk) = (gain, probabilityPositive, predictedRisk)
  }

  init(_ gain: GainOverRaw, risk: Interval, unlabeled: Int, labeled: Int) {
    self.init(
      unlabeled: unlabeled, labeled: labeled, against: gain.against,
      gain: Interval(estimate: gain.estimate, low: gain.low, high: gain.high),
      probabilityPositive: gain.probabilityPositive, predictedRisk: risk)
  }
}

public struct NextGains: Sendable, Equatable, Codable {
  public let doubleLabels: ExpectedGain
  /// nil without unlabeled rows, and of an encoder that was trained once.
  public let doubleUnlabeled: ExpectedGain?
  /// Averaging the heads of two encoders that differ by their seed; nil where there are none or no pool.
  public let averageSeeds: ExpectedGain?

  /// nil without a labels part. Twice the labels take as many more rows as they need; no gain exceeds the risk.
  package init?(_ forecast: RiskForecast, average: SeedAverage? = nil) {
    let (n, m) = (forecast.labeledCount, forecast.rowCount)
    let enough = forecast.rows(buying: n, forecast.keepsRows ? 0 : max(0, 2 * n - m))
    guard let labels = forecast.labelsGain(from: n, to: 2 * n),
      let later = forecast.risk(labels: 2 * n, rows: enough),
      let needed = forecast.rowsGain(to: enough, labels: 2 * n)
    else { return nil }
    let present = forecast.present
    doubleLabels = ExpectedGain(
      gain: present - later.value, standardError: hypot(labels.standardError, needed.standardError),
      within: min(present - later.value, 0)...present)
    let doubled = forecast.encoder.map { m + $0.own } ?? 2 * m - n
    doubleUnlabeled =
      doubled == m || !forecast.pretraining.isKnown
      ? nil
      : forecast.rowsGain(to: doubled, labels: n).map {
        ExpectedGain(gain: $0.gain, standardError: $0.standardError, within: -present...present)
      }
    averageSeeds = average.map {
      ExpectedGain(gain: $0.gain, standardError: $0.standardError, within: 0...present)
    }
  }
}

/// The Gaussian share of one pair in the pre-training part.
public struct ComponentPair: Sendable, Equatable, Codable {
  /// Counted from 1.
  public let kept: Int
  public let dropped: Int
  public let risk: Double
}

extension Candidate: Codable {
  private enum CodingKeys: String, CodingKey {
    case method, size, reliable, predictedRisk, parts, gainOverRaw, crossoverRatio, breakEvenLabels, rowsPerLabel, next
    case paysBelow, pairs, warnings, accuracy, brier, balancedAccuracy, areaUnderCurve, leftOut
    case runs, units, seedSpread, gainsAt, rowsToMatch, gainsOver
  }
}
