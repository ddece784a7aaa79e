import LinearAlgebra

/// A way to pre-train that sees no more of the rows than their number, mean and covariance: one pass over them, which may be longer
/// than memory. The answer does not depend on the sizes of the blocks, to the bit.
///
/// Memory: `GramAccumulator.bytes(columns:)`, two blocks of rows on their way in, and the fit's own matrices.
public protocol MomentsMethod: PretrainingMethod {
  func fit(_ moments: RowMoments, sizes: [Int]) throws -> [any Representation]
}

extension MomentsMethod {
  public var byMoments: (any MomentsMethod)? { self }

  public func fit(_ rows: some RowSource, sizes: [Int]) throws -> [any Representation] {
    try fit(RowMoments(reading: rows), sizes: sizes)
  }

  public func refit(
    _ rows: some RowSource, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation] {
    try fit(RowSelection(rows, at: indices), sizes: sizes)
  }
}
