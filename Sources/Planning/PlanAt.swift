/// Every candidate that can be forecast at other numbers of rows, lowest risk first.
public struct PlanAt: Sendable, Equatable, Encodable {
  public struct Entry: MethodAndSize, Sendable, Equatable, Encodable {
    public let method: String
    public let size: Int?
    public let predictedRisk: Interval
  }

  public let unlabeled: Int
  public let labeled: Int
  /// What to use there, by the rule of `Ranking`; nil where the raw columns have no forecast.
  public let best: Ranking?
  public let candidates: [Entry]
}

extension Plan {
  /// The ranking at `unlabeled` rows without and `labeled` rows with a label.
  public func at(unlabeled: Int, labeled: Int) -> PlanAt {
    precondition(unlabeled >= 0 && labeled > 0, "\(unlabeled) unlabeled and \(labeled) labeled rows")
    let entries = candidates.compactMap { candidate in
      candidate.predictedRisk(unlabeled: unlabeled, labeled: labeled).map {
        PlanAt.Entry(method: candidate.method, size: candidate.size, predictedRisk: $0)
      }
    }
    return PlanAt(
      unlabeled: unlabeled, labeled: labeled,
      best: Ranking(candidates, unlabeled: unlabeled, labels: labeled),
      candidates: entries.sorted { $0.predictedRisk.estimate < $1.predictedRisk.estimate })
  }
}
