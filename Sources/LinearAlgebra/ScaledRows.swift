/// Rows with every column times a number of its own.
public struct ScaledRows: RowSource {
  private let base: any RowSource
  private let factors: [Double]

  /// - Parameter factors: one for each column.
  public init(_ base: any RowSource, by factors: [Double]) {
    precondition(factors.count == base.columns, "\(factors.count) factors for \(base.columns) columns")
    (self.base, self.factors) = (base, factors)
  }

  public var columns: Int { base.columns }

  public func countRows() throws -> Int { try base.countRows() }

  public func unsound(row: Int, column: Int, value: Double) -> (any Error)? {
    base.unsound(row: row, column: column, value: value)
  }

  /// Scratch entries are multiplied where they lie; others in a copy.
  public func pass(ofRows size: Int, _ use: RowBlock.Use, _ body: (RowBlock) throws -> Void) throws {
    try base.pass(ofRows: size, use == .readingAtOnce ? .scratch : use) { block in
      if use == .reading {
        return try RowBlock.lending(block.matrix().scalingColumns(by: factors), first: block.first, to: body)
      }
      for start in stride(from: 0, to: block.entries.count, by: max(columns, 1)) {
        for j in factors.indices { block.entries[start + j] *= factors[j] }
      }
      try body(block)
    }
  }

  public func rows(at indices: [Int]) throws -> Matrix { try base.rows(at: indices).scalingColumns(by: factors) }
}
