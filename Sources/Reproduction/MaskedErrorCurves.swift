import Figures
import LinearAlgebra
import MaskedRegression

/// Generalization and training error of masked regression against the penalty, with more and with fewer rows than columns.
struct MaskedErrorCurves: PaperResult {
  let name = "masked-errors"
  let source = "arXiv 2601.23208, errors"
  let summary = "masked regression: generalization and training error against the penalty"

  private static let columns = 200

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    let population = try MaskedPopulation.autoregressive(0.6, columns: Self.columns)
    let ridges = (0...8).map { power(10, -2 + 3 * Double($0) / 8) }
    // Leave-one-out falls on the generalization error: shown in the gaps.
    let between = ridges.dropLast().map { $0 * power(10, 1.5 / 8) }
    var (panels, values): ([Panel], [PrintedValue]) = ([], [])
    for (index, rows) in [2 * Self.columns, Self.columns / 2].enumerated() {
      try settings.step(index, of: 2)
      let samples = MaskedSamples(population, rows: rows, seed: settings.seed, cell: index)
      let found = try samples.map(settings.quick ? 8 : 60) { spectrum in
        let path = MaskedPath(spectrum)
        return ridges.map { samples.regressionRisk(spectrum, ridge: $0) }
          + (try path.errors(ridges: ridges).map(\.trainingError))
          + (try path.errors(ridges: between).map { $0.leaveOneOutError ?? .nan })
      }
      let means = try ReplicateMeans(replicates: found)
      panels.append(try panel(MaskedRisk(population, rows: rows), ridges, between, means))
      values += try comparisons(MaskedRisk(population, rows: rows), ridges, means)
    }
    try settings.step(2, of: 2)
    return ReproductionResult(
      figure: Figure(title: "Masked regression on AR(1), correlation 0.6, \(Self.columns) columns", panels: panels),
      comparisons: values,
      remarks: [
        "Limits, not fits: no parameter is estimated. The relative bias of the limit is of order 1/d, about +0.2/d for the "
          + "generalization and -0.7/d for the training error."
      ])
  }

  private func panel(_ risk: MaskedRisk, _ ridges: [Double], _ between: [Double], _ means: ReplicateMeans) throws
    -> Panel
  {
    let fine = (0...60).map { power(10, -2.1 + 3.2 * Double($0) / 60) }
    let theory = try fine.map { try risk.errors(ridge: $0) }
    return Panel(
      title: "\(Int(risk.rows)) rows", xAxis: Axis("ridge penalty", scale: .log10), yAxis: Axis("error per entry"),
      series: [
        .line("generalization, theory", x: fine, y: theory.map(\.generalizationError), role: .theory),
        .line("training, theory", x: fine, y: theory.map(\.trainingError), role: .baseline),
        means.points("generalization, simulated", 0, ridges, .observed),
        means.points("training, simulated", ridges.count, ridges, .candidate),
        means.points("leave-one-out, simulated", 2 * ridges.count, between, .rival),
      ], legend: .below)
  }

  private func comparisons(_ risk: MaskedRisk, _ ridges: [Double], _ means: ReplicateMeans) throws -> [PrintedValue] {
    try [2, 5].flatMap { index -> [PrintedValue] in
      let theory = try risk.errors(ridge: ridges[index])
      let setting = "\(Int(risk.rows)) rows, ridge \((ridges[index] * 1000).rounded() / 1000)"
      return [
        PrintedValue(
          "generalization simulated, \(setting)", computed: means.means[index], standardError: means.errors[index],
          remark: remark("theory", theory.generalizationError)),
        PrintedValue(
          "training simulated, \(setting)", computed: means.means[ridges.count + index],
          standardError: means.errors[ridges.count + index],
          remark: remark("theory", theory.trainingError) + ", "
            + remark("with d - 1 features", try risk.finiteSizeErrors(ridge: ridges[index]).training)),
      ]
    }
  }
}
