import Figures
import LinearAlgebra
import MaskedRegression

/// One delocalised spike, one principal direction: how far each method's total error is from predicting nothing.
struct MaskedVersusComponentsSpiked: PaperResult {
  let name = "masked-vs-pca-spiked"
  let source = "arXiv 2601.23208, comparison with PCA, spiked covariance"
  let summary = "one spike: masked regression against one principal direction, masked and unmasked"

  private static let aspect = 1.0

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    let columns = settings.quick ? 100 : 300
    let rows = Int(Double(columns) / Self.aspect)
    let strengths = settings.quick ? [0.6, 1.4, 2.6] : [0.4, 0.8, 1.2, 1.6, 2, 2.5, 3]
    var means: [ReplicateMeans] = []
    for (index, strength) in strengths.enumerated() {
      try settings.step(index, of: strengths.count)
      let population = try MaskedPopulation.spiked([strength], columns: columns)
      let ridge = try MaskedRisk(population, rows: rows).optimum().errors.ridge
      let samples = MaskedSamples(population, rows: rows, seed: settings.seed, cell: index)
      let found = try samples.map(settings.quick ? 16 : 60) { spectrum in
        [
          samples.regressionRisk(spectrum, ridge: ridge), samples.componentsRisk(spectrum, directions: 1),
          samples.reconstructionError(spectrum, directions: 1),
        ].map { Double(columns) * ($0 - 1) }
      }
      means.append(try ReplicateMeans(replicates: found))
    }
    try settings.step(strengths.count, of: strengths.count)
    let crossing = SingleSpikeComparison.crossing(aspect: Self.aspect)
    return ReproductionResult(
      figure: Figure(
        title: "One spike, d = n = \(columns)", panels: [try panel(strengths, means, columns, rows, crossing)]),
      comparisons: try comparisons(strengths, means, columns, rows)
        + [PrintedValue("strength above which masked PCA with one direction wins", computed: crossing)],
      remarks: [
        "All errors are d (E - 1): 0 is predicting nothing. Unmasked reconstruction sees the entry it reconstructs and is another "
          + "task. In the masked task masked regression wins up to s = 1.618 (the golden ratio, for d = n), well above the "
          + "spectral threshold s = 1; above it one principal direction does."
      ])
  }

  private func panel(
    _ strengths: [Double], _ means: [ReplicateMeans], _ columns: Int, _ rows: Int, _ crossing: Double
  ) throws -> Panel {
    let fine = (0...40).map { 0.3 + 2.8 * Double($0) / 40 }
    let laws = fine.map { SingleSpikeComparison(strength: $0, aspect: Self.aspect) }
    let regression = try fine.map { try Self.regression($0, columns, rows) }
    func points(_ label: String, _ part: Int, _ role: SeriesRole) -> Series {
      .points(
        label, x: strengths, y: means.map { $0.means[part] }, low: means.map { $0.low[part] },
        high: means.map { $0.high[part] }, role: role)
    }
    return Panel(
      xAxis: Axis("spike strength s"), yAxis: Axis("d (E - 1)"),
      series: [
        .line("masked regression, best penalty", x: fine, y: regression, role: .theory),
        .line("masked PCA", x: fine, y: laws.map(\.maskedPPCA), role: .rival),
        .line("masked PCA, shrunk", x: fine, y: laws.map(\.maskedShrunkPPCA), role: .bound),
        .line("unmasked PCA (sees the entry)", x: fine, y: laws.map(\.unmaskedPCA), role: .baseline),
        points("masked regression, simulated", 0, .observed), points("masked PCA, simulated", 1, .candidate),
        points("unmasked PCA, simulated", 2, .secondary),
      ],
      marks: [
        .vertical(at: Self.aspect.squareRoot(), label: "BBP"), .vertical(at: crossing, label: "masked crossing"),
      ],
      legend: .below)
  }

  /// The limit at this number of columns.
  private static func regression(_ strength: Double, _ columns: Int, _ rows: Int) throws -> Double {
    let population = try MaskedPopulation.spiked([strength], columns: columns)
    return Double(columns) * (try MaskedRisk(population, rows: rows).optimum().errors.generalizationError - 1)
  }

  private func comparisons(
    _ strengths: [Double], _ means: [ReplicateMeans], _ columns: Int, _ rows: Int
  ) throws -> [PrintedValue] {
    try strengths.indices.flatMap { index -> [PrintedValue] in
      let law = SingleSpikeComparison(strength: strengths[index], aspect: Self.aspect)
      let theory = [
        ("masked regression", try Self.regression(strengths[index], columns, rows)), ("masked PCA", law.maskedPPCA),
        ("unmasked PCA", law.unmaskedPCA),
      ]
      return theory.enumerated().map { part, expected in
        PrintedValue(
          "\(expected.0) simulated, s = \(strengths[index])", computed: means[index].means[part],
          standardError: means[index].errors[part], remark: remark("theory", expected.1))
      }
    }
  }
}
