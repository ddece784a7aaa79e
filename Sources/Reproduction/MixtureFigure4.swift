import Distributions
import Figures
import Foundation

/// Kolmogorov distances between replicates and the limit law, against the number of labeled rows.
struct MixtureFigure4: PaperResult {
  let name = "mixture-figure-4"
  let source = "arXiv 2603.27631, Figure 4"
  let summary = "mixtures: Kolmogorov distance to the limit law against n"

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    let sizes = settings.quick ? [100, 300, 1000] : [100, 300, 1000, 3000, 10_000, 30_000, 100_000]
    let replicates = settings.quick ? [150, 150, 100] : [1000, 1000, 1000, 1000, 600, 300, 200]
    let found = try MixtureConvergence(name, sizes: sizes, replicates: replicates, settings)
    let limit = found.law.scaledExcessRisk(ratio: MixtureConvergence.ratio)
    let interaction = found.law.interaction.scaled(by: 1 / MixtureConvergence.ratio)
    let total = found.sizes.map { $0.total.kolmogorovDistance(to: limit.cdf) }
    let part = found.sizes.map { $0.pretraining.kolmogorovDistance(to: interaction.cdf) }
    // Mean of Kolmogorov's distribution: what replicates of the limit itself would give.
    let chance = replicates.map { 0.8687 / Double($0).squareRoot() }
    let n = sizes.map(Double.init)
    let panel = Panel(
      xAxis: Axis("labeled rows n (m = 2 n)", scale: .log10), yAxis: Axis("Kolmogorov distance", scale: .log10),
      series: [
        .linePoints("total", x: n, y: total, role: .observed),
        .linePoints("pre-training part", x: n, y: part, role: .theory),
        .line("chance alone", x: n, y: chance, role: .baseline),
      ])
    let values = sizes.indices.flatMap { index in
      [("total", total[index]), ("pre-training part", part[index])].map { label, distance in
        PrintedValue(
          "Kolmogorov distance, \(label), n = \(sizes[index])", computed: distance,
          remark: "\(replicates[index]) replicates, chance \((chance[index] * 1000).rounded() / 1000)")
      }
    }
    return ReproductionResult(
      figure: Figure(title: "How fast the limit is reached", panels: [panel]), comparisons: values,
      remarks: [
        "The total is slow: its variance part has a spread of order n^-1/2 about its limit, a constant, while the limit's own "
          + "spread comes from the pre-training part alone. A sample of R replicates is about 0.87 / sqrt(R) away from its own law by chance."
      ])
  }
}
