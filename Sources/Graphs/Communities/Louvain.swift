/// Communities of high modularity by local moves and aggregation, until neither gains.
///
/// Source: Blondel, Guillaume, Lambiotte and Lefebvre (2008), "Fast unfolding of communities in large networks". Nodes are visited
/// in their order, ties go to the node's own community, then to the lowest number: the same graph gives the same communities.
/// Cost: a few passes over the edges at each level.
public enum Louvain {
  public static func communities(of graph: Graph) -> Communities {
    var level = Level(graph)
    var label = Array(0..<graph.nodes)
    while true {
      let (found, count) = level.moved()
      if count == level.nodes { break }
      label = label.map { found[$0] }
      level = level.aggregated(found, count)
    }
    return Communities(label)
  }

  /// A graph with weighted edges and self-loops.
  private struct Level {
    let offsets: [Int]
    let neighbors: [Int32]
    let weights: [Double]
    /// Twice the weight of what was drawn together in each node.
    let loops: [Double]
    let degrees: [Double]
    let total: Double

    var nodes: Int { loops.count }

    init(_ graph: Graph) {
      self.init(
        graph.offsets, graph.neighbors, [Double](repeating: 1, count: graph.neighbors.count),
        loops: [Double](repeating: 0, count: graph.nodes))
    }

    init(_ offsets: [Int], _ neighbors: [Int32], _ weights: [Double], loops: [Double]) {
      (self.offsets, self.neighbors, self.weights, self.loops) = (offsets, neighbors, weights, loops)
      degrees = loops.indices.map { i in loops[i] + weights[offsets[i]..<offsets[i + 1]].reduce(0, +) }
      total = degrees.reduce(0, +)
    }

    /// Local moves until none gains; communities renumbered in order of their first nodes.
    func moved() -> (label: [Int], count: Int) {
      var community = Array(0..<nodes)
      var sums = degrees
      var links = [Double](repeating: 0, count: nodes)
      var didMove = total > 0
      while didMove {
        didMove = false
        for node in 0..<nodes {
          let own = community[node]
          var near = [own]
          for k in offsets[node]..<offsets[node + 1] {
            let other = community[Int(neighbors[k])]
            if links[other] == 0, other != own { near.append(other) }
            links[other] += weights[k]
          }
          sums[own] -= degrees[node]
          func gain(_ target: Int) -> Double { links[target] - sums[target] * degrees[node] / total }
          var (best, most) = (own, gain(own))
          for target in near.dropFirst().sorted() {
            let value = gain(target)
            // Differences within rounding are ties.
            if value > most + 1e-10 * degrees[node] { (best, most) = (target, value) }
          }
          sums[best] += degrees[node]
          for target in near { links[target] = 0 }
          if best != own {
            community[node] = best
            didMove = true
          }
        }
      }
      let renumbered = Communities(community)
      return (renumbered.label, renumbered.count)
    }

    /// Communities become nodes.
    func aggregated(_ label: [Int], _ count: Int) -> Level {
      var loops = [Double](repeating: 0, count: count)
      let members = Communities(label).members
      var (newOffsets, newNeighbors, newWeights) = ([0], [Int32](), [Double]())
      var sums = [Double](repeating: 0, count: count)
      for (own, nodes) in members.enumerated() {
        var touched: [Int] = []
        for node in nodes {
          loops[own] += self.loops[node]
          for k in offsets[node]..<offsets[node + 1] {
            let other = label[Int(neighbors[k])]
            if other == own {
              loops[own] += weights[k]
            } else {
              if sums[other] == 0 { touched.append(other) }
              sums[other] += weights[k]
            }
          }
        }
        for other in touched.sorted() {
          newNeighbors.append(Int32(other))
          newWeights.append(sums[other])
          sums[other] = 0
        }
        newOffsets.append(newNeighbors.count)
      }
      return Level(newOffsets, newNeighbors, newWeights, loops: loops)
    }
  }
}
