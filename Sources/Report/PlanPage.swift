import Asymptotics
import Figures
import Foundation
import Planning

/// A plan as one HTML page that needs nothing else: readable on a phone and on paper, light and dark.
public struct PlanPage: Sendable {
  public let plan: Plan
  /// Name of the target column.
  public let target: String
  /// The command that gives this page again.
  public let command: String
  /// Of Pretell.
  public let version: String
  /// What labels and rows cost, where that was said.
  public let purchase: Purchase?
  /// Columns of the file, what stands for each, and why.
  public let columns: [(column: String, becomes: [String], note: String)]

  public init(
    plan: Plan, target: String, command: String, version: String,
    columns: [(column: String, becomes: [String], note: String)] = [], purchase: Purchase? = nil
  ) {
    self.columns = columns
    self.purchase = purchase
    self.plan = plan
    self.target = target
    self.command = command
    self.version = version
  }

  /// The page, its pictures drawn in it: no program is needed. Throws `FigureError` where one cannot be drawn.
  public func html() throws -> String {
    PageFrame.html(
      title: target,
      header: """
        <h1>What pre-training will buy for <q>\(escaped(target))</q></h1>
        <p class="soft">\(plan.rows.unlabeled) unlabeled and \(plan.rows.labeled) labeled rows, \(plan.columns) columns</p>
        """,
      main: """
        <p class="answer">\(escaped(plan.recommendation.why))</p>
        \(candidateTable)
        \(WhatIf(plan, purchase: purchase)?.html ?? "")
        \(encoderTables)
        \(backtest)
        \(rankingTables)
        <h2>Pictures</h2>
        <div class="figures">
        \(try pictures())
        </div>
        \(try classes())
        \(warnings)
        \(columnTable)
        <h2>How this was computed</h2>
        \(PlanPage.method(plan.head))
        <h2>To get this page again</h2>
        <pre>\(escaped(command))</pre>
        """,
      footer: """
        Pretell \(escaped(version)). Risk is mean \(plan.head == .logistic ? "log-loss" : "squared error") on a fresh label; intervals are meant to hold 90 % of
        the time.
        """)
  }

  // MARK: tables

  /// none, ridge, and the eight representations of lowest predicted risk.
  private var shown: [Candidate] {
    let raw = plan.candidates.filter { $0.size == nil }
    let ranked = plan.candidates.filter { $0.size != nil && $0.predictedRisk != nil && !$0.isTwin }
      .sorted { $0.predictedRisk!.estimate < $1.predictedRisk!.estimate }
    return raw + ranked.prefix(8)
  }

  private var candidateTable: String {
    let advice = plan.recommendation
    let rival = plan.candidates.first { $0.size != nil && $0.gainOverRaw != nil }?.gainOverRaw?.against ?? "ridge"
    return "<h2>Candidates</h2>\n"
      + table(
        remark:
          "Gain: how much lower the risk is than that of \(rival) (of \(rival): than that of none), and how likely. "
          + "Twice the labels: what they would take off the risk. "
          + "Pays below: with fewer labels than this the representation's predicted risk is below that of \(rival).",
        header: ["", "risk now", "90 % interval", "gain over \(rival)", "90 % interval", "P(gain)", "twice the labels"]
          + (plan.head == .logistic ? ["accuracy"] : []) + ["pays below"],
        rows: shown.map(row), marked: shown.firstIndex { $0.method == advice.method && $0.size == advice.size },
        leftOutOnPhones: [2, 4, plan.head == .logistic ? 8 : 7])
  }

  private func row(_ candidate: Candidate) -> [String] {
    let gain = candidate.gainOverRaw
    let risk = gain.flatMap { plan.candidate($0.against)?.predictedRisk?.estimate }
    let cells = [
      candidate.label + (candidate.reliable ? "" : " *"), text(candidate.predictedRisk?.estimate),
      candidate.predictedRisk.map { "\(text($0.low)) to \(text($0.high))" } ?? "–",
      signed(gain?.estimate, of: risk),
      gain.map { "\(signed($0.low, of: risk)) to \(signed($0.high, of: risk))" } ?? "–",
      share(gain?.probabilityPositive), saving(candidate),
    ]
    return cells + (plan.head == .logistic ? [share(candidate.accuracy?.estimate)] : []) + [paysBelow(candidate)]
  }

  private func signed(_ gain: Double?, of risk: Double?) -> String {
    guard let gain, let risk, risk > 0 else { return "–" }
    return String(format: "%+.1f %%", 100 * gain / risk)
  }

  private func saving(_ candidate: Candidate) -> String {
    guard let saved = candidate.next?.doubleLabels, let risk = candidate.predictedRisk?.estimate, risk > 0 else {
      return "–"
    }
    return saved.estimate.map { String(format: "%.1f %%", 100 * $0 / risk) }
      ?? String(format: "below %.1f %%", 100 * saved.high / risk)
  }

