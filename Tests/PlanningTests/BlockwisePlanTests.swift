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

  /// Partners and features computed elsewhere, each in a file of its own beside the rows'.
  @Test func partnersAndEmbeddingsInBlocks() throws {
    let base = PlannerTests.request(unlabeled: 6000, labeled: 90, columns: 5)
    let rows = try base.unlabeled.matrix()
    func constant(_ rows: Matrix) -> Matrix { rows.joined(leftOf: Matrix(rows: rows.rows, columns: 1, repeating: 4)) }
    let partners = constant(rows.rows(at: (0..<6000).map { min($0 + 1, 5999) }) + rows)
    let embedding = rows.stacked(above: base.features).columns(at: [2, 0])
    func plan(_ rows: any RowSource, _ pairs: any RowSource, _ embedding: any RowSource) throws -> Plan {
      try Planner.plan(
        PlanRequest(
          unlabeled: rows, unlabeledCount: 6000, features: constant(base.features), labels: base.labels,
          methods: [PrincipalComponents()], sizes: [1, 2], embedding: embedding, pairs: pairs))
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func file(_ matrix: Matrix, _ name: String) throws -> RowStream {
      let path = folder.appending(path: name).path
      try NPY.write(matrix, to: path)
      return try RowStream(path)
    }
    let unlabeled = try file(constant(rows), "x.npy")
    let known = try json(plan(constant(rows), partners, embedding))
    #expect(try json(plan(unlabeled, file(partners, "p.npy"), file(embedding, "e.npy"))) == known)
    #expect(known.contains("spectral-pairs") && known.contains("embedding"))
    var others = (partners, embedding)
    others.0[4321, 2] += 1
    others.1[4321, 1] += 1
    #expect(try json(plan(unlabeled, file(others.0, "p2.npy"), file(embedding, "e2.npy"))) != known)
    #expect(try json(plan(unlabeled, file(partners, "p3.npy"), file(others.1, "e3.npy"))) != known)
    // Entries that are no numbers are named before the work.
    others.0[4321, 2] = .nan
    others.1[5999, 1] = .infinity
    for (pairs, features, name, row) in [(others.0, embedding, "p4.npy", 4322), (partners, others.1, "e4.npy", 6000)] {
      let files = try (file(pairs, "p4.npy"), file(features, "e4.npy"))
      let error = #expect(throws: DataFileError.self) { try plan(unlabeled, files.0, files.1) }
      #expect("\(error!)".contains(name) && "\(error!)".contains("row \(row)"))
    }
    #expect(throws: PlanError.nonFinite(part: "embedding", row: 5999, column: 1, value: .infinity)) {
      try plan(constant(rows), partners, others.1)
    }
  }
}
