import LinearAlgebra

/// A way to pre-train that sees no more of the rows than their number, mean and covariance: one pass over them, which may be longer
/// than memory. The answer does not depend on the sizes of the blocks, to the bit.
///
/// Memory: `GramAccumulator.bytes(columns:)`, two blocks of rows on their way in, and the fit's own matrices.
public protocol MomentsMethod: PretrainingMethod {
  func fit(_ moments: RowMoments, sizes: [Int]) throws -> [any Representation]
}

extension MomentsMethod {
  public func fit(_ rows: Matrix, sizes: [Int]) throws -> [any Representation] {
    try fit(RowMoments(rows: rows), sizes: sizes)
  }

  public func fit(reading rows: any RowSource, sizes: [Int]) throws -> [any Representation] {
    try fit(RowMoments(of: rows), sizes: sizes)
  }

  public func refit(
    reading rows: any RowSource, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation] {
    try fit(reading: RowSelection(rows, at: indices), sizes: sizes)
  }
}

extension RowMoments {
  /// Of rows in memory without a copy, of others block by block.
  init(of rows: any RowSource) throws {
    if let matrix = rows as? Matrix { self.init(rows: matrix) } else { try self.init(reading: rows) }
  }
}
