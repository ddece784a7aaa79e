import CLinearAlgebra

/// Thin factorization A = L Q of a matrix with no more rows than columns: rows in coordinates of their own span.
///
/// L L' = A A', so whatever sees rows only through their inner products may work on L, rows x rows, in A's place.
public struct LQ: Sendable {
  /// rows x rows, lower triangular; diagonal entries may be negative.
  public let l: Matrix
  /// rows x columns with orthonormal rows.
  public let q: Matrix

  /// Cost: 4 rows^2 columns flops; memory: a copy of the matrix. Throws `nonFinite`, `tooLarge`.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    let (storage, lower) = try Self.factorize(matrix, orthonormal: true)
    q = Matrix(rows: matrix.rows, columns: matrix.columns, storage: storage)
    l = lower
  }

  /// L alone. Cost: 2 rows^2 columns flops; memory: a copy of the matrix. Throws `nonFinite`, `tooLarge`.
  public static func triangle(of matrix: Matrix) throws(LinearAlgebraError) -> Matrix {
    try factorize(matrix, orthonormal: false).lower
  }

  /// QR of the transpose, which is how the rows lie in memory.
  private static func factorize(
    _ matrix: Matrix, orthonormal: Bool
  ) throws(LinearAlgebraError) -> (storage: [Double], lower: Matrix) {
    precondition(matrix.rows <= matrix.columns, "thin LQ of a \(matrix.rows) x \(matrix.columns) matrix")
    try matrix.checkFinite()
    let (rows, columns) = (matrix.rows, matrix.columns)
    var storage = matrix.storage
    var upper = [Double](repeating: 0, count: rows * rows)
    BLAS.prepare()
    try LinearAlgebraError.check(
      pla_dqr(orthonormal, Int32(columns), Int32(rows), &storage, &upper), "dgeqrf", rows: columns, columns: rows)
    return (storage, Matrix(rows: rows, columns: rows, storage: upper))
  }
}
