import Figures
import Pretraining

/// The limit of the representation error in the factor model: as the theorem has it, as Corollary 6.4 prints it, as it is.
struct Corollary64: PaperResult {
  let name = "corollary-6.4"
  let source = "arXiv 2603.27631, Corollary 6.4"
  let summary = "factor model: the printed limit lacks a factor; simulation decides"

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    let cases = try [0.25, 0.5, 1, 2, 4].map { weakest in
      let world = try FactorPopulation(
        dimension: 10, strengths: [4, weakest], coefficients: [1, 1], labelNoise: 0.5)
      return PrintedCorollary.Case(
        x: weakest, label: "D = (4, \(weakest))", world: world, printed: try world.corollary64AsPrinted())
    }
    return try PrintedCorollary(
      title: "Corollary 6.4 and the theorem", xAxis: Axis("weaker factor's strength D2 (D1 = 4)", scale: .log10),
      cases: cases, unlabeled: 100_000, replicates: settings.quick ? 400 : 4000
    ).run(
      settings,
      remarks: [
        "The printed corollary lacks the factor D^-1: its derivation takes the span of the features to stay put where it moves. "
          + "Both agree only at D = I; as the strengths fall the truth grows and the printed value vanishes."
      ])
  }
}
