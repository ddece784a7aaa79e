import LinearAlgebra

/// Rows of a matrix that come in blocks, as those of a file do.
public struct RowsInBlocks: RowSource {
  private let matrix: Matrix

  public init(_ matrix: Matrix) { self.matrix = matrix }

  public var columns: Int { matrix.columns }

  public func forEachBlock(ofRows size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void) throws {
    try matrix.forEachBlock(ofRows: size, body)
  }
}
