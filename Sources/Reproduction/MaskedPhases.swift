import CMath
import Figures
import LinearAlgebra
import MaskedRegression

/// Where masked regression beats principal components: correlation or spike strength against rows per column.
struct MaskedPhases: PaperResult {
  let name = "masked-phase-diagram"
  let source = "arXiv 2601.23208, comparison with PCA, phase diagram"
  let summary = "where masked regression beats masked PCA: AR(1) and one spike against rows per column"

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    let columns = settings.quick ? 40 : 120
    let count = settings.quick ? 5 : 13
    let ratios = (0..<count).map { power(10, -0.6 + 1.5 * Double($0) / Double(count - 1)) }
    let total = 2 * count + 1
    let stationary = try MaskedPhaseDiagram(
      .autoregressive, parameters: grid(0.1, 0.95, count), rowsPerColumn: ratios, columns: columns
    ) { done, all in try settings.step(done * count / all, of: total) }
    let spiked = try MaskedPhaseDiagram(
      .spiked, parameters: grid(0.2, 3.2, count), rowsPerColumn: ratios, columns: columns
    ) { done, all in try settings.step(count + done * count / all, of: total) }
    let checks = try checks(settings, columns)
    try settings.step(total, of: total)
    return ReproductionResult(
      figure: Figure(
        title: "Masked PCA with its best number of directions against masked regression, \(columns) columns",
        panels: [stationaryPanel(stationary), spikedPanel(spiked, Double(columns))]),
      comparisons: checks,
      remarks: [
        "Orange: masked regression wins; blue: probabilistic PCA wins. For AR(1) the excess is a share of masked regression's error; "
          + "a single spike moves the error per entry by 1/d only, so there the total over the d columns is shown.",
        "The law of masked PCA takes the diagonal of its precision as constant; at a correlation of 0.9 with few rows it misses "
          + "some percent of the excess.",
      ])
  }

  private func grid(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
    (0..<count).map { low + (high - low) * Double($0) / Double(count - 1) }
  }

  /// What masked PCA at its best loses to masked regression.
  private func loss(_ comparison: MaskedVersusPCA) -> Double {
    comparison.bestPPCA.risk - comparison.masked.errors.generalizationError
  }

  private func stationaryPanel(_ diagram: MaskedPhaseDiagram) -> Panel {
    Panel(
      title: "AR(1)", xAxis: Axis("correlation"), yAxis: Axis("rows per column", scale: .log10),
      series: [
        .heatMap(
          "excess error of masked PCA, %", x: diagram.parameters, y: diagram.rowsPerColumn,
          values: diagram.table { 100 * loss($0) / $0.masked.errors.generalizationError }, colors: .diverging(center: 0)
        )
      ])
  }

  private func spikedPanel(_ diagram: MaskedPhaseDiagram, _ columns: Double) -> Panel {
    let fine = (0...40).map { power(10, -0.6 + 1.5 * Double($0) / 40) }
    let crossing = fine.map { SingleSpikeComparison.crossing(aspect: 1 / $0) }
    return Panel(
      title: "one spike", xAxis: Axis("spike strength"), yAxis: Axis("rows per column", scale: .log10),
      series: [
        .heatMap(
          "excess total error of masked PCA", x: diagram.parameters, y: diagram.rowsPerColumn,
          values: diagram.table { columns * loss($0) }, colors: .diverging(center: 0)),
        .line("BBP threshold", x: fine.map { 1 / $0.squareRoot() }, y: fine, role: .baseline),
        .line("crossing, limit", x: crossing, y: fine, role: .theory),
      ])
  }

  /// A few cells simulated: the loss of masked PCA at the theory's best number of directions.
  private func checks(_ settings: ReproductionSettings, _ columns: Int) throws -> [PrintedValue] {
    let cells: [(population: MaskedPopulation, label: String, ratio: Double)] = [
      (try .autoregressive(0.5, columns: columns), "AR(1), correlation 0.5", 2),
      (try .autoregressive(0.9, columns: columns), "AR(1), correlation 0.9", 0.5),
      (try .spiked([0.8], columns: columns), "spike of strength 0.8", 1),
      (try .spiked([3], columns: columns), "spike of strength 3", 1),
    ]
    return try cells.enumerated().map { index, cell in
      let rows = Int(cell.ratio * Double(columns))
      let theory = try MaskedVersusPCA(cell.population, rows: rows)
      let samples = MaskedSamples(cell.population, rows: rows, seed: settings.seed, cell: index)
      let found = try samples.map(settings.quick ? 30 : 200) { spectrum in
        [
          samples.componentsRisk(spectrum, directions: theory.bestPPCA.directions)
            - samples.regressionRisk(spectrum, ridge: theory.masked.errors.ridge)
        ].map { Double(columns) * $0 }
      }
      let means = try ReplicateMeans(replicates: found)
      return PrintedValue(
        "total loss of masked PCA simulated, \(cell.label), n/d = \(cell.ratio)", computed: means.means[0],
        standardError: means.errors[0], remark: remark("theory", Double(columns) * loss(theory)))
    }
  }
}

/// base^exponent.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
