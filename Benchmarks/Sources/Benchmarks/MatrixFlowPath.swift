import Foundation
import Pretell

/// Gradient flow of a factorization: P at 100 times, and at sizes where stepping is out of the question.
enum MatrixFlowPath: Benchmark {
  static let name = "matrix-flow"

  static func run(data: URL) throws {
    try path(data, target: "spread", described: "eigenvalues from -3 to 3")
    try path(data, target: "correlation", described: "correlation matrix of 400 rows with a common factor")
    try large()
  }

  private static func path(_ data: URL, target name: String, described: String) throws {
    let start = try DataFile.read(data.appending(path: "matrix-flow-start.npy").path).values
    let target = try DataFile.read(data.appending(path: "matrix-flow-\(name).npy").path).values
    let times = try DataFile.read(data.appending(path: "matrix-flow-times.npy").path).values.storage
    let (seconds, answers) = try best(of: 5) { () throws -> [Double] in
      let flow = try FactorizationFlow(start: start, target: target)
      return try flow.products(at: times) { ($1 * start).squaredFrobeniusNorm.squareRoot() }
    }
    try Measurement(
      measure: "flow, n 200, r 20, P at 100 times up to t = 1000, \(described)", seconds: seconds, amount: 100,
      unit: "times", answers: answers
    ).print()
  }

  private static func large() throws {
    var stream = RandomStream(seed: 1)
    let (n, r) = (2000, 50)
    let start = 0.1 * stream.normalMatrix(rows: n, columns: r)
    let target = (1 / Double(2 * n).squareRoot()) * stream.normalMatrix(rows: n, columns: n)
    let symmetric = target + target.transposed()
    let (setUp, flow) = try best(of: 2) { try FactorizationFlow(start: start, target: symmetric) }
    try Measurement(
      measure: "flow, n 2000, r 50, set-up", seconds: setUp, amount: 1, unit: "flows"
    ).print()
    let (each, _) = try best(of: 5) { try flow.product(at: 3) }
    try Measurement(
      measure: "flow, n 2000, r 50, P at one further time", seconds: each, amount: 1, unit: "times"
    ).print()
  }
}
