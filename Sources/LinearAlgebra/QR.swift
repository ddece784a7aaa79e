import CLinearAlgebra

/// Thin QR factorization A = Q R of a matrix with at least as many rows as columns.
public struct QR: Sendable {
  /// rows x columns with orthonormal columns.
  public let q: Matrix
  /// columns x columns, upper triangular; diagonal entries may be negative.
  public let r: Matrix

  /// Cost: 4 rows columns^2 flops. Throws `nonFinite`, `tooLarge`.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    let (columnMajor, upper) = try Self.factorize(matrix, orthonormal: true)
    q = Matrix(rows: matrix.columns, columns: matrix.rows, storage: columnMajor).transposed()
    r = upper
  }

  /// R alone, columns x columns. Cost: 2 rows columns^2 flops. Throws `nonFinite`, `tooLarge`.
  public static func triangle(of matrix: Matrix) throws(LinearAlgebraError) -> Matrix {
    try factorize(matrix, orthonormal: false).r
  }

  private static func factorize(
    _ matrix: Matrix, orthonormal: Bool
  ) throws(LinearAlgebraError) -> (columnMajor: [Double], r: Matrix) {
    precondition(
      matrix.rows >= matrix.columns, "thin QR of a \(matrix.rows) x \(matrix.columns) matrix")
    try matrix.checkFinite()
    let (m, n) = (matrix.rows, matrix.columns)
    var columnMajor = matrix.transposed().storage
    var upper = [Double](repeating: 0, count: n * n)
    BLAS.prepare()
    try LinearAlgebraError.check(
      pla_dqr(orthonormal, Int32(m), Int32(n), &columnMajor, &upper), "dgeqrf", rows: m, columns: n)
    return (columnMajor, Matrix(rows: n, columns: n, storage: upper).transposed())
  }

  /// R^-1 Q' B: least squares for full column rank, one problem per column of B.
  /// Throws `rankDeficient` where a diagonal entry of R vanishes next to the largest, to working precision.
  public func leastSquares(_ b: Matrix) throws(LinearAlgebraError) -> Matrix {
    precondition(b.rows == q.rows, "\(b.rows) right-hand sides for \(q.rows) rows")
    let pivots = r.diagonalEntries.map { abs($0) }
    let cut = Double(q.rows) * Double.ulpOfOne * (pivots.max() ?? 0)
    if let column = pivots.firstIndex(where: { $0 <= cut }) { throw .rankDeficient(column: column) }
    var result = multiply(q, b, transposing: .left)
    if r.rows == 0 || b.columns == 0 { return result }
    pla_dtrsm(
      false, false, Int32(r.rows), Int32(b.columns), r.storage, Int32(r.rows), &result.storage,
      Int32(b.columns))
    return result
  }
}
