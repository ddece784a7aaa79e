import Graphs
import LinearAlgebra
import Randomness

/// Graphs and features for tests.
enum SmallGraphs {
  /// Each pair joined with this probability.
  static func random(_ nodes: Int, share: Double, seed: UInt64) throws -> Graph {
    var stream = RandomStream(seed: seed, purpose: 1)
    var edges: [(Int, Int)] = [(0, 1)]
    for i in 0..<nodes { for j in 0..<i where stream.uniform() < share { edges.append((i, j)) } }
    return try Graph(nodes: nodes, edges: edges)
  }

  static func features(_ nodes: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var stream = RandomStream(seed: seed, purpose: 2)
    return stream.normalMatrix(rows: nodes, columns: columns)
  }

  static func moments(
    _ graph: Graph, _ features: Matrix, _ filter: GraphFilter = .sgc(hops: 2),
    _ normalization: GraphNormalization = .symmetric
  ) throws -> GraphMoments {
    try GraphMoments(
      Propagation(graph, filter: filter, normalization: normalization),
      rows: GraphRows(features, unitRows: false, centred: false))
  }

  /// Zachary's karate club (1977), 34 members, 78 ties.
  static let karate: [(Int, Int)] = {
    let lists: [[Int]] = [
      [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31], [2, 3, 7, 13, 17, 19, 21, 30],
      [3, 7, 8, 9, 13, 27, 28, 32], [7, 12, 13], [6, 10], [6, 10, 16], [16], [], [30, 32, 33], [33], [], [], [], [33],
      [32, 33], [32, 33], [], [], [32, 33], [33], [32, 33], [], [32, 33], [25, 27, 29, 32, 33], [25, 27, 31], [31],
      [29, 33],
      [33], [31, 33], [32, 33], [32, 33], [32, 33], [33], [],
    ]
    return lists.enumerated().flatMap { i, others in others.map { (i, $0) } }
  }()
}
