import DataFiles
import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// Plans with unlabeled rows read from a file in blocks say, to the last digit, what they say of the same rows in memory.
@Suite struct BlockwisePlanTests {
  private static var mixture: GaussianMixture {
    var result = GaussianMixture(estimates: MixtureUnknowns(weights: true, variance: true))
    (result.restarts, result.maximumIterations) = (1, 10)
    return result
  }

  private func json(_ plan: Plan) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    return String(decoding: try encoder.encode(plan), as: UTF8.self)
  }

  /// One column is constant, so that the file's columns are not all taken.
  @Test(arguments: [PlanHead.linear, .logistic]) func theSamePlan(_ head: PlanHead) throws {
    let base = PlannerTests.request(unlabeled: 6000, labeled: 90, columns: 9)
    func widened(_ rows: Matrix) -> Matrix { Matrix(rows: rows.rows, columns: 1, repeating: 4).joined(leftOf: rows) }
    let unlabeled = try widened(base.unlabeled.matrix())
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".npy").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try NPY.write(unlabeled, to: path)
    func plan(_ rows: any RowSource) throws -> Plan {
      try Planner.plan(
        PlanRequest(
          unlabeled: rows, unlabeledCount: 6000, features: widened(base.features),
          labels: head == .linear ? base.labels : base.labels.map { $0 > 0 ? 1 : 0 },
          methods: [
            PrincipalComponents(), PrincipalComponents(standardizes: true), FactorModel(),
            FactorModel(noise: .diagonal),
            MaskedRidgeFeatures(), Self.mixture,
          ], sizes: [2, 3], head: head))
    }
    let (known, found) = try (json(plan(unlabeled)), json(plan(RowStream(path))))
    #expect(known == found)
    #expect(known.contains("masked") && known.contains("mixture") && known.contains("constant-columns"))
    // The comparison sees a single row.
    var other = unlabeled
    other[17, 3] += 0.5
    #expect(try json(plan(other)) != known)
  }
}
