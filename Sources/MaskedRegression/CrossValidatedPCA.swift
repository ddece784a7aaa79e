import LinearAlgebra
import Randomness

/// Masked regression and principal components on the same held-out rows, for every number of directions, by cross-validation.
///
/// Two metrics. Unmasked reconstruction: the mean square of x - Pi_q x, in which PCA sees the entry it reconstructs. Masked
/// prediction: every entry from the other entries of its row, by masked regression or by the conditional mean of the covariance
/// U_q L U_q' + sigma^2 (probabilistic PCA), x_j predicted by -sum_i Q_ij x_i / Q_jj.
public struct CrossValidatedPCA: Sendable {
  public let folds: Int
  public let directions: [Int]
  /// Masked regression, its penalty tuned by leave-one-out within each fold's training rows.
  public let masked: Double
  /// For each of `directions`.
  public let unmaskedPCA: [Double]
  /// Absent for as many directions as leave no variance to the noise.
  public let maskedPPCA: [Double?]
  /// Predicting every column by its mean.
  public let baseline: Double

  /// Rows are dealt to folds at random. Cost: folds x (one path + rows columns directions).
  public init(
    _ rows: Matrix, directions: [Int], preparation: ColumnPreparation = ColumnPreparation(), folds: Int = 5,
    seed: UInt64 = 0
  ) throws {
    guard rows.rows >= 2 * folds else { throw MaskedRegressionError.tooFewRows(rows: rows.rows, needed: 2 * folds) }
    precondition(folds >= 2, "\(folds) folds")
    precondition(directions.allSatisfy { $0 >= 0 && $0 <= rows.columns }, "directions of \(rows.columns) columns")
    var stream = RandomStream(seed: seed)
    let order = stream.permutation(rows.rows)
    var parts: [Fold] = []
    for fold in 0..<folds {
      let held = order.indices.filter { $0 % folds == fold }.map { order[$0] }
      let kept = order.indices.filter { $0 % folds != fold }.map { order[$0] }
      parts.append(try Fold(rows.rows(at: kept), rows.rows(at: held), directions, preparation))
    }
    let entries = Double(rows.rows * rows.columns)
    self.folds = folds
    self.directions = directions
    masked = parts.reduce(0) { $0 + $1.masked } / entries
    baseline = parts.reduce(0) { $0 + $1.baseline } / entries
    unmaskedPCA = directions.indices.map { q in parts.reduce(0) { $0 + $1.unmasked[q] } / entries }
    maskedPPCA = directions.indices.map { q in
      var sum = 0.0
      for part in parts {
        guard let value = part.ppca[q] else { return nil }
        sum += value
      }
      return sum / entries
    }
  }

  /// Sums of squares over one fold's held-out entries.
  private struct Fold {
    let masked: Double
    let baseline: Double
    let unmasked: [Double]
    let ppca: [Double?]

    init(_ kept: Matrix, _ held: Matrix, _ directions: [Int], _ preparation: ColumnPreparation) throws {
      let fit = try MaskedPath(SampleSpectrum(rows: kept, preparation: preparation))
      let model = try fit.model(fit.bestRidge().ridge)
      let prepared = model.transform.applied(to: held)
      masked = (prepared - model.predictionsOfPrepared(prepared)).squaredFrobeniusNorm
      baseline = prepared.squaredFrobeniusNorm
      let (spectrum, columns) = (fit.spectrum, held.columns)
      let scores = multiply(prepared, spectrum.vectorRows, transposing: .right)
      let results = Parallel.map(count: directions.count) { index in
        Self.errors(directions[index], spectrum, prepared, scores, columns)
      }
      unmasked = results.map(\.unmasked)
      ppca = results.map(\.ppca)
    }

    private static func errors(
      _ q: Int, _ spectrum: SampleSpectrum, _ rows: Matrix, _ scores: Matrix, _ columns: Int
    ) -> (unmasked: Double, ppca: Double?) {
      let kept = min(q, spectrum.rank)
      let basis = spectrum.vectorRows.rows(0..<kept)
      let projected = scores.columns(0..<kept)
      let total = rows.squaredFrobeniusNorm
      let unmasked = max(0, total - projected.squaredFrobeniusNorm)
      let discarded = spectrum.values[kept...].reduce(0, +)
      let noise = q < columns ? discarded / Double(columns - q) : 0
      if noise <= 1e-12 * (spectrum.values.first ?? 1) { return (unmasked, nil) }
      // sigma^2 Q = I - U diag(1 - sigma^2/l) U': the factor sigma^2 cancels.
      let shrink = spectrum.values[..<kept].map { 1 - noise / $0 }
      let removed = multiply(projected.scalingColumns(by: shrink), basis)
      let diagonal = basis.columnSums(ofSquaresWeighted: [shrink])[0].map { 1 - $0 }
      var sum = 0.0
      for i in 0..<rows.rows {
        for j in 0..<columns {
          let error = (rows[i, j] - removed[i, j]) / diagonal[j]
          sum += error * error
        }
      }
      return (unmasked, sum)
    }
  }
}
