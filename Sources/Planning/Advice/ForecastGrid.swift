import LinearAlgebra

/// What a plan says at every pair of some numbers of labels and of unlabeled rows: from this a page answers "what if".
///
/// Every number is that of `Plan.at(unlabeled:labeled:)` there. Labels parts and the variance of paired losses, which do not depend
/// on rows, are found once for each number of labels and each candidate.
/// Cost: (candidates) x (labels) x (unlabeled) forecasts beyond that.
public struct ForecastGrid: Sendable {
  public struct Point: Sendable, Equatable {
    public let risk: Interval
    /// Over ridge there, or none where ridge has no forecast; nil for that one itself and where nothing is said.
    public let gain: GainOverRaw?
    /// nil where labels are numbers.
    public let accuracy: Interval?
    /// It is pre-trained and surely enough better than ridge to be used in its place.
    public let isPreferred: Bool
  }

  public struct Entry: MethodAndSize, Sendable {
    public let method: String
    public let size: Int?
    /// Labels take no unlabeled rows from it: an encoder that is trained on them.
    public let keepsRows: Bool
    /// By labels, then by unlabeled rows; nil where there is no forecast.
    public let points: [[Point?]]
  }

  public let labels: [Int]
  public let unlabeled: [Int]
  /// none and ridge, the recommended one, those that are best somewhere, and others of low present risk.
  public let candidates: [Entry]
  /// Position of ridge, or of none where ridge has no forecast; nil without raw columns.
  public let rival: Int?
  /// Position of what `Ranking` names there; nil where it names nothing.
  public let best: [[Int?]]

  /// Candidates shown at least, where there are as many.
  private static let fewestShown = 6

  /// - Parameters:
  ///   - labels: ascending, positive.
  ///   - unlabeled: ascending.
  public init(_ plan: Plan, labels: [Int], unlabeled: [Int]) {
    let known = plan.candidates.filter { $0.forecast != nil && !$0.isTwin }
    let columns = GridColumns(known, labels: labels, unlabeled: unlabeled)
    let winners = columns.winners
    let chosen = Self.shown(known, winners: Set(winners.joined().compactMap(\.self)), advice: plan.recommendation.label)
    let places = Dictionary(uniqueKeysWithValues: chosen.enumerated().map { ($1, $0) })
    (self.labels, self.unlabeled) = (labels, unlabeled)
    candidates = chosen.map {
      Entry(
        method: known[$0].method, size: known[$0].size, keepsRows: known[$0].forecast!.keepsRows,
        points: columns.points[$0])
    }
    rival = columns.rival.flatMap { places[$0] }
    best = winners.map { $0.map { $0.flatMap { places[$0] } } }
  }

  private static func shown(_ known: [Candidate], winners: Set<Int>, advice: String) -> [Int] {
    var shown = Set(
      known.indices.filter { !known[$0].isPretrained || known[$0].label == advice || winners.contains($0) })
    let others = known.indices.filter { known[$0].reliable && known[$0].predictedRisk != nil }
      .sorted { (known[$0].predictedRisk!.estimate, $0) < (known[$1].predictedRisk!.estimate, $1) }
    for position in others where shown.count < fewestShown { shown.insert(position) }
    return shown.sorted()
  }
}

/// The forecasts of all candidates, before some are chosen.
private struct GridColumns {
  let points: [[[ForecastGrid.Point?]]]
  let rival: Int?
  /// Position of the best by the rule of `Ranking`.
  let winners: [[Int?]]

  init(_ known: [Candidate], labels: [Int], unlabeled: [Int]) {
    let raw = Recommender.rawRival(known).flatMap { raw in known.firstIndex { $0.label == raw.label } }
    let numbers = labels.map(Double.init) + Set(known.map { $0.forecast!.labeledCount })
    let remembered = Parallel.map(count: known.count) { position in
      known[position].forecast!.labels.map { RememberedLabels($0, at: numbers) }
    }
    let candidates = known.indices.map { position in
      var candidate = known[position]
      candidate.forecast = candidate.forecast!.remembering(remembered[position], rival: raw.flatMap { remembered[$0] })
      candidate.errors = candidate.errors.map { errors in
        errors.remembering(errors.labels.map { RememberedLabels($0, at: numbers) }, rival: nil)
      }
      return candidate
    }
    let found = Parallel.map(count: candidates.count) { position in
      Self.column(candidates[position], rival: raw.map { candidates[$0] }, labels: labels, unlabeled: unlabeled)
    }
    (points, rival) = (found.map(\.points), raw)
    winners = labels.indices.map { i in
      unlabeled.indices.map { j in
        guard let raw, found[raw].points[i][j] != nil else { return nil }
        let better = found.indices.filter { found[$0].merits[i][j] != nil }
        return better.min { found[$0].merits[i][j]! < found[$1].merits[i][j]! } ?? raw
      }
    }
  }

  /// Points, and what a candidate is chosen by where it is to be preferred to the raw columns.
  private static func column(
    _ candidate: Candidate, rival: Candidate?, labels: [Int], unlabeled: [Int]
  ) -> (points: [[ForecastGrid.Point?]], merits: [[Double?]]) {
    let other = rival.flatMap { $0.label == candidate.label ? nil : $0.forecast }
    let paired = other.map { Comparison.pairedVariance(candidate.forecast!, $0) }
    var points = [[ForecastGrid.Point?]](
      repeating: Array(repeating: nil, count: unlabeled.count), count: labels.count)
    var merits = [[Double?]](repeating: Array(repeating: nil, count: unlabeled.count), count: labels.count)
    for (i, n) in labels.enumerated() {
      for (j, m) in unlabeled.enumerated() {
        guard let risk = candidate.predictedRisk(unlabeled: m, labeled: n) else { continue }
        let comparison = other.flatMap {
          Comparison(
            candidate.forecast!, $0, labels: Double(n), rows: Double(m) + Double(n), paired: paired)
        }
        let isPreferred =
          candidate.isPretrained && candidate.reliable && (comparison.map(Ranking.surpasses) ?? false)
        points[i][j] = ForecastGrid.Point(
          risk: risk, gain: candidate.gainOverRaw == nil ? nil : comparison?.reported(against: rival!.method),
          accuracy: candidate.accuracy(unlabeled: m, labeled: n), isPreferred: isPreferred)
        if isPreferred {
          merits[i][j] =
            candidate.forecast!.criterion(labels: Double(n), rows: Double(m) + Double(n)) ?? risk.estimate
        }
      }
    }
    return (points, merits)
  }
}
