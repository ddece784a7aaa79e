import Pretell

/// Warnings of a plan as the terminal shows them: each kind once, the two that matter most, the others by name.
struct PlanNotes {
  private let ofCandidates: [JSONWarning]
  private let showsAll: Bool

  private static let shown = 2

  /// What makes numbers void before what makes them uncertain before what is only worth knowing; others come between.
  private static let voiding = [
    "leaking-combination", "leaking-column", "poor-coverage", "repeated-rows", "drift", "heavy-rows", "few-groups",
    "pool-leverage", "separated", "unstable-design", "half-failed", "method-failed",
  ]
  private static let harmless = [
    "pretraining-uncertain", "break-even-uncertain", "collinear-columns", "near-constant-columns", "unequal-scales",
    "constant-columns", "too-few-labels",
  ]

  init(_ plan: Plan, showsAll: Bool) {
    self.showsAll = showsAll
    let twins = showsAll ? [] : plan.candidates.filter(\.isTwin).map(\.label)
    ofCandidates = Self.grouped(
      plan.candidates.filter { !twins.contains($0.label) }.flatMap { candidate in
        candidate.warnings.filter { Self.concerns(candidate, $0, plan, showsAll) }.map { (candidate.label, $0) }
      })
  }

  /// What concerns the advice: all of the recommended candidate, of others what makes their own numbers void; everything with --all.
  private static func concerns(_ candidate: Candidate, _ warning: Warning, _ plan: Plan, _ showsAll: Bool) -> Bool {
    warning.code != "same-predictor"
      && (showsAll || candidate.label == plan.recommendation.label
        || ["pool-leverage", "half-failed"].contains(warning.code))
  }

  /// Each code once: its first candidate's message, and whom else it concerns.
  private static func grouped(_ found: [(label: String, warning: Warning)]) -> [JSONWarning] {
    var order: [String] = []
    var groups: [String: [(label: String, warning: Warning)]] = [:]
    for entry in found {
      if groups[entry.warning.code] == nil { order.append(entry.warning.code) }
      groups[entry.warning.code, default: []].append(entry)
    }
    return order.map { code in
      let (first, others) = (groups[code]![0], groups[code]!.dropFirst().map(\.label))
      let likewise =
        others.isEmpty
        ? "" : " Likewise \(others.count > 4 ? "\(others.count) others" : others.joined(separator: ", "))."
      let warning = JSONWarning(first.warning)
      return JSONWarning(code: code, message: "\(first.label): \(warning.message)\(likewise)", remedy: warning.remedy)
    }
  }

  /// What is printed, and what is said of the rest. `all` concern the data.
  func shortened(_ all: [JSONWarning]) -> (shown: [JSONWarning], more: String) {
    let kinds = Self.once(all) + ofCandidates
    if showsAll || kinds.count <= Self.shown { return (kinds, "") }
    let ranked = kinds.enumerated().sorted { (Self.rank($0.element), $0.offset) < (Self.rank($1.element), $1.offset) }
      .map(\.element)
    let rest = ranked.dropFirst(Self.shown).map(\.code)
    return (Array(ranked.prefix(Self.shown)), "\(rest.count) more (\(rest.joined(separator: ", "))): --all shows them.")
  }

  /// One of each kind, with the number of others.
  private static func once(_ all: [JSONWarning]) -> [JSONWarning] {
    var seen: [JSONWarning] = []
    for warning in all where !seen.contains(where: { $0.code == warning.code }) {
      let others = all.count { $0.code == warning.code } - 1
      let likewise = others == 0 ? "" : others == 1 ? " (And one more like it.)" : " (And \(others) more like it.)"
      seen.append(JSONWarning(code: warning.code, message: warning.message + likewise, remedy: warning.remedy))
    }
    return seen
  }

  private static func rank(_ warning: JSONWarning) -> Int {
    if let place = voiding.firstIndex(of: warning.code) { return place - voiding.count }
    return (harmless.firstIndex(of: warning.code) ?? -1) + 1
  }
}
