import ArgumentParser
import Pretell

/// `--at 20000,1000`: numbers of unlabeled and of labeled rows.
struct RowCounts: ExpressibleByArgument {
  let unlabeled: Int
  let labeled: Int

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let unlabeled = parts[0], let labeled = parts[1],
      (0...1_000_000_000_000).contains(unlabeled), (1...1_000_000_000_000).contains(labeled)
    else { return nil }
    (self.unlabeled, self.labeled) = (unlabeled, labeled)
  }
}

/// The ranking at other numbers of rows, as the terminal shows it.
struct PlanAtText {
  let ranking: PlanAt
  /// Candidates that another one stands for.
  let hidden: Set<String>

  private static let shown = 8

  /// As a share of the risk of what it is over: with its interval where there is room, and its probability.
  private func gain(_ entry: PlanAt.Entry, isWhole: Bool) -> [String] {
    guard let gain = entry.gainOverRaw,
      let rival = ranking.candidates.first(where: { $0.label == gain.against })?.predictedRisk.estimate, rival > 0
    else { return ["-", "-"] }
    let text = isWhole ? NumberText.signedWholePercent : NumberText.signedPercent
    let ends = [gain.low, gain.high].map { text($0 / rival).replacing("%", with: "") }
    return [
      "\(text(gain.estimate / rival)) (\(ends.joined(separator: " .. ")))",
      NumberText.percent(gain.probabilityPositive),
    ]
  }

  var text: String {
    let rows =
      "With \(NumberText.count(ranking.unlabeled)) unlabeled and \(NumberText.count(ranking.labeled)) labeled rows"
    if ranking.candidates.isEmpty { return "\(rows): no candidate can be forecast there." }
    let best = ranking.best.map { ", use \($0.label)" } ?? ""
    return Terminal.output.bold("\(rows)\(best):") + "\n\n"
      + TextTable.fitting(table(isWhole: false), table(isWhole: true)).rendered(.output)
  }

  /// The lowest risks, and what to use there.
  private var entries: [PlanAt.Entry] {
    let all = ranking.candidates.filter { !hidden.contains($0.label) }
    let first = all.prefix(Self.shown)
    if first.contains(where: { $0.label == ranking.best?.label }) { return Array(first) }
    return first + all.filter { $0.label == ranking.best?.label }
  }

  private func table(isWhole: Bool) -> TextTable {
    let hasAccuracy = ranking.candidates.contains { $0.accuracy != nil }
    let rival = ranking.candidates.compactMap(\.gainOverRaw).first?.against ?? "ridge"
    var table = TextTable(
      header: ["", "risk"] + (isWhole ? [] : ["90 % interval"]) + ["gain over \(rival)", "P(gain)"]
        + (hasAccuracy ? ["accuracy"] : []))
    table.rows = entries.map { entry in
      let (risk, isBest) = (entry.predictedRisk, entry.label == ranking.best?.label)
      let ends = "\(NumberText.significant(risk.low, 3)) .. \(NumberText.significant(risk.high, 3))"
      return [(isBest ? "> " : "  ") + entry.label, NumberText.significant(risk.estimate)] + (isWhole ? [] : [ends])
        + gain(entry, isWhole: isWhole)
        + (hasAccuracy ? [entry.accuracy.map { PlanTable.accuracy($0, isWhole ? .whole : .ends) } ?? "-"] : [])
    }
    return table
  }
}
