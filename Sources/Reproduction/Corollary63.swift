import Figures
import Pretraining

/// The limit of the representation error of linear spectral pre-training with correlations 1/j: theorem, Corollary 6.3, simulation.
struct Corollary63: PaperResult {
  let name = "corollary-6.3"
  let source = "arXiv 2603.27631, Corollary 6.3"
  let summary = "spectral pre-training: the printed limit leaves the curvature out; simulation decides"

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    let cases = try [4, 6, 8, 12].map { dimension in
      let world = try SpectralPopulation(
        correlations: (1...dimension).map { 1 / Double($0) }, weights: [1, 0.5.squareRoot()], labelNoise: 1)
      return PrintedCorollary.Case(
        x: Double(dimension), label: "d = \(dimension), k = 2", world: world, printed: try world.corollary63AsPrinted())
    }
    return try PrintedCorollary(
      title: "Corollary 6.3 and the theorem", xAxis: Axis("columns d (k = 2)"), cases: cases,
      unlabeled: settings.quick ? 4000 : 20_000, replicates: settings.quick ? 100 : 600
    ).run(
      settings,
      remarks: [
        "The printed corollary takes the surrounding space's Hessian, which leaves out the manifold's curvature acting on what the "
          + "best rank-k fit does not reach, and counts off-diagonal entries twice."
      ])
  }
}
