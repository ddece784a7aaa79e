import Asymptotics
import Figures
import Pretraining

/// Earlier upper bounds on the downstream risk beside the exact law, along columns, rank and signal strength.
struct PriorBounds: PaperResult {
  let name = "prior-bounds"
  let source = "arXiv 2603.27631, sections 6.1 and 6.2"
  let summary = "bounds of Cabannes et al. and Ge et al. against the exact law, over d, k and signal strength"

  private static let ratio = 10.0

  private struct Case {
    let x: Double
    let label: String
    let law: LimitLaw
    let bound: PriorBound

    init(spectral x: Double, dimension: Int, rank: Int) throws {
      let world = try SpectralPopulation(
        correlations: (1...dimension).map { 1 / Double($0) },
        weights: (1...rank).map { 1 / Double($0).squareRoot() }, labelNoise: 1)
      (self.x, label, law, bound) = (x, "Cabannes, d = \(dimension), k = \(rank)", try world.law(), world.priorBound)
    }

    init(strength: Double) throws {
      let world = try FactorPopulation(
        dimension: 20, strengths: [strength, strength], coefficients: [0.7, 0.7], labelNoise: 0.5)
      (x, label, law, bound) = (strength, "Ge, d = 20, D = \(strength)", try world.law(), world.priorBound)
    }
  }

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    try settings.step(0, of: 1)
    let columns = try [4, 8, 16, 32, 64, 128, 256].map { try Case(spectral: Double($0), dimension: $0, rank: 2) }
    let ranks = try [1, 2, 4, 8, 16].map { try Case(spectral: Double($0), dimension: 32, rank: $0) }
    let strengths = try [0.125, 0.25, 0.5, 1, 2, 4, 8].map { try Case(strength: $0) }
    try settings.step(1, of: 1)
    return ReproductionResult(
      figure: Figure(
        title: "Earlier bounds and the exact law, m/n = 10",
        panels: [
          panel("spectral, k = 2", "columns d", columns), panel("spectral, d = 32", "rank k", ranks),
          panel("factor model, d = 20, k = 2", "strength D", strengths),
        ]),
      comparisons: (columns + ranks + strengths).map(comparison),
      remarks: [
        "Both bounds hold up to constants and logarithms that are not named; these are taken for 1 here. The first then runs along "
          + "the exact law, on either side of it, so that it cannot tell when pre-training pays. The second grows with the "
          + "sixteenth power of the norms where the exact law falls."
      ])
  }

  private func exact(_ instance: Case) -> Double { instance.law.scaledExcessRisk(ratio: Self.ratio).mean }

  private func comparison(_ instance: Case) -> PrintedValue {
    let (bound, exact) = (instance.bound.scaledExcessRisk(ratio: Self.ratio), exact(instance))
    return PrintedValue(
      "n (R - sigma^2), \(instance.label)", printed: bound, computed: exact,
      remark: "bound / law \((10 * bound / exact).rounded() / 10)")
  }

  private func panel(_ title: String, _ axis: String, _ cases: [Case]) -> Panel {
    let x = cases.map(\.x)
    return Panel(
      title: title, xAxis: Axis(axis, scale: .log10), yAxis: Axis("n (R - sigma^2)", scale: .log10),
      series: [
        .line("exact law", x: x, y: cases.map(exact), role: .theory),
        .line("earlier bound", x: x, y: cases.map { $0.bound.scaledExcessRisk(ratio: Self.ratio) }, role: .rival),
      ])
  }
}
