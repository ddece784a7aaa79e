import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// The truth that `ForecastAudit` scores plans against, on a population where it is known.
struct ForecastAuditTests {
  private static func audit(columns: Int = 3) throws -> ForecastAudit {
    var stream = RandomStream(seed: 71)
    let rows = stream.normalMatrix(rows: 3000, columns: columns).scalingColumns(by: [3, 1.5, 0.5])
    let noise = stream.normals(3000)
    return try ForecastAudit(
      features: rows, labels: (0..<3000).map { rows[$0, 0] + noise[$0] }, method: PrincipalComponents(), sizes: [1])
  }

  /// Least squares on Gaussian rows: σ²((1 + 1/n)(n - 2)/(n - p - 1)), to within the population's own size.
  /// Power: 20 % of the excess risk is 5 standard errors.
  @Test func leastSquaresHasItsExactRisk() throws {
    let audit = try Self.audit()
    let truths = try audit.truths(unlabeled: 200, labeled: 30, draws: 3000, seed: 1)
    let none = truths[0]
    let expected = none.best! * (1 + 1.0 / 30) * 28 / (30 - 3 - 2)
    #expect(abs(none.risk - expected) < 5 * none.standardError, "\(none.risk) against \(expected)")
    let wrong = none.best! + 1.2 * (expected - none.best!)
    #expect(abs(none.risk - wrong) > 5 * none.standardError)
    #expect(truths.map(\.method) == ["none", "ridge", "pca"])
  }

  /// x₁ carries everything: one component is as good as all columns with unlimited labels, better with few.
  @Test func oneComponentIsEnough() throws {
    let truths = try Self.audit().truths(unlabeled: 400, labeled: 20, draws: 400, seed: 2)
    #expect(relativeDifference(truths[0].best!, truths[2].best!) < 0.02)
    #expect(truths[2].risk < truths[0].risk)
  }

  @Test func sameSeedSamePlan() throws {
    let audit = try Self.audit()
    let (a, b) = (
      try audit.plan(unlabeled: 100, labeled: 30, subsample: 3, seed: 5),
      try audit.plan(unlabeled: 100, labeled: 30, subsample: 3, seed: 5)
    )
    #expect(a.candidates[2].predictedRisk == b.candidates[2].predictedRisk)
    let other = try audit.plan(unlabeled: 100, labeled: 30, subsample: 4, seed: 5)
    #expect(a.candidates[2].predictedRisk != other.candidates[2].predictedRisk)
  }

  /// One component misses x₂'s small effect: worth it below a number of labels near σ²/(what it misses).
  @Test func breakEvenIsWhereTheRisksCross() throws {
    var stream = RandomStream(seed: 72)
    let rows = stream.normalMatrix(rows: 4000, columns: 4).scalingColumns(by: [3, 1, 1, 1])
    let noise = stream.normals(4000)
    let audit = try ForecastAudit(
      features: rows, labels: (0..<4000).map { rows[$0, 0] + 0.25 * rows[$0, 1] + noise[$0] },
      method: PrincipalComponents(), sizes: [1])
    // (1 + 0.0625) (1 + 1/n)(n - 2)/(n - 3) = (1 + 1/n)(n - 2)/(n - 6)  =>  n = 3 + 3 · 1.0625/0.0625
    let found = try #require(try audit.breakEvenLabels(size: 1, draws: 2000, seed: 3))
    #expect(found > 40 && found < 75, "\(found)")
  }
}
