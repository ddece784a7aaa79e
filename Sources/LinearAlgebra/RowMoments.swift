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
