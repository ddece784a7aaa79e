import Graphs
import Foundation
import LinearAlgebra
import TestSupport

/// Averages over every mask of six nodes, listed one by one in 50-digit arithmetic: `Tests/Reference/masked_graph.json`.
struct ReferenceGraph: Decodable {
  let graph: Edges
  let features: [[String]]
  let filters: [String: [[String]]]
  let cases: [Case]
  let optimum: Optimum
  let leave_node_out: LeftOut

  struct Edges: Decodable {
    let nodes: Int
    let edges: [[Int]]
  }

  struct Case: Decodable {
    let name: String
    let Q: [[String]]
    let C: [[String]]
  }

  struct Optimum: Decodable {
    let theta: [[String]]
    let target_energy: String
    let squared_singular_values_of_Q_half_C: [String]
    let loss_with_ridge_rank_1: String
    let loss_with_ridge_full: String
  }

  struct LeftOut: Decodable {
    let penalty_kept: [[String]]
    let penalty_refitted: [[String]]
  }

  static func read() throws -> ReferenceGraph {
    try JSONDecoder().decode(ReferenceGraph.self, from: reference("masked_graph.json"))
  }

  static func matrix(_ text: [[String]]) -> Matrix { Matrix(text.map { $0.map { Double($0)! } }) }

  func makeGraph() throws -> Graph {
    try Graph(nodes: graph.nodes, edges: graph.edges.map { ($0[0], $0[1]) })
  }

  var rows: Matrix { Self.matrix(features) }

  func moments(
    _ filter: GraphFilter, _ normalization: GraphNormalization = .symmetric
  ) throws -> GraphMoments {
    try GraphMoments(
      Propagation(makeGraph(), filter: filter, normalization: normalization),
      rows: GraphRows(rows, unitRows: false, centred: false))
  }

  func find(_ start: String) -> (q: Matrix, c: Matrix) {
    let found = cases.first { $0.name.hasPrefix(start) }!
    return (Self.matrix(found.Q), Self.matrix(found.C))
  }
}
