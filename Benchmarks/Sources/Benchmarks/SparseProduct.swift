import Foundation
import Pretell

/// A graph's sparse matrix times a dense one on one thread, and two hops over a graph of a million nodes on all of them.
enum SparseProduct: Benchmark {
  static let name = "sparse-product"
  private static let columns = 128

  static func run(data: URL) throws {
    let threads = Parallel.threads
    Parallel.threads = 1
    try product(data)
    Parallel.threads = threads
    try hops(data)
  }

  private static func graph(_ data: URL, _ name: String, nodes: Int) throws -> Graph {
    let edges = try EdgeFile.read(data.appending(path: name).path).numbered(rows: nodes, rowNames: nil)
    return try Graph(nodes: nodes, from: edges.from, to: edges.to)
  }

  /// Features that both sides make: fractions that neither repeat nor grow.
  private static func features(_ nodes: Int) -> Matrix {
    Matrix(
      rows: nodes, columns: columns,
      storage: (0..<nodes * columns).map { Double(($0 &* 7919) % 1009) / 1009 })
  }

  private static func product(_ data: URL) throws {
    let nodes = 100_000
    let graph = try graph(data, "sparse-edges.npy", nodes: nodes)
    let step = try Propagation(graph, filter: .sgc(hops: 1)).step
    let x = features(nodes)
    let (seconds, y) = try best(of: 3) { step.times(x) }
    try Measurement(
      measure: "sparse product, 100 000 nodes, 1 M edges, 128 columns, one thread", seconds: seconds,
      amount: 2 * Double(step.count * columns), unit: "flops", answers: [y.squaredFrobeniusNorm, y[nodes - 1, 5]]
    ).print()
  }

  private static func hops(_ data: URL) throws {
    let nodes = 1_000_000
    let graph = try graph(data, "million-edges.npy", nodes: nodes)
    let x = features(nodes)
    let (seconds, y) = try best(of: 1) { try Propagation(graph, filter: .sgc(hops: 2)).apply(x) }
    try Measurement(
      measure: "two hops of SGC, 1 M nodes, 10 M edges, 128 columns, all cores", seconds: seconds,
      amount: Double(nodes), unit: "nodes", answers: [y.squaredFrobeniusNorm, y[nodes - 1, 5]], peakBytes: peakBytes()
    ).print()
  }
}
