import LinearAlgebra

/// Every block of columns regressed on the columns outside it, at one penalty.
///
///     P = (S + Lambda)^-1,  Lambda = ridge I + r blockdiag(S)      A = I - P blockdiag(P)^-1      residual of block g: P_gg^-1 (P x)_g
///
/// Cost: that of `BlockPrecision`, and for each block of b columns b^3 + rows b^2 flops.
/// Source: GRAPH_AND_BLOCKS, section 8.
struct BlockFit: Sendable {
  let base: BlockPrecision
  /// P_gg^-1, block by block.
  let inverses: [Matrix]
  /// Of the training rows, prepared units: P_gg^-1 z_g for every block.
  let residuals: Matrix

  var data: BlockRows { base.data }
  var odds: Double { base.odds }
  /// P.
  var precision: Matrix { base.matrix }
  /// Z = X P.
  var products: Matrix { base.products }

  /// Throws `singular`.
  init(_ data: BlockRows, ridge: Double, odds: Double) throws {
    base = try BlockPrecision(data, ridge: ridge, odds: odds)
    let precision = base.matrix
    inverses = try data.members.map { try Cholesky(precision.block($0)).inverse() }
    var found = base.products
    for (block, inverse) in zip(data.members, inverses) {
      found.set(columns: block, to: multiply(base.products.columns(at: block), inverse))
    }
    residuals = found
  }

  /// The predictor.
  func model() -> MaskedRidge {
    var weights = precision
    for (block, inverse) in zip(data.members, inverses) {
      weights.set(columns: block, to: -1 * multiply(precision.columns(at: block), inverse))
      for i in block { for j in block { weights[i, j] = 0 } }
    }
    return MaskedRidge(
      transform: data.transform, ridge: .shared(base.ridge), precisionDiagonal: precision.diagonalEntries,
      form: .dense(weights), blocks: data.blocks)
  }

  // MARK: errors

  /// - Parameters:
  ///   - leftOut: residuals with rows left out.
  ///   - label: the penalty's name in a path: the ridge, or what multiplies it and the odds together.
  func errors(leftOut: Matrix, label: Double) -> MaskedErrors {
    let m = data.divisor
    let share = base.share()
    let statistics = base.statistics(label: label, share: share)
    let freedom = columnFreedom(share, statistics.degreesOfFreedom)
    let diagonal = data.penaltyDiagonal(base.ridge, odds: odds)
    return MaskedErrors(
      rows: data.count, transform: data.transform, ridge: .shared(label), statistics: [statistics],
      terms: ColumnTerms(
        statistics: statistics, training: residuals.columnMeanSquares(divisor: m),
        complement: freedom.map { 1 - $0 / m }),
      leaveOneOut: leftOut.columnMeanSquares(divisor: Double(data.count)), meanSquares: data.covariance.diagonalEntries,
      lostDigits: (0..<data.columns).map { j in
        LostDigits(precision[j, j] * (data.covariance[j, j] + diagonal[j]), of: Double.self)
      })
  }

  /// df - b + tr P_gg^-1 [P Lambda P]_gg, of each column's block. `share` is Lambda P.
  private func columnFreedom(_ share: Matrix, _ degreesOfFreedom: Double) -> [Double] {
    var result = [Double](repeating: 0, count: data.columns)
    for (block, inverse) in zip(data.members, inverses) {
      let own =
        degreesOfFreedom - Double(block.count)
        + traceOfProduct(
          inverse, multiply(precision.rows(at: block), share.columns(at: block)))
      for j in block { result[j] = own }
    }
    return result
  }
}

extension Matrix {
  /// Sums of squares of each column over a divisor.
  func columnMeanSquares(divisor: Double) -> [Double] {
    ColumnTransform.squares(self, about: [Double](repeating: 0, count: columns)).map { $0 / divisor }
  }
}
