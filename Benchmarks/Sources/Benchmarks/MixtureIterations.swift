import Foundation
import Pretell

/// An iteration of expectation and maximization: weights, centres and variance, from the same start.
enum MixtureIterations: Benchmark {
  static let name = "mixture-fit"

  static func run(data: URL) throws {
    for (rows, columns, components) in [(200_000, 20, 4), (100_000, 100, 16)] {
      let label = "\(rows)-\(columns)-\(components)"
      let sample = try DataFile.read(data.appending(path: "mixture-\(label).npy").path).values
      let start = try DataFile.read(data.appending(path: "mixture-start-\(label).npy").path).values
      func fit(_ iterations: Int) throws -> MixtureFit {
        var method = GaussianMixture(estimates: .init(weights: true, variance: true), variance: 1)
        method.maximumIterations = iterations
        method.tolerance = -.infinity
        method.accelerates = false
        return try method.fit(sample, from: start)
      }
      let (short, _) = try best(of: 3) { try fit(6) }
      let (long, result) = try best(of: 3) { try fit(26) }
      try Measurement(
        measure: "mixture, an iteration, \(rows) x \(columns), K = \(components), all cores",
        seconds: (long - short) / 20, amount: Double(rows), unit: "rows", answers: [result.logLikelihood]
      ).print()
    }
  }
}
