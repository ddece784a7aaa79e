import Foundation
import Pretell

/// E||L(Z)||² of Gaussian-mixture pre-training, centres 2 e_i, coefficients of norm 10; and the 63 points of the paper's Figure 2.
enum MixtureLaw: Benchmark {
  static let name = "mixture-law"

  static func run(data: URL) throws {
    for (dimension, tolerance) in [(20, 1e-3), (20, 1e-6), (1000, 1e-3), (1000, 1e-6)] {
      let (seconds, mean) = try best(of: 20) { try Self.mean(4, dimension, 2, tolerance) }
      try Measurement(
        measure: "mixture law, K = 4, d = \(dimension), separation 2, relative error \(tolerance)", seconds: seconds,
        amount: 1, unit: "laws", answers: [mean]
      ).print()
    }
    let (seconds, _) = try best(of: 1) { try figure() }
    try Measurement(
      measure: "mixture law, all of Figure 2: K = 2 ... 14, 30 dimensions, 20 separations", seconds: seconds,
      amount: 63,
      unit: "laws"
    ).print()
  }

  private static func mean(_ k: Int, _ d: Int, _ separation: Double, _ tolerance: Double?) throws -> Double {
    let values = MixturePopulation.reciprocal(blocks: k, width: d + 1).map { 10 * $0 }
    return try MixturePopulation(
      centers: separation * Matrix.identity(k), dimension: d, slopes: .constant(values), intercepts: values,
      labelNoise: 0.5, tolerance: tolerance
    ).law().interaction.mean
  }

  private static func figure() throws -> [Double] {
    try (2...14).map { try mean($0, 30, 2, $0 <= 5 ? nil : 5e-3) }
      + (1...30).map { try mean(4, 4 * $0, 2, nil) }
      + (1...20).map { try mean(4, 20, 0.35 + 0.2125 * Double($0), nil) }
  }
}
