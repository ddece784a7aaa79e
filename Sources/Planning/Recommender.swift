#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// From candidates to advice. Pre-training has to beat the raw columns with probability 0.9 to be recommended: not to
/// pre-train is the usual right answer for one table.
struct Recommender {
  let candidates: [Candidate]
  let rows: Plan.Rows
  let purchase: Purchase?

  static let confidence = 0.9
  /// A purchase that takes less than this share off the risk is not worth making.
  static let worthwhile = 0.01

  func recommend() -> Recommendation {
    guard let purchase else { return withoutCosts() }
    switch purchase.goal {
    case .budget(let budget): return spend(budget, purchase)
    case .targetRisk(let target): return reach(target, purchase)
    }
  }

  // MARK: choosing

  /// Better of none and ridge by present risk.
  static func bestRaw(_ candidates: [Candidate]) -> Candidate? {
    candidates.filter { !$0.isPretrained && $0.predictedRisk != nil }
      .min { $0.predictedRisk!.estimate < $1.predictedRisk!.estimate }
  }

  /// Of lowest present risk; one that gives an earlier candidate's predictions only where there is no other.
  private var bestPretrained: Candidate? {
    let judged = candidates.filter { $0.isPretrained && $0.reliable && $0.predictedRisk != nil }
    let own = judged.filter { !$0.isTwin }
    return (own.isEmpty ? judged : own).min { $0.predictedRisk!.estimate < $1.predictedRisk!.estimate }
  }

  /// The present choice and the sentence for it.
  private func presentChoice() -> (Candidate, String) {
    guard let raw = Self.bestRaw(candidates) else { return (bestPretrained ?? candidates[0], "No raw-column rival. ") }
    guard let best = bestPretrained, let gain = best.gainOverRaw else {
      return (raw, "No pre-trained representation has enough labels to be judged; \(raw.label) is the safe choice. ")
    }
    if gain.estimate <= 0 {
      return (raw, "Do not pre-train: the best representation, \(best.label), is no better than \(raw.label). ")
    }
    let share = Self.percent(gain.estimate / raw.predictedRisk!.estimate)
    let probability = Self.percent(gain.probabilityPositive)
    if gain.probabilityPositive >= Self.confidence {
      return (
        best,
        "\(best.label) is predicted to take \(share) off the risk of \(raw.label) (probability of a gain \(probability)). "
      )
    }
    return (
      raw,
      "Do not pre-train yet: \(best.label) may take \(share) off the risk of \(raw.label), but the probability of a gain is only \(probability). "
    )
  }

  private func withoutCosts() -> Recommendation {
    let (choice, reason) = presentChoice()
    let risk = choice.predictedRisk?.estimate
    guard let next = choice.next, let risk else {
      return Recommendation(
        method: choice.method, size: choice.size, next: .labels, labels: nil, unlabeled: nil, cost: nil,
        predictedRisk: risk, why: reason + "There are too few labels to predict more: label rows first.")
    }
    let labels = next.doubleLabels.estimate ?? 0
    let unlabeled = next.doubleUnlabeled?.estimate ?? 0
    let best = max(labels, unlabeled)
    let what: Recommendation.Next =
      best < Self.worthwhile * risk ? .neither : labels >= unlabeled ? .labels : .unlabeled
    let advice =
      switch what {
      case .neither: "Doubling either labels or rows would take less than 1 % off the risk: buy neither."
      case .labels: "Doubling the labels would take \(Self.percent(labels / risk)) off the risk."
      case .unlabeled: "Doubling the unlabeled rows would take \(Self.percent(unlabeled / risk)) off the risk."
      }
    return Recommendation(
      method: choice.method, size: choice.size, next: what, labels: nil, unlabeled: nil, cost: nil, predictedRisk: risk,
      why: reason + advice)
  }

  // MARK: spending

  private func solver(_ candidate: Candidate, _ purchase: Purchase) -> PurchaseSolver? {
    guard candidate.reliable, let forecast = candidate.forecast, forecast.labels != nil else { return nil }
    return PurchaseSolver(
      forecast: forecast, costPerLabel: purchase.costPerLabel, costPerRow: purchase.costPerRow)
  }

  private typealias Option = (candidate: Candidate, choice: PurchaseSolver.Choice)

  private func options(_ purchase: Purchase, _ solve: (PurchaseSolver) -> PurchaseSolver.Choice?) -> [Option] {
    candidates.compactMap { candidate in
      solver(candidate, purchase).flatMap(solve).map { (candidate, $0) }
    }
  }

