import LinearAlgebra
import Pretraining

/// What a backtest is asked: fully labeled data, of which most labels are hidden.
public struct BacktestRequest: Sendable {
  /// N x d.
  public let features: Matrix
  public let labels: [Double]
  public let methods: [any PretrainingMethod]
  public let sizes: [Int]
  /// Share of the training labels that the forecast may not see.
  public let hide: Double
  public let repeats: Int
  public let seed: UInt64
  public let head: PlanHead
  /// As in `PlanRequest`.
  public let classNames: [String]?
  /// Rows that belong together: they are hidden and tested together. nil where every group is one row.
  public let groups: Partition?

  /// Each repeat is a plan.
  public static let mostRepeats = 1000

  public init(
    features: Matrix, labels: [Double], methods: [any PretrainingMethod], sizes: [Int], hide: Double = 0.7,
    repeats: Int = 20, seed: UInt64 = 0, head: PlanHead = .linear, classNames: [String]? = nil,
    groups: Partition? = nil
  ) throws {
    (self.head, self.classNames) = (head, classNames)
    precondition(groups.map { $0.label.count == labels.count } ?? true, "\(groups?.label.count ?? 0) groups")
    self.groups = groups?.keepsRowsTogether
    precondition(features.rows == labels.count, "\(labels.count) labels for \(features.rows) rows")
    guard hide > 0, hide < 1 else {
      throw PlanError.invalidBacktest(name: "the hidden share", value: hide, allowed: "between 0 and 1")
    }
    guard (2...Self.mostRepeats).contains(repeats) else {
      throw PlanError.invalidBacktest(
        name: "the number of repeats", value: Double(repeats), allowed: "from 2 to \(Self.mostRepeats)")
    }
    self.features = features
    self.labels = labels
    self.methods = methods
    self.sizes = Array(Set(sizes)).sorted()
    self.hide = hide
    self.repeats = repeats
    self.seed = seed
  }
}

/// Forecasts made with most labels hidden, beside what came true.
public struct Backtest: Sendable, Equatable, Codable {
  /// One candidate at one future size.
  public struct Cell: MethodAndSize, Sendable, Equatable, Codable {
    public let unlabeled: Int
    public let labeled: Int
    public let method: String
    public let size: Int?
    /// Medians over the repeats that gave a forecast; nil when none did.
    public let predicted: Double?
    public let low: Double?
    public let high: Double?
    public let powerLaw: Double?
    /// Mean over the repeats of the squared error (log-loss for a logistic head) on rows never used.
    public let actual: Double
    /// Of a hidden run of an encoder: which, and the most rows that a run had which its forecast saw; nil of others, as all that follows.
    public internal(set) var part: String?
    public internal(set) var seed: Int?
    public internal(set) var seen: Int?
    /// Predicted over actual risk, less 1, and the power law's.
    public internal(set) var error: Double?
    public internal(set) var powerLawError: Double?
  }

  /// How one forecaster did over all repeats and cells.
  public struct Score: Sendable, Equatable, Codable {
    /// Forecasts given over forecasts asked for.
    public let answered: Double
    /// Median of predicted over actual risk.
    public let medianRatio: Double?
    /// Share of predicted risks within a factor of 1.5.
    public let within15: Double?
    /// Share of intervals that contain the actual risk; nil for the power law, which has none.
    public let coverage: Double?
    /// Share of forecasts with the right sign of the gain of pre-training, where the actual gain exceeds its standard
    /// error.
    public let signRight: Double?
    /// Root mean square error of the forecast gain.
    public let gainError: Double?
    /// Of an encoder's hidden runs, the mean distance of predicted from actual risk as a share of it.
    public internal(set) var meanError: Double?

    /// Share of ratios of predicted to actual between 1/1.5 and 1.5; nil of none.
    package static func shareWithin15(_ ratios: [Double]) -> Double? {
      ratios.isEmpty ? nil : Double(ratios.count { $0 > 1 / 1.5 && $0 < 1.5 }) / Double(ratios.count)
    }

    /// How a plan's own backtest went, in a sentence.
    public var sentence: String {
      func share(_ value: Double?) -> String { value.map { "\(Int((100 * $0).rounded())) %" } ?? "-" }
      return
        "Backtest on the labeled rows, half of them hidden: 90 % intervals held what came true in \(share(coverage)), "
        + "\(share(within15)) of forecast risks within a factor of 1.5, sign of the gain right in \(share(signRight))."
    }

    private enum CodingKeys: String, CodingKey {
      case answered, medianRatio, within15 = "within_1_5", coverage, signRight, gainError, meanError
    }
  }

  public struct Scores: Sendable, Equatable, Codable {
    public let pretell: Score
    public let powerLaw: Score
    /// Share of risks that Pretell forecast nearer than the power law, where both answered.
    public let pretellNearer: Double?
    /// The same for gains.
    public let pretellGainNearer: Double?
  }

  /// Labels each forecast saw, and repeats.
  public let pilotLabels: Int
  public let repeats: Int
  public let cells: [Cell]
  public let scores: Scores
  /// Who won, in a sentence.
  public let verdict: String
}
