import CLinearAlgebra

/// A = U diag(values) U' of a symmetric matrix, values descending.
public struct SymmetricEigen: Sendable {
  /// Eigenvalues, largest first.
  public let values: [Double]
  /// Eigenvectors in columns, order as in `values` (order x values.count).
  public let vectors: Matrix

  /// All eigenpairs, divide and conquer, of the matrix whose lower triangle this is. Cost: about 9 n^3 flops.
  /// Throws `nonFinite`, `noConvergence`, `tooLarge` (order above 32 000).
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    let found = try Self.divided(matrix, vectors: true)
    self.init(ascending: found.ascending, vectorsInRows: found.work)
  }

  /// The `count` algebraically largest eigenpairs. Cost: 4/3 n^3 flops for the reduction, then about n^2 count.
  public init(_ matrix: Matrix, largest count: Int) throws(LinearAlgebraError) {
    precondition(matrix.isSquare, "eigenvalues of a \(matrix.rows) x \(matrix.columns) matrix")
    let n = matrix.rows
    precondition(count >= 0 && count <= n, "\(count) eigenpairs of a matrix of order \(n)")
    try matrix.checkFinite()
    if count == 0 {
      self.init(ascending: [], vectorsInRows: Matrix(rows: 0, columns: n))
      return
    }
    var work = matrix
    var ascending = [Double](repeating: 0, count: count)
    var vectorRows = Matrix(rows: count, columns: n)
    BLAS.prepare()
    try LinearAlgebraError.check(
      pla_dsyevr(
        true, Int32(n), &work.storage, Int32(n - count + 1), Int32(n), &ascending,
        &vectorRows.storage), "dsyevr", rows: n, columns: n)
    self.init(ascending: ascending, vectorsInRows: vectorRows)
  }

  /// Eigenvalues only, largest first. Cost: 4/3 n^3 flops.
  public static func values(of matrix: Matrix) throws(LinearAlgebraError) -> [Double] {
    try divided(matrix, vectors: false).ascending.reversed()
  }

  /// Divide and conquer; eigenvectors, if wanted, in the rows of `work`.
  private static func divided(
    _ matrix: Matrix, vectors: Bool
  ) throws(LinearAlgebraError) -> (ascending: [Double], work: Matrix) {
    precondition(matrix.isSquare, "eigenvalues of a \(matrix.rows) x \(matrix.columns) matrix")
    try matrix.checkFinite()
    let n = matrix.rows
    var work = matrix
    var ascending = [Double](repeating: 0, count: n)
    BLAS.prepare()
    try LinearAlgebraError.check(
      pla_dsyevd(vectors, Int32(n), &work.storage, &ascending), "dsyevd", rows: n, columns: n)
    return (ascending, work)
  }

  /// Eigenpairs of the symmetric tridiagonal matrix with this diagonal (n) and off-diagonal (n - 1).
  /// Throws `nonFinite`, `noConvergence`, `tooLarge` (order above 46 000).
  public init(tridiagonal diagonal: [Double], offDiagonal: [Double]) throws(LinearAlgebraError) {
    let n = diagonal.count
    precondition(offDiagonal.count == max(n - 1, 0), "\(offDiagonal.count) off-diagonal entries for order \(n)")
    for (i, value) in diagonal.enumerated() where !value.isFinite { throw .nonFinite(row: i, column: i, value: value) }
    for (i, value) in offDiagonal.enumerated() where !value.isFinite {
      throw .nonFinite(row: i + 1, column: i, value: value)
    }
    var values = diagonal
    var off = offDiagonal + [0]
    var vectorRows = Matrix(rows: n, columns: n)
    BLAS.prepare()
    try LinearAlgebraError.check(
      pla_dstevd(true, Int32(n), &values, &off, &vectorRows.storage), "dstevd", rows: n, columns: n)
    self.init(ascending: values, vectorsInRows: vectorRows)
  }

  private init(ascending: [Double], vectorsInRows: Matrix) {
    values = ascending.reversed()
    let (count, n) = (vectorsInRows.rows, vectorsInRows.columns)
    var columns = Matrix(rows: n, columns: count)
    for position in 0..<count {
      for i in 0..<n { columns[i, position] = vectorsInRows[count - 1 - position, i] }
    }
    vectors = columns
  }

  /// U diag(f(values)) U', symmetric to the bit. Cost: 2 n^2 k flops.
  public func applying(_ function: (Double) -> Double) -> Matrix {
    var result = multiply(vectors.scalingColumns(by: values.map(function)), vectors, transposing: .right)
    result.mirrorUpperTriangle()
    return result
  }

  /// Number of values above `relativeTolerance` times the largest magnitude.
  public func rank(relativeTolerance: Double) -> Int {
    let cut = relativeTolerance * values.reduce(0) { max($0, abs($1)) }
    return values.count { abs($0) > cut }
  }

  /// Moore-Penrose inverse: values at or below `relativeTolerance` times the largest count as zero.
  public func pseudoInverse(relativeTolerance: Double) -> Matrix {
    let cut = relativeTolerance * values.reduce(0) { max($0, abs($1)) }
    return applying { abs($0) > cut ? 1 / $0 : 0 }
  }
}
