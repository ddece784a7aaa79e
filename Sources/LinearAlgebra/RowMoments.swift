/// Mean and covariance of a set of rows.
public struct RowMoments: Sendable, Equatable {
  public let count: Int
  public let mean: [Double]
  /// Divided by `count`, not `count - 1`.
  public let covariance: Matrix

  public init(count: Int, mean: [Double], covariance: Matrix) {
    precondition(
      covariance.isSquare && covariance.rows == mean.count,
      "a \(covariance.rows) x \(covariance.columns) covariance for \(mean.count) means")
    self.count = count
    self.mean = mean
    self.covariance = covariance
  }

  /// Moments of the rows of a matrix in memory. Cost: rows columns^2 flops, all threads.
  public init(rows: Matrix) {
    var accumulator = GramAccumulator(columns: rows.columns)
    accumulator.add(rows)
    self = accumulator.moments()
  }

  /// Moments of the rows of a source, in one pass: what it reads next is on its way while threads multiply.
  /// Memory: `GramAccumulator.bytes` and what the source needs for two blocks. Throws what the source throws.
  public init(reading source: some RowSource) throws {
    var accumulator = GramAccumulator(columns: source.columns)
    // Rows in memory need no copy to be centred in.
    if let matrix = source.inMemory {
      try matrix.storage.withUnsafeBufferPointer { rows throws in try accumulator.add(checking: rows) }
      self = accumulator.take()
      return
    }
    try source.forEachScratchBlock(ofRows: accumulator.blockRows) { _, rows in try accumulator.add(scratch: rows) }
    self = accumulator.take()
  }
}

extension Matrix {
  /// The sum of squares of each column about `means`. Cost: 3 rows columns flops, no copy.
  package func columnSquares(about means: [Double]) -> [Double] {
    var squares = [Double](repeating: 0, count: columns)
    storage.withUnsafeBufferPointer { entries in
      squares.withUnsafeMutableBufferPointer { squares in
        for base in stride(from: 0, to: entries.count, by: max(columns, 1)) {
          for j in 0..<squares.count {
            let value = entries[base + j] - means[j]
            squares[j] += value * value
          }
        }
      }
    }
    return squares
  }
}

extension LinearAlgebraError {
  /// Throws for the first column whose squares about the mean, or their mean, overflowed, vanished, or are down to a few digits. Columns of
  /// zeros and other constants pass.
  package static func checkSquares(_ squares: [Double], means: [Double]) throws(LinearAlgebraError) {
    for (column, square) in squares.enumerated() {
      if !square.isFinite { throw .overflow(column: column) }
      let isTiny = square > 0 ? square < 1e-290 : means[column] != 0 && abs(means[column]) < 1e-145
      if isTiny { throw .underflow(column: column) }
    }
  }
}
