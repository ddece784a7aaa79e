import Pretell

/// A plan as the terminal shows it.
struct PlanText {
  let plan: Plan
  let target: String
  let showsAll: Bool

  private static let shownSizes = 5

  var text: String {
    let terminal = Terminal.output
    let counts = """
      \(NumberText.count(plan.rows.unlabeled)) unlabeled and \(NumberText.count(plan.rows.labeled)) labeled rows, \
      \(plan.columns) columns, target \(target)
      """
    return [
      terminal.dim(counts), terminal.bold(terminal.wrapped(plan.recommendation.why)), purchaseText, table,
      plan.candidates.compactMap { EncoderText($0)?.text }.joined(separator: "\n\n"),
      plan.rankings.map { PlanAtText(ranking: $0, hidden: twins).text }.joined(separator: "\n\n"),
      plan.backtest.map { terminal.wrapped($0.sentence) } ?? "", notes,
    ].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// none, ridge, and the representations with the lowest predicted risk, in order of size.
  private var shown: [Candidate] {
    let raw = plan.candidates.filter { $0.size == nil }
    let distinct = plan.candidates.filter { $0.size != nil && (showsAll || !$0.isTwin) }
    if showsAll { return raw + distinct }
    let ranked = distinct.filter { $0.predictedRisk != nil }
      .sorted { $0.predictedRisk!.estimate < $1.predictedRisk!.estimate }
    let best = Set(ranked.prefix(Self.shownSizes).map(\.label))
    return raw + distinct.filter { best.contains($0.label) }
  }

  /// Representations that give the predictions of an earlier one.
  private var twins: Set<String> {
    if showsAll { return [] }
    return Set(plan.candidates.filter(\.isTwin).map(\.label))
  }

  private var table: String {
    var table = TextTable(
      header: ["", "risk now", "90 % interval", "gain", "90 % interval", "P(gain>0)", "labels", "pre-training"]
        + (plan.head == .logistic ? ["accuracy"] : []) + ["pays below"])
    table.rows = shown.map(row)
    return table.rendered(.output)
  }

  private func row(_ candidate: Candidate) -> [String] {
    let chosen = candidate.method == plan.recommendation.method && candidate.size == plan.recommendation.size
    let rival = candidate.gainOverRaw.flatMap { plan.candidate($0.against)?.predictedRisk?.estimate }
    return [
      (chosen ? "> " : "  ") + candidate.label + (candidate.reliable ? "" : " *"),
      NumberText.optional(candidate.predictedRisk?.estimate),
      candidate.predictedRisk.map { Self.interval($0.low, $0.high) { NumberText.significant($0, 3) } } ?? "-",
      Self.share(candidate.gainOverRaw?.estimate, of: rival),
      candidate.gainOverRaw.flatMap { gain in
        rival.map { rival in Self.interval(gain.low / rival, gain.high / rival, NumberText.signedPercent) }
      } ?? "-",
      candidate.gainOverRaw.map { NumberText.percent($0.probabilityPositive) } ?? "-",
      NumberText.optional(candidate.parts?.labels, 3),
      candidate.size == nil ? "" : Self.pretraining(candidate.parts),
    ] + (plan.head == .logistic ? [candidate.accuracy.map(Self.accuracy) ?? "-"] : [])
      + [Self.breakEven(candidate)]
  }

  private static func interval(_ low: Double, _ high: Double, _ text: (Double) -> String) -> String {
    "\(text(low)) .. \(text(high))"
  }

  /// "71 % (65 .. 77)".
  static func accuracy(_ share: Interval) -> String {
    let ends = [share.low, share.high].map { NumberText.percent($0).replacing("%", with: "") }
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

  private static func breakEven(_ candidate: Candidate) -> String {
    switch candidate.breakEvenLabels {
    case nil: candidate.size == nil ? "" : "-"
    case .labels(let count): "\(NumberText.count(count)) labels"
    case .always: "always"
    case .never: "never"
    }
  }

  private var purchaseText: String {
    let advice = plan.recommendation
    guard let labels = advice.labels, let rows = advice.unlabeled, let cost = advice.cost else { return "" }
    let risk = advice.predictedRisk.map { ", predicted risk \(NumberText.significant($0))" } ?? ""
    return
      "Buy \(NumberText.count(labels)) labels and \(NumberText.count(rows)) rows for \(NumberText.significant(cost))\(risk)."
  }

  /// How to read the table, and what is particular about the candidates shown.
  private var notes: String {
    var lines = [
      "Risk: mean \(plan.head == .logistic ? "log-loss" : "squared error") on a fresh label. Gain: share of the risk of ridge (for "
        + "ridge: of none). "
        + (plan.head == .logistic ? "Accuracy: share of labels told right when left out, with its 90 % interval. " : "")
        + "Pays below: with fewer labels than this the representation beats "
        + (plan.head == .logistic ? "ridge" : "least squares") + " on the raw columns."
    ]
    if shown.contains(where: { !$0.reliable }) {
      lines.append(
        "* too few labels, " + (plan.head == .logistic ? "separated classes, " : "")
          + "or a near tie: no forecast at other sizes.")
    }
    let hidden = plan.candidates.count - shown.count
    if hidden > 0 { lines.append("\(hidden) more candidates: --all shows them.") }
    lines += warningLines
    return lines.map { Terminal.output.wrapped($0, indent: 2) }.joined(separator: "\n")
  }

  /// What concerns the advice: all of the recommended candidate, of others what makes their own numbers void; everything with --all.
  private func concerns(_ candidate: Candidate, _ warning: Warning) -> Bool {
    let chosen = candidate.method == plan.recommendation.method && candidate.size == plan.recommendation.size
    return warning.code != "same-predictor"
      && (showsAll || chosen || ["pool-leverage", "half-failed"].contains(warning.code))
  }

  /// Each code once: its first candidate's message, and whom else it concerns.
  private var warningLines: [String] {
    var order: [String] = []
    var found: [String: [(label: String, message: String)]] = [:]
    for candidate in shown {
      for warning in candidate.warnings where concerns(candidate, warning) {
        if found[warning.code] == nil { order.append(warning.code) }
        found[warning.code, default: []].append((candidate.label, warning.message))
      }
    }
    return order.map { code in
      let concerned = found[code]!
      let others = concerned.dropFirst().map(\.label).joined(separator: ", ")
      return "\(concerned[0].label): \(concerned[0].message)" + (others.isEmpty ? "" : " Likewise \(others).")
        + " [\(code)]"
    }
  }
}
