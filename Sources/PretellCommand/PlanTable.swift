import Pretell

/// Candidates line by line: the four numbers that decide, or everything.
struct PlanTable {
  /// How much of each number a line has.
  enum Detail {
    /// Every interval.
    case ends
    /// That of the gain alone.
    case gainEnds
    /// The same in whole percents.
    case whole
  }

  private let plan: Plan
  /// What gains are over.
  private let rival: String
  private let isOfClasses: Bool

  init(_ plan: Plan) {
    self.plan = plan
    isOfClasses = plan.head == .logistic
    rival = plan.candidates.first { $0.size != nil && $0.gainOverRaw != nil }?.gainOverRaw?.against ?? "ridge"
  }

  /// Risk, gain, how likely it is, what labels buy.
  func brief(_ shown: [Candidate], _ detail: Detail) -> TextTable {
    var table = TextTable(
      header: ["", "risk now", "gain over \(rival)", "P(gain)", "2x labels"] + (isOfClasses ? ["accuracy"] : []))
    table.rows = shown.map { candidate in
      let gain = candidate.label == rival ? nil : candidate.gainOverRaw
      return [
        name(candidate), NumberText.optional(candidate.predictedRisk?.estimate),
        gain.map { change($0, detail) } ?? "-", gain.map { NumberText.percent($0.probabilityPositive) } ?? "-",
        saving(candidate, detail),
      ] + (isOfClasses ? [candidate.accuracy.map { Self.accuracy($0, detail) } ?? "-"] : [])
    }
    return table
  }

  /// Also the risk's interval and its parts, and for how few labels a representation pays.
  func complete(_ shown: [Candidate]) -> TextTable {
    var table = TextTable(
      header: ["", "risk now", "90 % interval", "gain", "90 % interval", "P(gain)", "labels", "pre-training"]
        + (isOfClasses ? ["accuracy"] : []) + ["pays below"])
    table.rows = shown.map { candidate in
      let gain = candidate.gainOverRaw
      let risk = gain.flatMap { plan.candidate($0.against)?.predictedRisk?.estimate }
      return [
        name(candidate), NumberText.optional(candidate.predictedRisk?.estimate),
        candidate.predictedRisk.map { Self.interval($0.low, $0.high) { NumberText.significant($0, 3) } } ?? "-",
        Self.share(gain?.estimate, of: risk),
        gain.flatMap { gain in risk.map { Self.interval(gain.low / $0, gain.high / $0, NumberText.signedPercent) } }
          ?? "-", gain.map { NumberText.percent($0.probabilityPositive) } ?? "-",
        NumberText.optional(candidate.parts?.labels, 3),
        candidate.size == nil ? "" : Self.pretraining(candidate.parts),
      ] + (isOfClasses ? [candidate.accuracy.map { Self.accuracy($0, .ends) } ?? "-"] : []) + [
        Self.paysBelow(candidate)
      ]
    }
    return table
  }

  func legend(isComplete: Bool) -> String {
    let risk = "Risk: mean \(isOfClasses ? "log-loss" : "squared error") on a fresh label."
    if !isComplete {
      return risk + " Gain: how much lower than \(rival)'s, with its 90 % interval, and how sure it is. 2x labels: "
        + "what twice the labels would take off" + (isOfClasses ? ". Accuracy: of rows left out." : ".")
    }
    return risk
      + " Gain: share of the risk of ridge (for ridge: of none). Labels, pre-training: what would be gained by "
      + "unlimited labels, and rows. " + (isOfClasses ? "Accuracy: share of labels told right when left out. " : "")
      + "Pays below: with fewer labels than this the representation's predicted risk is below that of \(rival)."
  }

  // MARK: cells

  private func name(_ candidate: Candidate) -> String {
    (candidate.label == plan.recommendation.label ? "> " : "  ") + candidate.label + (candidate.reliable ? "" : " *")
  }

  private func change(_ gain: GainOverRaw, _ detail: Detail) -> String {
    guard let risk = plan.candidate(gain.against)?.predictedRisk?.estimate, risk > 0 else { return "-" }
    let text = detail == .whole ? NumberText.signedWholePercent : NumberText.signedPercent
    return "\(text(gain.estimate / risk)) (\(Self.bare(text(gain.low / risk))) .. \(Self.bare(text(gain.high / risk))))"
  }

  private func saving(_ candidate: Candidate, _ detail: Detail) -> String {
    guard let saved = candidate.next?.doubleLabels, let risk = candidate.predictedRisk?.estimate, risk > 0 else {
      return "-"
    }
    guard let estimate = saved.estimate else { return "< " + NumberText.shortPercent(saved.high / risk) }
    let text = NumberText.shortPercent(estimate / risk)
    if detail != .ends { return text }
    let ends = [saved.low, saved.high].map { Self.bare(NumberText.shortPercent($0 / risk)) }
    return "\(text) (\(ends[0]) .. \(ends[1]))"
  }

  private static func bare(_ percent: String) -> String { percent.replacing("%", with: "") }

  private static func interval(_ low: Double, _ high: Double, _ text: (Double) -> String) -> String {
    "\(text(low)) .. \(text(high))"
  }

  /// "71% (65 .. 77)".
  static func accuracy(_ share: Interval, _ detail: Detail) -> String {
    if detail != .ends { return NumberText.percent(share.estimate) }
    let ends = [share.low, share.high].map { bare(NumberText.percent($0)) }
    return "\(NumberText.percent(share.estimate)) (\(ends[0]) .. \(ends[1]))"
  }

  private static func share(_ gain: Double?, of rival: Double?) -> String {
    guard let gain, let rival, rival > 0 else { return "-" }
    return NumberText.signedPercent(gain / rival)
  }

  /// An upper bound where the part is smaller than its standard error.
  private static func pretraining(_ parts: RiskParts?) -> String {
    guard let bound = parts?.pretrainingUpperBound else { return NumberText.optional(parts?.pretraining, 3) }
    return "< " + NumberText.significant(bound, 2)
  }

  private static func paysBelow(_ candidate: Candidate) -> String {
    switch candidate.paysBelow {
    case nil: candidate.size == nil ? "" : "-"
    case .labels(let count): "\(NumberText.count(count)) labels"
    case .always: "always"
    case .never: "never"
    }
  }
}
