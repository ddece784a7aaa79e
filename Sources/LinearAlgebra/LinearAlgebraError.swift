import Failures

/// Why a factorization could not give an answer.
public enum LinearAlgebraError: Failure, Equatable {
  /// The matrix is not positive definite: the leading minor of this order (1-based) is not positive.
  case notPositiveDefinite(leadingMinor: Int)
  /// A column is a linear combination of the columns before it, to working precision.
  case rankDeficient(column: Int)
  /// LAPACK's iteration did not converge; `routine` names it, `info` is its code.
  case noConvergence(routine: String, info: Int)
  /// An entry is NaN or infinite.
  case nonFinite(row: Int, column: Int, value: Double)
  /// Sums over a column are beyond the largest number.
  case overflow(column: Int)
  /// Squares of a column that varies are below the smallest number.
  case underflow(column: Int)
  /// The problem needs more memory or larger indices than there are.
  case tooLarge(routine: String, rows: Int, columns: Int)
  /// More memory than the process may take.
  case needsMemory(what: String, bytes: Int, allowed: Int)

  public var kind: FailureKind {
    switch self {
    case .nonFinite, .overflow, .underflow: .badInput
    case .notPositiveDefinite, .rankDeficient, .noConvergence, .tooLarge, .needsMemory: .noAnswer
    }
  }

  public var description: String {
    switch self {
    case .notPositiveDefinite(let minor):
      "the matrix is not positive definite (leading minor \(minor)); columns may be collinear or constant"
    case .rankDeficient(let column):
      "column \(column) is a linear combination of the columns before it; drop it or use the singular value decomposition"
    case .noConvergence(let routine, let info):
      "\(routine) did not converge (info \(info)); check the matrix for very large entries"
    case .nonFinite(let row, let column, let value):
      "entry (\(row), \(column)) is \(value); remove or fill non-finite entries first"
    case .overflow(let column):
      "sums over column \(column) are beyond the largest number; divide the column by a constant"
    case .underflow(let column):
      "squares over column \(column) are below the smallest number; multiply the column by a constant"
    case .tooLarge(let routine, let rows, let columns):
      "\(routine) cannot take a \(rows) x \(columns) matrix: not enough memory or indices too large"
    case .needsMemory(let what, let bytes, let allowed):
      "\(what) takes \(bytes) bytes of memory, more than the \(allowed) that are allowed; take fewer rows or columns, or "
        + "allow more"
    }
  }

  static func check(_ info: Int32, _ routine: String, rows: Int, columns: Int) throws(LinearAlgebraError) {
    if info == 0 { return }
    if info <= -1000 { throw .tooLarge(routine: routine, rows: rows, columns: columns) }
    precondition(info > 0, "\(routine): argument \(-info) is illegal")
    throw .noConvergence(routine: routine, info: Int(info))
  }
}
