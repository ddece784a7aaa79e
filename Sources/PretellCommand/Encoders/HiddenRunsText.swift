import Pretell

/// What hidden runs of encoders were forecast as, beside what they gave, as the terminal shows it.
struct HiddenRunsText {
  private let result: Backtest
  private let head: PlanHead

  init(_ result: Backtest, _ head: PlanHead) { (self.result, self.head) = (result, head) }

  var text: String {
    let terminal = Terminal.output
    let counts =
      "Forecast from smaller runs, beside the power law drawn by hand through them. Risk: mean "
      + "\(head == .logistic ? "log-loss" : "squared error") of \(NumberText.count(result.pilotLabels)) labeled rows left out."
    return """
      \(terminal.wrapped(counts))

      \(cells.rendered(terminal))

      \(scores.rendered(terminal))

      \(terminal.bold(terminal.wrapped(result.verdict)))
      """
  }

  private var cells: TextTable {
    var table = TextTable(header: [
      "hidden run", "rows", "seen", "forecast", "90 % interval", "gave", "off", "power law", "off",
    ])
    let hasNames = Set(result.cells.map(\.method)).count > 1
    table.rows = result.cells.map { cell in
      let name = [hasNames ? cell.method : nil, cell.part, cell.seed.flatMap { $0 == 0 ? nil : "seed \($0)" }]
      return [
        name.compactMap(\.self).joined(separator: " "), NumberText.count(cell.unlabeled),
        cell.seen.map { NumberText.count($0) } ?? "-", NumberText.optional(cell.predicted),
        "\(NumberText.optional(cell.low, 3)) .. \(NumberText.optional(cell.high, 3))",
        NumberText.significant(cell.actual), cell.error.map(NumberText.signedPercent) ?? "-",
        NumberText.optional(cell.powerLaw), cell.powerLawError.map(NumberText.signedPercent) ?? "-",
      ]
    }
    return table
  }

  private var scores: TextTable {
    var table = TextTable(header: ["", "mean error", "covered", "sign of the gain right"])
    table.rows = [("Pretell", result.scores.pretell), ("power law", result.scores.powerLaw)].map { name, score in
      [
        name, score.meanError.map { "\(NumberText.significant(100 * $0, 2))%" } ?? "-",
        score.coverage.map(NumberText.percent) ?? "-", score.signRight.map(NumberText.percent) ?? "-",
      ]
    }
    return table
  }
}
