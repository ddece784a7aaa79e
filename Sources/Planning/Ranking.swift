/// The candidate of lowest predicted risk at other numbers of labels.
public struct Ranking: Sendable, Equatable, Codable {
  public let labels: Int
  public let method: String
  public let size: Int?
  public let risk: Double

  private static let multiples = [0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16]

  /// At half to 16 times the present labels, unlabeled rows as they are; sizes that no candidate has a forecast for are left out.
  static func along(_ candidates: [Candidate], rows: Plan.Rows) -> [Ranking] {
    multiples.compactMap { multiple in
      let n = Int((multiple * Double(rows.labeled)).rounded())
      let forecasts = candidates.compactMap { candidate in
        candidate.predictedRisk(unlabeled: rows.unlabeled, labeled: n).map { (candidate, $0.estimate) }
      }
      guard let best = forecasts.min(by: { $0.1 < $1.1 }) else { return nil }
      return Ranking(labels: n, method: best.0.method, size: best.0.size, risk: best.1)
    }
  }

  public var label: String { size.map { "\(method)-\($0)" } ?? method }
}
