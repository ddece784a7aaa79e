import CMath

/// From candidates to advice. Pre-training has to beat ridge with probability 0.9 to be recommended: not to pre-train
/// is the usual right answer for one table, and ridge the usual right head.
struct Recommender {
  let candidates: [Candidate]
  let rows: Plan.Rows
  let purchase: Purchase?
  /// The columns give the target exactly.
  let isExact: Bool

  static let confidence = 0.9
  /// A purchase that takes less than this share off the risk is not worth making.
  static let worthwhile = 0.01

  func recommend() -> Recommendation {
    if isExact { return exact }
    guard let purchase else { return withoutCosts() }
    switch purchase.goal {
    case .budget(let budget): return spend(budget, purchase)
    case .targetRisk(let target): return reach(target, purchase)
    }
  }

  /// Labels cannot lower a risk that is rounding.
  private var exact: Recommendation {
    Recommendation(
      method: "ridge", size: nil, next: .neither, labels: nil, unlabeled: nil, cost: nil,
      predictedRisk: Self.rawRival(candidates)?.predictedRisk?.estimate,
      why:
        "The columns give the target exactly, up to rounding: leave out those it is made of, if they are not known where you "
        + "will predict, and plan again. As it stands neither labels nor rows buy anything.")
  }

  // MARK: choosing

  /// What pre-training has to beat: ridge, or none where ridge has no fit.
  static func rawRival(_ candidates: [Candidate]) -> Candidate? {
    let raws = candidates.filter { !$0.isPretrained && $0.predictedRisk != nil }
    return raws.first { $0.method == "ridge" } ?? raws.first
  }

  /// Of lowest present risk, not counting those that give an earlier candidate's predictions.
  private var bestPretrained: Candidate? {
    candidates.filter { $0.isPretrained && $0.reliable && !$0.isTwin && $0.predictedRisk != nil }
      .min { $0.predictedRisk!.estimate < $1.predictedRisk!.estimate }
  }

  /// The present choice, as `Ranking` makes it, and the sentence for it.
  private func presentChoice() -> (Candidate, String) {
    guard let raw = Self.rawRival(candidates), let risk = raw.predictedRisk else {
      return (bestPretrained ?? candidates[0], "No head has a fit on the columns as they are. ")
    }
    if let ranking = Ranking(candidates, unlabeled: rows.unlabeled, labels: rows.labeled), ranking.size != nil,
      let best = candidates.first(where: { $0.label == ranking.label }), let gain = best.gainOverRaw
    {
      return (
        best,
        "Pre-train \(best.label): predicted to take \(Self.change(gain, of: risk)) off the risk of \(raw.label)"
          + (best.predictedRisk.map { ", to \(Self.words($0))" } ?? "") + ". "
      )
    }
    let outlook = "\(raw.label) on the columns as they are is predicted to reach a risk of \(Self.words(risk))"
    guard let best = bestPretrained, let gain = best.gainOverRaw else {
      return (raw, "Do not pre-train: \(outlook), and no representation has enough labels to be judged. ")
    }
    if gain.estimate > 0 && gain.probabilityPositive > 0.5 {
      return (
        raw,
        "Do not pre-train yet: \(outlook); \(best.label) may take \(Self.change(gain, of: risk)) off, which is not sure. "
      )
    }
    let change =
      gain.estimate < 0 ? "add \(Self.change(gain, of: risk)) to it" : "take \(Self.change(gain, of: risk)) off"
    return (raw, "Do not pre-train: \(outlook); the best representation, \(best.label), would \(change). ")
  }

