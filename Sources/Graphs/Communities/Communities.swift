import LinearAlgebra

/// A partition of the nodes.
public struct Communities: Sendable, Equatable {
  private let partition: Partition

  /// 0 ..< count, numbered in order of their first nodes.
  public var label: [Int] { partition.label }
  public var count: Int { partition.count }

  /// Any labels, one a node; renumbered.
  public init<Label: Hashable>(_ labels: [Label]) { partition = Partition(labels) }

  /// Nodes of each community, ascending.
  public var members: [[Int]] { partition.members }

  /// Share of the nodes in the largest one.
  public var largestShare: Double { partition.largestShare }

  /// Q = Σ_c [ e_c / m - (d_c / 2m)² ], e_c edges within, d_c sum of degrees, m edges. Source: Newman and Girvan (2004).
  public func modularity(on graph: Graph) -> Double {
    let label = label
    precondition(label.count == graph.nodes, "\(label.count) labels of \(graph.nodes) nodes")
    let m = Double(graph.edges)
    if m == 0 { return 0 }
    var (within, degrees) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for node in 0..<graph.nodes {
      degrees[label[node]] += Double(graph.degree(node))
      for other in graph.neighbors(of: node) where label[Int(other)] == label[node] { within[label[node]] += 0.5 }
    }
    return zip(within, degrees).reduce(0) { $0 + $1.0 / m - ($1.1 / (2 * m)) * ($1.1 / (2 * m)) }
  }
}
