import Graphs
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// Planning on graphs: halves are halves of communities.
@Suite struct GraphPlanTests {
  /// Communities of 20 nodes with features of their own, joined within and a little between.
  private struct World {
    let graph: Graph
    let features: Matrix
    let communities: Partition

    static let columns = 12
    static let size = 20

    init(communities count: Int, _ stream: inout RandomStream) throws {
      let nodes = count * Self.size
      var edges: [(Int, Int)] = []
      for i in 0..<nodes {
        for j in 0..<i {
          let isNear = i / Self.size == j / Self.size
          if stream.uniform() < (isNear ? 0.25 : 0.5 / Double(nodes)) { edges.append((i, j)) }
        }
      }
      graph = try Graph(nodes: nodes, edges: edges)
      communities = Partition((0..<nodes).map { $0 / Self.size })
      let scales = (0..<Self.columns).map { $0 == 0 ? 3 : 0.4 }
      let effects = stream.normalMatrix(rows: count, columns: Self.columns).scalingColumns(by: scales)
      let noise = stream.normalMatrix(rows: nodes, columns: Self.columns)
      features = noise + effects.rows(at: communities.label)
    }

    /// Without means and lengths: populations of the same directions.
    func pretraining() throws -> GraphPretraining {
      try GraphPretraining(
        graph, features: features, settings: GraphSettings(unitRows: false), communities: communities)
    }
  }

  /// What the best head on k directions misses of a target that the population's first direction tells, on a large graph.
  private struct Judge {
    let moment: Matrix
    let target = (0..<World.columns).map { $0 == 0 ? 1.0 : 0 }

    init() throws {
      var stream = RandomStream(seed: 71)
      let rows = try World(communities: 60, &stream).pretraining().methods[0].ownRows!
      // The population's directions are the columns.
      moment = .diagonal(rows.gram().diagonalEntries.map { $0 / Double(rows.rows) })
    }

    func loss(_ representation: any Representation) throws -> Double {
      let loadings = representation.affine!.loadings.rows(0..<World.columns)
      let reached = moment * loadings
      let cross = reached.transposedTimes(target)
      return dot(target, moment * target)
        - dot(
          cross,
          try SymmetricEigen(multiply(loadings, reached, transposing: .left)).pseudoInverse(relativeTolerance: 1e-12)
            * cross)
    }
  }

  /// Halves of communities against graphs of half the size. Theory: 1.06 to 1.16 of the truth. Random nodes, which know of every
  /// community, show less than half of that of principal components. Power: half of the truth is told from it.
  @Test(arguments: ["sgc", "graph"]) func halvesOfCommunitiesForeseeTheTruth(name: String) throws {
    let judge = try Judge()
    let draws: [(truth: Double, halves: Double, nodes: Double)] = try Parallel.map(count: 120) { index in
      var stream = RandomStream(seed: 72, replicate: UInt64(index))
      let (whole, half) = (try World(communities: 24, &stream), try World(communities: 12, &stream))
      func method(_ world: World) throws -> any PretrainingMethod {
        try world.pretraining().methods.first { $0.name == name }!
      }
      let (own, fewer) = (try method(whole), try method(half))
      let rows = own.ownRows!
      let full = try judge.loss(own.fit(rows, sizes: [1])[0])
      func mean(_ choose: (Int) -> [Int]) throws -> Double {
        try (0..<4).map { try judge.loss(own.fit(rows.rows(at: choose($0)), sizes: [1])[0]) - full }.reduce(0, +) / 4
      }
      return (
        try judge.loss(fewer.fit(fewer.ownRows!, sizes: [1])[0]) - full,
        try mean { DeleteHalf.half($0, of: whole.communities, seed: UInt64(index)) },
        try mean { DeleteHalf.half($0, of: rows.rows, seed: UInt64(index)) }
      )
    }
    let truth = SampleMean(draws.map(\.truth))
    let communities = SampleMean(draws.map { $0.halves - 1.1 * $0.truth })
    #expect(truth.mean > 4 * truth.standardError)
    // 1.1 times the truth; half of it is not.
    #expect(abs(communities.mean) < 4 * communities.standardError && communities.standardError < 0.3 * truth.mean)
    let halved = SampleMean(draws.map { $0.halves - 0.5 * $0.truth })
    #expect(halved.mean > 3 * halved.standardError)
    let nodes = SampleMean(draws.map { $0.nodes - 0.5 * $0.truth })
    // The codes' own part is of single nodes more than of communities.
    #expect(name == "graph" || nodes.mean < -3 * nodes.standardError)
  }

  @Test func plansHaveTheGraphsCandidates() throws {
    var stream = RandomStream(seed: 73)
    let world = try World(communities: 30, &stream)
    let found = try world.pretraining()
    let smooth = found.methods[0].ownRows!
    let noise = stream.normalMatrix(rows: 240, columns: 1).storage
    let labels = noise.indices.map { row -> Double in
      smooth[360 + row, 0] + 0.05 * noise[row]
    }
    let request = PlanRequest(
      unlabeled: world.features.rows(0..<360), features: world.features.rows(360..<600), labels: labels,
      methods: found.methods, sizes: [1, 2, 3], groups: found.communities)
    let plan = try Planner.plan(request)
    func risk(_ method: String, _ size: Int?) -> Double? {
      plan.candidates.first { $0.method == method && $0.size == size }?.predictedRisk?.estimate
    }
    // The target is of the propagated rows: the raw ones tell it badly.
    #expect(risk("sgc", 3)! < 0.5 * risk("ridge", nil)!)
    #expect(risk("graph", 3)! < 0.5 * risk("ridge", nil)!)
    #expect(!plan.warnings.contains { $0.code == "few-groups" })
  }

  /// The codes are those of the masked graph, whole.
  @Test func codesAreTheGraphs() throws {
    var stream = RandomStream(seed: 74)
    let world = try World(communities: 10, &stream)
    let settings = GraphSettings(unitRows: false)
    let found = try GraphPretraining(world.graph, features: world.features, settings: settings)
    let method = found.methods[1]
    let own = try method.fit(method.ownRows!, sizes: [3])[0].features(of: method.ownRows!)
    let expected = try MaskedGraph(world.graph, features: world.features, settings: settings)
      .codes(size: 3, ridge: found.ridge).codes
    #expect(relativeDifference(own, expected) < 1e-10)
    #expect(found.communities.count == Louvain.communities(of: world.graph).count)
  }
}
