import Foundation
import Pretell

/// Pictures of a limiting law.
enum LawFigure {
  /// Left: excess risk against labels at the instance's m, with its 5-95 % band, beside fitting everything on the labels.
  /// Right: distribution function of the scaled excess risk at the instance's m and n.
  static func riskAgainstLabels(_ law: LimitLaw, instance: Instance) -> Figure {
    let labels = logarithmicGrid(from: Double(instance.labeled) / 30, to: Double(instance.labeled) * 30, count: 61)
    let laws = labels.map { n in
      law.scaledExcessRisk(ratio: Double(instance.unlabeled) / n).scaled(by: 1 / n)
    }
    let without = labels.map { law.baseLabelTerm / $0 }
    var marks = [ReferenceLine.vertical(at: Double(instance.labeled), label: "n")]
    if let crossover = law.crossoverRatio, crossover > 0 {
      let n = Double(instance.unlabeled) / crossover
      if n > labels[0], n < labels[labels.count - 1] { marks.append(.vertical(at: n, label: "crossover")) }
    }
    // Without noise and signal there is nothing above 0 to take a logarithm of.
    let isPositive = (laws.map(\.mean) + without).contains { $0 > 0 }
    let risk = Panel(
      xAxis: Axis("labeled rows n (\(instance.unlabeled) unlabeled)", scale: .log10),
      yAxis: Axis("excess risk", scale: isPositive ? .log10 : .linear),
      series: [
        .band(
          "5-95 %", x: labels, low: laws.map { $0.quantile(0.05) }, high: laws.map { $0.quantile(0.95) }, role: .theory),
        .line("pre-trained, mean", x: labels, y: laws.map(\.mean), role: .theory),
        .line("labels alone", x: labels, y: without, role: .baseline),
      ], marks: marks)
    return Figure(
      title: "\(instance.model): the limiting law",
      panels: [risk, distributionPanel(law, ratio: instance.ratio, sample: nil)])
  }

  /// Empirical distribution functions over the law's: total and representation part.
  static func distribution(_ simulation: Simulation) -> Figure {
    let law = simulation.law
    let representation = law.interaction.scaled(by: 1 / simulation.ratio)
    let sample = simulation.scaledRepresentation.sorted
    let grid = spread(representation, sample: sample)
    return Figure(
      title: "\(simulation.risks.count) replicates against the law",
      panels: [
        distributionPanel(law, ratio: simulation.ratio, sample: simulation.scaledExcessRisk.sorted),
        Panel(
          title: "representation part", xAxis: Axis("n × representation part"),
          yAxis: Axis("probability", range: 0...1),
          series: [
            .steps("simulated", sample: sample, role: .observed),
            .line("law", x: grid, y: grid.map { representation.cdf($0) }, role: .theory),
          ]),
      ])
  }

  private static func distributionPanel(_ law: LimitLaw, ratio: Double, sample: [Double]?) -> Panel {
    let scaled = law.scaledExcessRisk(ratio: ratio)
    let grid = spread(scaled, sample: sample ?? [])
    let curve = Series.line("law", x: grid, y: grid.map { scaled.cdf($0) }, role: .theory)
    return Panel(
      title: sample == nil ? "" : "total", xAxis: Axis("n (R − σ²)"), yAxis: Axis("probability", range: 0...1),
      series: (sample.map { [.steps("simulated", sample: $0, role: .observed)] } ?? []) + [curve])
  }

  /// A grid that holds the law's 0.1-99.9 % range and the sample, and something beside a point mass.
  private static func spread(_ law: GeneralizedChiSquare, sample: [Double]) -> [Double] {
    let low = min(law.quantile(0.001), sample.first ?? .infinity)
    let high = max(law.quantile(0.999), sample.last ?? -.infinity)
    if high - low <= 1e-12 * max(abs(low), abs(high)) {
      let margin = low == 0 ? 1 : abs(low) / 2
      return [low - margin, low.nextDown, low, low + margin]
    }
    return (0...200).map { low + (high - low) * Double($0) / 200 }
  }
}
