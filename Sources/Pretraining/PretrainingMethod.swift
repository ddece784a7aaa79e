import LinearAlgebra

/// A way to pre-train: unlabeled rows in, representations out, one per size.
///
/// Sizes are what the method counts: components, factors, mixture components. All sizes are fitted in one call because most
/// methods share their work between them.
public protocol PretrainingMethod: Sendable {
  /// Short name on the command line, such as `pca`.
  var name: String { get }
  /// Smallest size that leaves anything to predict from.
  var smallestSize: Int { get }
  /// Largest size that a fit of `rows` x `columns` unlabeled data supports.
  func largestSize(rows: Int, columns: Int) -> Int
  /// Representations of the sizes asked for, in the same order. Rows need not fit into memory: they are read in passes over blocks of
  /// them, and where they lie makes no difference to the answer.
  func fit(_ rows: some RowSource, sizes: [Int]) throws -> [any Representation]
  /// The same from the rows at `indices` alone, ascending. `found` is what all rows gave: where a search may start.
  func refit(
    _ rows: some RowSource, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation]
  /// What of the rows the features rest on, where that is less than the rows; nil where they rest on more than inner products.
  var innerProducts: InnerProducts? { get }
  /// The method where all it sees of the rows are their moments: parts of the rows are then fitted without reading them again. nil
  /// where it sees more.
  var byMoments: (any MomentsMethod)? { get }
  /// Rows are in order of time: parts of them must be stretches, not single rows.
  var isOrdered: Bool { get }
  /// What stands in for the rows of a plan, one for each: rows of a graph with what their neighbors say. nil where the method sees the
  /// rows themselves.
  var ownRows: Matrix? { get }
}

/// Features that see rows only through the inner products of centred rows: they span the same in any orthonormal coordinates of the
/// rows' own span, of which there are no more than rows. A fit of many more columns than rows goes there.
public enum InnerProducts: Sendable {
  /// Of the rows as they are.
  case ofRows
  /// Of the rows with every column divided by its standard deviation over all rows (also for parts of them), to which the other
  /// method is then applied.
  case ofStandardizedRows(any PretrainingMethod)
}

extension PretrainingMethod {
  public func refit(
    _ rows: some RowSource, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation] {
    let part = rows.part(at: indices)
    return try fit(part, sizes: sizes)
  }

  public var isOrdered: Bool { false }
  public var ownRows: Matrix? { nil }
  public var innerProducts: InnerProducts? { nil }
  public var byMoments: (any MomentsMethod)? { nil }
  public var smallestSize: Int { 1 }
}
