import Figures
import LinearAlgebra
import MatrixFlow
import SpecialFunctions

/// The three subsystems of the cascade with one column too many: two decay exponentially, the Schur complement like 1/(2t).
struct FlowCascadeReproduction: PaperResult {
  let name = "flow-cascade"
  let source = "arXiv 2411.15972, abstract: cascade of three subsystems"
  let summary = "gradient flow with excess rank: which part is slow, and how slow"

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    try settings.step(0, of: 2)
    let flow = try FlowExample.flow(
      eigenvalues: [3, 2, 0, 0, 0], columns: 3, scale: 0.5, settings: settings, cell: 1)
    let cascade = try FlowCascade(flow)
    let times = logarithmicGrid(from: 0.01, to: 20, count: settings.quick ? 40 : 160)
    let certificates = try times.map { try cascade.certificate(at: $0) }
    try settings.step(1, of: 2)
    let deviations = try times.map { try cascade.state(at: $0).leadingDeviation.squaredFrobeniusNorm.squareRoot() }
    let panel = Panel(
      xAxis: Axis("t"), yAxis: Axis("size", scale: .log10, range: 1e-18...10),
      series: [
        .line("Schur complement S", x: times, y: certificates.map(\.schur.value), role: .theory),
        .line("1/(2t)", x: times, y: times.map { 0.5 / $0 }, role: .bound),
        .line("coupling T", x: times, y: certificates.map(\.coupling.value), role: .observed),
        .line("leading block P1 - L1", x: times, y: deviations, role: .candidate),
      ])
    return ReproductionResult(
      figure: Figure(title: "Cascade of three subsystems", panels: [panel]),
      comparisons: try comparisons(cascade, holds: certificates.allSatisfy(\.holds)),
      remarks: [
        "The paper states exponential convergence of two subsystems and O(1/t) of the Schur complement; its own change of variables "
          + "could not be compared letter by letter. One direction of the kernel is reached beyond the true rank: d0 = 1."
      ])
  }

  private func comparisons(_ cascade: FlowCascade, holds: Bool) throws -> [PrintedValue] {
    let rates = try cascade.rates()
    let late = (20.0, 30.0)
    let states = (try cascade.state(at: late.0), try cascade.state(at: late.1))
    func norm(_ matrix: Matrix) -> Double { matrix.squaredFrobeniusNorm.squareRoot() }
    let far = try cascade.certificate(at: 1e8).schur.value
    return [
      PrintedValue("2 t x largest eigenvalue of S at t = 1e8", computed: 2e8 * far, remark: "predicted 1"),
      PrintedValue(
        "decay exponent of T between t = 20 and 30",
        computed: FlowExample.exponent(late, (norm(states.0.coupling), norm(states.1.coupling))),
        remark: "predicted \(rates.coupling?.exponent ?? 0)"),
      PrintedValue(
        "decay exponent of P1 - L1 between t = 20 and 30",
        computed: FlowExample.exponent(late, (norm(states.0.leadingDeviation), norm(states.1.leadingDeviation))),
        remark: "predicted \(rates.leading?.exponent ?? 0)"),
      PrintedValue("Lyapunov inequalities hold at every time drawn (1: yes)", computed: holds ? 1 : 0),
    ]
  }
}