  private func spend(_ budget: Double, _ purchase: Purchase) -> Recommendation {
    let options = options(purchase) { $0.best(budget: budget) }
    guard let chosen = preferred(options, by: { $0.choice.risk }) else { return withoutCosts() }
    let (candidate, choice) = chosen
    let now = candidate.predictedRisk?.estimate ?? choice.risk
    let saved = now > 0 ? (now - choice.risk) / now : 0
    if saved < Self.worthwhile {
      return Recommendation(
        method: candidate.method, size: candidate.size, next: .neither, labels: 0, unlabeled: 0, cost: 0,
        predictedRisk: now,
        why:
          "The whole budget would take only \(Self.percent(max(saved, 0))) off the risk of \(candidate.label): keep the money."
      )
    }
    return recommendation(
      chosen, purchase,
      why:
        "With \(candidate.label) this takes \(Self.percent(saved)) off the risk, the most that any candidate reaches for the money."
    )
  }

  private func reach(_ target: Double, _ purchase: Purchase) -> Recommendation {
    let options = options(purchase) { $0.cheapest(target: target) }
    guard let chosen = preferred(options, by: { $0.choice.cost }) else { return unreachable(target) }
    if chosen.choice.cost == 0 {
      return recommendation(
        chosen, purchase, why: "\(chosen.candidate.label) is predicted to be at or below the target already.")
    }
    return recommendation(
      chosen, purchase,
      why: "The cheapest way found to a predicted risk of \(Self.number(target)) is with \(chosen.candidate.label).")
  }

  private func unreachable(_ target: Double) -> Recommendation {
    let (choice, _) = presentChoice()
    let floors = candidates.filter(\.reliable).compactMap { $0.forecast?.floor }
    let why =
      floors.min().map {
        "No purchase reaches \(Self.number(target)): even unlimited labels and rows leave a risk of about \(Self.number($0))."
      } ?? "There are too few labels to predict other sizes: label rows first."
    return Recommendation(
      method: choice.method, size: choice.size, next: floors.isEmpty ? .labels : .neither, labels: nil, unlabeled: nil,
      cost: nil, predictedRisk: choice.predictedRisk?.estimate, why: why)
  }

  /// Least of all, but a pre-trained one only where it beats the best raw one with confidence after the purchase.
  private func preferred(_ options: [Option], by value: (Option) -> Double) -> Option? {
    let raw = options.filter { !$0.candidate.isPretrained }.min { value($0) < value($1) }
    let pretrained = options.filter { $0.candidate.isPretrained }.min { value($0) < value($1) }
    guard let pretrained else { return raw }
    guard let raw else {
      let isSafe = (pretrained.candidate.gainOverRaw?.probabilityPositive ?? 0) >= Self.confidence
      return isSafe ? pretrained : nil
    }
    if value(pretrained) > value(raw) { return raw }
    let n = Double(rows.labeled + pretrained.choice.labels)
    let m = Double(rows.unlabeled + rows.labeled + pretrained.choice.rows)
    let probability = Comparison(pretrained.candidate.forecast!, raw.candidate.forecast!)
      .atSizes(labels: n, rows: m)?.probabilityPositive
    return (probability ?? 0) >= Self.confidence ? pretrained : raw
  }

  private func recommendation(_ option: Option, _ purchase: Purchase, why: String) -> Recommendation {
    let choice = option.choice
    let onLabels = purchase.costPerLabel * Double(choice.labels)
    let next: Recommendation.Next = choice.cost == 0 ? .neither : 2 * onLabels >= choice.cost ? .labels : .unlabeled
    return Recommendation(
      method: option.candidate.method, size: option.candidate.size, next: next, labels: choice.labels,
      unlabeled: choice.rows, cost: choice.cost, predictedRisk: choice.risk, why: why)
  }

  // MARK: words

  /// One decimal below 10, none above; words beyond a thousand times.
  static func percent(_ share: Double) -> String {
    let value = 100 * share
    guard abs(value) < 1e5 else { return "more than 1000 times" }
    return abs(value) >= 10 ? "\(Int(value.rounded())) %" : "\((10 * value).rounded() / 10) %"
  }

  /// Three significant figures.
  static func number(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "\(value)" }
    let scale = pow(10, 2 - log10(abs(value)).rounded(.down))
    let rounded = (value * scale).rounded() / scale
    return abs(rounded) >= 100 && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }
}
