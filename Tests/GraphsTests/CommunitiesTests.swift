import Graphs
import Randomness
import TestSupport
import Testing

@Suite struct CommunitiesTests {
  /// Every partition of the nodes, as restricted growth strings.
  private func best(_ graph: Graph) -> Double {
    var (most, label) = (-1.0, [Int](repeating: 0, count: graph.nodes))
    func extend(_ node: Int, _ used: Int) {
      if node == graph.nodes {
        most = max(most, Communities(label).modularity(on: graph))
        return
      }
      for own in 0...used {
        label[node] = own
        extend(node + 1, max(used, own + 1))
      }
    }
    extend(0, 0)
    return most
  }

  @Test func karateClub() throws {
    let club = try Graph(nodes: 34, edges: SmallGraphs.karate)
    #expect(club.edges == 78)
    // The two factions (Girvan and Newman 2002): Q = 0.3715; the optimum is 0.4198 (Brandes et al. 2008).
    let officer: Set = [8, 9, 14, 15, 18, 20, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33]
    let factions = Communities((0..<34).map { officer.contains($0) })
    #expect(abs(factions.modularity(on: club) - 0.3715) < 5e-5)
    let found = Louvain.communities(of: club)
    #expect(found.modularity(on: club) > 0.41 && found.modularity(on: club) < 0.41980)
    #expect(found.count == 4)
  }

  @Test func smallGraphsAgainstAllPartitions() throws {
    var hits = 0
    for seed in 0..<20 as Range<UInt64> {
      let graph = try SmallGraphs.random(8, share: 0.3, seed: seed)
      let (found, most) = (Louvain.communities(of: graph).modularity(on: graph), best(graph))
      #expect(found <= most + 1e-12 && found > most - 0.08, "seed \(seed): \(found) of \(most)")
      if found > most - 1e-12 { hits += 1 }
    }
    #expect(hits >= 12, "\(hits)")
  }

  @Test func ringOfCliques() throws {
    var edges: [(Int, Int)] = []
    for ring in 0..<6 {
      for i in 0..<5 { for j in 0..<i { edges.append((5 * ring + i, 5 * ring + j)) } }
      edges.append((5 * ring, (5 * ring + 5) % 30 + 1))
    }
    let graph = try Graph(nodes: 31, edges: edges)
    let found = Louvain.communities(of: graph)
    #expect(found.count == 7 && (0..<30).allSatisfy { found.label[$0] == $0 / 5 })
    #expect(found == Louvain.communities(of: graph))
    #expect(abs(found.largestShare - 5.0 / 31) < 1e-15)
  }

  @Test func withoutEdges() throws {
    let graph = try Graph(nodes: 3, edges: [(Int, Int)]())
    #expect(Louvain.communities(of: graph).count == 3)
    #expect(graph.components().count == 3 && graph.isolated == [0, 1, 2])
  }
}
