import LinearAlgebra

/// A simple undirected graph: no self-loops, every edge once.
public struct Graph: Sendable, Equatable {
  public let nodes: Int
  /// Node i has the neighbors `neighbors[offsets[i]..<offsets[i + 1]]`, ascending.
  public let offsets: [Int]
  public let neighbors: [Int32]
  /// What was merged on the way.
  public let merged: Merged

  /// How the list of edges differed from a simple graph.
  public struct Merged: Sendable, Equatable {
    /// Edges listed more than once in the same direction.
    public var duplicates = 0
    public var selfLoops = 0
    /// Edges listed from one end, and from both.
    public var oneWay = 0
    public var bothWays = 0

    public init(duplicates: Int = 0, selfLoops: Int = 0, oneWay: Int = 0, bothWays: Int = 0) {
      (self.duplicates, self.selfLoops, self.oneWay, self.bothWays) = (duplicates, selfLoops, oneWay, bothWays)
    }
  }

  /// From edges in any order; repeated ones, both directions of one, and self-loops are merged and counted.
  /// Cost: edges + nodes. Throws `edgeOutOfRange`.
  public init(nodes: Int, edges: some Collection<(Int, Int)>) throws(GraphError) {
    var (from, to) = ([Int32](), [Int32]())
    from.reserveCapacity(edges.count)
    to.reserveCapacity(edges.count)
    for (position, edge) in edges.enumerated() {
      guard let first = Int32(exactly: edge.0), let second = Int32(exactly: edge.1) else {
        let isFirst = Int32(exactly: edge.0) == nil
        throw .edgeOutOfRange(edge: position, node: isFirst ? edge.0 : edge.1, nodes: nodes)
      }
      from.append(first)
      to.append(second)
    }
    try self.init(nodes: nodes, from: from, to: to)
  }

  /// The same from both ends of every edge.
  public init(nodes: Int, from: [Int32], to: [Int32]) throws(GraphError) {
    precondition(nodes >= 0 && nodes < Int(Int32.max) / 2, "a graph of \(nodes) nodes")
    precondition(from.count == to.count, "\(from.count) starts and \(to.count) ends of edges")
    var merged = Merged()
    var counts = [Int](repeating: 0, count: nodes + 1)
    for edge in from.indices {
      let (first, second) = (Int(from[edge]), Int(to[edge]))
      guard first >= 0, first < nodes, second >= 0, second < nodes else {
        let bad = first >= 0 && first < nodes ? second : first
        throw .edgeOutOfRange(edge: edge, node: bad, nodes: nodes)
      }
      if first == second {
        merged.selfLoops += 1
      } else {
        counts[first + 1] += 1
        counts[second + 1] += 1
      }
    }
    for i in 0..<nodes { counts[i + 1] += counts[i] }
    let ends = Self.ends(from, to, starts: counts)
    (offsets, neighbors) = Self.distinct(ends, starts: counts, &merged)
    self.nodes = nodes
    self.merged = merged
  }

  /// Both ends of every edge by node, each as the other end and the direction in its lowest bit, ascending.
  private static func ends(_ from: [Int32], _ to: [Int32], starts: [Int]) -> [Int32] {
    var next = starts
    var unsorted = [Int32](repeating: 0, count: starts.last ?? 0)
    for edge in from.indices where from[edge] != to[edge] {
      let (first, second) = (Int(from[edge]), Int(to[edge]))
      unsorted[next[first]] = 2 * to[edge]
      next[first] += 1
      unsorted[next[second]] = 2 * from[edge] + 1
      next[second] += 1
    }
    // Every edge stands at both ends: handing the lists round in order of the nodes sorts them.
    next = starts
    var sorted = unsorted
    for i in 0..<starts.count - 1 {
      for k in starts[i]..<starts[i + 1] {
        let (other, direction) = (Int(unsorted[k] >> 1), unsorted[k] & 1)
        sorted[next[other]] = Int32(2 * i) + (1 - direction)
        next[other] += 1
      }
    }
    return sorted
  }

  /// One entry for each neighbor.
  private static func distinct(_ ends: [Int32], starts: [Int], _ merged: inout Merged) -> ([Int], [Int32]) {
    var offsets = [0]
    offsets.reserveCapacity(starts.count)
    var neighbors = [Int32]()
    neighbors.reserveCapacity(ends.count)
    for i in 0..<starts.count - 1 {
      var k = starts[i]
      while k < starts[i + 1] {
        let other = ends[k] >> 1
        var (away, here) = (0, 0)
        while k < starts[i + 1], ends[k] >> 1 == other {
          if ends[k] & 1 == 0 { away += 1 } else { here += 1 }
          k += 1
        }
        neighbors.append(other)
        if i < Int(other) {
          merged.duplicates += max(away - 1, 0) + max(here - 1, 0)
          if away > 0, here > 0 { merged.bothWays += 1 } else { merged.oneWay += 1 }
        }
      }
      offsets.append(neighbors.count)
    }
    return (offsets, neighbors)
  }

  /// Number of edges.
  public var edges: Int { neighbors.count / 2 }

  public func degree(_ node: Int) -> Int { offsets[node + 1] - offsets[node] }

  public func neighbors(of node: Int) -> ArraySlice<Int32> { neighbors[offsets[node]..<offsets[node + 1]] }

  /// Nodes without neighbors.
  public var isolated: [Int] { (0..<nodes).filter { degree($0) == 0 } }

  /// What there is to say about the list of edges.
  public var warnings: [GraphWarning] {
    var result: [GraphWarning] = []
    if merged.duplicates > 0 { result.append(.mergedEdges(duplicates: merged.duplicates)) }
    if merged.selfLoops > 0 { result.append(.selfLoops(merged.selfLoops)) }
    if merged.oneWay > 0, merged.bothWays > 0 {
      result.append(.directed(oneWay: merged.oneWay, bothWays: merged.bothWays))
    }
    let alone = (0..<nodes).count { degree($0) == 0 }
    if alone > 0 { result.append(.isolated(alone)) }
    return result
  }
}
