import Figures
import MatrixFlow
import SpecialFunctions

/// How the loss approaches its limit as the number of columns passes the true rank: exponential below, 1/t² above.
struct FlowRates: PaperResult {
  let name = "flow-rates"
  let source = "arXiv 2411.15972, abstract: O(1/t) from excess parameters"
  let summary = "loss of the flow for too few, enough and too many columns, with predicted rates"

  private static let eigenvalues = [3.0, 2, 1, 0, 0, 0]
  private static let roles: [SeriesRole] = [.observed, .candidate, .theory, .rival]

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    let times = logarithmicGrid(from: 0.05, to: 2000, count: settings.quick ? 60 : 240)
    var series: [Series] = []
    var comparisons: [PrintedValue] = []
    let columns = [2, 3, 4, 6]
    for (index, count) in columns.enumerated() {
      try settings.step(index, of: columns.count)
      let flow = try FlowExample.flow(
        eigenvalues: Self.eigenvalues, columns: count, scale: 0.5, settings: settings, cell: 2)
      let losses = try times.map { try flow.progress(at: $0).excessLoss }
      let shown = times.indices.filter { losses[$0] > 1e-20 }
      series.append(
        .line("r = \(count)", x: shown.map { times[$0] }, y: shown.map { losses[$0] }, role: Self.roles[index]))
      comparisons.append(try comparison(flow, columns: count))
      if let slow = try FlowCascade(flow).rates().excessLoss, slow.power == -2, let constant = slow.constant {
        let late = times.filter { $0 > 3 }
        let name = series.contains { $0.role == .baseline } ? "" : "(r - 3)/(16 t²)"
        series.append(.line(name, x: late, y: late.map { constant / ($0 * $0) }, role: .baseline))
      }
    }
    try settings.step(columns.count, of: columns.count)
    let panel = Panel(
      xAxis: Axis("t", scale: .log10), yAxis: Axis("f - f(limit)", scale: .log10, range: 1e-20...100), series: series)
    return ReproductionResult(
      figure: Figure(title: "Three positive eigenvalues, r columns", panels: [panel]),
      comparisons: comparisons,
      remarks: [
        "Excess columns that reach the kernel of the target cost (r - k)/(16 t²) of loss; without them the flow is exponential."
      ])
  }

  /// The local rate between two late times against the prediction.
  private func comparison(_ flow: FactorizationFlow, columns: Int) throws -> PrintedValue {
    let decay = try FlowCascade(flow).rates().excessLoss!
    let isAlgebraic = decay.power == -2
    let times = isAlgebraic ? (1e6, 2e6) : (15.0, 20.0)
    let losses = (try flow.progress(at: times.0).excessLoss, try flow.progress(at: times.1).excessLoss)
    if isAlgebraic {
      return PrintedValue(
        "r = \(columns): 16 t² (f - f*) at t = 2e6", computed: 16 * times.1 * times.1 * losses.1,
        remark: "predicted \(Int(16 * (decay.constant ?? 0)))")
    }
    return PrintedValue(
      "r = \(columns): exponent of f - f* between t = 15 and 20", computed: FlowExample.exponent(times, losses),
      remark: "predicted \(decay.exponent)")
  }
}
