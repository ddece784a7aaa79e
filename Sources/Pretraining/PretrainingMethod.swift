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
  /// Representations of the sizes asked for, in the same order.
  func fit(_ rows: Matrix, sizes: [Int]) throws -> [any Representation]
  /// The same from the rows at `indices` alone, ascending. `found` is what all rows gave: where a search may start.
  func refit(
    _ rows: Matrix, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation]
  /// The same from rows that need not fit into memory: in passes over blocks of them, unless the method says otherwise.
  func fit(reading rows: any RowSource, sizes: [Int]) throws -> [any Representation]
  /// The same as `refit` of rows in memory.
  func refit(
    reading rows: any RowSource, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation]
  /// Rows are in order of time: parts of them must be stretches, not single rows.
  var isOrdered: Bool { get }
}

extension PretrainingMethod {
  public func refit(
    _ rows: Matrix, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation] {
    try fit(rows.rows(at: indices), sizes: sizes)
  }

  /// Reads all rows into memory.
  public func fit(reading rows: any RowSource, sizes: [Int]) throws -> [any Representation] {
    try fit(rows.matrix(), sizes: sizes)
  }

  public func refit(
    reading rows: any RowSource, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation] {
    try refit(rows.matrix(), at: indices, sizes: sizes, from: found)
  }

  public var isOrdered: Bool { false }
  public var smallestSize: Int { 1 }
}

extension RowSource {
  /// Some rows: a copy of rows in memory, else a way to read them.
  func part(at indices: [Int]) -> any RowSource {
    if let matrix = self as? Matrix { return matrix.rows(at: indices) }
    return RowSelection(self, at: indices)
  }
}
