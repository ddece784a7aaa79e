import LinearAlgebra

/// Masked ridge regression at any number of penalties from one factorization of the training rows.
public struct MaskedPath: PenaltyPath {
  public let spectrum: SampleSpectrum

  public var columns: Int { spectrum.columns }
  public var totalVariance: Double { spectrum.values.reduce(0, +) }
  public var smallestRidge: Double { 0 }
  /// Below all eigenvalues, where a fit is that without a penalty.
  public var lowestRidge: Double { 1e-3 * (spectrum.values.last ?? 0) }

  public init(_ spectrum: SampleSpectrum) { self.spectrum = spectrum }

  // MARK: errors

  /// Errors at each penalty, leave-one-out for all of them in one pass over the rows. Throws `invalidRidge`.
  public func errors(ridges: [Double]) throws -> [MaskedErrors] {
    for ridge in ridges { try Ridge.shared(ridge).check(columns: spectrum.columns) }
    let sums = spectrum.columnSums(ridges: ridges)
    let leaveOneOut = try SpectralLeaveOneOut(spectrum: spectrum).columnErrors(ridges: ridges)
    return ridges.indices.map { index in
      assembled(.shared(ridges[index]), [spectrum.statistics(ridge: ridges[index])], sums[index], leaveOneOut[index])
    }
  }

  /// Errors at one penalty, or at a penalty per column.
  public func errors(_ ridge: Ridge) throws -> MaskedErrors {
    switch ridge {
    case .shared(let value): return try errors(ridges: [value])[0]
    case .perColumn(let values):
      try ridge.check(columns: spectrum.columns)
      let leaveOneOut = try SpectralLeaveOneOut(spectrum: spectrum).columnErrors(perColumn: values)
      return assembled(
        ridge, values.map { spectrum.statistics(ridge: $0) }, spectrum.columnSums(perColumn: values), leaveOneOut)
    }
  }

  /// Every leave-one-out residual (rows x columns), in units of the prepared columns; infinite where it does not exist.
  public func leaveOneOutResiduals(_ ridge: Ridge) throws -> Matrix {
    try ridge.check(columns: spectrum.columns)
    return try SpectralLeaveOneOut(spectrum: spectrum).residuals(ridge)
  }

  private func assembled(
    _ ridge: Ridge, _ statistics: [RidgeStatistics], _ sums: (inverse: [Double], curvature: [Double]),
    _ leaveOneOut: [Double]
  ) -> MaskedErrors {
    MaskedErrors(
      rows: spectrum.rows, transform: spectrum.transform, ridge: ridge, statistics: statistics,
      terms: ColumnTerms(
        spectrum: spectrum, ridges: statistics, inverse: sums.inverse, curvature: sums.curvature),
      leaveOneOut: leaveOneOut, meanSquares: spectrum.columnMeanSquares,
      lostDigits: spectrum.lostDigits(ridge, inverse: sums.inverse))
  }

  // MARK: model

  /// The predictor: dense for at least as many rows as columns, else factored. Cost: 2 columns^2 rank flops for the dense one.
  public func model(_ ridge: Ridge) throws -> MaskedRidge {
    try ridge.check(columns: spectrum.columns)
    let d = spectrum.columns
    let ridges = (0..<d).map { ridge.value($0) }
    let inverse = spectrum.columnSums(perColumn: ridges).inverse
    let isFactored = spectrum.scores != nil
    var (gains, offsets, diagonal) = ([Double](), [Double](), [Double]())
    for j in 0..<d {
      let scaled = spectrum.unseen[j] + ridges[j] * inverse[j]
      let isSeen = spectrum.unseen[j] == 0
      gains.append(isSeen ? 0 : 1 / scaled)
      offsets.append(isSeen ? -1 / inverse[j] : 0)
      diagonal.append(isFactored ? scaled : isSeen ? inverse[j] : scaled / ridges[j])
    }
    let factors = FactoredWeights(
      vectorRows: spectrum.vectorRows, eigenvalues: spectrum.values, ridges: ridges, gains: gains, offsets: offsets)
    return MaskedRidge(
      transform: spectrum.transform, ridge: ridge, precisionDiagonal: diagonal,
      form: isFactored ? .factored(factors) : .dense(factors.dense()))
  }
}
