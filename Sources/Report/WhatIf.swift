import Foundation
import Planning

/// "What if" on a page: a table of candidates that moves with sliders for labels, unlabeled rows and costs.
///
/// The page holds the plan's own numbers at every place of the sliders, so that it cannot say anything else; without scripts, in
/// print and at first it shows the present ones.
struct WhatIf {
  let grid: ForecastGrid
  private let plan: Plan
  private let purchase: Purchase?
  /// Places of the present numbers.
  private let now: (labels: Int, rows: Int)

  /// nil where nothing can be forecast elsewhere.
  init?(_ plan: Plan, purchase: Purchase?) {
    let (n, m) = (plan.rows.labeled, plan.rows.unlabeled)
    let labels = Self.places(
      n, steps: 4, of: 2, among: -8...16, also: plan.bestByLabels.map(\.labels) + plan.rankings.map(\.labeled),
      least: 1, bought: plan.recommendation.labels.map { n + $0 })
    let rows = Self.places(
      m, steps: 2, of: 2, among: -4...8, also: plan.bestByUnlabeled.map(\.unlabeled) + plan.rankings.map(\.unlabeled),
      least: 0, bought: Self.rowsBought(plan))
    let all = ForecastGrid(plan, labels: labels, unlabeled: rows)
    grid = all
    (self.plan, self.purchase) = (plan, purchase)
    guard let i = labels.firstIndex(of: n), let j = rows.firstIndex(of: m),
      all.candidates.contains(where: { entry in labels.indices.contains { $0 != i && entry.points[$0][j] != nil } })
    else { return nil }
    now = (i, j)
  }

  /// Powers of the step-th root of a base around the present number, and others.
  private static func places(
    _ present: Int, steps: Double, of base: Double, among range: ClosedRange<Int>, also others: [Int], least: Int,
    bought: Int?
  ) -> [Int] {
    let own = present == 0 ? [0] : range.map { Int((Double(present) * pow(base, Double($0) / steps)).rounded()) }
    return Set((own + others + (bought.map { [$0] } ?? [])).filter { $0 >= least }).sorted()
  }

  /// Unlabeled rows after the purchase that the plan advises.
  private static func rowsBought(_ plan: Plan) -> Int? {
    let advice = plan.recommendation
    guard let labels = advice.labels, let rows = advice.unlabeled else { return nil }
    return plan.candidate(advice.method, size: advice.size)?.unlabeled(buying: labels, rows: rows)
  }

  private static let costs: [Double] = (-4...3).flatMap { power in
    [1.0, 2, 5].map { ($0 * pow(10, Double(power)) * 1e6).rounded() / 1e6 }
  }

  /// 1, 2, 5, 10, ... and the plan's own.
  private var costs: [Double] {
    Set(Self.costs + (purchase.map { [$0.costPerLabel, $0.costPerRow] } ?? [])).sorted()
  }

  private func place(of cost: Double) -> Int { costs.firstIndex(of: cost) ?? 0 }

  // MARK: HTML

  var html: String {
    """
    <section aria-labelledby="what-if-title">
    <h2 id="what-if-title">What if</h2>
    <noscript><p class="soft">Scripts are off: these are the present numbers, and sliders for others need them.</p></noscript>
    <form id="what-if-form" hidden="hidden" class="sliders">
    \(slider("labels", "Labels", grid.labels.count, now.labels))
    \(grid.unlabeled.count > 1 ? slider("rows", "Unlabeled rows", grid.unlabeled.count, now.rows) : "")
    \(slider("label-cost", "Cost of a label", costs.count, place(of: purchase?.costPerLabel ?? 1)))
    \(slider("row-cost", "Cost of a row", costs.count, place(of: purchase?.costPerRow ?? 0.01)))
    <p class="buttons">\(buttons)</p>
    </form>
    <p id="what-if-answer" class="answer" role="status" aria-live="polite">\(answer)</p>
    <p class="soft"><span id="what-if-place">\(presentPlace)</span>: \(remark)</p>
    <div class="scroll"><table class="what-if">
    <thead><tr>\(header)</tr></thead>
    <tbody>
    \(grid.candidates.indices.map(line).joined(separator: "\n"))
    </tbody></table></div>
    <script type="application/json" id="what-if-data">\(data)</script>
    <script>/*<![CDATA[*/
    \(String(decoding: PackageResources.whatif_js, as: UTF8.self))
    /*]]>*/</script>
    </section>
    """
  }

