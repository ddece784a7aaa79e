import Graphs
import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Each safeguard has its text.
@Suite struct SafeguardTests {
  /// Groups of ten, members alike in features.
  private func smooth(_ nodes: Int, joined: Bool, noise: Double, seed: UInt64) throws -> (Graph, Matrix) {
    var stream = RandomStream(seed: seed, purpose: 3)
    let groups = nodes / 10
    let centres = stream.normalMatrix(rows: groups, columns: 6)
    var x = SmallGraphs.features(nodes, 6, seed: seed + 1)
    for i in 0..<nodes { for j in 0..<6 { x[i, j] = noise * x[i, j] + centres[i / 10, j] } }
    var edges: [(Int, Int)] = []
    for i in 0..<nodes {
      for _ in 0..<2 {
        let other = joined ? 10 * (i / 10) + stream.index(below: 10) : stream.index(below: nodes)
        edges.append((i, other))
      }
    }
    return (try Graph(nodes: nodes, edges: edges), x)
  }

  @Test func neighborsThatHelp() throws {
    let (graph, x) = try smooth(200, joined: true, noise: 0.7, seed: 1)
    let fit = try MaskedGraph(graph, features: x, settings: GraphSettings(filter: .sgc(hops: 1), unitRows: false)).fit()
    #expect(fit.errors.r2! > 0.2 && !fit.warnings.contains { $0.code == "neighbors-say-nothing" })
    #expect(fit.path.allSatisfy { $0.leaveNodeOutError! >= fit.errors.leaveNodeOutError! - 1e-12 })
  }

  @Test func neighborsThatSayNothing() throws {
    let (graph, x) = try smooth(200, joined: false, noise: 3, seed: 2)
    let fit = try MaskedGraph(graph, features: x, settings: GraphSettings(unitRows: false)).fit()
    let text = fit.warnings.first { $0.code == "neighbors-say-nothing" }
    #expect(text?.message.contains("Neighbors say nothing about a node") == true)
    #expect(text?.remedy == "Do not propagate; use the rows as they are.")
  }

  @Test func overfit() throws {
    let (graph, _) = try smooth(120, joined: false, noise: 1, seed: 3)
    let x = SmallGraphs.features(120, 60, seed: 4)
    let masked = try MaskedGraph(graph, features: x, settings: GraphSettings(hideRate: 0.01, unitRows: false))
    let fit = try masked.fit(ridge: .given(1e-4))
    #expect(fit.warnings.contains { $0.code == "overfit" && $0.remedy == "Raise the ridge penalty or the hide rate." })
    let stiff = try masked.fit(ridge: .given(100))
    #expect(!stiff.warnings.contains { $0.code == "overfit" })
  }

  @Test func graphOfTheFeaturesThemselves() throws {
    let x = SmallGraphs.features(200, 4, seed: 5)
    let squares = x.rowSquares
    var edges: [(Int, Int)] = []
    for i in 0..<200 {
      let near = (0..<200).filter { $0 != i }.sorted {
        squares[$0] - 2 * dot(x.row(i), x.row($0)) < squares[$1] - 2 * dot(x.row(i), x.row($1))
      }
      edges += near.prefix(4).map { (i, $0) }
    }
    let settings = GraphSettings(unitRows: false)
    let made = try MaskedGraph(Graph(nodes: 200, edges: edges), features: x, settings: settings).fit(ridge: .given(1))
    #expect(made.warnings.contains { $0.code == "graph-from-features" && $0.message.contains("fulfil themselves") })
    let (graph, own) = try smooth(200, joined: true, noise: 0.7, seed: 6)
    let honest = try MaskedGraph(graph, features: own, settings: settings).fit(ridge: .given(1))
    #expect(!honest.warnings.contains { $0.code == "graph-from-features" })
  }

  @Test func probesHaveNoLeftOutError() throws {
    let (graph, x) = try smooth(200, joined: true, noise: 1, seed: 7)
    let masked = try MaskedGraph(
      graph, features: x, settings: GraphSettings(filter: .appnp(steps: 10, alpha: 0.1), budget: 0))
    let fit = try masked.fit(ridge: .given(1))
    #expect(fit.errors.leaveNodeOutError == nil && fit.errors.r2 == nil)
    #expect(fit.warnings.contains { $0.code == "probed-diagonal" && $0.message.contains("no left-out error") })
    #expect(throws: GraphError.self) { try masked.fit() }
    #expect(throws: GraphError.self) { try masked.fit(ridge: .given(1), communities: Communities(Array(0..<200))) }
  }

