import CMath
import LinearAlgebra
import SpecialFunctions

/// Rows of data and what an iteration adds up over them.
struct MixtureRows: Sendable {
  let rows: Matrix
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
  }

  private static let block = 256
  private static let blocksPerPiece = 8

  /// Throws `MixtureFitError`.
  init(_ rows: Matrix, components: Int) throws {
    guard components > 0, rows.rows >= components else {
      throw MixtureFitError.fewerRowsThanComponents(rows: rows.rows, components: components)
    }
    do { try rows.checkFinite() } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
      throw MixtureFitError.nonFinite(row: row, column: column, value: value)
    }
    self.rows = rows
    squares = rows.squaredFrobeniusNorm
    let mean = rows.columnMeans()
    variance = max(squares - Double(rows.rows) * dot(mean, mean), 0) / Double(rows.rows * rows.columns)
  }

  /// Posteriors of every row, summed. Cost: 4 rows d K flops. Sums are the same whatever the number of threads.
  func expectation(centers: Matrix, weights: [Double], variance: Double) -> Sums {
    let scaled = (1 / variance) * centers
    let shifts = (0..<centers.rows).map { log(weights[$0]) - 0.5 * dot(centers.row($0), scaled.row($0)) }
    let piece = Self.block * Self.blocksPerPiece
    let parts = Parallel.map(count: (rows.rows + piece - 1) / piece) { index in
      sums(index * piece..<min((index + 1) * piece, rows.rows), scaled, shifts)
    }
    var total = parts[0]
    for part in parts.dropFirst() {
      for i in total.counts.indices { total.counts[i] += part.counts[i] }
      for i in total.sums.storage.indices { total.sums.storage[i] += part.sums.storage[i] }
      total.logLikelihood += part.logLikelihood
    }
    let (m, d) = (Double(rows.rows), Double(rows.columns))
    total.logLikelihood = (total.logLikelihood - 0.5 * squares / variance) / m - 0.5 * d * log(2 * Double.pi * variance)
    return total
  }

  private func sums(_ range: Range<Int>, _ scaled: Matrix, _ shifts: [Double]) -> Sums {
    let (k, d, size) = (scaled.rows, rows.columns, Self.block)
    var result = Sums(
      counts: [Double](repeating: 0, count: k), sums: Matrix(rows: k, columns: d), logLikelihood: 0)
    var posteriors = [Double](repeating: 0, count: k * size)
    var logSums = [Double](repeating: 0, count: size)
    rows.storage.withUnsafeBufferPointer { all in
      scaled.storage.withUnsafeBufferPointer { centers in
        posteriors.withUnsafeMutableBufferPointer { posteriors in
          logSums.withUnsafeMutableBufferPointer { logSums in
            result.sums.storage.withUnsafeMutableBufferPointer { sums in
              for first in stride(from: range.lowerBound, to: range.upperBound, by: size) {
                let here = min(size, range.upperBound - first)
                let (x, p) = (all.baseAddress! + first * d, posteriors.baseAddress!)
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
    }
    return result
  }

  /// Σ_i Σ π_i |x - c_i|² / (rows d) at the maximizing centres.
  func variance(around centers: Matrix, counts: [Double]) -> Double {
    var explained = 0.0
    for (i, count) in counts.enumerated() {
      let row = centers.row(i)
      explained += count * dot(row, row)
    }
    let smallest = 1e-12 * variance + .leastNormalMagnitude
    return max((squares - explained) / Double(rows.rows * rows.columns), smallest)
  }
}
