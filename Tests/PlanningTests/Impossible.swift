import Planning

/// What of a plan is impossible, in words: nothing, one hopes.
func impossible(_ plan: Plan) -> [String] {
  var found = [String]()
  func check(_ isPossible: Bool, _ what: @autoclosure () -> String) { if !isPossible { found.append(what()) } }
  func check(_ risk: Interval, _ what: String) {
    check(
      risk.low >= 0 && risk.low <= risk.estimate && risk.estimate <= risk.high && risk.high.isFinite, "\(what): \(risk)"
    )
  }
  func check(_ gain: GainOverRaw, rival: Double?, _ what: String) {
    check(gain.low <= gain.estimate && gain.estimate <= gain.high, "\(what): \(gain)")
    check(gain.low.isFinite && gain.high.isFinite, "\(what): \(gain)")
    check((0...1).contains(gain.probabilityPositive), "\(what): P \(gain.probabilityPositive)")
    if let rival { check(gain.high <= rival * (1 + 1e-9), "\(what): gain \(gain.high) of \(rival)") }
  }
  let (m, n) = (plan.rows.unlabeled, plan.rows.labeled)
  for candidate in plan.candidates {
    let label = candidate.label
    if let risk = candidate.predictedRisk { check(risk, label) }
    if let gain = candidate.gainOverRaw {
      check(gain, rival: plan.candidate(gain.against)?.predictedRisk?.estimate, label)
    }
    if let parts = candidate.parts, let risk = candidate.predictedRisk?.estimate {
      let most = risk * (1 + 1e-9)
      for part in [parts.noise, parts.bias ?? 0, parts.labels] {
        check(part >= 0 && part <= most, "\(label): part \(part) of \(risk)")
      }
      check(abs(parts.pretraining ?? 0) <= most, "\(label): pre-training part \(parts.pretraining ?? 0) of \(risk)")
      check(parts.pretrainingUpperBound ?? 0 <= most, "\(label): bound \(parts.pretrainingUpperBound ?? 0) of \(risk)")
      let sum = parts.noise + (parts.bias ?? 0) + parts.labels + (parts.pretraining ?? 0)
      check(abs(sum - risk) <= 1e-9 * risk, "\(label): parts add to \(sum), not \(risk)")
      check(parts.standardError >= 0 && parts.standardError.isFinite, "\(label): \(parts.standardError)")
    }
    if let next = candidate.next {
      for gain in [next.doubleLabels] + (next.doubleUnlabeled.map { [$0] } ?? []) {
        check(gain.low <= gain.high, "\(label): \(gain)")
        check(gain.high <= candidate.predictedRisk.map { $0.estimate * (1 + 1e-9) } ?? .infinity, "\(label): \(gain)")
        if let estimate = gain.estimate { check(gain.low <= estimate && estimate <= gain.high, "\(label): \(gain)") }
      }
    }
    for value in [candidate.rowsPerLabel, candidate.crossoverRatio] {
      check(value.map { $0 >= 0 && $0.isFinite } ?? true, "\(label): \(value!)")
    }
    func checkShare(_ share: Interval?, _ what: String) {
      guard let share else { return }
      check(share.low >= 0 && share.low <= share.estimate && share.estimate <= share.high && share.high <= 1, what)
    }
    checkShare(candidate.accuracy, "\(label): accuracy \(String(describing: candidate.accuracy))")
    if let scores = candidate.scores {
      check(scores.brier >= 0 && scores.brier <= 2, "\(label): Brier \(scores.brier)")
      for share in [scores.balancedAccuracy, scores.areaUnderCurve ?? 0] {
        check((0...1).contains(share), "\(label): \(scores)")
      }
      check(candidate.leftOut != nil, "\(label): left out how?")
    }
    if case .labels(let count)? = candidate.breakEvenLabels { check(count > 0 && count.isFinite, "\(label): \(count)") }
    for labeled in [max(n / 2, 1), n, n + 1, 4 * n, 1_000_000] {
      for unlabeled in [0, m, 100 * m + 7] {
        if let risk = candidate.predictedRisk(unlabeled: unlabeled, labeled: labeled) {
          check(risk, "\(label) at \(unlabeled), \(labeled)")
        }
        checkShare(
          candidate.accuracy(unlabeled: unlabeled, labeled: labeled), "\(label): accuracy at \(unlabeled), \(labeled)")
      }
    }
  }
  for (unlabeled, labeled) in [(m, n), (m, 4 * n), (100 * m + 7, n)] {
    let there = plan.at(unlabeled: unlabeled, labeled: labeled)
    for entry in there.candidates {
      let rival = entry.gainOverRaw.flatMap { gain in there.candidates.first { $0.method == gain.against } }
      if let gain = entry.gainOverRaw {
        check(gain, rival: rival?.predictedRisk.estimate, "\(entry.label) at \(labeled)")
      }
    }
  }
  let isRidgeKnown = plan.candidate("ridge")?.predictedRisk != nil
  for ranking in plan.bestByLabels + plan.bestByUnlabeled {
    check(ranking.risk >= 0 && ranking.risk.isFinite, "ranking \(ranking)")
    check(ranking.method != "none" || !isRidgeKnown, "none is advised where ridge is known")
    if ranking.labels == n && ranking.unlabeled == m && plan.recommendation.labels == nil {
      let advice = plan.recommendation
      check(
        ranking.method == advice.method && ranking.size == advice.size, "\(ranking.label) and \(advice.method) at once")
    }
  }
  let advice = plan.recommendation
  check(advice.method != "none" || !isRidgeKnown, "none is advised where ridge is known")
  check(advice.predictedRisk.map { $0 >= 0 && $0.isFinite } ?? true, "advice: \(advice)")
  check(!advice.why.contains("nan") && !advice.why.contains("inf "), advice.why)
  return found
}
