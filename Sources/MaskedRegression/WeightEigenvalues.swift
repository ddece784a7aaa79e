import LinearAlgebra

extension SampleSpectrum {
  /// The eigenvalues of A, largest first; all real, their sum is 0: a = 1 - 1/mu, mu those of D^(1/2)(S + lambda)D^(1/2).
  /// Cost: 4/3 columns^3 flops, columns^2 memory also for more columns than rows. Throws `invalidRidge`, `needsMemory`, and
  /// `noAnswer` at penalty 0 where columns repeat others, so that A does not exist.
  public func weightEigenvalues(ridge: Double, memory: MemoryLimit = .physical) throws -> [Double] {
    try Ridge.shared(ridge).check(columns: columns)
    if ridge == 0, rank < columns {
      throw MaskedRegressionError.noAnswer(
        "at ridge 0 the weights do not exist: \(rows) rows see \(rank) directions of \(columns) columns. Give a ridge above 0"
      )
    }
    try memory.check(.spectrumByColumns(columns: columns))
    let inverse = columnSums(ridges: [ridge])[0].inverse
    let diagonal = (0..<columns).map { (unseen[$0] > 0 ? unseen[$0] / ridge : 0) + inverse[$0] }
    let scaled = vectorRows.scalingRows(by: values.map { $0.squareRoot() })
      .scalingColumns(by: diagonal.map { $0.squareRoot() })
    var m = scaled.gram()
    for j in 0..<columns { m[j, j] += ridge * diagonal[j] }
    return try SymmetricEigen.values(of: m).map { 1 - 1 / $0 }
  }
}
