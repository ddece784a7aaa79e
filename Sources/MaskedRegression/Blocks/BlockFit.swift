import LinearAlgebra

/// Every block of columns regressed on the columns outside it, at one penalty.
///
///     P = (S + Lambda)^-1,  Lambda = ridge I + r blockdiag(S)      A = I - P blockdiag(P)^-1      residual of block g: P_gg^-1 (P x)_g
///
/// Cost: columns^3 + 2 rows columns^2 flops, and for each block of b columns b^3 + rows b^2.
/// Source: GRAPH_AND_BLOCKS, section 8.
struct BlockFit: Sendable {
  let data: BlockRows
  let ridge: Double
  /// r.
  let odds: Double
  /// P.
  let precision: Matrix
  /// P_gg^-1, block by block.
  let inverses: [Matrix]
  /// Z = X P.
  let products: Matrix
  /// Of the training rows, prepared units: P_gg^-1 z_g for every block.
  let residuals: Matrix

  /// Throws `singular`.
  init(_ data: BlockRows, ridge: Double, odds: Double) throws {
    (self.data, self.ridge, self.odds) = (data, ridge, odds)
    var sum = data.covariance + data.penalty(ridge, odds: odds, of: data.covariance)
    let order = data.columns
    do {
      try sum.storage.withUnsafeMutableBufferPointer { try invertPositiveDefinite($0, order: order) }
    } catch LinearAlgebraError.notPositiveDefinite(let minor) {
      throw MaskedRegressionError.singular(ridge: ridge, column: minor - 1)
    }
    precision = sum
    inverses = try data.members.map { try Cholesky(sum.block($0)).inverse() }
    products = Self.product(data.rows, sum)
    residuals = Self.residuals(products, data.members, inverses)
  }

  /// X P by all threads, in fixed parts of the rows.
  private static func product(_ rows: Matrix, _ right: Matrix) -> Matrix {
    let parts = (0..<rows.rows).parts(of: TrainingRows.taskRows)
    let blocks = Parallel.map(count: parts.count) { multiply(rows.rows(parts[$0]), right).storage }
    return Matrix(rows: rows.rows, columns: right.columns, storage: blocks.flatMap { $0 })
  }

  private static func residuals(_ products: Matrix, _ members: [[Int]], _ inverses: [Matrix]) -> Matrix {
    var result = products
    let columns = products.columns
    for (block, inverse) in zip(members, inverses) {
      let own = multiply(products.columns(at: block), inverse)
      result.storage.withUnsafeMutableBufferPointer { target in
        own.storage.withUnsafeBufferPointer { own in
          for i in 0..<products.rows {
            for (position, j) in block.enumerated() { target[i * columns + j] = own[i * block.count + position] }
          }
        }
      }
    }
    return result
  }

  /// The predictor.
  func model() -> MaskedRidge {
    var weights = precision
    for (block, inverse) in zip(data.members, inverses) {
      let own = multiply(precision.columns(at: block), inverse)
      for i in 0..<own.rows { for (position, j) in block.enumerated() { weights[i, j] = -own[i, position] } }
      for i in block { for j in block { weights[i, j] = 0 } }
    }
    return MaskedRidge(
      transform: data.transform, ridge: .shared(ridge), precisionDiagonal: precision.diagonalEntries,
      form: .dense(weights), blocks: data.blocks)
  }

  // MARK: errors

  /// - Parameters:
  ///   - leftOut: residuals with rows left out.
  ///   - label: the penalty's name in a path: the ridge, or what multiplies it and the odds together.
  func errors(leftOut: Matrix, label: Double) -> MaskedErrors {
    let (m, d) = (data.divisor, data.columns)
    let penalty = data.penalty(ridge, odds: odds, of: data.covariance)
    // Lambda P, and with it tr Lambda P and tr (Lambda P)^2: in units of Lambda the penalty is 1.
    let share = penalized(penalty)
    let scale = label > 0 ? 1 / label : 1
    let (trace, squareTrace) =
      label > 0
      ? (share.trace, traceOfProduct(share, share))
      : (precision.trace, precision.squaredFrobeniusNorm)
    let statistics = RidgeStatistics(
      ridge: label, columns: d, trace: scale * trace, squareTrace: scale * scale * squareTrace, divisor: m)
    let training = residuals.columnMeanSquares(divisor: m)
    let freedom = columnFreedom(share, statistics.degreesOfFreedom)
    return MaskedErrors(
      rows: data.count, transform: data.transform, ridge: .shared(label), statistics: [statistics],
      terms: ColumnTerms(statistics: statistics, training: training, complement: freedom.map { 1 - $0 / m }),
      leaveOneOut: leftOut.columnMeanSquares(divisor: Double(data.count)), meanSquares: data.covariance.diagonalEntries,
      lostDigits: (0..<d).map { j in
        LostDigits(precision[j, j] * (data.covariance[j, j] + penalty[j, j]), of: Double.self)
      })
  }

  /// Lambda P, whose rows of a block need only the block's own part of Lambda.
  private func penalized(_ penalty: Matrix) -> Matrix {
    if odds == 0 { return ridge * precision }
    var result = precision
    let order = precision.columns
    for block in data.members {
      let own = multiply(penalty.block(block), precision.rows(at: block))
      for (position, j) in block.enumerated() {
        result.storage.replaceSubrange(j * order..<(j + 1) * order, with: own.row(position))
      }
    }
    return result
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
