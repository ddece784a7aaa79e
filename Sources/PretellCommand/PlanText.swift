import Pretell

/// A plan as the terminal shows it: two sentences, a table, and with `showsAll` everything else.
struct PlanText {
  let plan: Plan
  let target: String
  let showsAll: Bool

  private static let shownSizes = 3

  var text: String {
    let terminal = Terminal.output
    return [
      terminal.dim(terminal.wrapped(counts)), terminal.bold(terminal.wrapped(plan.recommendation.why)), purchaseText,
      table, plan.candidates.compactMap { EncoderText($0)?.text }.joined(separator: "\n\n"),
      plan.rankings.map { PlanAtText(ranking: $0, hidden: twins).text }.joined(separator: "\n\n"),
      showsAll ? ClassesText(plan)?.text ?? "" : "", plan.backtest.map { terminal.wrapped($0.sentence) } ?? "", notes,
    ].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var counts: String {
    let groups = plan.groups.map {
      " in \(NumberText.count($0.count)) groups (\(NumberText.count($0.labeled)) with labels)"
    }
    return "\(NumberText.count(plan.rows.unlabeled)) unlabeled and \(NumberText.count(plan.rows.labeled)) labeled rows"
      + (groups ?? "") + ", \(plan.columns) columns, target \(target)"
  }

  /// none, ridge, and the representations with the lowest predicted risk, in order of size.
  private var shown: [Candidate] {
    let raw = plan.candidates.filter { $0.size == nil }
    let distinct = plan.candidates.filter { $0.size != nil && (showsAll || !$0.isTwin) }
    if showsAll { return raw + distinct }
    let ranked = distinct.filter { $0.predictedRisk != nil }
      .sorted { $0.predictedRisk!.estimate < $1.predictedRisk!.estimate }
    let best = Set(ranked.prefix(Self.shownSizes).map(\.label))
    return raw + distinct.filter { best.contains($0.label) || $0.label == plan.recommendation.label }
  }

  /// Representations that give the predictions of an earlier one.
  private var twins: Set<String> {
    if showsAll { return [] }
    return Set(plan.candidates.filter(\.isTwin).map(\.label))
  }

  private var table: String {
    let table = PlanTable(plan)
    if showsAll { return table.complete(shown).rendered(.output) }
    return TextTable.fitting(table.brief(shown, .ends), table.brief(shown, .gainEnds), table.brief(shown, .whole))
      .rendered(.output)
  }

  private var purchaseText: String {
    let advice = plan.recommendation
    guard let labels = advice.labels, let rows = advice.unlabeled, let cost = advice.cost else { return "" }
    let risk = advice.predictedRisk.map { ", predicted risk \(NumberText.significant($0))" } ?? ""
    return Terminal.output.wrapped(
      "Buy \(NumberText.count(labels)) labels and \(NumberText.count(rows)) rows for \(NumberText.significant(cost))\(risk)."
    )
  }

  /// How to read the table.
  private var notes: String {
    var lines = [PlanTable(plan).legend(isComplete: showsAll)]
    if shown.contains(where: { !$0.reliable }) {
      lines.append(
        "* too few labels, " + (plan.head == .logistic ? "separated classes, " : "")
          + "or a near tie: no forecast at other sizes.")
    }
    let hidden = plan.candidates.count - shown.count
    if hidden > 0 { lines.append("\(hidden) more candidates and the parts of the risk: --all shows them.") }
    return lines.map { Terminal.output.wrapped($0, indent: 2) }.joined(separator: "\n")
  }
}
