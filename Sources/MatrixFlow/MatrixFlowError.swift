import Failures

/// Why a flow cannot be set up or a question about it has no answer.
public enum MatrixFlowError: Failure, Equatable {
  /// The start's rows and the target's order differ.
  case sizesDiffer(startRows: Int, targetRows: Int, targetColumns: Int)
  /// The target differs from its transpose at this entry by this much.
  case notSymmetric(row: Int, column: Int, difference: Double)
  /// There is nothing to flow: no rows or no columns.
  case empty(rows: Int, columns: Int)
  /// An entry of the named matrix is NaN or infinite.
  case nonFinite(matrix: String, row: Int, column: Int, value: Double)
  /// Squares of the named matrix's entries leave the range of numbers.
  case outOfRange(matrix: String, size: Double)
  /// No cascade with this many principal directions: at most `available` positive ones are reached by the start.
  case noPrincipalEigenspace(requested: Int, available: Int)
  /// The cut runs through a repeated eigenvalue.
  case splitsEigenspace(requested: Int, eigenvalue: Double)

  public var kind: FailureKind { .badInput }

  public var description: String {
    switch self {
    case .sizesDiffer(let start, let rows, let columns):
      "the start has \(start) rows and the target is \(rows) x \(columns); the start needs as many rows as the target"
    case .notSymmetric(let row, let column, let difference):
      "the target differs from its transpose by \(difference) at row \(row + 1), column \(column + 1); give (M + M')/2"
    case .empty(let rows, let columns):
      "a start of \(rows) x \(columns) has nothing to flow; give at least one row and one column"
    case .nonFinite(let matrix, let row, let column, let value):
      "the \(matrix) holds \(value) at row \(row + 1), column \(column + 1); remove or fill non-finite entries first"
    case .outOfRange(let matrix, let size):
      "the \(matrix)'s largest entry is \(size), whose products leave the range of numbers: change its units"
    case .noPrincipalEigenspace(let requested, let available):
      "the start reaches \(available) positive eigenvalues, so a cascade of \(requested) does not exist; use 1 to \(available)"
    case .splitsEigenspace(let requested, let eigenvalue):
      "a cut after \(requested) directions splits the eigenspace of \(eigenvalue); cut before or after it"
    }
  }
}
