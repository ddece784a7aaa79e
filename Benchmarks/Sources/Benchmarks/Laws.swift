import Foundation
import Pretell

/// Limiting laws of large worlds: closed forms and small eigenproblems instead of matrices of the parameters' size.
enum Laws: Benchmark {
  static let name = "laws"

  static func run(data: URL) throws {
    try report("spectral law, d 200, k 10 (2 000 parameters)") {
      try SpectralPopulation(
        correlations: (1...200).map { 1 / Double($0) }, weights: (1...10).map { 1 / Double($0).squareRoot() },
        labelNoise: 1)
    }
    var stream = RandomStream(seed: 1)
    let noise = stream.normalMatrix(rows: 400, columns: 200)
    let covariance = (1.0 / 400) * noise.gram()
    let root = try Cholesky(covariance).factor
    let pairs = multiply(root.scalingColumns(by: (1...200).map { 1 / Double($0) }), root, transposing: .right)
    try report("spectral law, d 200, k 10, covariances, downstream covariance of its own") {
      try SpectralPopulation(
        covariance: covariance, pairCovariance: pairs.symmetrized(), weights: [Double](repeating: 1, count: 10),
        labelNoise: 1, downstreamCovariance: .identity(200))
    }
    try report("factor law, d 10 000, k 20") {
      try FactorPopulation(
        dimension: 10_000, strengths: (1...20).map { 21 - Double($0) }, coefficients: [Double](repeating: 1, count: 20),
        labelNoise: 1)
    }
    let loadings = stream.normalMatrix(rows: 10_000, columns: 20)
    try report("factor law, d 10 000, k 20, dense loadings") {
      try FactorPopulation(loadings: loadings, coefficients: [Double](repeating: 1, count: 20), labelNoise: 1)
    }
  }

  private static func report(_ measure: String, _ world: () throws -> any TwoStagePopulation) throws {
    let (seconds, law) = try best(of: 3) { try world().law() }
    try Measurement(
      measure: measure, seconds: seconds, amount: 1, unit: "laws", answers: [law.interaction.mean]
    )
    .print()
  }
}
