import CMath
import LinearAlgebra
import SpecialFunctions

/// Rows of data, in memory or read anew in each pass, and what an iteration adds up over them.
struct MixtureRows: Sendable {
  let source: any RowSource
  let count: Int
  /// Σ |x - x̄|² / (rows d).
  let variance: Double
  /// Σ |x|².
  private let squares: Double

  /// What maximization needs.
  struct Sums: Sendable {
    /// Σ π_i, K.
    var counts: [Double]
    /// Σ π_i x, K x d.
    var sums: Matrix
    /// Mean log-density of a row.
    var logLikelihood: Double

    static func += (sums: inout Sums, part: Sums) {
      for i in sums.counts.indices { sums.counts[i] += part.counts[i] }
      for i in sums.sums.storage.indices { sums.sums.storage[i] += part.sums.storage[i] }
      sums.logLikelihood += part.logLikelihood
    }
  }

  private static let block = 256
  /// Rows that one task adds up; the sums of tasks are added in order, whatever the blocks they come in.
  private static let piece = 8 * block

  private var columns: Int { source.columns }

  /// Rows of a pass: at least four tasks, about 32 MB.
  static func passRows(columns: Int) -> Int { max(4, (1 << 22) / (piece * max(1, columns))) * piece }

  /// One pass. Throws `MixtureFitError`, what the source throws.
  init(_ source: any RowSource, components: Int) throws {
    var (count, squares) = (0, 0.0)
    var totals = [Double](repeating: 0, count: source.columns)
    do {
      try source.forEachReadBlock(ofRows: Self.passRows(columns: source.columns)) { _, rows in
        try RowBlock.checkFinite(rows, columns: totals.count, first: count)
        for value in rows { squares += value * value }
        for start in stride(from: 0, to: rows.count, by: totals.count) {
          for j in totals.indices { totals[j] += rows[start + j] }
        }
        count += rows.count / totals.count
      }
    } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
      throw MixtureFitError.nonFinite(row: row, column: column, value: value)
    }
    guard components > 0, count >= components else {
      throw MixtureFitError.fewerRowsThanComponents(rows: count, components: components)
    }
    (self.source, self.count, self.squares) = (source, count, squares)
    let mean = totals.map { $0 / Double(count) }
    variance = max(squares - Double(count) * dot(mean, mean), 0) / Double(count * source.columns)
  }

  /// Posteriors of every row, summed: one pass. Cost: 4 rows d K flops. Sums are the same whatever the number of threads and
  /// wherever the rows are.
  func expectation(centers: Matrix, weights: [Double], variance: Double) throws -> Sums {
    let scaled = (1 / variance) * centers
    let shifts = (0..<centers.rows).map { log(weights[$0]) - 0.5 * dot(centers.row($0), scaled.row($0)) }
    var total = Sums(
      counts: [Double](repeating: 0, count: centers.rows), sums: Matrix(rows: centers.rows, columns: columns),
      logLikelihood: 0)
    try source.forEachReadBlock(ofRows: Self.passRows(columns: columns)) { _, rows in
      nonisolated(unsafe) let rows = rows
      let size = Self.piece * columns
      let parts = Parallel.map(count: (rows.count + size - 1) / size) { index in
        sums(
          UnsafeBufferPointer(rebasing: rows[index * size..<min((index + 1) * size, rows.count)]), scaled, shifts)
      }
      for part in parts { total += part }
    }
    let (m, d) = (Double(count), Double(columns))
    total.logLikelihood = (total.logLikelihood - 0.5 * squares / variance) / m - 0.5 * d * log(2 * Double.pi * variance)
    return total
  }

  private func sums(_ rows: UnsafeBufferPointer<Double>, _ scaled: Matrix, _ shifts: [Double]) -> Sums {
    let (k, d, size) = (scaled.rows, columns, Self.block)
    var result = Sums(
      counts: [Double](repeating: 0, count: k), sums: Matrix(rows: k, columns: d), logLikelihood: 0)
    var posteriors = [Double](repeating: 0, count: k * size)
    var logSums = [Double](repeating: 0, count: size)
    scaled.storage.withUnsafeBufferPointer { centers in
      posteriors.withUnsafeMutableBufferPointer { posteriors in
        logSums.withUnsafeMutableBufferPointer { logSums in
          result.sums.storage.withUnsafeMutableBufferPointer { sums in
            for first in stride(from: 0, to: rows.count / d, by: size) {
              let here = min(size, rows.count / d - first)
              let (x, p) = (rows.baseAddress! + first * d, posteriors.baseAddress!)
              Double.tiles.gemm(
                false, true, Int32(k), Int32(here), Int32(d), 1, centers.baseAddress!, Int32(d), x, Int32(d), 0, p,
                Int32(size))
              for i in 0..<k { for t in i * size..<i * size + here { p[t] += shifts[i] } }
              softmaxColumns(p, components: k, stride: size, count: here, logSums: logSums.baseAddress!)
              for i in 0..<k {
                var count = 0.0
                for t in i * size..<i * size + here { count += p[t] }
                result.counts[i] += count
              }
              for t in 0..<here { result.logLikelihood += logSums[t] }
              Double.tiles.gemm(
                false, false, Int32(k), Int32(d), Int32(here), 1, p, Int32(size), x, Int32(d), 1,
                sums.baseAddress!, Int32(d))
            }
          }
        }
      }
    }
    return result
  }

  /// Σ_i Σ π_i |x - c_i|² / (rows d) at the maximizing centres.
  func variance(around centers: Matrix, counts: [Double]) -> Double {
    var explained = 0.0
    for (i, size) in counts.enumerated() {
      let row = centers.row(i)
      explained += size * dot(row, row)
    }
    let smallest = 1e-12 * variance + .leastNormalMagnitude
    return max((squares - explained) / Double(count * columns), smallest)
  }
}
