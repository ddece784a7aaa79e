import LinearAlgebra

/// P = (S + Lambda)^-1 of columns in blocks at one penalty Lambda = ridge I + r blockdiag(S), and the rows times it.
///
/// Cost: columns^3 + 2 rows columns^2 flops.
struct BlockPrecision: Sendable {
  let data: BlockRows
  let ridge: Double
  /// r.
  let odds: Double
  /// P.
  let matrix: Matrix
  /// Z = X P.
  let products: Matrix

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
    matrix = sum
    products = data.rows.timesByThreads(sum)
  }

  /// Lambda P, whose rows of a block need only the block's own part of Lambda.
  func share() -> Matrix {
    if odds == 0 { return ridge * matrix }
    let penalty = data.penalty(ridge, odds: odds, of: data.covariance)
    var result = matrix
    let order = matrix.columns
    for block in data.members {
      let own = multiply(penalty.block(block), matrix.rows(at: block))
      for (position, j) in block.enumerated() {
        result.storage.replaceSubrange(j * order..<(j + 1) * order, with: own.row(position))
      }
    }
    return result
  }

  /// - Parameters:
  ///   - label: the penalty's name in a path: the ridge, or what multiplies it and the odds together.
  ///   - share: Lambda P. In units of Lambda the penalty is 1.
  func statistics(label: Double, share: Matrix) -> RidgeStatistics {
    let scale = label > 0 ? 1 / label : 1
    let (trace, squareTrace) =
      label > 0
      ? (share.trace, traceOfProduct(share, share))
      : (matrix.trace, matrix.squaredFrobeniusNorm)
    return RidgeStatistics(
      ridge: label, columns: data.columns, trace: scale * trace, squareTrace: scale * scale * squareTrace,
      divisor: data.divisor)
  }
}

extension Matrix {
  /// Puts the columns of `part` in the place of these.
  mutating func set(columns places: [Int], to part: Matrix) {
    let (rows, columns) = (rows, columns)
    storage.withUnsafeMutableBufferPointer { target in
      part.storage.withUnsafeBufferPointer { source in
        for i in 0..<rows {
          for (position, j) in places.enumerated() { target[i * columns + j] = source[i * places.count + position] }
        }
      }
    }
  }

  /// x'y of each pair of rows.
  func rowProducts(_ other: Matrix) -> [Double] {
    precondition(rows == other.rows && columns == other.columns, "rows of different sizes")
    let columns = columns
    return storage.withUnsafeBufferPointer { a in
      other.storage.withUnsafeBufferPointer { b in
        (0..<rows).map { i in
          var sum = 0.0
          for k in i * columns..<(i + 1) * columns { sum += a[k] * b[k] }
          return sum
        }
      }
    }
  }
}
