import Failures

/// Runs of an encoder from which nothing can be said.
public enum EncoderError: Failure, Equatable {
  /// An embedding entry is NaN or infinite; row and column counted from 0.
  case nonFinite(run: String, row: Int, column: Int, value: Double)
  /// An embedding entry that cannot be squared over and over; row and column counted from 0.
  case tooLarge(run: String, row: Int, column: Int, value: Double)
  /// Embeddings of another number of labeled rows than there are labels.
  case labeledRows(run: String, found: Int, expected: Int)
  /// The pool's embeddings have other columns than the labeled rows'.
  case columns(run: String, labeled: Int, pool: Int)
  /// The pool has another number of rows than that of another run.
  case poolRows(run: String, found: Int, other: String, expected: Int)
  /// No rows, or no columns.
  case empty(run: String)
  /// Every run was trained on as many rows.
  case oneSize(name: String, rows: Int)
  /// Too few sizes to hide one and forecast it from two others.
  case tooFewSizes(name: String, rows: [Int])
  /// The same part, size and seed twice.
  case repeated(run: String, other: String)
  /// Parts of one size that hold more rows than there are.
  case overlap(name: String, parts: [String], rows: Int, all: Int)
  /// A run called full, and another on more rows.
  case notFull(run: String, rows: Int, other: String, most: Int)
  /// A part that started from other weights than every full run.
  case seed(run: String, seed: Int, full: [Int])
  /// More rows than 64 times those of the full run.
  case beyondReach(name: String, rows: Int, all: Int)
  /// No embedding says anything: it does not vary on the labeled rows.
  case constant(run: String)

  public var kind: FailureKind {
    if case .beyondReach = self { .usage } else { .badInput }
  }

  public var description: String {
    switch self {
    case .nonFinite(let run, let row, let column, let value):
      "\(run): row \(row + 1), column \(column + 1) is \(value); find out why the encoder gives it, and leave no such row"
    case .tooLarge(let run, let row, let column, let value):
      "\(run): row \(row + 1), column \(column + 1) is \(value), too large to square; divide all embeddings by one number"
    case .labeledRows(let run, let found, let expected):
      "\(run): embeddings of \(found) labeled rows for \(expected) labels; give one for each, in their order"
    case .columns(let run, let labeled, let pool):
      "\(run): the labeled rows have \(labeled) columns and the pool \(pool); encode both with the same encoder"
    case .poolRows(let run, let found, let other, let expected):
      "\(run): a pool of \(found) rows, that of \(other) has \(expected); encode the same rows with every encoder"
    case .empty(let run):
      "\(run): no embeddings; encode the labeled rows with this encoder"
    case .oneSize(let name, let rows):
      "every run of \(name) was trained on \(rows) rows, which says nothing about other numbers of them; \(Self.training(rows))"
    case .tooFewSizes(let name, let rows):
      "the runs of \(name) were trained on \(rows.map { "\($0)" }.joined(separator: " and ")) rows: with the largest hidden one size "
        + "is left, which says nothing; train it with the same seed on disjoint quarters of the rows as well (\(rows.max()! / 4) rows each)"
    case .repeated(let run, let other):
      "\(run) and \(other) are the same part with the same seed; name the parts by the rows they hold, and give each once"
    case .overlap(let name, let parts, let rows, let all):
      "\(name): the parts \(parts.joined(separator: ", ")) of \(rows) rows each cannot share no row, there are \(all) in all; "
        + "take parts of one size from disjoint rows"
    case .notFull(let run, let rows, let other, let most):
      "\(run) is called full and was trained on \(rows) rows, \(other) on \(most); correct the rows, or name the parts by the rows "
        + "they hold"
    case .seed(let run, let seed, let full):
      "\(run) was trained with seed \(seed), the full run with \(full.map(String.init).joined(separator: ", ")): its difference "
        + "would be the seeds', not the rows'; train the part with the seed of a full run"
    case .beyondReach(let name, let rows, let all):
      "\(rows) rows are more than \(Int(EncoderCurve.most)) times the \(all) that \(name) was trained on: nothing is said so far out; "
        + "ask for fewer rows, or train on more"
    case .constant(let run):
      "\(run): the embeddings of the labeled rows do not vary; check that the encoder was trained and the right array was saved"
    }
  }

  /// What to train where there is one size.
  static func training(_ rows: Int) -> String {
    "train it with the same seed on two disjoint halves of these (\(rows / 2) rows each) and four quarters (\(rows / 4) rows each), at "
      + "the least on one half and two quarters"
  }
}
