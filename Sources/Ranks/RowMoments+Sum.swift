import LinearAlgebra

extension RankGroup {
  /// Moments of all ranks' rows together, the same bits on each rank; every rank must call with as many columns.
  ///
  /// n = Σ n_r,  mean = Σ n_r mean_r / n,  n C = Σ n_r (C_r + d_r d_r'),  d_r = mean_r - mean: the merge of Chan, Golub and
  /// LeVeque (1983). Last bits depend on the number of ranks. Messages: an Allreduce of columns + 1 numbers for the means, then
  /// columns (columns + 1) / 2 numbers, at most 4 million at once.
  /// Memory: the covariance where it is (hand over moments that nobody else holds) and 32 MB.
  package func sum(_ own: consuming RowMoments) throws(RankError) -> RowMoments {
    if isAlone { return own }
    let (d, rows, ownMean) = (own.mean.count, Double(own.count), own.mean)
    var means = ownMean.map { $0 * rows } + [rows]
    try sum(&means)
    let count = means[d]
    let mean = means[..<d].map { $0 / count }
    let shift = (0..<d).map { ownMean[$0] - mean[$0] }
    var covariance = own.covariance
    _ = consume own
    let block = max(1, (1 << 22) / d)
    for first in stride(from: 0, to: d, by: block) {
      let range = first..<min(first + block, d)
      var part: [Double] = []
      part.reserveCapacity(range.count * d)
      for i in range { for j in i..<d { part.append(rows * (covariance[i, j] + shift[i] * shift[j])) } }
      try sum(&part)
      var next = 0
      covariance.storage.withUnsafeMutableBufferPointer { entries in
        for i in range {
          for j in i..<d {
            entries[i * d + j] = part[next] / count
            entries[j * d + i] = entries[i * d + j]
            next += 1
          }
        }
      }
    }
    return RowMoments(count: Int(count), mean: Array(mean), covariance: covariance)
  }
}
