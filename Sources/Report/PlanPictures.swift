import Figures
import Foundation
import Planning

/// The pictures of a plan, each with what it shows in words.
public struct PlanPictures: Sendable {
  public struct Picture: Sendable {
    /// Of the file of its numbers, such as `risk-against-labels`.
    public let name: String
    /// What is to be seen, for those who cannot.
    public let alternative: String
    public let panel: Panel

    public var figure: Figure { Figure(panels: [panel]) }
  }

  public let all: [Picture]

  public init(_ plan: Plan) {
    let shown = Self.contenders(plan)
    all = [
      Self.labels(plan, shown), Self.rows(plan, shown), Self.parts(shown), Self.eigenvalues(plan),
    ].compactMap(\.self)
  }

  /// Risk against labels beside the risk in parts: what `plan --figure` draws.
  public static func summary(_ plan: Plan) -> Figure {
    let shown = contenders(plan)
    let panels = [labels(plan, shown), parts(shown)].compactMap { $0?.panel }
    return Figure(title: "What more labels would buy", panels: panels)
  }

  /// none, ridge, and the representation of lowest predicted risk that is smaller than the raw columns or was trained elsewhere.
  static func contenders(_ plan: Plan) -> [Candidate] {
    let raw = plan.candidates.filter { $0.size == nil }
    let best = plan.candidates
      .filter { ($0.runs != nil || ($0.size ?? plan.columns) < plan.columns) && !$0.isTwin && $0.predictedRisk != nil }
      .min { $0.predictedRisk!.estimate < $1.predictedRisk!.estimate }
    return raw + (best.map { [$0] } ?? [])
  }

  private static func role(_ candidate: Candidate) -> SeriesRole {
    candidate.size != nil ? .candidate : candidate.method == "none" ? .baseline : .rival
  }

  private static func labels(_ plan: Plan, _ shown: [Candidate]) -> Picture? {
    let grid = (0...40).map { Double(plan.rows.labeled) * pow(16, Double($0) / 40 - 0.25) }
    let series = curves(shown, grid) { ($0, plan.rows.unlabeled, Int($1.rounded())) }
    guard !series.isEmpty else { return nil }
    var marks = [ReferenceLine.vertical(at: Double(plan.rows.labeled), label: "now")]
    if case .labels(let count)? = shown.last?.paysBelow, count > grid[0], count < grid[40] {
      marks.append(.vertical(at: count, label: "pays below"))
    }
    return Picture(
      name: "risk-against-labels",
      alternative: "Predicted risk falls as labels are added: " + endpoints(series),
      panel: Panel(
        title: "Risk against labels", xAxis: Axis("labels", scale: .log10), yAxis: Axis("predicted risk"),
        series: series,
        marks: marks))
  }

  private static func rows(_ plan: Plan, _ shown: [Candidate]) -> Picture? {
    guard plan.rows.unlabeled > 0 else { return nil }
    // Runs on quarters are drawn, too.
    let runs = shown.last?.runs ?? []
    let grid = (0...40).map {
      Double(plan.rows.unlabeled)
        * (runs.isEmpty ? pow(16, Double($0) / 40 - 0.25) : pow(64, Double($0) / 40 - 1 / 3.0))
    }
    var series = curves(shown, grid) { ($0, Int($1.rounded()), plan.rows.labeled) }
    guard !series.isEmpty else { return nil }
    if !runs.isEmpty {
      series.append(.points("runs", x: runs.map { Double($0.rows) }, y: runs.map(\.risk), role: .candidate))
    }
    return Picture(
      name: "risk-against-rows",
      alternative: "Predicted risk as unlabeled rows are added: " + endpoints(series),
      panel: Panel(
        title: "Risk against unlabeled rows", xAxis: Axis("unlabeled rows", scale: .log10),
        yAxis: Axis("predicted risk"),
        series: series, marks: [.vertical(at: Double(plan.rows.unlabeled), label: "now")]))
  }

  private static func curves(
    _ shown: [Candidate], _ grid: [Double], _ sizes: (Candidate, Double) -> (Candidate, Int, Int)
  ) -> [Series] {
    shown.flatMap { candidate -> [Series] in
      let role = role(candidate)
      let points = grid.compactMap { value -> (Double, Interval)? in
        let (candidate, unlabeled, labeled) = sizes(candidate, value)
        return candidate.predictedRisk(unlabeled: unlabeled, labeled: labeled).map { (value, $0) }
      }
      if points.count < 2 { return [] }
      let x = points.map(\.0)
      let line = Series.line(candidate.label, x: x, y: points.map(\.1.estimate), role: role)
      guard role == .candidate else { return [line] }
      return [.band("", x: x, low: points.map(\.1.low), high: points.map(\.1.high), role: role), line]
    }
  }

  private static func endpoints(_ series: [Series]) -> String {
    series.filter { !$0.label.isEmpty }.map { "\($0.label)" }.joined(separator: ", ")
      + "; the numbers are in the table below it."
  }

  private static func parts(_ shown: [Candidate]) -> Picture? {
    let known = shown.filter { $0.parts != nil }
    guard !known.isEmpty else { return nil }
    let parts = known.map { $0.parts! }
    return Picture(
      name: "risk-in-parts",
      alternative: "The present risk of " + known.map(\.label).joined(separator: ", ")
        + " as bars of noise, bias, labels' part and pre-training's part.",
      panel: Panel(
        title: "Risk now, in parts", xAxis: Axis("candidate"), yAxis: Axis("risk"),
        series: Series.stackedBars(
          names: known.map(\.label),
          parts: [
            ("noise", parts.map(\.noise)), ("bias", parts.map { $0.bias ?? 0 }), ("labels", parts.map(\.labels)),
            ("pre-training", parts.map { $0.pretraining ?? 0 }),
          ])))
  }

  private static func eigenvalues(_ plan: Plan) -> Picture? {
    let values = plan.eigenvalues.prefix(40).filter { $0 > 1e-12 * (plan.eigenvalues.first ?? 0) }
    guard values.count > 1 else { return nil }
    let x = values.indices.map { Double($0 + 1) }
    return Picture(
      name: "eigenvalues",
      alternative:
        "Variances of the principal components, falling from \(values[0]) to \(values[values.count - 1]); cuts belong in wide gaps.",
      panel: Panel(
        title: "Eigenvalues: cut at a wide gap", xAxis: Axis("component"), yAxis: Axis("variance", scale: .log10),
        series: [.linePoints("variance", x: x, y: Array(values), role: .theory)], legend: .hidden))
  }
}
