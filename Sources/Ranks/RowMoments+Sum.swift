import LinearAlgebra

extension RankGroup {
  /// Moments of all ranks' rows together, the same bits on each rank; every rank must call with as many columns.
  ///
  /// n = Σ n_r,  mean = Σ n_r mean_r / n,  n C = Σ n_r (C_r + d_r d_r'),  d_r = mean_r - mean: the merge of Chan, Golub and
  /// LeVeque (1983). Last bits depend on the number of ranks. Messages: an Allreduce of columns + 1 numbers for the means, then
  /// one of columns (columns + 1) / 2.
  public func sum(_ own: RowMoments) throws(RankError) -> RowMoments {
    if isAlone { return own }
    let (d, rows) = (own.mean.count, Double(own.count))
    var means = own.mean.map { $0 * rows } + [rows]
    try sum(&means)
    let count = means[d]
    let mean = means[..<d].map { $0 / count }
    let shift = (0..<d).map { own.mean[$0] - mean[$0] }
    var triangle: [Double] = []
    triangle.reserveCapacity(d * (d + 1) / 2)
    own.covariance.storage.withUnsafeBufferPointer { covariance in
      for i in 0..<d { for j in i..<d { triangle.append(rows * (covariance[i * d + j] + shift[i] * shift[j])) } }
    }
    try sum(&triangle)
    var covariance = Matrix(rows: d, columns: d)
    var next = 0
    covariance.storage.withUnsafeMutableBufferPointer { entries in
      for i in 0..<d {
        for j in i..<d {
          entries[i * d + j] = triangle[next] / count
          entries[j * d + i] = entries[i * d + j]
          next += 1
        }
      }
    }
    return RowMoments(count: Int(count), mean: Array(mean), covariance: covariance)
  }
}