  private func slider(_ name: String, _ title: String, _ count: Int, _ value: Int) -> String {
    PageFrame.slider("what-if-\(name)", title, places: count, at: value)
  }

  /// Places that a plan speaks of.
  private var buttons: String {
    let (n, m) = (plan.rows.labeled, plan.rows.unlabeled)
    var found: [(name: String, labels: Int, rows: Int)] = [
      ("now", n, m), ("twice the labels", 2 * n, m), ("4 times the labels", 4 * n, m),
    ]
    if m > 0 { found += [("twice the rows", n, 2 * m), ("4 times the rows", n, 4 * m)] }
    if let labels = plan.recommendation.labels, let rows = Self.rowsBought(plan) {
      found.append(("the purchase advised", n + labels, rows))
    }
    found += plan.rankings.map { ("\($0.unlabeled) rows, \($0.labeled) labels", $0.labeled, $0.unlabeled) }
    return found.compactMap { button in
      guard let i = grid.labels.firstIndex(of: button.labels), let j = grid.unlabeled.firstIndex(of: button.rows) else {
        return nil
      }
      return "<button type=\"button\" data-labels=\"\(i)\" data-rows=\"\(j)\">\(escaped(button.name))</button>"
    }.joined(separator: " ")
  }

  private var presentPlace: String {
    "With \(plan.rows.labeled) labels and \(plan.rows.unlabeled) unlabeled rows"
  }

  private var answer: String {
    grid.best[now.labels][now.rows].flatMap { position -> String? in
      guard let risk = grid.candidates[position].points[now.labels][now.rows]?.risk else { return nil }
      let ends = "\(PageNumber.text(risk.low)) to \(PageNumber.text(risk.high))"
      return
        "Use \(escaped(grid.candidates[position].label)): predicted risk \(PageNumber.text(risk.estimate)) (\(ends)). "
        + "This is what you have; nothing is bought."
    } ?? "No candidate is named here."
  }

  private var isOfClasses: Bool { plan.head == .logistic }
  private var rival: String { grid.rival.map { grid.candidates[$0].label } ?? "ridge" }

  private var remark: String {
    "mean \(isOfClasses ? "log-loss" : "squared error") on a fresh label with its 90 % interval, how much lower it is than that of "
      + "\(rival), and how likely. A representation is named where it is lower with a probability of 90 %. A label goes to an "
      + "unlabeled row while there is one; after that it needs a new row."
      + (grid.candidates.contains(where: \.keepsRows) ? " Labels take no rows from an encoder." : "")
  }

  private var header: String {
    let names =
      ["", "risk", "90 % interval", "", "gain over \(rival)", "P(gain)"] + (isOfClasses ? ["accuracy"] : [])
    return names.enumerated().map { "<th scope=\"col\"\(kind($0))>\(escaped($1))</th>" }.joined()
  }

  /// Of a column: phones have room for the interval's bar or its numbers, and beside an accuracy for neither.
  private func kind(_ column: Int) -> String {
    switch column {
    case 2: " class=\"wide\""
    case 3: isOfClasses ? " class=\"interval wide\"" : " class=\"interval\""
    case 4: isOfClasses ? " class=\"wide\"" : ""
    default: ""
    }
  }

