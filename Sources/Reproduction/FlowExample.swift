import Foundation
import LinearAlgebra
import MatrixFlow
import Randomness

/// The flows behind the figures of arXiv 2411.15972's statements.
enum FlowExample {
  /// A start of independent normal entries of size `scale`.
  static func flow(
    eigenvalues: [Double], columns: Int, scale: Double, settings: ReproductionSettings, cell: UInt64
  ) throws -> FactorizationFlow {
    var stream = RandomStream(seed: settings.seed, cell: cell)
    let start = scale * stream.normalMatrix(rows: eigenvalues.count, columns: columns)
    return try FactorizationFlow(start: start, target: .diagonal(eigenvalues))
  }

  /// -d log y / dx between two points.
  static func exponent(_ x: (Double, Double), _ y: (Double, Double)) -> Double { -log(y.1 / y.0) / (x.1 - x.0) }

  /// -d log y / d log x between two points.
  static func power(_ x: (Double, Double), _ y: (Double, Double)) -> Double { -log(y.1 / y.0) / log(x.1 / x.0) }
}
