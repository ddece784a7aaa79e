import LinearAlgebra

/// Errors along ridge penalties at one hide rate, from one factorization; exact with a node left out at each.
///
/// Cost: 12 d³ + 9 N d² flops, and 2 N d² for each penalty.
public struct GraphPath: Sendable {
  public let moments: GraphMoments
  public let hideRate: Double
  private let leaving: NodeLeaving

  /// Throws `invalidHideRate`, `noLeftOutError`.
  public init(_ moments: GraphMoments, hideRate: Double) throws {
    try GraphRanges.check(hideRate: hideRate)
    (self.moments, self.hideRate) = (moments, hideRate)
    leaving = try NodeLeaving(moments, hideRate: hideRate)
  }

  /// From a thousandth to a hundred times the mean eigenvalue of Y'Y.
  public static let grid = (-6...4).map { i -> Double in
    let power = [1, 3.1622776601683795][(i + 6) % 2]
    return power * [1e-3, 1e-2, 1e-1, 1, 10, 100][(i + 6) / 2]
  }

  /// Errors at each ridge. Throws `invalidRidge`, `noLeftOutError`.
  public func errors(ridges: [Double]) throws -> [GraphErrors] {
    try ridges.map { ridge in
      try GraphRanges.check(ridge: ridge)
      return GraphErrors(moments, hideRate, ridge, try leaving.squares(ridge: ridge))
    }
  }

  /// The ridge of least leave-node-out error.
  public struct Best: Sendable {
    public let errors: GraphErrors
    public let path: [GraphErrors]
    public let isAtBoundary: Bool

    /// Neighbors help at no penalty.
    public var isHeterophilous: Bool { (path + [errors]).allSatisfy { $0.neighborsHelp == false } }
  }

  /// A grid of half decades, then two points between the best and each of its neighbors.
  public func best() throws -> Best {
    let coarse = try errors(ridges: Self.grid)
    var path = coarse
    let start = Self.smallest(path)
    let isAtBoundary = start == 0 || start == path.count - 1
    if !isAtBoundary {
      let around = [path[start - 1].ridge, path[start].ridge, path[start + 1].ridge]
      let finer = try errors(ridges: [
        (around[0] * around[1]).squareRoot(), (around[1] * around[2]).squareRoot(),
      ])
      path = [finer[0], path[start], finer[1]]
    }
    return Best(errors: path[Self.smallest(path)], path: coarse, isAtBoundary: isAtBoundary)
  }

  private static func smallest(_ path: [GraphErrors]) -> Int {
    path.indices.min { (path[$0].leaveNodeOutError ?? .infinity) < (path[$1].leaveNodeOutError ?? .infinity) } ?? 0
  }
}

extension GraphErrors {
  package init(
    _ moments: GraphMoments, _ hideRate: Double, _ ridge: Double, _ squares: NodeLeaving.Squares,
    community: [Double]? = nil
  ) {
    let entries = Double(moments.nodes) * Double(moments.rows.columns)
    let gains = zip(moments.rows.values.rowSquares, squares.leftOut).map { $0 - $1 }
    let mean = gains.reduce(0, +) / Double(gains.count)
    let spread = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.init(
      nodes: moments.nodes, columns: moments.rows.columns, hideRate: hideRate, ridge: ridge,
      trainingError: squares.training / entries,
      leaveNodeOutError: squares.leftOut.reduce(0, +) / entries,
      leaveCommunityOutError: community.map { $0.reduce(0, +) / entries },
      meanError: moments.rows.energy / entries, r2StandardError: spread.squareRoot() / moments.rows.energy)
  }
}