  func withoutCosts() -> Recommendation {
    let (choice, reason) = presentChoice()
    let risk = choice.predictedRisk?.estimate
    guard let next = choice.next, let risk, risk > 0 else {
      return Recommendation(
        method: choice.method, size: choice.size, next: .labels, labels: nil, unlabeled: nil, cost: nil,
        predictedRisk: risk, why: reason + "There are too few labels to predict more: label rows first.")
    }
    let labels = next.doubleLabels.estimate ?? 0
    let unlabeled = next.doubleUnlabeled?.estimate ?? 0
    let best = max(labels, unlabeled)
    let what: Recommendation.Next =
      best < Self.worthwhile * risk ? .neither : labels >= unlabeled ? .labels : .unlabeled
    let rows = (choice.isPretrained ? choice : bestPretrained)?.next?.doubleUnlabeled
    let ofLabels = "twice the labels", ofRows = "twice the unlabeled rows"
    let first = what == .unlabeled ? (ofRows, rows) : (ofLabels, next.doubleLabels)
    let second = what == .unlabeled ? (ofLabels, next.doubleLabels) : (ofRows, rows)
    let clauses = [first, second].compactMap { name, gain in gain.map { (name, Self.saving($0, of: risk)) } }
    let advice = clauses.enumerated().map { index, clause in
      index == 0
        ? "\(clause.0.prefix(1).uppercased() + clause.0.dropFirst()) would take \(clause.1)" : "\(clause.0) \(clause.1)"
    }
    return Recommendation(
      method: choice.method, size: choice.size, next: what, labels: nil, unlabeled: nil, cost: nil, predictedRisk: risk,
      why: reason + advice.joined(separator: ", ") + (what == .neither ? ": buy neither." : "."))
  }

  func unreachable(_ target: Double) -> Recommendation {
    let (choice, _) = presentChoice()
    let limits = candidates.filter(\.reliable).compactMap(\.limit)
    let why =
      limits.min { $0.estimate < $1.estimate }.map {
        "No purchase is predicted to reach \(Self.number(target)): unlimited labels and rows leave a risk of about "
          + "\(Self.number($0.estimate)) (\(Self.number($0.low)) .. \(Self.number($0.high)))."
      } ?? "There are too few labels to predict other sizes: label rows first."
    return Recommendation(
      method: choice.method, size: choice.size, next: limits.isEmpty ? .labels : .neither, labels: nil, unlabeled: nil,
      cost: nil, predictedRisk: choice.predictedRisk?.estimate, why: why)
  }

  // MARK: words

  /// "3415 (2683 .. 4606)".
  static func words(_ risk: Interval) -> String {
    "\(number(risk.estimate)) (\(number(risk.low)) .. \(number(risk.high)))"
  }

  /// How much of a rival's risk a gain is, either way, with its interval and how sure it is.
  private static func change(_ gain: GainOverRaw, of rival: Interval) -> String {
    let sign = gain.estimate < 0 ? -1.0 : 1
    let ends = [sign * gain.low, sign * gain.high].sorted().map { percent($0 / rival.estimate) }
    return "\(percent(abs(gain.estimate) / rival.estimate)) (\(ends[0]) to \(ends[1]); probability of a gain "
      + "\(percent(gain.probabilityPositive)))"
  }

  /// "3.5 % off (0.0 % to 7.2 %)"; a bound where no more is known.
  private static func saving(_ gain: ExpectedGain, of risk: Double) -> String {
    let ends = "\(percent(gain.low / risk)) to \(percent(gain.high / risk))"
    if let estimate = gain.estimate, estimate >= 0.0005 * risk { return "\(percent(estimate / risk)) off (\(ends))" }
    return "less than \(percent(max((1000 * gain.high / risk).rounded(.up) / 1000, 0.001))) off"
  }

  /// One decimal below 10, none above; words beyond a thousand times.
  static func percent(_ share: Double) -> String {
    let value = 100 * share
    guard abs(value) < 1e5 else { return "more than 1000 times" }
    // Adding 0 leaves no minus before it.
    return abs(value) >= 10 ? "\(Int(value.rounded())) %" : "\((10 * value).rounded() / 10 + 0) %"
  }

  /// Three significant figures, and all digits before the point.
  static func number(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    let scale = max(pow(10, 2 - log10(abs(value)).rounded(.down)), abs(value) < 1e6 ? 1 : 0)
    guard scale.isFinite, scale > 0 else { return "\(value)" }
    let rounded = (value * scale).rounded() / scale
    return abs(rounded) >= 100 && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }
}
