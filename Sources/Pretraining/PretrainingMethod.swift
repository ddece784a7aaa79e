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
  /// Rows are in order of time: parts of them must be stretches, not single rows.
  var isOrdered: Bool { get }
}

extension PretrainingMethod {
  public func refit(
    _ rows: Matrix, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation] {
    try fit(rows.rows(at: indices), sizes: sizes)
  }

  public var isOrdered: Bool { false }
  public var smallestSize: Int { 1 }
}
