/// Advice where it is said what labels and rows cost.
extension Recommender {
  private typealias Option = (candidate: Candidate, forecast: RiskForecast, choice: PurchaseSolver.Choice)

  private func options(_ purchase: Purchase, _ solve: (PurchaseSolver) -> PurchaseSolver.Choice?) -> [Option] {
    candidates.compactMap { candidate in
      guard candidate.reliable, !candidate.isTwin, let forecast = candidate.forecast, forecast.labels != nil else {
        return nil
      }
      let solver = PurchaseSolver(
        forecast: forecast, costPerLabel: purchase.costPerLabel, costPerRow: purchase.costPerRow)
      return solve(solver).map { (candidate, forecast, $0) }
    }
  }

  func spend(_ budget: Double, _ purchase: Purchase) -> Recommendation {
    let options = options(purchase) { $0.best(budget: budget) }
    guard let chosen = preferred(options, by: { $0.choice.risk }) else { return withoutCosts() }
    let (candidate, _, choice) = chosen
    let now = candidate.predictedRisk?.estimate ?? choice.risk
    let saved = now > 0 ? (now - choice.risk) / now : 0
    if saved < Self.worthwhile {
      return Recommendation(
        method: candidate.method, size: candidate.size, next: .neither, labels: 0, unlabeled: 0, cost: 0,
        predictedRisk: now,
        why:
          "The whole budget would take only \(Self.percent(max(saved, 0))) off the risk of \(candidate.label)\(after(chosen)): "
          + "keep the money."
      )
    }
    return recommendation(
      chosen, purchase,
      why:
        "With \(candidate.label) this takes \(Self.percent(saved)) off the risk\(after(chosen)), the most that any candidate surely "
        + "reaches for the money."
    )
  }

  func reach(_ target: Double, _ purchase: Purchase) -> Recommendation {
    let options = options(purchase) { $0.cheapest(target: target) }
    guard let chosen = preferred(options, by: { $0.choice.cost }) else { return unreachable(target) }
    if chosen.choice.cost == 0 {
      return recommendation(
        chosen, purchase,
        why: "\(chosen.candidate.label) is predicted to be at or below the target already\(after(chosen, "at")).")
    }
    return recommendation(
      chosen, purchase,
      why: "The cheapest way found to a predicted risk of \(Self.number(target)) is with "
        + "\(chosen.candidate.label)\(after(chosen, "at")).")
  }

  /// ", to 2960 (2400 .. 3900)": the risk after the purchase, with its interval.
  private func after(_ option: Option, _ word: String = "to") -> String {
    let (labels, bought) = (option.choice.labels, option.choice.rows)
    let risk = option.candidate.unlabeled(buying: labels, rows: bought).flatMap {
      option.candidate.predictedRisk(unlabeled: $0, labeled: rows.labeled + labels)
    }
    return risk.map { ", \(word) \(Self.words($0))" } ?? ""
  }

  /// Least of all, but a pre-trained one only where it beats ridge with confidence after the purchase, and none only
  /// without ridge.
  private func preferred(_ options: [Option], by value: (Option) -> Double) -> Option? {
    let raw =
      options.first { $0.candidate.method == "ridge" }
      ?? (hasRidge ? nil : options.first { $0.candidate.method == "none" })
    let better = options.filter { option in
      guard option.candidate.isPretrained else { return false }
      guard let rival = Self.rawRival(candidates)?.forecast else { return true }
      let n = Double(rows.labeled) + Double(option.choice.labels)
      let m = option.forecast.rows(buying: Double(option.choice.labels), Double(option.choice.rows))
      let probability = Comparison(option.forecast, rival, labels: n, rows: m)?.probabilityPositive
      return (probability ?? option.candidate.gainOverRaw?.probabilityPositive ?? 0) >= Self.confidence
    }
    return (better + (raw.map { [$0] } ?? [])).min { value($0) < value($1) }
  }

  private var hasRidge: Bool { candidates.contains { $0.method == "ridge" && $0.predictedRisk != nil } }

  private func recommendation(_ option: Option, _ purchase: Purchase, why: String) -> Recommendation {
    let choice = option.choice
    let onLabels = purchase.costPerLabel * Double(choice.labels)
    let next: Recommendation.Next = choice.cost == 0 ? .neither : 2 * onLabels >= choice.cost ? .labels : .unlabeled
    return Recommendation(
      method: option.candidate.method, size: option.candidate.size, next: next, labels: choice.labels,
      unlabeled: choice.rows, cost: choice.cost, predictedRisk: choice.risk, why: why)
  }
}
