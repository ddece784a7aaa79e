import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Masked regression and principal components on the same held-out rows.
@Suite struct CrossValidatedPCATests {
  /// Against one regression per column, and the conditional mean of every entry under U_q L U_q' + sigma^2 (I - U_q U_q').
  @Test(arguments: [true, false])
  func agreesWithConditionalMeans(centers: Bool) throws {
    let (x, folds, directions) = (correlatedRows(26, 5), 3, [0, 1, 3, 4])
    let preparation = ColumnPreparation(centers: centers)
    let computed = try CrossValidatedPCA(x, directions: directions, preparation: preparation, folds: folds, seed: 4)
    var (masked, baseline) = (0.0, 0.0)
    var (unmasked, ppca) = ([0.0, 0, 0, 0], [0.0, 0, 0, 0])
    var stream = RandomStream(seed: 4)
    let order = stream.permutation(26)
    for part in 0..<folds {
      let kept = x.rows(at: order.indices.filter { $0 % folds != part }.map { order[$0] })
      var held = x.rows(at: order.indices.filter { $0 % folds == part }.map { order[$0] })
      let means = centers ? kept.columnMeans() : [Double](repeating: 0, count: 5)
      for i in 0..<held.rows { for j in 0..<5 { held[i, j] -= means[j] } }
      var trained = kept
      for i in 0..<kept.rows { for j in 0..<5 { trained[i, j] -= means[j] } }
      let divisor = Double(kept.rows - (centers ? 1 : 0))
      let path = MaskedPath(try SampleSpectrum(rows: kept, preparation: preparation))
      guard case .shared(let ridge) = try path.bestRidge().ridge else { return }
      let weights = try BruteForce.weights(
        trained, ridges: [Double](repeating: ridge, count: 5), divisor: divisor)
      masked += (held - held * weights).squaredFrobeniusNorm
      baseline += held.squaredFrobeniusNorm
      let eigen = try SymmetricEigen((1 / divisor) * trained.gram())
      for (index, q) in directions.enumerated() {
        let u = eigen.vectors.columns(0..<q)
        unmasked[index] += (held - multiply(held * u, u, transposing: .right)).squaredFrobeniusNorm
        let noise = eigen.values[q...].reduce(0, +) / Double(5 - q)
        let levels = (0..<5).map { $0 < q ? eigen.values[$0] : noise }
        let covariance = multiply(eigen.vectors.scalingColumns(by: levels), eigen.vectors, transposing: .right)
        for j in 0..<5 {
          let others = (0..<5).filter { $0 != j }
          let coefficients = try Cholesky(covariance.rows(at: others).columns(at: others).symmetrized())
            .solve(others.map { covariance[$0, j] })
          for i in 0..<held.rows {
            let error = held[i, j] - zip(others, coefficients).reduce(0) { $0 + held[i, $1.0] * $1.1 }
            ppca[index] += error * error
          }
        }
      }
    }
    #expect(relativeDifference(computed.masked, masked / 130) < 1e-11)
    #expect(relativeDifference(computed.baseline, baseline / 130) < 1e-11)
    for index in directions.indices {
      #expect(relativeDifference(computed.unmaskedPCA[index], unmasked[index] / 130) < 1e-11)
      #expect(relativeDifference(try #require(computed.maskedPPCA[index]), ppca[index] / 130) < 1e-11)
    }
  }

  /// Rows that come in pieces give the same numbers, to the bit; all directions leave nothing to the noise.
  @Test(arguments: [(90, 7), (30, 40)])
  func piecesAreTheWhole(_ shape: (Int, Int)) throws {
    let x = correlatedRows(shape.0, shape.1)
    let directions = [0, 3, shape.1]
    let (whole, pieces) = (
      try CrossValidatedPCA(x, directions: directions), try CrossValidatedPCA(RowsInBlocks(x), directions: directions)
    )
    #expect(whole.masked == pieces.masked && whole.baseline == pieces.baseline)
    #expect(whole.unmaskedPCA == pieces.unmaskedPCA && whole.maskedPPCA == pieces.maskedPPCA)
    #expect(whole.maskedPPCA[2] == nil && whole.unmaskedPCA[0] == whole.baseline)
  }

  /// Five folds measure what theory says of four fifths of the rows, at its best penalty.
  @Test func theory() throws {
    let names = ["masked regression", "unmasked d/5", "PPCA d/5", "means"]
    try expectGates(names, columns: 30, replicates: 60, seed: 55) { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      let law = try MaskedVersusPCA(population, rows: 4 * d)
      return Experiment(
        theory: [law.masked.errors.generalizationError, law.unmaskedPCA[d / 5], law.maskedPPCA[d / 5], 1]
      ) { stream in
        let rows = population.sample(rows: 5 * d, &stream)
        let measured = try CrossValidatedPCA(rows, directions: [d / 5], preparation: uncentered)
        return [measured.masked, measured.unmaskedPCA[0], measured.maskedPPCA[0]!, measured.baseline]
      }
    }
  }
}
