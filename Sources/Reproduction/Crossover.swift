import Asymptotics
import Figures
import LinearAlgebra
import Pretraining
import Randomness
import Replication

/// Where pre-training overtakes fitting everything on the labeled rows: both curves simulated, with their limits.
struct Crossover: PaperResult {
  let name = "crossover"
  let source = "arXiv 2603.27631, Figure 1"
  let summary = "scaled risk with and without pre-training against m/n, from a real instance"

  private static let dimension = 30
  private static let labeled = 3000

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    let world = try FactorPopulation(
      dimension: Self.dimension, strengths: [3, 2, 1], coefficients: [1, 1, 1], labelNoise: 0.5)
    let law = try world.law()
    let crossover = law.crossoverRatio!
    let ratios = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8].map { $0 * crossover }
    let replicates = settings.quick ? 200 : 2000
    var simulated: [(mean: Double, error: Double)] = []
    for (index, ratio) in ratios.enumerated() {
      try settings.step(index, of: ratios.count + 1)
      let unlabeled = Int((ratio * Double(Self.labeled)).rounded())
      let sample = try Simulation(
        world, experiment: Experiment(unlabeled: unlabeled, labeled: Self.labeled), replicates: replicates,
        seed: settings.seed, cell: UInt64(index)
      ).scaledExcessRisk
      simulated.append((sample.mean, sample.standardError))
    }
    try settings.step(ratios.count, of: ratios.count + 1)
    let scratch = try fromScratch(law, replicates: replicates, settings: settings)
    return result(law, ratios: ratios, simulated: simulated, scratch: scratch)
  }

  /// n times the excess risk of least squares on all columns; it does not depend on m.
  private func fromScratch(
    _ law: LimitLaw, replicates: Int, settings: ReproductionSettings
  ) throws -> (mean: Double, error: Double) {
    let n = Self.labeled
    let values = try Parallel.map(count: replicates) { index in
      var stream = RandomStream(seed: settings.seed, cell: 1000, replicate: UInt64(index))
      let moment = RowDistribution.gaussian.secondMoment(dimension: Self.dimension, count: n, using: &stream)
      return law.noiseVariance * (try Cholesky(moment).inverse().trace)
    }
    let mean = values.reduce(0, +) / Double(replicates)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(replicates - 1)
    return (mean, (variance / Double(replicates)).squareRoot())
  }

  private func result(
    _ law: LimitLaw, ratios: [Double], simulated: [(mean: Double, error: Double)],
    scratch: (mean: Double, error: Double)
  ) -> ReproductionResult {
    let limit = law.noiseVariance * Double(law.baseDimension)
    let grid = (0...60).map { ratios[0] * (1 + Double($0) / 60 * (ratios[ratios.count - 1] / ratios[0] - 1)) }
    let panel = Panel(
      xAxis: Axis("m/n", scale: .log10), yAxis: Axis("n (R - sigma^2)"),
      series: [
        .line("pre-trained, law", x: grid, y: grid.map { law.scaledExcessRisk(ratio: $0).mean }, role: .theory),
        .points(
          "pre-trained, simulated", x: ratios, y: simulated.map(\.mean), low: simulated.map { $0.mean - 2 * $0.error },
          high: simulated.map { $0.mean + 2 * $0.error }, role: .observed),
        .line("labels alone, limit", x: grid, y: grid.map { _ in limit }, role: .baseline),
        .points(
          "labels alone, simulated", x: ratios, y: ratios.map { _ in scratch.mean },
          low: ratios.map { _ in scratch.mean - 2 * scratch.error },
          high: ratios.map { _ in scratch.mean + 2 * scratch.error },
          role: .rival),
      ], marks: [.vertical(at: law.crossoverRatio!, label: "crossover")])
    let at = ratios.firstIndex(of: law.crossoverRatio!)!
    return ReproductionResult(
      figure: Figure(title: "When pre-training pays", panels: [panel]),
      comparisons: [
        PrintedValue("crossover ratio", computed: law.crossoverRatio!),
        PrintedValue(
          "pre-trained at the crossover", computed: simulated[at].mean, standardError: simulated[at].error,
          remark: "limit \((limit * 1000).rounded() / 1000)"),
        PrintedValue(
          "labels alone", computed: scratch.mean, standardError: scratch.error,
          remark: "limit \((limit * 1000).rounded() / 1000)"),
      ], remarks: ["Figure 1 of the paper is a sketch without numbers; this one is computed from a factor model."])
  }
}
