import Foundation
import LinearAlgebra
import Planning
import Testing

/// The penalty of a softmax head: what is tried, and which is chosen.
@Suite struct SoftmaxSearchTests {
  /// The least of Σ loss + log(1 + (τ/2.5)²) over what was tried, by the formula; with 2 or 3 for 2.5 others would be.
  @Test func priorOnThePenalty() throws {
    var differing = [2.0: 0, 3.0: 0]
    for seed in 0..<60 {
      let (features, classes) = SoftmaxHeadTests.sample(24, 3, 2, apart: 0.8, seed: UInt64(4000 + seed))
      guard (2...22).contains(classes.count { $0 == 0 }) else { continue }
      let head = try SoftmaxHead(features, classes: classes, count: 2, seed: 3)
      let means = features.columnMeans()
      var variance = 0.0
      for row in 0..<24 { for j in 0..<3 { variance += (features[row, j] - means[j]) * (features[row, j] - means[j]) } }
      func best(_ scale: Double) -> Double {
        let objectives = zip(head.penalties, head.pathLosses).map { penalty, losses in
          losses.reduce(0, +) + log1p(variance / 24 / penalty / (scale * scale))
        }
        return head.penalties[objectives.indices.min { objectives[$0] < objectives[$1] }!]
      }
      #expect(head.fit.penalty == best(2.5), "seed \(seed)")
      for scale in differing.keys where best(scale) != best(2.5) { differing[scale]! += 1 }
    }
    #expect(differing.values.allSatisfy { $0 > 0 }, "no power: \(differing)")
  }

  /// Penalties are tried from the largest down, each 10^-0.28 of the one before, until four steps beyond the best the
  /// objective is 2 % above its least; with 2.4 % or 1.6 % searches would have ended elsewhere.
  @Test func searchesEndWhereTheLossHasRisen() throws {
    var differing = [1.016: 0, 1.024: 0]
    for seed in 0..<90 {
      let (n, p) = [(60, 4), (300, 3), (150, 2)][seed % 3]
      let (features, classes) = SoftmaxHeadTests.sample(n, p, 3, apart: 0.7, seed: UInt64(4100 + seed))
      let head = try SoftmaxHead(features, classes: classes, count: 3, seed: 3)
      #expect(head.penalties.count <= 25)
      for (one, next) in zip(head.penalties, head.penalties.dropFirst()) {
        #expect(abs(next / one - pow(10, -0.28)) < 1e-12)
      }
      // τ of the first is 0.02.
      let objectives = head.pathLosses.enumerated().map { index, losses in
        let ratio = 0.02 * pow(10, 0.14 * Double(index)) / 2.5
        return losses.reduce(0, +) + log1p(ratio * ratio)
      }
      func end(_ rise: Double) -> Int {
        var (best, least) = (0, Double.infinity)
        for (index, own) in objectives.enumerated() {
          if own < least { (best, least) = (index, own) }
          if index >= best + 4 && own > rise * least { return index }
        }
        return 25
      }
      #expect(end(1.02) == head.penalties.count - 1, "seed \(seed)")
      for rise in differing.keys where end(rise) != end(1.02) { differing[rise]! += 1 }
    }
    #expect(differing.values.allSatisfy { $0 > 0 }, "no power: \(differing)")
  }
}
