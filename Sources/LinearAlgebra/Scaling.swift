extension Matrix {
  /// diag(scales) A diag(scales).
  public func scalingBothSides(by scales: [Double]) -> Matrix { scalingRows(by: scales).scalingColumns(by: scales) }

  /// What takes a covariance to correlation scale by `scalingBothSides`: 1 over the root of each diagonal entry, 0 where that is not
  /// positive.
  public var correlationScales: [Double] { diagonalEntries.map { $0 > 0 ? 1 / $0.squareRoot() : 0 } }

  /// a b'.
  public static func outerProduct(_ a: [Double], _ b: [Double]) -> Matrix {
    multiply(.column(a), .column(b), transposing: .right)
  }

  /// a a'.
  public static func outerProduct(_ a: [Double]) -> Matrix { outerProduct(a, a) }

  /// The product entry by entry.
  public func entrywise(_ other: Matrix) -> Matrix { combined(other) { $0 * $1 } }

  /// Orthonormal columns U (d x k) completed: d x (d - k) orthonormal columns across them, the eigenvectors of I - U U' to 1.
  /// Cost: 9 d^3 flops.
  public func orthogonalComplement() throws -> Matrix {
    if columns == 0 { return .identity(rows) }
    let projector = Matrix.identity(rows) - multiply(self, self, transposing: .right)
    return try SymmetricEigen(projector.symmetrized(), largest: rows - columns).vectors
  }
}
