import Failures

/// Why masked regression could not be fitted or answered.
public enum MaskedRegressionError: Failure, Equatable {
  /// Centring takes one degree of freedom: it needs two rows.
  case tooFewRows(rows: Int, needed: Int)
  /// A penalty that is negative or not finite.
  case invalidRidge(Double)
  /// As many penalties as columns are needed, or one.
  case ridgeCount(given: Int, columns: Int)
  /// A group for each row is needed.
  case groupCount(given: Int, rows: Int)
  /// All rows are of one group: nothing is left to fit without it.
  case oneGroup
  /// A block for each column is needed.
  case blockCount(given: Int, columns: Int)
  /// All columns are of one block: nothing is left to predict it by.
  case oneBlock
  /// A row of targets for each row is needed.
  case targetRows(given: Int, rows: Int)
  /// One target for each column is needed, or as many for each.
  case targetCount(given: Int, columns: Int)
  /// A block that hides all columns from its own prediction.
  case everythingHidden(block: Int)
  /// An entry (0-based row and column) that is no shade of a colour map.
  case notAShade(row: Int, column: Int, value: Double, white: Double)
  /// More dimensions than there are.
  case invalidSize(size: Int, largest: Int)
  /// A rate of hidden blocks outside [0, 1).
  case invalidHideRate(Double)
  /// An entry is NaN or infinite (0-based row and column).
  case nonFinite(row: Int, column: Int, value: Double)
  /// A row has another number of columns than the fitted model.
  case columnCount(given: Int, model: Int)
  /// The covariance is singular to working precision, and the penalty does not make up for it.
  case singular(ridge: Double, column: Int)
  /// A column (0-based) whose squares, or the squares of these, are beyond the range of numbers; `magnitude` is its largest entry,
  /// infinite where it is not known.
  case unrepresentable(column: Int, magnitude: Double)
  /// The question has no finite answer; the sentence says why.
  case noAnswer(String)
  /// More memory than allowed; the alternative says what fits.
  case needsMemory(bytes: Int, limit: Int, what: String, alternative: String)
  /// A sparse matrix whose parts contradict each other.
  case malformedSparse(String)
  /// A saved model whose arrays are missing or contradict each other.
  case malformedModel(String)
  /// The fixed point or the search of a theoretical quantity did not end.
  case noConvergence(what: String)
  /// A population's covariance is not symmetric and nonnegative definite.
  case invalidPopulation(String)

  public var kind: FailureKind {
    switch self {
    case .groupCount, .oneGroup, .blockCount, .oneBlock, .targetRows, .targetCount, .everythingHidden, .notAShade,
      .tooFewRows, .nonFinite, .unrepresentable, .columnCount, .malformedSparse, .malformedModel, .invalidPopulation:
      .badInput
    case .invalidRidge, .ridgeCount, .invalidHideRate, .invalidSize: .usage
    case .singular, .needsMemory, .noAnswer: .noAnswer
    case .noConvergence: .fault
    }
  }

  public var description: String {
    switch self {
    case .tooFewRows(let rows, let needed):
      "\(rows) row\(rows == 1 ? "" : "s"); at least \(needed) are needed"
        + (needed == 2 ? " (centring takes one: it can be switched off)" : "")
    case .invalidRidge(let value) where value.isFinite && value > Ridge.largest:
      """
      the ridge penalty is \(value); above \(Ridge.largest) its squares are beyond the largest number, and long before that \
      every column is predicted by its mean
      """
    case .invalidRidge(let value):
      "the ridge penalty is \(value); it must be a finite number, 0 or more"
    case .ridgeCount(let given, let columns):
      "\(given) ridge penalties for \(columns) columns; give one, or one per column"
    case .groupCount(let given, let rows):
      "\(given) groups for \(rows) rows; give one for each row, in their order"
    case .oneGroup:
      "all rows are of one group, without which nothing is left to fit; give groups of which there are several"
    case .blockCount(let given, let columns):
      "blocks of \(given) columns for rows of \(columns); give a block for each column, or the size of the images"
    case .oneBlock:
      "all columns are of one block, and nothing is left to predict it by; give blocks of which there are several"
    case .targetRows(let given, let rows):
      "\(given) rows of targets for \(rows) rows; give one for each row, in their order"
    case .targetCount(let given, let columns):
      """
      \(given) targets for \(columns) columns; give one for each column, or as many for each (those of a column together, as the \
      channels of a pixel)
      """
    case .everythingHidden(let block):
      "all columns are hidden with block \(block + 1), and nothing is left to predict it by; hide fewer around it"
    case .notAShade(let row, let column, let value, let white):
      """
      row \(row + 1), column \(column + 1) is \(value), and a colour map takes numbers from 0 to \(white); say which number stands \
      for 1, or divide the rows by it
      """
    case .invalidSize(let size, let largest):
      "\(size) dimensions; there are 1 to \(largest)"
    case .invalidHideRate(let value):
      "the rate of hidden blocks is \(value); it must be 0 or more and below 1"
    case .nonFinite(let row, let column, let value):
      "row \(row + 1), column \(column + 1) is \(value); remove or fill missing entries first"
    case .columnCount(let given, let model):
      "rows of \(given) columns for a model of \(model); the columns must be those of the training rows, in their order"
    case .singular(let ridge, let column):
      """
      the columns' covariance plus \(ridge) is singular at column \(column + 1): it is constant or repeats others. \
      Give a larger ridge penalty, or drop the column
      """
    case .unrepresentable(let column, let magnitude):
      """
      column \(column + 1) has entries\(magnitude.isFinite ? " of about \(magnitude)," : "") \
      \(magnitude > 1 ? "too large" : "too small") to be squared; \
      \(magnitude > 1 ? "divide" : "multiply") the column by a constant first
      """
    case .noAnswer(let sentence): sentence
    case .needsMemory(let bytes, let limit, let what, let alternative):
      "\(what) needs \(Self.size(bytes)), more than the \(Self.size(limit)) allowed. \(alternative)"
    case .malformedSparse(let text): text
    case .malformedModel(let text): "\(text); this is not a model written by masked fit"
    case .noConvergence(let what): "\(what) did not converge; this is a fault to report with the input"
    case .invalidPopulation(let text): text
    }
  }

  private static func size(_ bytes: Int) -> String {
    if bytes < 100_000 { return "\(bytes) bytes" }
    let (unit, name) = bytes < 100_000_000 ? (1e6, "MB") : (1e9, "GB")
    let tenths = (10 * Double(bytes) / unit).rounded(.up)
    return "\(tenths / 10) \(name) (\(bytes) bytes)"
  }
}