  @Test func largeCommunitiesAndDenseFilters() throws {
    let (graph, x) = try smooth(100, joined: true, noise: 1, seed: 8)
    let masked = try MaskedGraph(graph, features: x)
    let two = Communities((0..<100).map { $0 < 50 })
    let fit = try masked.fit(ridge: .given(1), communities: two)
    #expect(fit.warnings.contains { $0.code == "large-community" && "\($0.remedy)".contains("factor of 2") })
    #expect(fit.errors.leaveCommunityOutError! > 0)
    let small = try masked.fit(ridge: .given(1), communities: Communities((0..<100).map { $0 / 10 }))
    #expect(!small.warnings.contains { $0.code == "large-community" })
    #expect(throws: GraphError.oneCommunity) {
      try masked.fit(ridge: .given(1), communities: Communities([Int](repeating: 0, count: 100)))
    }
    #expect(throws: GraphError.communityCount(nodes: 100, given: 3)) {
      try masked.fit(ridge: .given(1), communities: Communities([0, 1, 1]))
    }
    let (mixed, y) = try smooth(100, joined: false, noise: 1, seed: 9)
    let wide = try MaskedGraph(mixed, features: y, settings: GraphSettings(filter: .sgc(hops: 6))).fit(ridge: .given(1))
    #expect(wide.warnings.contains { $0.code == "dense-filter" && $0.remedy == "Use fewer hops." })
  }

  @Test func refusals() throws {
    let graph = try Graph(nodes: 4, edges: [(0, 1), (1, 2)])
    let x = SmallGraphs.features(4, 2, seed: 10)
    #expect(throws: GraphError.featureRows(nodes: 4, rows: 3)) {
      try MaskedGraph(graph, features: SmallGraphs.features(3, 2, seed: 1))
    }
    #expect("\(GraphError.featureRows(nodes: 4, rows: 3))".contains("4 nodes, the features have 3 rows"))
    for rate in [0, 1, -0.1, .nan] {
      #expect(throws: GraphError.self) { try MaskedGraph(graph, features: x, settings: GraphSettings(hideRate: rate)) }
    }
    #expect(throws: GraphError.noEdges(nodes: 4)) {
      try MaskedGraph(Graph(nodes: 4, edges: [(2, 2)]), features: x)
    }
    #expect(throws: GraphError.noVariance) {
      try MaskedGraph(graph, features: Matrix(rows: 4, columns: 2, repeating: 3))
    }
    var bad = x
    bad[2, 1] = .infinity
    #expect(throws: GraphError.nonFinite(row: 2, column: 1, value: .infinity)) { try MaskedGraph(graph, features: bad) }
    #expect(throws: GraphError.overflow) {
      try MaskedGraph(graph, features: 1e200 * x, settings: GraphSettings(unitRows: false))
    }
    let masked = try MaskedGraph(graph, features: x)
    #expect(throws: GraphError.invalidSize(size: 3, largest: 2)) { try masked.codes(size: 3, ridge: 1) }
    #expect(throws: GraphError.invalidRidge(-1)) { try masked.codes(size: 1, ridge: -1) }
    #expect(throws: MaskedRegressionError.self) { try MaskedGraph(graph, features: x, memory: MemoryLimit(bytes: 10)) }
    #expect(throws: GraphError.invalidHiddenCount(hidden: 4, nodes: 4)) { try masked.moments.loss(.count(4)) }
    #expect(throws: GraphError.self) {
      try MaskedGraph(graph, features: x, settings: GraphSettings(remask: .same)).fit()
    }
  }

  /// Rows of zeros, isolated nodes and a node at 1e150 stay numbers.
  @Test func extremes() throws {
    var (graph, x) = try smooth(60, joined: true, noise: 1, seed: 11)
    graph = try Graph(nodes: 61, edges: (0..<60).flatMap { i in graph.neighbors(of: i).map { (i, Int($0)) } })
    x = x.stacked(above: Matrix(rows: 1, columns: 6))
    for j in 0..<6 { x[5, j] *= 1e150 }
    let fit = try MaskedGraph(graph, features: x).fit()
    #expect(fit.errors.leaveNodeOutError!.isFinite && fit.errors.trainingError.isFinite)
    #expect(fit.warnings.contains { $0.code == "isolated-nodes" })
    let codes = try MaskedGraph(graph, features: x).codes(size: 3, ridge: 1).codes
    #expect(codes.storage.allSatisfy { $0.isFinite })
  }
}
