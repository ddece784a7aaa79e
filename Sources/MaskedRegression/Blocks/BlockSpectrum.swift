import LinearAlgebra

/// Errors of a path without hiding from one factorization S = V diag(l) V', for rows left out one at a time:
///
///     P = V diag(1/(l + ridge)) V'      z = P x = V diag(1/(l + ridge)) V'x
///
/// Cost: 9 columns^3 + 2 rows columns^2 flops once; 2 rows columns^2 + columns^2 b for each penalty, blocks of b columns. Memory: beside
/// the rows as many numbers again, and two matrices of columns x columns.
struct BlockSpectrum: Sendable {
  let data: BlockRows
  private let values: [Double]
  /// V.
  private let vectors: Matrix
  /// V', columns of a block side by side.
  private let vectorRows: Matrix
  /// X V.
  private let scores: Matrix

  init(_ data: BlockRows) throws {
    let eigen = try SymmetricEigen(data.covariance)
    self.data = data
    values = eigen.values.map { max($0, 0) }
    vectors = eigen.vectors
    vectorRows = eigen.vectors.rows(at: data.members.flatMap { $0 }).transposed()
    scores = data.rows.timesByThreads(eigen.vectors)
  }

  /// Throws `singular`.
  func errors(ridge: Double) throws -> MaskedErrors {
    let d = data.columns
    guard let least = values.last, least + ridge > 0 else {
      throw MaskedRegressionError.singular(ridge: ridge, column: 0)
    }
    let filter = values.map { 1 / ($0 + ridge) }
    let statistics = RidgeStatistics(
      ridge: ridge, columns: d, trace: filter.reduce(0, +), squareTrace: filter.reduce(0) { $0 + $1 * $1 },
      divisor: data.divisor)
    let blocks = try Parallel.map(count: data.members.count) { try Own(self, data.members[$0], filter) }
    let sums = residualSquares(filter, blocks.map(\.inverse))
    var (freedom, digits) = ([Double](repeating: 0, count: d), [LostDigits?](repeating: nil, count: d))
    for (block, own) in zip(data.members, blocks) {
      for (position, j) in block.enumerated() {
        freedom[j] = statistics.degreesOfFreedom - Double(block.count) + ridge * own.curvature
        digits[j] = LostDigits(own.diagonal[position] * (data.covariance[j, j] + ridge), of: Double.self)
      }
    }
    return MaskedErrors(
      rows: data.count, transform: data.transform, ridge: .shared(ridge), statistics: [statistics],
      terms: ColumnTerms(
        statistics: statistics, training: sums.training.map { $0 / data.divisor },
        complement: freedom.map { 1 - $0 / data.divisor }),
      leaveOneOut: sums.leftOut.map { $0 / Double(data.count) }, meanSquares: data.covariance.diagonalEntries,
      lostDigits: digits.map { $0! })
  }

  /// P's own block.
  private struct Own {
    /// P_gg^-1.
    let inverse: Matrix
    let diagonal: [Double]
    /// tr P_gg^-1 [P P]_gg.
    let curvature: Double

    init(_ spectrum: BlockSpectrum, _ block: [Int], _ filter: [Double]) throws {
      let rows = spectrum.vectors.rows(at: block)
      let filtered = rows.scalingColumns(by: filter)
      let precision = multiply(filtered, rows, transposing: .right)
      inverse = try Cholesky(precision).inverse()
      diagonal = precision.diagonalEntries
      curvature = traceOfProduct(inverse, multiply(filtered, filtered, transposing: .right))
    }
  }

  /// Sums of squares of every column's residuals, as fitted and with rows left out; infinite where without some row the fit is singular.
  private func residualSquares(
    _ filter: [Double], _ inverses: [Matrix]
  ) -> (training: [Double], leftOut: [Double]) {
    let parts = (0..<data.count).parts(of: TrainingRows.taskRows)
    let found = Parallel.map(count: parts.count) { residualSquares(parts[$0], filter, inverses) }
    var (training, leftOut) = ([Double](repeating: 0, count: data.columns), [Double](repeating: 0, count: data.columns))
    let order = data.members.flatMap { $0 }
    for part in found {
      for (place, j) in order.enumerated() {
        training[j] += part.training[place]
        leftOut[j] += part.leftOut[place]
      }
    }
    return (training, leftOut)
  }

  /// In the order of the blocks' columns.
  private func residualSquares(
    _ rows: Range<Int>, _ filter: [Double], _ inverses: [Matrix]
  ) -> (training: [Double], leftOut: [Double]) {
    let own = scores.rows(rows)
    let scaled = own.scalingColumns(by: filter)
    let seen = own.rowProducts(scaled)
    let z = multiply(scaled, vectorRows)
    var (training, leftOut) = ([Double](), [Double]())
    let available = 1 - data.meanShare
    var first = 0
    for inverse in inverses {
      let width = inverse.columns
      let part = z.columns(first..<first + width)
      let e = multiply(part, inverse)
      let unseen = part.rowProducts(e)
      var (fitted, left) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
      e.storage.withUnsafeBufferPointer { e in
        for i in 0..<rows.count {
          let rest = available - (seen[i] - unseen[i]) / data.divisor
          let weight = rest > 0 ? 1 / (rest * rest) : .infinity
          for j in 0..<width {
            let square = e[i * width + j] * e[i * width + j]
            fitted[j] += square
            // 0 times infinity: a row that decides the fit is predicted by nothing without it.
            left[j] += weight < .infinity ? square * weight : .infinity
          }
        }
      }
      training += fitted
      leftOut += left
      first += width
    }
    return (training, leftOut)
  }
}
