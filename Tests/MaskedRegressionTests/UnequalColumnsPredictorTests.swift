import Foundation
import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Masked probabilistic PCA where columns differ in variance, or in how the others tell them.
@Suite struct UnequalColumnsPredictorTests {
  enum World: CaseIterable, Sendable {
    case twoVariances, manyVariances, blocks

    func population(_ d: Int) throws -> MaskedPopulation {
      switch self {
      case .twoVariances: try MaskedPopulation(covariance: .diagonal((0..<d).map { $0 < d / 2 ? 4 : 1 }))
      case .manyVariances:
        try MaskedPopulation(covariance: .diagonal((0..<d).map { exp(-3 + 6 * Double($0) / Double(d - 1)) }))
      case .blocks:
        try MaskedPopulation(
          covariance: Matrix(
            (0..<d).map { i in
              (0..<d).map { j in i / 8 != j / 8 ? 0 : (i == j ? 1 : 0.7) * (i / 8 % 2 == 0 ? 1 : 4) }
            }))
      }
    }
  }

  /// Risks of fitted covariances U_q L U_q' + sigma^2 against the law, with more and with fewer rows than columns.
  @Test(arguments: World.allCases, [2, 0.6])
  func simulated(_ world: World, _ rowsPerColumn: Double) throws {
    try expectGates(["d/8", "d/2"], columns: 32, replicates: 90, seed: 71) { d in
      let population = try world.population(d)
      let (sigma, rows) = (population.covariance, Int(rowsPerColumn * Double(d)))
      let law = try MaskedVersusPCA(population, rows: rows)
      let directions = [d / 8, d / 2]
      return Experiment(theory: directions.map { law.maskedPPCA[$0] }) { stream in
        let x = population.sample(rows: rows, &stream)
        let eigen = try SymmetricEigen((1 / Double(rows)) * x.gram())
        return directions.map { q in
          let noise = eigen.values[q...].reduce(0, +) / Double(d - q)
          let levels = eigen.values.indices.map { 1 / ($0 < q ? eigen.values[$0] : noise) }
          let precision = multiply(eigen.vectors.scalingColumns(by: levels), eigen.vectors, transposing: .right)
          let spread = multiply(precision, multiply(sigma, precision)).diagonalEntries
          return zip(spread, precision.diagonalEntries).reduce(0) { $0 + $1.0 / ($1.1 * $1.1) } / Double(d)
        }
      }
    }
  }

  /// Means over thousands of simulated samples: independent columns cannot be told, and no error is below their variance.
  @Test func independentColumns() throws {
    let two = try MaskedVersusPCA(World.twoVariances.population(60), rows: 160)
    #expect(relativeDifference(two.maskedPPCA[30], 3.380) < 0.02)
    let many = try MaskedVersusPCA(World.manyVariances.population(60), rows: 120)
    #expect(relativeDifference(many.maskedPPCA[45], 6.41) < 0.02)
    let blocks = try MaskedVersusPCA(World.blocks.population(80), rows: 160)
    #expect(relativeDifference(blocks.bestPPCA.risk, 0.924) < 0.03)
    for (comparison, variance) in [(two, 2.5), (many, many.maskedPPCA[0])] {
      #expect(comparison.optimalShrinkageRisk == nil && comparison.maskedPPCA.allSatisfy { $0 >= variance * 0.999 })
    }
  }

  /// Where all columns are alike it is the short formula, up to its order 1/d; there a bound is known.
  @Test func likeColumns() throws {
    let population = try MaskedPopulation.autoregressive(0.6, columns: 80)
    let short = try MaskedVersusPCA(population, rows: 160)
    #expect(short.optimalShrinkageRisk != nil)
    let long = try MaskedVersusPCA(MaskedPopulation(covariance: population.covariance), rows: 160)
    for q in [5, 20, 40] { #expect(relativeDifference(short.maskedPPCA[q], long.maskedPPCA[q]) < 0.03) }
  }
}
