/// The candidate to use at other numbers of rows: ridge, unless a pre-trained one beats it with probability 0.9. Where
/// ridge cannot be forecast, nothing is said; none is named only where ridge has no fit at all.
public struct Ranking: MethodAndSize, Sendable, Equatable, Codable {
  public let unlabeled: Int
  public let labels: Int
  public let method: String
  public let size: Int?
  public let risk: Double

  private static let multiples = [0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16]

  /// At half to 16 times the present labels, unlabeled rows as they are.
  static func byLabels(_ candidates: [Candidate], rows: Plan.Rows) -> [Ranking] {
    multiples.compactMap {
      Ranking(candidates, unlabeled: rows.unlabeled, labels: Int(($0 * Double(rows.labeled)).rounded()))
    }
  }

  /// At half to 16 times the present unlabeled rows, labels as they are.
  static func byUnlabeled(_ candidates: [Candidate], rows: Plan.Rows) -> [Ranking] {
    if rows.unlabeled == 0 { return [] }
    return multiples.compactMap {
      Ranking(candidates, unlabeled: Int(($0 * Double(rows.unlabeled)).rounded()), labels: rows.labeled)
    }
  }

  /// Whether pre-training is to be preferred to what it is compared with.
  static func surpasses(_ comparison: Comparison) -> Bool {
    comparison.gain > 0 && comparison.probabilityPositive >= Recommender.confidence
  }

  /// nil where the raw columns have no forecast.
  init?(_ candidates: [Candidate], unlabeled: Int, labels: Int) {
    guard let raw = Recommender.rawRival(candidates),
      let rawRisk = raw.predictedRisk(unlabeled: unlabeled, labeled: labels)?.estimate
    else { return nil }
    let (n, m) = (Double(labels), Double(unlabeled) + Double(labels))
    let better = candidates.filter(\.isPretrained).compactMap {
      own -> (candidate: Candidate, risk: Double, by: Double)? in
      guard let risk = own.predictedRisk(unlabeled: unlabeled, labeled: labels)?.estimate, own.reliable,
        !own.isTwin, let forecast = own.forecast, let rival = raw.forecast,
        let comparison = Comparison(forecast, rival, labels: n, rows: m), Self.surpasses(comparison)
      else { return nil }
      return (own, risk, forecast.criterion(labels: n, rows: m) ?? risk)
    }
    let best = better.min { $0.by < $1.by } ?? (raw, rawRisk, rawRisk)
    (self.unlabeled, self.labels) = (unlabeled, labels)
    (method, size, risk) = (best.candidate.method, best.candidate.size, best.risk)
  }
}
