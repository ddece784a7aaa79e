import Foundation
import Pretell

/// Picture of a sweep: curves along one key, a map over two.
struct SweepFigure {
  private let cells: [CellSummary]
  private let axes: [(key: String, values: [String])]

  init(_ cells: [CellSummary], axes: [(key: String, values: [String])]) {
    self.cells = cells
    self.axes = axes.filter { $0.values.count > 1 }
  }

  /// Throws for what cannot be drawn: no key, three keys, or keys that are not numbers.
  func figure() throws -> Figure {
    let numbers = axes.map { axis in axis.values.map { Double($0) } }
    guard (1...2).contains(axes.count), let x = numbers.last?.compactMap(\.self), x.count == axes.last?.values.count
    else {
      throw CommandFailure(
        status: .usage, message: "--figure draws one or two keys that vary, the last one over numbers.")
    }
    if axes.count == 1 { return Figure(panels: [curves(x, groups: [("", cells)])], width: 12) }
    let groups = split(by: x.count)
    let y = numbers[0].compactMap(\.self)
    if groups.count <= Self.mostCurves || y.count != groups.count {
      let named = zip(axes[0].values, groups).map { ("\(axes[0].key) = \($0)", $1) }
      return Figure(panels: [curves(x, groups: Array(named.prefix(Self.mostCurves)))], width: 12)
    }
    return Figure(panels: [map(x, y, groups)], width: 12)
  }

  private static let mostCurves = 4
  private static let roles: [SeriesRole] = [.theory, .candidate, .rival, .secondary]

  private func split(by count: Int) -> [[CellSummary]] {
    stride(from: 0, to: cells.count, by: count).map { Array(cells[$0..<$0 + count]) }
  }

  private var xKey: String { axes[axes.count - 1].key }

  /// Law as a line, replicates with two standard errors.
  private func curves(_ x: [Double], groups: [(label: String, cells: [CellSummary])]) -> Panel {
    var series: [Series] = []
    for (index, group) in groups.enumerated() {
      let role = Self.roles[index]
      let suffix = group.label.isEmpty ? "" : ", \(group.label)"
      let law = zip(x, group.cells).compactMap { x, cell in cell.scaledExcessRisk.map { (x, $0) } }
      if groups.count == 1 {
        series.append(
          .band(
            "law, 5-95 %", x: law.map(\.0), low: law.map { $0.1.quantile(0.05) }, high: law.map { $0.1.quantile(0.95) },
            role: role))
      }
      series.append(.line("law" + suffix, x: law.map(\.0), y: law.map(\.1.mean), role: role))
      let sample = zip(x, group.cells).compactMap { x, cell in cell.simulated.map { (x, $0.sample) } }
      if sample.isEmpty { continue }
      series.append(
        .points(
          (index == groups.count - 1 ? "simulated, 2 standard errors" : ""), x: sample.map(\.0),
          y: sample.map(\.1.mean),
          low: sample.map { $0.1.mean - 2 * $0.1.standardError },
          high: sample.map { $0.1.mean + 2 * $0.1.standardError },
          role: groups.count == 1 ? .observed : role))
    }
    return Panel(xAxis: axis(xKey, x), yAxis: Axis("n (R − σ²)"), series: series)
  }

  /// Mean excess over that of fitting everything on the labels: as a power of 2; below 0 pre-training pays.
  private func map(_ x: [Double], _ y: [Double], _ groups: [[CellSummary]]) -> Panel {
    let values = groups.map { row in
      row.map { cell -> Double in
        guard let law = cell.law, let scaled = cell.scaledExcessRisk, law.baseLabelTerm > 0 else { return .nan }
        return log2((cell.simulated?.sample.mean ?? scaled.mean) / law.baseLabelTerm)
      }
    }
    return Panel(
      xAxis: axis(xKey, x), yAxis: axis(axes[0].key, y),
      series: [
        .heatMap("log2 (excess risk / that of labels alone)", x: x, y: y, values: values, colors: .diverging(center: 0))
      ])
  }

  /// Logarithmic where the values span more than a factor of 20.
  private func axis(_ label: String, _ values: [Double]) -> Axis {
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    return Axis(label, scale: low > 0 && high / low > 20 ? .log10 : .linear)
  }
}
