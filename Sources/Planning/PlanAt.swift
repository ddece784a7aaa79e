/// Every candidate that can be forecast at other numbers of rows, lowest risk first.
public struct PlanAt: Sendable, Equatable, Codable {
  public struct Entry: MethodAndSize, Sendable, Equatable, Codable {
    public let method: String
    public let size: Int?
    public let predictedRisk: Interval
    /// Against ridge there, or none where ridge has no forecast; nil for that one itself.
    public let gainOverRaw: GainOverRaw?
    /// Share of rows told right there; nil where labels are numbers.
    public let accuracy: Interval?
  }

  public let unlabeled: Int
  public let labeled: Int
  /// What to use there, by the rule of `Ranking`; nil where ridge has no forecast.
  public let best: Ranking?
  public let candidates: [Entry]
}

extension Plan {
  /// Keeps the rankings at these numbers of rows, and every candidate's gains there.
  public mutating func rank(at counts: [(unlabeled: Int, labeled: Int)]) {
    rankings = counts.map { at(unlabeled: $0.unlabeled, labeled: $0.labeled) }
    if counts.isEmpty { return }
    for position in candidates.indices {
      let label = candidates[position].label
      let own = (candidates[position].gainsAt ?? []).filter { $0.against == GainAt.present }
      candidates[position].gainsAt =
        own
        + rankings.compactMap { ranking in
          guard let entry = ranking.candidates.first(where: { $0.label == label }), let gain = entry.gainOverRaw else {
            return nil
          }
          return GainAt(
            gain, risk: entry.predictedRisk, unlabeled: ranking.unlabeled, labeled: ranking.labeled)
        }
    }
  }

  /// The ranking at `unlabeled` rows without and `labeled` rows with a label.
  public func at(unlabeled: Int, labeled: Int) -> PlanAt {
    precondition(unlabeled >= 0 && labeled > 0, "\(unlabeled) unlabeled and \(labeled) labeled rows")
    let known = candidates.compactMap { candidate in
      candidate.predictedRisk(unlabeled: unlabeled, labeled: labeled).map { (candidate: candidate, risk: $0) }
    }
    let raws = known.map(\.candidate).filter { !$0.isPretrained }
    let raw = raws.first { $0.method == "ridge" } ?? raws.first
    let entries = known.map {
      PlanAt.Entry(
        method: $0.candidate.method, size: $0.candidate.size, predictedRisk: $0.risk,
        gainOverRaw: $0.candidate.gain(over: raw, unlabeled: unlabeled, labeled: labeled),
        accuracy: $0.candidate.accuracy(unlabeled: unlabeled, labeled: labeled))
    }
    return PlanAt(
      unlabeled: unlabeled, labeled: labeled,
      best: Ranking(candidates, unlabeled: unlabeled, labels: labeled),
      candidates: entries.sorted { $0.predictedRisk.estimate < $1.predictedRisk.estimate })
  }
}

extension Candidate {
  /// Over `rival` at other numbers of rows, from the paired errors on the same labels; nil over itself or where
  /// unknown.
  fileprivate func gain(over rival: Candidate?, unlabeled: Int, labeled: Int) -> GainOverRaw? {
    guard gainOverRaw != nil, let rival, (method, size) != (rival.method, rival.size), let forecast,
      let other = rival.forecast
    else {
      return nil
    }
    return Comparison(forecast, other, labels: Double(labeled), rows: Double(unlabeled) + Double(labeled))?
      .reported(against: rival.method)
  }
}
