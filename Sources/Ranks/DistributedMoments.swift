import LinearAlgebra

/// Count, mean and covariance of the rows of all ranks, the covariance dealt out over them.
package struct DistributedMoments {
  package let count: Int
  /// The same bits on every rank.
  package let mean: [Double]
  /// Divided by `count`, lower triangle.
  package let covariance: DistributedSymmetric

  /// One pass: each rank reads its `share` of `total` rows, at least one and at most `largest`, the same number on every rank. Sums are about the mean of every
  /// rank's first block, so that neither a large common mean nor a slow drift costs digits.
  /// Messages: an Allreduce of columns + 1 numbers twice, and of every row what `DistributedSymmetric.add` says.
  package init(reading share: some RowSource, total: Int, largest: Int, ranks: RankGroup) throws {
    let d = share.columns
    let gram = try DistributedSymmetric(order: d, ranks: ranks)
    let size = gram.roundRows
    var (rounds, sums) = (0, [Double](repeating: 0, count: d))
    var origin: [Double]?
    try share.forEachScratchBlock(ofRows: size) { first, rows in
      try RowBlock.checkFinite(UnsafeBufferPointer(rows), columns: d, first: first)
      let center = try origin ?? Self.meanOfAll(rows, d, ranks)
      origin = center
      for start in stride(from: 0, to: rows.count, by: d) {
        for j in 0..<d {
          rows[start + j] -= center[j]
          sums[j] += rows[start + j]
        }
      }
      try gram.add(UnsafeBufferPointer(rows))
      rounds += 1
    }
    for _ in rounds..<max(rounds, (largest + size - 1) / size) {
      try gram.add(UnsafeBufferPointer(start: nil, count: 0))
    }
    try ranks.sum(&sums)
    let n = Double(total)
    let shift = sums.map { $0 / n }
    gram.adjust(scale: 1 / n, weight: -1, shift)
    count = total
    mean = zip(origin!, shift).map { $0 + $1 }
    covariance = gram
  }

  private static func meanOfAll(_ rows: UnsafeMutableBufferPointer<Double>, _ d: Int, _ ranks: RankGroup) throws
    -> [Double]
  {
    var sums = [Double](repeating: 0, count: d + 1)
    for start in stride(from: 0, to: rows.count, by: d) { for j in 0..<d { sums[j] += rows[start + j] } }
    sums[d] = Double(rows.count / d)
    try ranks.sum(&sums)
    return sums[..<d].map { $0 / sums[d] }
  }
}
