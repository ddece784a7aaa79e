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

  /// Rows are dealt to folds at random. Cost: folds x (one path + rows columns directions), some twenty passes over the rows for
  /// each fold. Memory: that of one path, and a block of rows for each thread.
  public init(
    _ rows: some RowSource, directions: [Int], preparation: ColumnPreparation = ColumnPreparation(), folds: Int = 5,
    seed: UInt64 = 0, memory: MemoryLimit = .physical
  ) throws {
    let count = try rows.countRows()
    guard count >= 2 * folds else { throw MaskedRegressionError.tooFewRows(rows: count, needed: 2 * folds) }
    precondition(folds >= 2, "\(folds) folds")
    precondition(directions.allSatisfy { $0 >= 0 && $0 <= rows.columns }, "directions of \(rows.columns) columns")
    var stream = RandomStream(seed: seed)
    var fold = [Int](repeating: 0, count: count)
    for (position, row) in stream.permutation(count).enumerated() { fold[row] = position % folds }
    let parts = try (0..<folds).map { part in
      try Fold(
        RowSelection(rows, at: fold.indices.filter { fold[$0] != part }),
        RowSelection(rows, at: fold.indices.filter { fold[$0] == part }), directions, preparation, memory)
    }
    let entries = Double(count * rows.columns)
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
    private(set) var masked = 0.0
    private(set) var baseline = 0.0
    private(set) var unmasked: [Double]
    private(set) var ppca: [Double?]

    /// Rows of a block: some megabytes.
    private static func blockRows(columns: Int) -> Int { max(1, (1 << 19) / max(1, columns)) }

    init(
      _ kept: RowSelection, _ held: RowSelection, _ directions: [Int], _ preparation: ColumnPreparation,
      _ memory: MemoryLimit
    ) throws {
      let fit = try MaskedPath(SampleSpectrum(rows: kept, preparation: preparation, memory: memory))
      let model = try fit.model(fit.bestRidge().ridge)
      let components = directions.map { Components($0, fit.spectrum) }
      unmasked = directions.map { _ in 0 }
      ppca = components.map { $0.diagonal == nil ? nil : 0 }
      try held.forEachBlock(ofRows: Self.blockRows(columns: kept.columns)) { _, block in
        let prepared = model.transform.applied(to: block)
        let total = prepared.squaredFrobeniusNorm
        masked += (prepared - model.predictionsOfPrepared(prepared)).squaredFrobeniusNorm
        baseline += total
        let scores = multiply(prepared, fit.spectrum.vectorRows, transposing: .right)
        let sums = Parallel.map(count: components.count) {
          components[$0].errors(prepared, scores, total, fit.spectrum)
        }
        for (index, sum) in sums.enumerated() {
          unmasked[index] += sum.unmasked
          if let error = sum.ppca { ppca[index]! += error }
        }
      }
    }
  }

  /// The first q directions of a sample.
  private struct Components {
    let kept: Int
    let shrink: [Double]
    /// diag sigma^2 Q; absent where no variance is left to the noise.
    let diagonal: [Double]?

    init(_ q: Int, _ spectrum: SampleSpectrum) {
      let kept = min(q, spectrum.rank)
      let discarded = spectrum.values[kept...].reduce(0, +)
      let noise = q < spectrum.columns ? discarded / Double(spectrum.columns - q) : 0
      // sigma^2 Q = I - U diag(1 - sigma^2/l) U': the factor sigma^2 cancels.
      let shrink = spectrum.values[..<kept].map { 1 - noise / $0 }
      let hasNoise = noise > 1e-12 * (spectrum.values.first ?? 1)
      let basis = spectrum.vectorRows.rows(0..<kept)
      diagonal = hasNoise ? basis.columnSums(ofSquaresWeighted: [shrink])[0].map { 1 - $0 } : nil
      (self.kept, self.shrink) = (kept, shrink)
    }

    /// Sums of squares over a block of rows, of which `scores` are the products with all directions.
    func errors(
      _ rows: Matrix, _ scores: Matrix, _ total: Double, _ spectrum: SampleSpectrum
    ) -> (unmasked: Double, ppca: Double?) {
      let projected = scores.columns(0..<kept)
      let unmasked = max(0, total - projected.squaredFrobeniusNorm)
      guard let diagonal else { return (unmasked, nil) }
      let removed = multiply(projected.scalingColumns(by: shrink), spectrum.vectorRows.rows(0..<kept))
      var sum = 0.0
      for i in 0..<rows.rows {
        for j in 0..<rows.columns {
          let error = (rows[i, j] - removed[i, j]) / diagonal[j]
          sum += error * error
        }
      }
      return (unmasked, sum)
    }
  }
}