  private func share(_ value: Double?) -> String { value.map { String(format: "%.0f %%", 100 * $0) } ?? "–" }

  private func paysBelow(_ candidate: Candidate) -> String {
    switch candidate.paysBelow {
    case nil: candidate.size == nil ? "" : "–"
    case .labels(let count): String(format: count < 1e15 ? "%.0f labels" : "%.2e labels", count)
    case .always: "always"
    case .never: "never"
    }
  }

  private var rankingTables: String {
    ranking(
      plan.bestByLabels, title: "The best at other numbers of labels", remark: "Unlabeled rows as they are now.",
      column: "labels", count: \.labels, present: plan.rows.labeled)
      + ranking(
        plan.bestByUnlabeled, title: "The best at other numbers of unlabeled rows", remark: "Labels as they are now.",
        column: "unlabeled rows", count: \.unlabeled, present: plan.rows.unlabeled)
  }

  private func ranking(
    _ rankings: [Ranking], title: String, remark: String, column: String, count: (Ranking) -> Int, present: Int
  ) -> String {
    guard rankings.count > 1 else { return "" }
    if Set(rankings.map(\.label)).count == 1 {
      let (first, last) = (rankings[0], rankings[rankings.count - 1])
      let risk = text(first.risk) + (first.risk == last.risk ? "" : " to \(text(last.risk))")
      return "<h2>\(title)</h2>\n"
        + "<p>\(escaped(first.label)) from \(count(first)) to \(count(last)) \(column), at a predicted risk of \(risk). "
        + "\(remark)</p>\n"
    }
    return "<h2>\(title)</h2>\n"
      + table(
        remark: remark, header: [column, "best candidate", "predicted risk"],
        rows: rankings.map { ["\(count($0))", $0.label, text($0.risk)] },
        marked: rankings.firstIndex { count($0) == present })
  }

  private var backtest: String { plan.backtest.map { "<p>\(escaped($0.sentence))</p>" } ?? "" }

  private func text(_ value: Double?) -> String { PageNumber.text(value) }

  // MARK: pictures and words

  private func pictures() throws -> String {
    try PlanPictures(plan).all.map { picture in
      let numbers = dataAddress(Data(picture.figure.csv().utf8), type: "text/csv")
      return """
        <figure>\(try picture.panel.inlineSVG(description: picture.alternative))
        <figcaption><a download="\(picture.name).csv" href="\(numbers)">\(escaped(picture.panel.title)): the numbers (CSV)</a></figcaption>
        </figure>
        """
    }.joined(separator: "\n")
  }

  private var warnings: String {
    var found: [(warning: Warning, whom: [String])] = plan.warnings.map { ($0, []) }
    for candidate in shown {
      for warning in candidate.warnings where warning.code != "same-predictor" {
        if let index = found.firstIndex(where: { $0.warning.code == warning.code && !$0.whom.isEmpty }) {
          found[index].whom.append(candidate.label)
        } else {
          found.append((warning, [candidate.label]))
        }
      }
    }
    if found.isEmpty { return "" }
    let items = found.map { entry in
      let whom = entry.whom.isEmpty ? "all" : entry.whom.joined(separator: ", ")
      return "<dt>\(escaped(whom)) <code>\(escaped(entry.warning.code))</code></dt>"
        + "<dd>\(escaped(entry.warning.message)) \(escaped(entry.warning.remedy.text(for: .command)))</dd>"
    }
    return "<h2>Read these before deciding</h2>\n<dl>\n\(items.joined(separator: "\n"))\n</dl>"
  }

  private static func method(_ head: PlanHead) -> String {
    """
    \(head == .logistic ? ofClasses : ofNumbers)
    <ul>
    <li>M. Tinati and S. Tu, <cite>On the Asymptotics of Self-Supervised Pre-training: Two-Stage M-Estimation and Representation
    Symmetry</cite>, COLT 2026, arXiv 2603.27631.</li>
    </ul>
    """
  }

  private static let ofNumbers = """
    <p>The risk is leave-one-out error on the labeled rows, corrected for the choice of penalties and sizes by it. What more labels buy is the least-squares law evaluated on the
    unlabeled rows as a design, with the noise's dependence on the row measured by the sandwich formula and by a line through the squared
    residuals, carried over to the unlabeled rows; what more unlabeled rows buy is measured by pre-training on halves of them, and by the limiting law of the downstream risk where it applies.</p>
    """

  private static let ofClasses = """
    <p>The risk is the log-loss of labeled rows that softmax regression has not seen, corrected for the choice of its penalty and of sizes by it. What more labels buy is the law of
    ridge regression at the penalty's own prior, brought to what halves of the labels cost beside all of them; what more unlabeled rows buy is measured by pre-training on halves of them.</p>
    """
}
