import Figures
import MatrixFlow

/// From a small start directions are learned one at a time, at times known beforehand.
struct FlowIncrementalLearning: PaperResult {
  let name = "flow-incremental-learning"
  let source = "arXiv 2411.15972: trajectories near saddles"
  let summary = "eigenvalues of P over time from a start of size 1e-6, with predicted half-times"

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    try settings.step(0, of: 2)
    let flow = try FlowExample.flow(eigenvalues: [3, 2, 1, 0], columns: 4, scale: 1e-6, settings: settings, cell: 3)
    let order = try flow.learningOrder()
    try settings.step(1, of: 2)
    let end = 1.3 * (order.directions.compactMap(\.halfTime).max() ?? 1)
    let count = settings.quick ? 60 : 300
    let times = (0..<count).map { end * Double($0) / Double(count - 1) }
    let values = try times.map { try flow.productEigenvalues(at: $0) }
    let losses = try times.map { try flow.loss(at: $0) }
    let roles: [SeriesRole] = [.theory, .observed, .candidate]
    let marks = order.directions.compactMap { $0.predictedHalfTime.map { ReferenceLine.vertical(at: $0) } }
    let eigenvalues = Panel(
      title: "eigenvalues of P", xAxis: Axis("t"), yAxis: Axis("eigenvalue"),
      series: roles.indices.map { index in
        .line("eigenvalue \(index + 1)", x: times, y: values.map { $0[index] }, role: roles[index])
      }, marks: marks)
    let loss = Panel(
      title: "loss, and the saddles passed", xAxis: Axis("t"), yAxis: Axis("f"),
      series: [.line("", x: times, y: losses, role: .theory)],
      marks: order.passages.map { .horizontal(at: $0.loss) })
    return ReproductionResult(
      figure: Figure(title: "Learning one direction after the other", panels: [eigenvalues, loss]),
      comparisons: comparisons(order),
      remarks: ["Vertical lines: log(λ/b² - 1)/(2λ), from the start alone. Horizontal lines: losses of the saddles."])
  }

  private func comparisons(_ order: LearningOrder) -> [PrintedValue] {
    let times = order.directions.map { direction in
      PrintedValue(
        "half-time of eigenvalue \(Int(direction.eigenvalue))", computed: direction.halfTime ?? 0,
        remark: "predicted \(direction.predictedHalfTime.map { (1e5 * $0).rounded() / 1e5 } ?? 0)")
    }
    let distances = order.passages.dropFirst().map { passage in
      PrintedValue(
        "closest approach to the saddle of \(passage.heldEigenvalues.map { "\(Int($0))" }.joined(separator: ", "))",
        computed: passage.distance, remark: "at t = \((1e3 * passage.time).rounded() / 1e3)")
    }
    return times + distances
  }
}
