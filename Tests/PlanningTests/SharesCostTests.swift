import Foundation
import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

/// What folds that keep the shares of the classes hide.
@Suite struct SharesCostTests {
  private static let shares = [0.5, 0.3, 0.2]

  private static func count(_ n: Int, _ stream: inout RandomStream) -> [Double] {
    var counts = [Double](repeating: 0, count: 3)
    for _ in 0..<n {
      let u = stream.uniform()
      counts[u < 0.5 ? 0 : u < 0.8 ? 1 : 2] += 1
    }
    return counts.map { $0 / Double(n) }
  }

  /// Without features the curvature is diag(f) - ff': (K - 1)/2 (1/n + 1/n_fit).
  @Test func withoutFeatures() {
    let classes = (0..<100).map { $0 < 50 ? 0 : $0 < 80 ? 1 : 2 }
    let curvature = Matrix.diagonal(Self.shares) - .outerProduct(Self.shares)
    let cost = SharesCost(curvature, classes)
    #expect(abs(cost(80) - (1 / 100.0 + 1 / 80.0)) < 1e-14)
  }

  /// Shares of 400 rows scored on rows of the same shares, as such folds do, against shares of 300 other rows scored on the
  /// population: the mean difference is the cost to five standard errors, 20 % either way is seen.
  @Test func simulatedShares() {
    var stream = RandomStream(seed: 61)
    let differences = (0..<40_000).map { _ -> Double in
      let (same, other) = (Self.count(400, &stream), Self.count(300, &stream))
      let inside = same.reduce(0) { $0 - $1 * log($1) }
      return zip(Self.shares, other).reduce(0) { $0 - $1.0 * log($1.1) } - inside
    }
    let classes = (0..<400).map { $0 < 200 ? 0 : $0 < 320 ? 1 : 2 }
    let cost = SharesCost(Matrix.diagonal(Self.shares) - .outerProduct(Self.shares), classes)(300)
    let mean = SampleMean(differences)
    // Third-order terms are of order 1/n² and below the standard error.
    #expect(abs(mean.z(against: cost)) < 5, "\(mean) for \(cost)")
    #expect(abs(mean.z(against: 1.2 * cost)) > 5 && abs(mean.z(against: 0.8 * cost)) > 5, "\(mean)")
  }
}
