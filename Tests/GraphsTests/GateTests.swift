import Graphs
import LinearAlgebra
import Randomness
import TestSupport
import Testing

/// Simulations with fixed seeds, |z| <= 5, and controls that are 20 % off.
@Suite struct GraphGateTests {
  /// The loss over drawn masks at some Θ against the closed form: 4000 masks, standard error about 0.4 %.
  @Test func maskedLossIsWhatMasksGive() throws {
    let graph = try SmallGraphs.random(60, share: 0.05, seed: 61)
    let x = SmallGraphs.features(60, 3, seed: 62)
    let moments = try SmallGraphs.moments(graph, x)
    let loss = try moments.loss(.rate(0.6))
    let theta = 2 * (try loss.optimum(shift: 0.05))
    var stream = RandomStream(seed: 63)
    let p = try moments.propagation.explicit()
    let values = (0..<4000).map { _ -> Double in
      let hidden = (0..<60).map { _ in stream.uniform() < 0.6 }
      let output = p.times(x.scalingRows(by: hidden.map { $0 ? 0 : 1 })) * theta
      return (0..<60).filter { hidden[$0] }.reduce(0.0) { sum, l in
        sum + (0..<3).reduce(0.0) { $0 + (x[l, $1] - output[l, $1]) * (x[l, $1] - output[l, $1]) }
      } / (0.6 * 60)
    }
    let mean = SampleMean(values)
    #expect(abs(mean.z(against: loss.loss(theta))) < 5)
    for factor in [0.8, 1.2] { #expect(abs(mean.z(against: factor * loss.loss(theta))) > 5) }
  }

  /// Pairs of nodes that share a signal: the error with a node left out against that of fresh pairs, 60 graphs of 150 pairs.
  @Test func leftOutErrorIsThatOfFreshNodes() throws {
    let (pairs, d) = (150, 4)
    let edges = (0..<pairs).map { (2 * $0, 2 * $0 + 1) }
    let graph = try Graph(nodes: 2 * pairs, edges: edges)
    func draw(_ stream: inout RandomStream) -> Matrix {
      let signal = stream.normalMatrix(rows: pairs, columns: d)
      let noise = stream.normalMatrix(rows: 2 * pairs, columns: d)
      return signal.rows(at: (0..<2 * pairs).map { $0 / 2 }).scalingColumns(by: [1.5, 1, 0.5, 0]) + noise
    }
    var (ratios, training) = ([Double](), [Double]())
    for replicate in 0..<60 as Range<UInt64> {
      var stream = RandomStream(seed: 64, replicate: replicate)
      let moments = try SmallGraphs.moments(graph, draw(&stream), .sgc(hops: 1))
      let squares = try NodeLeaving(moments, hideRate: 0.5, ridge: 0.01).squares(ridge: 0.01, refitted: true)
      let theta = try Cholesky(moments.normalMatrix(hideRate: 0.5, ridge: 0.01)).solve(moments.cross)
      var fresh = 0.0
      for _ in 0..<4 {
        let other = try SmallGraphs.moments(graph, draw(&stream), .sgc(hops: 1))
        fresh += (other.rows.values - other.visible * theta).squaredFrobeniusNorm / 4
      }
      ratios.append(squares.leftOut.reduce(0, +) - fresh)
      training.append(squares.training - fresh)
    }
    let mean = SampleMean(ratios)
    #expect(abs(mean.z(against: 0)) < 5)
    // 20 % of the left-out error, either way, is seen.
    let size = 2.0 * Double(pairs * d)
    for off in [-0.2, 0.2] { #expect(abs(mean.z(against: off * size)) > 5) }
    #expect(SampleMean(training).mean < mean.mean)
  }

  /// The same bits with one thread and with many.
  @Test func threadsDoNotMatter() throws {
    let graph = try SmallGraphs.random(700, share: 0.01, seed: 71)
    let x = SmallGraphs.features(700, 70, seed: 72)
    func all() throws -> [Double] {
      let masked = try MaskedGraph(graph, features: x)
      let communities = Louvain.communities(of: graph)
      let fit = try masked.fit(communities: communities)
      let codes = try masked.codes(size: 8, ridge: fit.errors.ridge)
      return codes.codes.storage + codes.singularValues
        + [fit.errors.trainingError, fit.errors.leaveNodeOutError!, fit.errors.leaveCommunityOutError!]
    }
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = 1
    let one = try all()
    Parallel.threads = 5
    #expect(try all() == one)
  }

  /// Two classes that neighbors share: propagation finds them, raw rows hardly; labels of single nodes are refused.
  @Test func probes() throws {
    var stream = RandomStream(seed: 81)
    let nodes = 300
    var x = stream.normalMatrix(rows: nodes, columns: 10)
    for i in 0..<nodes { x[i, 0] += i % 2 == 0 ? 0.7 : -0.7 }
    let edges = (0..<4 * nodes).map { _ -> (Int, Int) in
      let i = stream.index(below: nodes)
      return (i, (i + 2 * stream.index(below: nodes / 2)) % nodes)
    }
    let masked = try MaskedGraph(
      Graph(nodes: nodes, edges: edges), features: x, settings: GraphSettings(unitRows: false))
    let labels = (0..<nodes).map { $0 % 10 == 9 ? nil : "\($0 % 2)" }
    let splits = try LabelSplits(labels, perClass: 20, count: 5, seed: 0)
    let across = try splits.acrossCommunities(Communities((0..<nodes).map { $0 / 30 }), perClass: 20, seed: 0)
    let comparison = try GraphComparison(masked, size: 4, ridge: 1, splits: splits, across: across)
    let scores = Dictionary(uniqueKeysWithValues: comparison.candidates.map { ($0.name, $0.accuracy.mean) })
    #expect(scores["raw"]! < 0.8 && scores["sgc:2"]! > 0.85 && scores["sgc:2, masked"]! > 0.85)
    #expect(comparison.verdict.contains("gain over raw rows is propagation"))
    #expect(comparison.candidates.allSatisfy { $0.acrossCommunities != nil })
    #expect(throws: GraphError.self) { try LabelSplits(["a", nil, "a"], perClass: 1, count: 2, seed: 0) }
    #expect(throws: GraphError.self) { try LabelSplits((0..<90).map { "\($0 / 2)" }, perClass: 1, count: 2, seed: 0) }
  }
}
