import LinearAlgebra

/// Rows of a matrix that come in blocks, as those of a file do.
public struct RowsInBlocks: RowSource {
  private let matrix: Matrix

  public init(_ matrix: Matrix) { self.matrix = matrix }

  public var columns: Int { matrix.columns }

  public func pass(ofRows size: Int, _ use: RowBlock.Use, _ body: (RowBlock) throws -> Void) throws {
    try matrix.pass(ofRows: size, use == .readingAtOnce ? .scratch : use, body)
  }
}
