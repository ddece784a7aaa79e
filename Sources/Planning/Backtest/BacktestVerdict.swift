/// Of some answers, how many are right; nil of none.
func share(_ values: [Bool]) -> Double? {
  values.isEmpty ? nil : Double(values.count { $0 }) / Double(values.count)
}

func median(_ values: [Double]) -> Double? {
  if values.isEmpty { return nil }
  let sorted = values.sorted()
  return 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
}

/// Who won, honestly: risks nearer, gains nearer, signs right; two of three decide.
struct Verdict {
  let sentence: String

  init(_ scores: Backtest.Scores) {
    let votes = [
      scores.pretellNearer.map { $0 - 0.5 }, scores.pretellGainNearer.map { $0 - 0.5 },
      zipped(scores.pretell.signRight, scores.powerLaw.signRight).map { $0 - $1 },
    ].compactMap { $0 }
    let balance = votes.reduce(0) { $0 + ($1 > 0.02 ? 1 : $1 < -0.02 ? -1 : 0) }
    let winner =
      votes.isEmpty
      ? "No comparison: one of the two gave no forecast."
      : balance > 0
        ? "Pretell won on these data."
        : balance < 0
          ? "The learning-curve power law won on these data: prefer it here."
          : "Neither won on these data."
    var facts = [String]()
    if let value = scores.pretellNearer {
      facts.append("nearer the actual risk in \(Recommender.percent(value)) of forecasts")
    }
    if let value = scores.pretellGainNearer { facts.append("nearer the actual gain in \(Recommender.percent(value))") }
    if let (own, rival) = zipped(scores.pretell.signRight, scores.powerLaw.signRight) {
      facts.append("sign of the gain right in \(Recommender.percent(own)) against \(Recommender.percent(rival))")
    }
    if scores.pretell.answered < 0.999 {
      facts.append(
        "a forecast in \(Recommender.percent(scores.pretell.answered)) of cases against "
          + Recommender.percent(scores.powerLaw.answered))
    }
    sentence = facts.isEmpty ? winner : "\(winner) Pretell: \(facts.joined(separator: ", "))."
  }
}

private func zipped(_ a: Double?, _ b: Double?) -> (Double, Double)? {
  guard let a, let b else { return nil }
  return (a, b)
}
