import CLinearAlgebra

/// op(T)^-1 B for a square triangular T; entries on the other side of the diagonal are not read. Cost: n^2 columns flops.
///
/// Exact zeros stay exact: an entry whose whole substitution consists of zeros comes out as zero.
public func solveTriangular(_ t: Matrix, lower: Bool, transposed: Bool = false, _ b: Matrix) -> Matrix {
  precondition(t.isSquare && t.rows == b.rows, "triangular solve of \(t.rows) x \(t.columns) with \(b.rows) rows")
  var result = b
  if t.rows == 0 || b.columns == 0 { return result }
  BLAS.prepare()
  pla_dtrsm(
    lower, transposed, Int32(t.rows), Int32(b.columns), t.storage, Int32(t.rows), &result.storage, Int32(b.columns))
  return result
}