  private func line(_ position: Int) -> String {
    let entry = grid.candidates[position]
    let point = entry.points[now.labels][now.rows]
    let cells = [
      PageNumber.text(point?.risk.estimate),
      point.map { "\(PageNumber.text($0.risk.low)) to \(PageNumber.text($0.risk.high))" } ?? "–",
      "", tenths(point, now.labels, now.rows).map { String(format: "%+.1f %%", Double($0) / 10) } ?? "–",
      point?.gain.map { "\(percent($0.probabilityPositive)) %" } ?? "–",
    ]
    let accuracy =
      point?.accuracy.map { "\(percent($0.estimate)) % (\(percent($0.low)) to \(percent($0.high)))" } ?? "–"
    let bar =
      "<span class=\"track\" aria-hidden=\"true\"><span class=\"reach\"></span><span class=\"dot\"></span></span>"
    let rest = (cells + (isOfClasses ? [accuracy] : [])).enumerated().map { column, text in
      "<td\(kind(column + 1))>\(column == 2 ? bar : escaped(text))</td>"
    }
    let mark = grid.best[now.labels][now.rows] == position ? " class=\"chosen\"" : ""
    return "<tr id=\"what-if-\(position)\"\(mark)><th scope=\"row\">\(escaped(entry.label))</th>\(rest.joined())</tr>"
  }

  // MARK: numbers

  private func percent(_ share: Double) -> Int { Int((100 * share).rounded()) }

  /// Gain as a share of the rival's risk, in tenths of a percent.
  private func tenths(_ point: ForecastGrid.Point?, _ i: Int, _ j: Int) -> Int? {
    guard let gain = point?.gain, let rival = grid.rival,
      let risk = grid.candidates[rival].points[i][j]?.risk.estimate, risk > 0
    else { return nil }
    return Int(min(max(1000 * gain.estimate / risk, -1e6), 1e6).rounded())
  }

  /// Numbers of the page's script as JSON: of each candidate a list by labels, then rows, or by labels alone where rows do not matter.
  private var data: String {
    let numbers = WhatIfNumbers(
      labels: grid.labels, rows: grid.unlabeled, now: [now.labels, now.rows], costs: costs, rival: grid.rival,
      classes: isOfClasses, axis: axis, best: grid.best.joined().map { $0 },
      candidates: grid.candidates.indices.map(candidate))
    return numbers.forScript
  }

  private func candidate(_ position: Int) -> WhatIfNumbers.Candidate {
    let entry = grid.candidates[position]
    func list<T: Equatable>(_ value: (ForecastGrid.Point?, Int, Int) -> T) -> [T] {
      let rows = grid.labels.indices.map { i in grid.unlabeled.indices.map { value(entry.points[i][$0], i, $0) } }
      return isFlat(entry) ? rows.map { $0[0] } : rows.flatMap { $0 }
    }
    return WhatIfNumbers.Candidate(
      name: entry.label, keeps: entry.keepsRows,
      risk: list { point, _, _ in PageNumber.rounded(point?.risk.estimate, 4) },
      low: list { point, _, _ in PageNumber.rounded(point?.risk.low, 4) },
      high: list { point, _, _ in PageNumber.rounded(point?.risk.high, 4) }, gain: list { tenths($0, $1, $2) },
      sure: list { point, _, _ in (point?.gain?.probabilityPositive).map(percent) },
      accuracy: isOfClasses
        ? list { point, _, _ in point?.accuracy.map { [percent($0.estimate), percent($0.low), percent($0.high)] } }
        : nil,
      preferred: String(
        grid.labels.indices.flatMap { i in
          grid.unlabeled.indices.map { isPreferred(entry.points[i][$0]) ? "1" : "0" }
        }.joined()))
  }

  private func isPreferred(_ point: ForecastGrid.Point?) -> Bool { point?.isPreferred ?? false }

  /// The same for every number of unlabeled rows.
  private func isFlat(_ entry: ForecastGrid.Entry) -> Bool {
    entry.points.allSatisfy { row in row.allSatisfy { $0 == row[0] } }
  }

  /// From the least that any risk may be to a little above the largest that are likely now.
  private var axis: [Double] {
    let all = grid.candidates.flatMap { $0.points.joined().compactMap { $0?.risk } }
    let present = grid.candidates.compactMap { $0.points[now.labels][now.rows]?.risk.high }
    let (low, high) = (all.map(\.low).min() ?? 0, present.max() ?? 1)
    return [low, max(low + 1.05 * (high - low), .leastNormalMagnitude)].map { PageNumber.rounded($0, 4) ?? 0 }
  }
}
