import Distributions
import Figures
import LinearAlgebra
import MaskedRegression

/// The density of the weights' eigenvalues over a simulated histogram: one spike, whose outlier is marked, and a stationary population.
struct MaskedSpectra: PaperResult {
  let name = "masked-spectrum"
  let source = "arXiv 2601.23208, spectrum of the predictor"
  let summary = "eigenvalues of the weights: theory over a simulated histogram, outlier marked"

  private static let columns = 200

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    let cases = [
      (try MaskedPopulation.spiked([3], columns: Self.columns), 0.2, "one spike of strength 3"),
      (try MaskedPopulation.autoregressive(0.6, columns: Self.columns), 0.1, "AR(1), correlation 0.6"),
    ]
    var (panels, values): ([Panel], [PrintedValue]) = ([], [])
    for (index, (population, ridge, title)) in cases.enumerated() {
      try settings.step(index, of: cases.count)
      let law = try MaskedSpectrumLaw(population, rows: 2 * Self.columns, ridge: ridge)
      let (shape, outliers) = (try law.shape(points: 120), try law.outliers())
      let samples = MaskedSamples(population, rows: 2 * Self.columns, seed: settings.seed, cell: index)
      let spectra = try samples.map(settings.quick ? 20 : 40) { try $0.weightEigenvalues(ridge: ridge) }
      panels.append(panel(title, shape, outliers, spectra))
      values += try comparisons(title, shape, outliers, spectra)
    }
    try settings.step(cases.count, of: cases.count)
    return ReproductionResult(
      figure: Figure(
        title: "Eigenvalues of the weights, \(Self.columns) columns, \(2 * Self.columns) rows", panels: panels),
      comparisons: values)
  }

  private func panel(
    _ title: String, _ shape: MaskedSpectrumLaw.Shape, _ outliers: [MaskedOutlier], _ spectra: [[Double]]
  ) -> Panel {
    Panel(
      title: title, xAxis: Axis("eigenvalue of A"), yAxis: Axis("density"),
      series: [
        .histogram("simulated", sample: spectra.flatMap { $0 }, bins: 60, role: .observed),
        .line("theory", x: shape.points.map(\.eigenvalue), y: shape.points.map(\.density), role: .theory),
      ], marks: outliers.map { .vertical(at: $0.position, label: "outlier") })
  }

  private func comparisons(
    _ title: String, _ shape: MaskedSpectrumLaw.Shape, _ outliers: [MaskedOutlier], _ spectra: [[Double]]
  ) throws -> [PrintedValue] {
    let bulk = spectra.flatMap { $0.dropFirst(outliers.count) }
    let distance = try EmpiricalDistribution(bulk).kolmogorovDistance { cumulative(shape, $0) }
    let ends = [
      ("largest of the bulk", outliers.count, shape.upperEdge), ("smallest", Self.columns - 1, shape.lowerEdge),
    ]
    return try outliers.enumerated().map { position, outlier in
      let top = try EmpiricalDistribution(spectra.map { $0[position] })
      return PrintedValue(
        "outlier simulated, \(title)", computed: top.mean, standardError: top.standardError,
        remark: remark("theory", outlier.position))
    }
      + ends.map { label, position, edge in
        let values = try EmpiricalDistribution(spectra.map { $0[position] })
        return PrintedValue(
          "\(label) simulated, \(title)", computed: values.mean, standardError: values.standardError,
          remark: remark("edge", edge) + ", from which it strays by the order of d^(-2/3)")
      }
      + [PrintedValue("Kolmogorov distance of the bulk, \(title)", computed: distance)]
  }

  /// The law's share below a.
  private func cumulative(_ shape: MaskedSpectrumLaw.Shape, _ a: Double) -> Double {
    var (mass, below) = (0.0, 0.0)
    for (left, right) in zip(shape.points, shape.points.dropFirst()) {
      let width = right.eigenvalue - left.eigenvalue
      let piece = 0.5 * (left.density + right.density) * width
      mass += piece
      below += piece * min(max((a - left.eigenvalue) / width, 0), 1)
    }
    return below / mass
  }
}
