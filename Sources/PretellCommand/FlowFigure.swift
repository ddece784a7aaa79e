import Foundation
import Pretell

/// Pictures of a flow.
enum FlowFigure {
  private static let points = 240
  /// Losses below this share of the largest are not drawn.
  private static let floor = 1e-16

  /// Left: loss above the limit against time, with its predicted rate. Right: eigenvalues of P over time with half-times.
  static func lossAndEigenvalues(_ flow: FactorizationFlow, order: LearningOrder) throws -> Figure {
    let times = try flow.naturalTimes(count: points)
    let losses = try times.map { try flow.progress(at: $0).excessLoss }
    let rates = try FlowCascade(flow).rates()
    let top = losses.max() ?? 0
    let shown = times.indices.filter { losses[$0] > floor * top }
    var curves = [
      Series.line("flow", x: shown.map { times[$0] }, y: shown.map { losses[$0] }, role: .theory)
    ]
    if let decay = rates.excessLoss, let guide = decay.guide(times, losses, above: floor * top) { curves.append(guide) }
    let loss = Panel(
      title: "loss above its limit", xAxis: Axis("t", scale: .log10), yAxis: Axis("f - f(limit)", scale: .log10),
      series: curves)
    return Figure(
      title: "Gradient flow of a factorization", panels: [loss, try eigenvalues(flow, order: order, times: times)])
  }

  private static func eigenvalues(_ flow: FactorizationFlow, order: LearningOrder, times: [Double]) throws -> Panel {
    let values = try times.map { try flow.productEigenvalues(at: $0) }
    let series = (0..<min(flow.rank, 8)).map { index in
      Series.line(
        "", x: times, y: values.map { $0[index] })
    }
    let marks = order.directions.prefix(4).compactMap { direction in
      direction.predictedHalfTime.flatMap { time in
        time > times[0] && time < times[times.count - 1] ? ReferenceLine.vertical(at: time) : nil
      }
    }
    return Panel(
      title: "eigenvalues of P; lines: predicted half-times", xAxis: Axis("t", scale: .log10),
      yAxis: Axis("eigenvalue"),
      series: series, marks: marks, legend: .hidden)
  }
}

extension CascadeRates.Decay {
  /// constant · t^power e^{-exponent t} from a curve's last point back to where it is 30 times the curve; through the last point where
  /// the constant is not known. Nil where the curve ends before its law sets in.
  func guide(_ times: [Double], _ values: [Double], above floor: Double) -> Series? {
    guard let last = times.indices.last(where: { values[$0] > floor }) else { return nil }
    func log(_ time: Double) -> Double { power * Foundation.log(time) - exponent * time }
    let level = constant.map { Foundation.log($0) } ?? (Foundation.log(values[last]) - log(times[last]))
    let predicted = times[...last].map { exp(level + log($0)) }
    let first =
      predicted.indices.last { !(predicted[$0] < 30 * values[$0] && predicted[$0] < 3 * values[0]) }.map { $0 + 1 } ?? 0
    guard first < last else { return nil }
    return .line("predicted rate", x: Array(times[first...last]), y: Array(predicted[first...]), role: .baseline)
  }
}
