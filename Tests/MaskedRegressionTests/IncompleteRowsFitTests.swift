import Foundation
import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Fits on rows of which none is complete.
@Suite struct IncompleteRowsFitTests {
  /// Without gaps it is the ordinary fit.
  @Test(arguments: [ColumnPreparation(), ColumnPreparation(scales: true), ColumnPreparation(centers: false)])
  func completeRows(_ preparation: ColumnPreparation) throws {
    let x = correlatedRows(40, 5)
    let fit = try IncompleteRowsFit(x, ridge: 0.3, preparation: preparation)
    let wanted = try MaskedRidge(rows: x, ridge: .shared(0.3), preparation: preparation)
    #expect(fit.isConverged)
    #expect((try fit.model.weights() - wanted.weights()).largestMagnitude < 1e-9)
  }

  /// Every row misses the first or the second of four columns, which are never seen together, so that rows do not say
  /// what one adds to what the others know of the other: filled-in cells are off by the variance given the two columns
  /// that are always there, whatever the units; observed ones come back to the bit. Bound: |z| < 5; a variance 20 % off
  /// either way lies 8 standard errors away in the mean.
  @Test(arguments: [[1.0, 1, 1, 1], [1e6, 1e-3, 1, 1e3]])
  func conditionalVariance(_ units: [Double]) throws {
    var stream = RandomStream(seed: 81)
    let n = 8000
    let mixing = Matrix([[1, 0, 0, 0], [0.2, 1, 0, 0], [0.8, 0.7, 0.6, 0], [-0.5, 0.9, 0.3, 0.7]])
    let full = multiply(stream.normalMatrix(rows: n, columns: 4), mixing, transposing: .right)
      .scalingColumns(by: units)
    var gaps = full
    for i in 0..<n { gaps[i, i % 2] = .nan }
    let fit = try IncompleteRowsFit(gaps, ridge: 0.01, preparation: ColumnPreparation(scales: true))
    let filled = try fit.model.imputed(gaps)
    let sigma = multiply(mixing, mixing, transposing: .right)
    let known = [2, 3]
    let always = try Cholesky(sigma.rows(at: known).columns(at: known).symmetrized())
    for j in 0..<2 {
      let cross = known.map { sigma[$0, j] }
      let variance = sigma[j, j] - dot(cross, always.solve(cross))
      let mean = SampleMean(
        (0..<n).filter { $0 % 2 == j }.map { i in
          let error = (filled[i, j] - full[i, j]) / units[j]
          return error * error
        })
      #expect(abs(mean.z(against: variance)) < 5, "\(mean.mean) for \(variance)")
      for wrong in [0.8, 1.2] { #expect(abs(mean.z(against: wrong * variance)) > 5) }
    }
    for i in 0..<n { for j in 0..<4 where !gaps[i, j].isNaN { #expect(filled[i, j] == full[i, j]) } }
  }

  /// Gaps at random, a third of all cells: the covariance is found again within its standard errors, and 20 % off it is not.
  @Test func momentsAreFoundAgain() throws {
    var stream = RandomStream(seed: 82)
    let n = 20_000
    let mixing = Matrix([[1, 0, 0], [0.8, 0.6, 0], [0.5, -0.5, 0.7]])
    var x = multiply(stream.normalMatrix(rows: n, columns: 3), mixing, transposing: .right)
    for i in 0..<n { x[i, Int(stream.uniform() * 3)] = .nan }
    let model = try IncompleteRowsFit(x, ridge: 1e-9).model
    let precision = try Cholesky(multiply(mixing, mixing, transposing: .right)).inverse()
    for j in 0..<3 {
      let ratio = model.precisionDiagonal[j] / precision[j, j]
      // Standard error of a residual variance from two thirds of the cells, each with two others half of the time.
      let error = (2 / (0.25 * Double(n))).squareRoot()
      #expect(abs(ratio - 1) < 5 * error, "\(ratio)")
      for wrong in [0.8, 1.2] { #expect(abs(ratio / wrong - 1) > 5 * error) }
    }
  }

  @Test func whatCannotBe() throws {
    var x = correlatedRows(20, 3)
    for i in 0..<20 { x[i, 1] = .nan }
    let error = #expect(throws: MaskedRegressionError.self) { try IncompleteRowsFit(x, ridge: 1) }
    #expect(error?.description.hasPrefix("column 2 has no observed entry") == true)
    #expect(throws: MaskedRegressionError.tooFewRows(rows: 2, needed: 3)) {
      try IncompleteRowsFit(correlatedRows(2, 3), ridge: 1)
    }
  }
}
