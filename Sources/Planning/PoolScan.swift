import LinearAlgebra

/// What a first pass over rows finds: moments, magnitudes, columns with at least two different values.
struct PoolScan {
  let moments: RowMoments
  private(set) var largest: [Double]
  let varying: [Int]

  /// Throws what the source throws, of entries that are NaN or infinite among them.
  init(_ rows: any RowSource) throws {
    let d = rows.columns
    var accumulator = GramAccumulator(columns: d)
    var first: [Double]?
    var varies = [Bool](repeating: false, count: d)
    var largest = [Double](repeating: 0, count: d)
    try rows.forEachScratchBlock(ofRows: accumulator.blockRows) { _, block in
      let origin = first ?? Array(block[..<d])
      first = origin
      for start in stride(from: 0, to: block.count, by: d) {
        for j in 0..<d {
          let value = block[start + j]
          if value != origin[j] { varies[j] = true }
          largest[j] = max(largest[j], abs(value))
        }
      }
      try accumulator.add(scratch: block)
    }
    moments = accumulator.finish()
    self.largest = largest
    varying = varies.indices.filter { varies[$0] }
  }
}

extension RowMoments {
  /// Of some columns.
  func columns(_ kept: [Int]) -> RowMoments {
    if kept.count == mean.count { return self }
    var part = Matrix(rows: kept.count, columns: kept.count)
    for (i, a) in kept.enumerated() { for (j, b) in kept.enumerated() { part[i, j] = covariance[a, b] } }
    return RowMoments(count: count, mean: kept.map { mean[$0] }, covariance: part)
  }
}
