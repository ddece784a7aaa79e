/// Consecutive rows of a pass, valid until `body` returns.
public struct RowBlock {
  /// What the rows are wanted for.
  public enum Use: Sendable {
    /// Only to be read.
    case reading
    /// Only to be read, and rows that lie in memory may come all at once.
    case readingAtOnce
    /// To be overwritten.
    case scratch
  }

  /// Index of the first row, counted from the pass's first.
  public let first: Int
  public let columns: Int
  /// Row by row; not to be written unless the pass is one of `.scratch`.
  public let entries: UnsafeMutableBufferPointer<Double>
  private let whole: Matrix?

  public init(first: Int, columns: Int, entries: UnsafeMutableBufferPointer<Double>) {
    (self.first, self.columns, self.entries, whole) = (first, columns, entries, nil)
  }

  private init(_ whole: Matrix, first: Int, entries: UnsafeMutableBufferPointer<Double>) {
    (self.first, columns, self.entries, self.whole) = (first, whole.columns, entries, whole)
  }

  public var rows: Int { columns == 0 ? whole?.rows ?? 0 : entries.count / columns }

  /// The block as a matrix; a copy unless it was lent as one.
  public func matrix() -> Matrix { whole ?? Matrix(rows: rows, columns: columns, storage: Array(entries)) }

  /// A matrix that `body` only reads, without a copy.
  public static func lending(_ matrix: Matrix, first: Int = 0, to body: (RowBlock) throws -> Void) throws {
    try matrix.storage.withUnsafeBufferPointer {
      try body(RowBlock(matrix, first: first, entries: UnsafeMutableBufferPointer(mutating: $0)))
    }
  }

  /// A matrix that `body` may overwrite a copy of.
  public static func copying(_ matrix: Matrix, first: Int = 0, to body: (RowBlock) throws -> Void) throws {
    var storage = matrix.storage
    try storage.withUnsafeMutableBufferPointer {
      try body(RowBlock(first: first, columns: matrix.columns, entries: $0))
    }
  }

  /// Throws for the first entry that is NaN or infinite, its row counted from the pass's first.
  public func checkFinite() throws(LinearAlgebraError) {
    try Self.checkFinite(UnsafeBufferPointer(entries), columns: columns, first: first)
  }

  /// The same for rows that begin at the pass's row `first`.
  package static func checkFinite(
    _ entries: UnsafeBufferPointer<Double>, columns: Int, first: Int
  ) throws(LinearAlgebraError) {
    guard let index = entries.firstIndex(where: { !$0.isFinite }) else { return }
    throw .nonFinite(row: first + index / columns, column: index % columns, value: entries[index])
  }
}
