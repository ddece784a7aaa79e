import LinearAlgebra
import MaskedRegression

/// What every hide rate and every ridge needs of a graph and its features; another rate costs no pass over the graph.
///
///     Y = P0 X,   P0 = P off its diagonal,   w_i = Σ_l P0_li²
///
/// Cost: two passes of the filter and 4 N d² flops. Memory: the features, Y and a few d x d matrices.
public struct GraphMoments: Sendable {
  public let propagation: Propagation
  public let rows: GraphRows
  public let diagonal: FilterDiagonal
  /// Y: what the neighbors say of every node.
  public let visible: Matrix
  /// Y'Y.
  public let visibleGram: Matrix
  /// X' diag(w) X: the penalty that hiding amounts to.
  public let hiddenGram: Matrix
  /// Y'X.
  public let cross: Matrix

  /// Throws `featureRows`, `MaskedRegressionError.needsMemory`.
  public init(
    _ propagation: Propagation, rows: GraphRows, budget: Double = FilterDiagonal.defaultBudget,
    memory: MemoryLimit = .physical
  ) throws {
    let nodes = propagation.graph.nodes
    guard nodes == rows.nodes else { throw GraphError.featureRows(nodes: nodes, rows: rows.nodes) }
    try memory.check(Self.memory(nodes: nodes, columns: rows.values.columns))
    self.propagation = propagation
    self.rows = rows
    diagonal = FilterDiagonal(propagation, budget: budget)
    visible = Self.withoutOwn(propagation.apply(rows.values), diagonal.diagonal, rows.values)
    visibleGram = visible.gramByThreads()
    hiddenGram = rows.values.gramByThreads(weights: diagonal.weights)
    cross = visible.transposedTimesByThreads(rows.values)
  }

  /// What moments and a fit allocate beside the features.
  public static func memory(nodes: Int, columns: Int) -> MemoryNeed {
    MemoryNeed(
      bytes: MemoryNeed.saturating(nodes, columns, 8, 3) + MemoryNeed.saturating(columns, columns, 8, 8),
      what: "a graph of \(nodes) nodes with \(columns) columns of features",
      alternative: "Reduce the features first (pretell components), or drop rare columns.")
  }

  /// P X - diag(P) X, in place.
  package static func withoutOwn(_ propagated: consuming Matrix, _ diagonal: [Double], _ x: Matrix) -> Matrix {
    let columns = x.columns
    propagated.storage.withUnsafeMutableBufferPointer { target in
      x.storage.withUnsafeBufferPointer { x in
        for (i, own) in diagonal.enumerated() {
          for k in i * columns..<(i + 1) * columns { target[k] -= own * x[k] }
        }
      }
    }
    return propagated
  }

  public var nodes: Int { rows.nodes }

  /// Ridge penalties are relative to the mean eigenvalue of Y'Y over the features' columns.
  public var ridgeUnit: Double { visibleGram.trace / Double(rows.columns) }

  /// Y'Y + r X'diag(w)X + ridge, r = p / (1 - p).
  package func normalMatrix(hideRate: Double, ridge: Double) -> Matrix {
    let ratio = hideRate / (1 - hideRate)
    var result = visibleGram
    let shift = ridge * ridgeUnit
    for k in result.storage.indices { result.storage[k] += ratio * hiddenGram.storage[k] }
    for i in 0..<result.rows { result[i, i] += shift }
    return result
  }
}

/// What the share of hidden nodes and the penalty may be.
package enum GraphRanges {
  package static func check(hideRate: Double) throws(GraphError) {
    guard hideRate > 0, hideRate < 1 else { throw .invalidHideRate(hideRate) }
  }

  package static func check(ridge: Double) throws(GraphError) {
    guard ridge >= 0, ridge.isFinite else { throw .invalidRidge(ridge) }
  }
}
