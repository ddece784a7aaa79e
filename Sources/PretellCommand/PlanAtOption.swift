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

  /// As a share of the risk of what it is over.
  private func gain(_ entry: PlanAt.Entry) -> [String] {
    guard let gain = entry.gainOverRaw,
      let rival = ranking.candidates.first(where: { $0.label == gain.against })?.predictedRisk.estimate, rival > 0
    else { return ["-", "-", "-"] }
    let ends = [gain.low, gain.high].map { NumberText.signedPercent($0 / rival) }
    return [
      NumberText.signedPercent(gain.estimate / rival), ends.joined(separator: " .. "),
      NumberText.percent(gain.probabilityPositive),
    ]
  }

  var text: String {
    let rows =
      "With \(NumberText.count(ranking.unlabeled)) unlabeled and \(NumberText.count(ranking.labeled)) labeled rows"
    if ranking.candidates.isEmpty { return "\(rows): no candidate can be forecast there." }
    let best = ranking.best.map { ", use \($0.label)" } ?? ""
    let hasAccuracy = ranking.candidates.contains { $0.accuracy != nil }
    var table = TextTable(
      header: ["", "risk", "90 % interval", "gain", "90 % interval", "P(gain>0)"] + (hasAccuracy ? ["accuracy"] : []))
    table.rows = ranking.candidates.filter { !hidden.contains($0.label) }.prefix(Self.shown).map { entry in
      let isBest = entry.method == ranking.best?.method && entry.size == ranking.best?.size
      return [
        (isBest ? "> " : "  ") + entry.label, NumberText.significant(entry.predictedRisk.estimate),
        "\(NumberText.significant(entry.predictedRisk.low, 3)) .. \(NumberText.significant(entry.predictedRisk.high, 3))",
      ] + gain(entry) + (hasAccuracy ? [entry.accuracy.map(PlanText.accuracy) ?? "-"] : [])
    }
    return Terminal.output.bold("\(rows)\(best):") + "\n\n" + table.rendered(.output)
  }
}
