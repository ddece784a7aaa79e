import CLinearAlgebra

/// Thin singular value decomposition A = U diag(values) V' by one-sided Jacobi rotations, for matrices whose rows or columns differ
/// by orders of magnitude: where A = B D or D B with a well-conditioned B, every singular value and every entry of its vectors keeps
/// its digits, however small it is next to the largest. Sources: Demmel and Veselic (1992); Mathias (1995); LAPACK's dgesvj.
public struct JacobiSVD: Sendable {
  /// rows x columns.
  public let left: Matrix
  /// Largest first.
  public let values: [Double]
  /// columns x columns.
  public let right: Matrix

  /// At least as many rows as columns. Cost: some ten sweeps of 6 rows columns^2 flops, one thread.
  /// Throws `nonFinite`, `noConvergence`, `tooLarge`.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    let (m, n) = (matrix.rows, matrix.columns)
    precondition(m >= n, "a one-sided Jacobi decomposition of a \(m) x \(n) matrix")
    try matrix.checkFinite()
    if n == 0 {
      (left, values, right) = (Matrix(rows: m, columns: 0), [], Matrix(rows: 0, columns: 0))
      return
    }
    var columnMajor = matrix.transposed().storage
    var singular = [Double](repeating: 0, count: n)
    var rotations = [Double](repeating: 0, count: n * n)
    BLAS.prepare()
    try LinearAlgebraError.check(
      pla_dgesvj(Int32(m), Int32(n), &columnMajor, &singular, &rotations), "dgesvj", rows: m, columns: n)
    left = Matrix(rows: n, columns: m, storage: columnMajor).transposed()
    values = singular
    right = Matrix(rows: n, columns: n, storage: rotations).transposed()
  }
}
