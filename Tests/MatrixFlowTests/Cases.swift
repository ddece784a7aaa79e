import Foundation
import LinearAlgebra
import MatrixFlow
import TestSupport

/// The cases of Tests/Reference/matrix_flow.json.
struct FlowCase: Sendable {
  let name: String
  let start: Matrix
  let eigenvalues: [Double]
  let vectors: Matrix

  var target: Matrix {
    multiply(vectors.scalingColumns(by: eigenvalues), vectors, transposing: .right).symmetrized()
  }

  func flow() throws -> FactorizationFlow { try FactorizationFlow(start: start, target: target) }

  /// I - 2uu'/u'u with u = (1, ..., n).
  static func house(_ n: Int) -> Matrix {
    let norm = (1...n).reduce(0.0) { $0 + Double($1 * $1) }
    var result = Matrix.identity(n)
    for i in 0..<n { for j in 0..<n { result[i, j] -= 2 * Double((i + 1) * (j + 1)) / norm } }
    return result
  }

  static func wave(_ n: Int, _ r: Int, _ scale: Double) -> Matrix {
    var result = Matrix(rows: n, columns: r)
    for i in 0..<n {
      for j in 0..<r {
        let (i1, j1) = (Double(i), Double(j))
        result[i, j] = scale * cos(1 + 0.7 * i1 + 1.3 * j1 + 0.37 * i1 * j1)
      }
    }
    return result
  }

  init(_ name: String, _ eigenvalues: [Double], _ start: Matrix) {
    self.name = name
    self.eigenvalues = eigenvalues
    self.start = start
    vectors = Self.house(eigenvalues.count)
  }

  static let a = FlowCase("A", [3, 1.5, 0, 0, -1], wave(5, 4, 0.5))
  static let b = FlowCase("B", [4, 2, 1, 0.5], wave(4, 2, 0.5))
  static let c: FlowCase = {
    var start = wave(5, 3, 0.5)
    for i in 0..<5 { start[i, 2] = start[i, 0] + start[i, 1] }
    return FlowCase("C", [2, 1, 0.25, -0.5, -3], start)
  }()
  /// On the stable manifold of a saddle: no component along the top eigenvector.
  static let d: FlowCase = {
    let (start, top) = (wave(4, 2, 0.5), Matrix.column(house(4).column(0)))
    return FlowCase("D", [3, 2, 1, 0], start - top * multiply(top, start, transposing: .left))
  }()
  static let e = FlowCase("E", [2, 1, 0, 0], wave(4, 4, 0.5))
  static let f = FlowCase("F", [-0.5, -1, -2], wave(3, 2, 0.5))
  static let g = FlowCase("G", [3, 2, 1, 0], wave(4, 4, 1e-6))
  static let all = [a, b, c, d, e, f, g]
}

/// Tests/Reference/matrix_flow.json, as dictionaries.
struct FlowReference {
  let root: [String: Any]

  init() throws {
    root = try JSONSerialization.jsonObject(with: try reference("matrix_flow.json")) as? [String: Any] ?? [:]
  }

  func section(_ path: String...) -> [String: Any] {
    path.reduce(root) { $0[$1] as? [String: Any] ?? [:] }
  }
}
