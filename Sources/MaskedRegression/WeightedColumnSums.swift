import LinearAlgebra

extension Matrix {
  /// sum_k weight_k a_kj^2 for every column j and each list of weights (one per row). Cost: 2 entries lists flops, all threads.
  func columnSums(ofSquaresWeighted weights: [[Double]]) -> [[Double]] {
    precondition(weights.allSatisfy { $0.count == self.rows }, "a weight per row of \(self.rows)")
    let (columns, lists, tile) = (columns, weights.count, 256)
    if rows == 0 || columns == 0 || lists == 0 { return weights.map { _ in [Double](repeating: 0, count: columns) } }
    var sums = [Double](repeating: 0, count: lists * columns)
    storage.withUnsafeBufferPointer { source in
      sums.withUnsafeMutableBufferPointer { sums in
        nonisolated(unsafe) let (source, sums) = (source.baseAddress!, sums.baseAddress!)
        Parallel.forEach(count: (columns + tile - 1) / tile) { index in
          let start = index * tile
          addSquares(source + start, columns, Swift.min(tile, columns - start), weights, sums + start)
        }
      }
    }
    return (0..<lists).map { Array(sums[$0 * columns..<($0 + 1) * columns]) }
  }
}

/// One tile of columns: its squares, then one product with all weights. `ld` is the whole matrix's columns.
private func addSquares(
  _ source: UnsafePointer<Double>, _ ld: Int, _ width: Int, _ weights: [[Double]], _ sums: UnsafeMutablePointer<Double>
) {
  let rows = weights[0].count
  let squares = [Double](unsafeUninitializedCapacity: rows * width) { target, filled in
    for k in 0..<rows {
      for j in 0..<width { target[k * width + j] = source[k * ld + j] * source[k * ld + j] }
    }
    filled = rows * width
  }
  let flat = weights.flatMap { $0 }
  Double.tiles.gemm(
    false, false, Int32(weights.count), Int32(width), Int32(rows), 1, flat, Int32(rows), squares, Int32(width), 0, sums,
    Int32(ld))
}
