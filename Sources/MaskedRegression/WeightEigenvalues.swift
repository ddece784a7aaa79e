import LinearAlgebra

extension SampleSpectrum {
  /// The eigenvalues of A, largest first; all real, their sum is 0: a = 1 - 1/mu, mu those of D^(1/2)(S + lambda)D^(1/2).
  /// Cost: 4/3 columns^3 flops, columns^2 memory also for more columns than rows. Throws `invalidRidge` for penalties that are not
  /// above 0, `needsMemory`.
  public func weightEigenvalues(ridge: Double, memory: MemoryLimit = .physical) throws -> [Double] {
    if !(ridge > 0) || !ridge.isFinite { throw MaskedRegressionError.invalidRidge(ridge) }
    try memory.check(.spectrumByColumns(columns: columns))
    let inverse = columnSums(ridges: [ridge])[0].inverse
    let diagonal = (0..<columns).map { unseen[$0] / ridge + inverse[$0] }
    let scaled = vectorRows.scalingRows(by: values.map { $0.squareRoot() })
      .scalingColumns(by: diagonal.map { $0.squareRoot() })
    var m = scaled.gram()
    for j in 0..<columns { m[j, j] += ridge * diagonal[j] }
    return try SymmetricEigen.values(of: m).map { 1 - 1 / $0 }
  }
}
