import Distributions
import Figures
import LinearAlgebra
import MaskedRegression
import Randomness

/// Samples of Gaussian rows of one population, uncentred, and what is true of a predictor fitted on one of them.
struct MaskedSamples: Sendable {
  let population: MaskedPopulation
  let rows: Int
  private let seed: UInt64
  private let cell: UInt64
  private let covariance: Matrix
  /// Sigma^(1/2)' as columns scaled; absent for the identity.
  private let root: Matrix?

  init(_ population: MaskedPopulation, rows: Int, seed: UInt64, cell: Int) {
    self.population = population
    self.rows = rows
    self.seed = seed
    self.cell = UInt64(cell)
    covariance = population.covariance
    root = population.vectors?.scalingColumns(by: population.eigenvalues.map { $0.squareRoot() })
  }

  /// Applies `body` to the spectra of `count` samples, all threads.
  func map<Value: Sendable>(
    _ count: Int, _ body: @Sendable (SampleSpectrum) throws -> Value
  ) throws -> [Value] {
    try Parallel.map(count: count) { replicate in
      var stream = RandomStream(seed: seed, cell: cell, replicate: UInt64(replicate))
      let noise = stream.normalMatrix(rows: rows, columns: population.columns)
      let sample = root.map { multiply(noise, $0, transposing: .right) } ?? noise
      return try body(SampleSpectrum(rows: sample, preparation: ColumnPreparation(centers: false)))
    }
  }

  /// Mean squared error of a fresh row's entries, exactly: x_j is predicted by minus the rest of `precision` column j over its
  /// diagonal, so that (1/d) sum_j [Q Sigma Q]_jj / Q_jj^2.
  func risk(precision q: Matrix) -> Double {
    let spread = multiply(covariance, q)
    var sum = 0.0
    for j in 0..<q.columns {
      let column = q.column(j)
      sum += dot(column, spread.column(j)) / (column[j] * column[j])
    }
    return sum / Double(q.columns)
  }

  /// Of masked regression: Q = (S + lambda)^-1.
  func regressionRisk(_ spectrum: SampleSpectrum, ridge: Double) -> Double {
    // lambda Q = I - V' diag(l/(l + lambda)) V.
    risk(precision: complement(spectrum, spectrum.values.map { $0 / ($0 + ridge) }))
  }

  /// Of masked probabilistic PCA: Q the inverse of U_q L U_q' + sigma^2 (1 - U_q U_q'), sigma^2 the mean of the eigenvalues left out.
  func componentsRisk(_ spectrum: SampleSpectrum, directions q: Int) -> Double {
    let noise = spectrum.values[q...].reduce(0, +) / Double(spectrum.columns - q)
    return risk(precision: complement(spectrum, spectrum.values[..<q].map { 1 - noise / $0 }))
  }

  /// Of unmasked reconstruction: (1/d) E |x - U_q U_q' x|^2.
  func reconstructionError(_ spectrum: SampleSpectrum, directions q: Int) -> Double {
    let vectors = spectrum.vectorRows.rows(0..<q)
    let kept = multiply(vectors, multiply(covariance, vectors, transposing: .right)).trace
    return (covariance.trace - kept) / Double(spectrum.columns)
  }

  /// I - sum_k shares_k v_k v_k'.
  private func complement(_ spectrum: SampleSpectrum, _ shares: [Double]) -> Matrix {
    let vectors = spectrum.vectorRows.rows(0..<shares.count)
    return .identity(spectrum.columns) - multiply(vectors.scalingRows(by: shares), vectors, transposing: .left)
  }
}

/// Mean and standard error of replicates, with bars of two standard errors for a figure.
struct ReplicateMeans {
  let means: [Double]
  let errors: [Double]

  /// `values[point][replicate]`.
  init(_ values: [[Double]]) throws {
    let summaries = try values.map { try EmpiricalDistribution($0) }
    means = summaries.map(\.mean)
    errors = summaries.map(\.standardError)
  }

  /// `replicates[replicate][point]`.
  init(replicates: [[Double]]) throws {
    try self.init(replicates[0].indices.map { point in replicates.map { $0[point] } })
  }

  var low: [Double] { zip(means, errors).map { $0 - 2 * $1 } }
  var high: [Double] { zip(means, errors).map { $0 + 2 * $1 } }
}

/// A theoretical value for a remark.
func remark(_ label: String, _ value: Double) -> String { "\(label) \((value * 10_000).rounded() / 10_000)" }

extension ReplicateMeans {
  /// Those from `start` on, one for each x, with their intervals.
  func points(_ label: String, _ start: Int, _ x: [Double], _ role: SeriesRole) -> Series {
    let range = start..<start + x.count
    return .points(
      label, x: x, y: Array(means[range]), low: Array(low[range]), high: Array(high[range]), role: role)
  }
}
