import CLinearAlgebra
import CMath

/// A = L L' of a symmetric positive definite matrix. Cost: n^3 / 3 flops.
public struct Cholesky: Sendable {
  /// Lower triangular, zeros above the diagonal.
  public let factor: Matrix

  /// Reads the lower triangle of `matrix`. Throws `notPositiveDefinite` or `nonFinite`.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    precondition(matrix.isSquare, "Cholesky of a \(matrix.rows) x \(matrix.columns) matrix")
    try matrix.checkFinite()
    var lower = matrix
    BLAS.prepare()
    let info = pla_dpotrf(Int32(matrix.rows), &lower.storage)
    if info > 0 { throw .notPositiveDefinite(leadingMinor: Int(info)) }
    for i in 0..<lower.rows { for j in i + 1..<max(lower.rows, i + 1) { lower[i, j] = 0 } }
    factor = lower
  }

  public var order: Int { factor.rows }

  /// log det A.
  public var logDeterminant: Double {
    factor.diagonalEntries.reduce(0) { $0 + 2 * log($1) }
  }

  /// A^-1 B. Cost: 2 n^2 columns flops.
  public func solve(_ b: Matrix) -> Matrix { solveUpper(solveLower(b)) }

  public func solve(_ b: [Double]) -> [Double] { solve(.column(b)).storage }

  /// L^-1 B.
  public func solveLower(_ b: Matrix) -> Matrix { triangularSolve(b, transposed: false) }

  /// L'^-1 B.
  public func solveUpper(_ b: Matrix) -> Matrix { triangularSolve(b, transposed: true) }

  private func triangularSolve(_ b: Matrix, transposed: Bool) -> Matrix {
    precondition(b.rows == order, "\(b.rows) rows for a factor of order \(order)")
    var result = b
    if order == 0 || b.columns == 0 { return result }
    pla_dtrsm(
      true, transposed, Int32(order), Int32(b.columns), factor.storage, Int32(order),
      &result.storage, Int32(b.columns))
    return result
  }

  /// A^-1, symmetric to the bit. Cost: 2 n^3 / 3 flops.
  public func inverse() -> Matrix {
    var result = factor
    let info = pla_dpotri(Int32(order), &result.storage)
    precondition(info == 0, "dpotri failed on a valid factor (info \(info))")
    for i in 0..<order { for j in 0..<i { result[j, i] = result[i, j] } }
    return result
  }
}
