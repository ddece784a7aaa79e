import Graphs
import LinearAlgebra
import Randomness
import TestSupport
import Testing

@Suite struct GraphValueTests {
  @Test func mergesAndCounts() throws {
    let graph = try Graph(nodes: 6, edges: [(0, 1), (1, 0), (0, 1), (2, 2), (3, 2), (3, 4)])
    #expect(graph.edges == 3 && graph.neighbors(of: 3) == [2, 4] && graph.isolated == [5])
    #expect(graph.merged == Graph.Merged(duplicates: 1, selfLoops: 1, oneWay: 2, bothWays: 1))
    #expect(graph.components().label == [0, 0, 1, 1, 1, 2])
    #expect(graph.warnings.map(\.code) == ["duplicate-edges", "self-loops", "directed-edges", "isolated-nodes"])
    #expect(throws: GraphError.edgeOutOfRange(edge: 1, node: 6, nodes: 6)) {
      try Graph(nodes: 6, edges: [(0, 1), (6, 1)])
    }
    #expect(throws: GraphError.edgeOutOfRange(edge: 0, node: -1, nodes: 6)) { try Graph(nodes: 6, edges: [(0, -1)]) }
  }

  /// Random lists with repeats, loops and bad nodes, against sets.
  @Test func fuzzedLists() throws {
    for seed in 0..<300 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: 9)
      let nodes = 1 + stream.index(below: 12)
      let count = stream.index(below: 40)
      let reach = nodes + (seed % 5 == 0 ? 2 : 0)
      let edges = (0..<count).map { _ in
        (stream.index(below: reach) - (seed % 7 == 0 ? 1 : 0), stream.index(below: reach))
      }
      let isBad = edges.contains { !(0..<nodes).contains($0.0) || !(0..<nodes).contains($0.1) }
      guard let graph = try? Graph(nodes: nodes, edges: edges) else {
        #expect(isBad)
        continue
      }
      #expect(!isBad)
      let kept = edges.filter { $0.0 != $0.1 }
      let simple = Set(kept.map { [min($0.0, $0.1), max($0.0, $0.1)] })
      #expect(graph.edges == simple.count)
      for i in 0..<nodes {
        let expected = simple.filter { $0.contains(i) }.map { Int32($0[0] == i ? $0[1] : $0[0]) }.sorted()
        #expect(Array(graph.neighbors(of: i)) == expected)
      }
      let directed = Set(kept.map { [$0.0, $0.1] })
      #expect(graph.merged.duplicates == kept.count - directed.count)
      #expect(graph.merged.selfLoops == count - kept.count)
      #expect(graph.merged.oneWay + graph.merged.bothWays == simple.count)
      let full = try Graph(nodes: nodes, edges: edges.reversed())
      #expect(full.neighbors == graph.neighbors)
    }
  }

  @Test func filterTexts() throws {
    for text in ["sgc:2", "appnp:10:0.1", "heat:1.5"] { #expect("\(try GraphFilter(text))" == text) }
    for text in [
      "", "sgc", "sgc:0", "sgc:-1", "sgc:x", "appnp:3", "appnp:3:0", "appnp:3:1", "heat:0", "heat:nan", "gat:2",
    ] {
      #expect(throws: GraphError.self, "\(text)") { try GraphFilter(text) }
    }
    #expect(
      Remask("independent:0.5") == .independent(rate: 0.5) && Remask("same") == .same && Remask("none") == Remask.none)
    for text in ["", "independent", "independent:1", "independent:nan", "some"] { #expect(Remask(text) == nil) }
    for filter in [GraphFilter.heat(time: 0.01), .heat(time: 40), .appnp(steps: 7, alpha: 0.3)] {
      #expect(abs(filter.coefficients.reduce(0, +) - 1) < 1e-14)
    }
  }

  /// Probes come close to the exact diagonal, and say that they are probes.
  @Test func probedDiagonal() throws {
    let graph = try SmallGraphs.random(300, share: 0.02, seed: 51)
    let propagation = try Propagation(graph, filter: .sgc(hops: 2), normalization: .rows)
    let exact = FilterDiagonal(propagation)
    let probed = FilterDiagonal(propagation, budget: 0)
    #expect(exact.isExact && !probed.isExact)
    let p = try propagation.explicit().dense()
    for i in 0..<300 {
      #expect(abs(exact.diagonal[i] - p[i, i]) < 1e-15)
      let squares = (0..<300).reduce(0.0) { $0 + ($1 == i ? 0 : p[$1, i] * p[$1, i]) }
      #expect(abs(exact.weights[i] - squares) < 1e-14)
    }
    let error = zip(exact.diagonal, probed.diagonal).reduce(0.0) { $0 + abs($1.0 - $1.1) } / exact.diagonal.reduce(0, +)
    #expect(error > 1e-3 && error < 0.4)
    let weights = zip(exact.weights, probed.weights).reduce((0.0, 0.0)) { ($0.0 + $1.0, $0.1 + $1.1) }
    #expect(abs(weights.1 / weights.0 - 1) < 0.2)
  }
}
