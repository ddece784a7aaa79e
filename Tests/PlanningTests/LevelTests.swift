import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

/// The level of least squares: what a fresh label costs with any number of labels.
@Suite struct LevelTests {
  /// With labels without end only the mean of e²/(1 - h) is left, by the literal formula; 20 % of it would be seen, and so would 20 %
  /// of the present labels part.
  @Test func unlimitedLabelsLeaveTheNoise() throws {
    var stream = RandomStream(seed: 71)
    let x = stream.normalMatrix(rows: 360, columns: 4)
    let own = x.rows(300..<360)
    let labels = zip(own * [1, -0.5, 0, 2], stream.normals(60)).map { $0 + $1 }
    let plan = try Planner.plan(
      PlanRequest(unlabeled: x.rows(0..<300), features: own, labels: labels, methods: [], sizes: []))
    let none = plan.candidate("none")!
    let design = Slow.withIntercept(own)
    let inverse = try Slow.pseudoInverse(design.gram())
    let coefficients = try Slow.coefficients(design, labels)
    let noise = (0..<60).reduce(0.0) { sum, row in
      let x = design.row(row)
      let error = labels[row] - dot(x, coefficients)
      return sum + error * error / (1 - dot(x, inverse * x))
    }
    let later = none.predictedRisk(unlabeled: 300, labeled: 1_000_000_000)!.estimate
    #expect(relativeDifference(later, noise / 60) < 1e-6, "\(later) for \(noise / 60)")
    #expect(none.parts!.labels > 0.02 * later)
  }
}
