import Asymptotics

/// The answer: every candidate with its forecast, and what to do. Encodes to the keys of `pretell plan --json` in
/// camel case.
public struct Plan: Sendable, Codable {
  public struct Rows: Sendable, Equatable, Codable {
    public let unlabeled: Int
    public let labeled: Int
  }

  public let head: PlanHead
  public let rows: Rows
  /// Feature columns used.
  public let columns: Int
  /// none, ridge, then each method by size.
  public package(set) var candidates: [Candidate]
  public let recommendation: Recommendation
  /// What to use at other numbers of labels.
  public let bestByLabels: [Ranking]
  /// What to use at other numbers of unlabeled rows.
  public let bestByUnlabeled: [Ranking]
  /// Variances of the principal components of all rows, descending; the first hundred.
  public internal(set) var eigenvalues: [Double]
  /// The best representation by principal components, as a world to simulate; nil where its parts are not known.
  public internal(set) var fitted: FittedModel?
  /// What concerns the data rather than one candidate.
  public internal(set) var warnings: [Warning]
  /// How such forecasts did on the labeled rows themselves, where that was asked for.
  public internal(set) var backtest: Backtest.Score?

  /// Of rows that belong together; nil where every row is one of its own.
  public struct Groups: Sendable, Equatable, Codable {
    /// Of all rows.
    public let count: Int
    /// With a label.
    public let labeled: Int
  }

  public let groups: Groups?

  /// How often the recommended candidate's left-out probabilities come true; nil where labels are numbers, as `confusion`.
  public internal(set) var calibration: Calibration?
  /// Which classes it tells from each other.
  public internal(set) var confusion: Confusion?

  /// Rankings at other numbers of rows that were asked for, see `rank(at:)`.
  public internal(set) var rankings: [PlanAt] = []

  /// The candidate of this name and size.
  public func candidate(_ method: String, size: Int? = nil) -> Candidate? {
    candidates.first { $0.method == method && $0.size == size }
  }
}

/// What to use and what to buy next.
public struct Recommendation: MethodAndSize, Sendable, Equatable, Codable {
  public enum Next: String, Sendable, Codable, CaseIterable {
    case labels, unlabeled, neither
    /// Another encoder that differs by its seed, to average with.
    case seed
  }

  public let method: String
  public let size: Int?
  public let next: Next
  /// How many to buy; nil when no costs were given or the goal cannot be reached.
  public let labels: Int?
  public let unlabeled: Int?
  public let cost: Double?
  /// Predicted risk after the purchase, or at present without one.
  public let predictedRisk: Double?
  /// One or two sentences.
  public let why: String
}
