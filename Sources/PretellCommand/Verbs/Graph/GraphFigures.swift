import Pretell

/// Pictures of a masked graph's results.
enum GraphFigures {
  /// Errors against the penalty.
  static func path(_ path: [GraphErrors], best: GraphErrors) -> Figure {
    let points = path.filter { $0.ridge > 0 }
    let mean = best.meanError
    return Figure(
      title: "Every node from its neighbors",
      panels: [
        Panel(
          xAxis: Axis("ridge penalty", scale: .log10), yAxis: Axis("error / error of the mean"),
          series: [
            .line(
              "node left out", x: points.map(\.ridge), y: points.map { ($0.leaveNodeOutError ?? .nan) / mean },
              role: .theory),
            .line("training", x: points.map(\.ridge), y: points.map { $0.trainingError / mean }, role: .baseline),
          ],
          marks: [.vertical(at: best.ridge, label: "best"), .horizontal(at: 1, label: "mean row")])
      ])
  }

  /// Accuracy of a probe on each representation.
  static func comparison(_ comparison: GraphComparison) -> Figure {
    func bars(_ label: String, _ scores: [GraphComparison.Score], _ role: SeriesRole) -> Series {
      .bars(
        label, names: comparison.candidates.map(\.name), values: scores.map(\.mean),
        low: scores.map { $0.mean - $0.standardError }, high: scores.map { $0.mean + $0.standardError }, role: role)
    }
    var series = [bars("random nodes", comparison.candidates.map(\.accuracy), .observed)]
    let across = comparison.candidates.compactMap(\.acrossCommunities)
    if across.count == comparison.candidates.count { series.append(bars("other communities", across, .rival)) }
    return Figure(
      title: "What a linear probe makes of each representation",
      panels: [Panel(xAxis: Axis("representation"), yAxis: Axis("accuracy"), series: series, legend: .below)],
      width: 17.4)
  }
}
