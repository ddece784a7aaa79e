import Foundation
import Pretell

/// The limits for a population of 2 000 columns, its eigendecomposition at hand.
enum MaskedTheory: Benchmark {
  static let name = "masked-theory"

  static func run(data: URL) throws {
    let population = try MaskedPopulation(
      covariance: DataFile.read(data.appending(path: "masked-theory.npy").path).values)
    let risk = MaskedRisk(population, rows: 4000)
    let (seconds, errors) = try best(of: 50) { try risk.errors(ridge: 0.1) }
    try Measurement(
      measure: "kappa and both errors, 2 000 columns, one penalty", seconds: seconds, amount: 1, unit: "penalties",
      answers: [errors.kappa, errors.generalizationError, errors.trainingError]
    ).print()
    let law = PCAErrorLaw(population, rows: 4000)
    let (all, curve) = try best(of: 3) { law.unmaskedErrors(directions: Array(0...2000)) }
    try Measurement(
      measure: "PCA error for every number of 2 000 directions", seconds: all, amount: 2001, unit: "numbers",
      answers: [100, 500, 1000, 1900].map { curve[$0] }
    ).print()
  }
}
