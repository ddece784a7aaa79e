import Foundation
import Asymptotics
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

@Suite struct DataChecksTests {
  private func plan(
    seed: UInt64 = 51, shift: Double = 0, heavy: Bool = false, leak: Bool = false, embedding: Bool = false
  ) throws -> Plan {
    var stream = RandomStream(seed: seed)
    var rows = stream.normalMatrix(rows: 500, columns: 4)
    if heavy { rows = rows.scalingRows(by: (0..<500).map { $0 % 20 == 0 ? 8 : 1 }) }
    var labeled = rows.rows(400..<500)
    for row in 0..<100 { labeled[row, 1] += shift }
    let noise = stream.normals(100)
    let labels = (0..<100).map { labeled[$0, 0] + 0.5 * noise[$0] }
    if leak { for row in 0..<100 { labeled[row, 3] = 7 - 2 * labels[row] } }
    let all = rows.rows(0..<400).stacked(above: labeled)
    return try Planner.plan(
      PlanRequest(
        unlabeled: rows.rows(0..<400), features: labeled, labels: labels, methods: [PrincipalComponents()],
        sizes: [2], featureNames: ["a", "b", "c", "d"], embedding: embedding ? all.columns(0..<1) : nil))
  }

  private func codes(_ plan: Plan) -> Set<String> { Set(plan.warnings.map(\.code)) }

  @Test func eachFaultIsNamed() throws {
    #expect(codes(try plan(shift: 1)).contains("drift"))
    #expect(codes(try plan(heavy: true)).contains("heavy-rows"))
    let leaking = try plan(leak: true)
    #expect(leaking.warnings.first { $0.code == "leaking-column" }!.message.contains("'d'"))
  }

  /// A column that is 1 in one labeled row of a hundred rests on it; one that is 1 in thirty does not.
  @Test func nearlyConstantColumns() throws {
    var stream = RandomStream(seed: 53)
    func codes(_ ones: Int) throws -> [Warning] {
      var rows = stream.normalMatrix(rows: 400, columns: 3)
      for row in 0..<400 { rows[row, 2] = row % 100 < ones ? 1 : 0 }
      let labeled = rows.rows(300..<400)
      return try Planner.plan(
        PlanRequest(
          unlabeled: rows.rows(0..<300), features: labeled, labels: labeled.column(0), methods: [], sizes: [1],
          featureNames: ["a", "b", "rare"])
      ).warnings.filter { $0.code == "near-constant-columns" }
    }
    #expect(try codes(1).first?.message.contains("('rare')") == true)
    #expect(try codes(30).isEmpty)
  }

  /// At level 1e-3, 60 samples without drift must not all be silent by chance but must not shout either: 3 alarms have
  /// probability below 1e-4.
  @Test func soundRowsAreLeftAlone() throws {
    let alarms = try (0..<60).count {
      try !codes(plan(seed: 600 + UInt64($0))).isDisjoint(with: [
        "drift", "heavy-rows", "leaking-column", "near-constant-columns",
      ])
    }
    #expect(alarms < 3)
  }

  /// The embedding is the one informative column: one slope, the risk of the right model.
  @Test func embeddingIsTakenAsGiven() throws {
    let plan = try plan(embedding: true)
    let given = plan.candidate("embedding", size: 1)!
    let none = plan.candidate("none")!
    #expect(relativeDifference(given.predictedRisk!.estimate, none.predictedRisk!.estimate) < 0.1)
    #expect(given.parts!.pretraining == nil && given.parts!.labels < none.parts!.labels)
  }

  @Test func rankingAndFittedModelGoTogether() throws {
    let plan = try plan()
    #expect(plan.bestByLabels.contains { $0.labels == 100 })
    #expect(plan.bestByLabels.allSatisfy { $0.unlabeled == plan.rows.unlabeled })
    #expect(plan.bestByUnlabeled.map(\.unlabeled) == plan.bestByUnlabeled.map(\.unlabeled).sorted())
    #expect(plan.bestByUnlabeled.contains { $0.unlabeled == plan.rows.unlabeled && $0.labels == plan.rows.labeled })
    #expect(plan.eigenvalues.count == 4)
    let fitted = plan.fitted!
    guard case .linear(let weights, let noiseVariance) = fitted.head else { fatalError("\(fitted.head)") }
    #expect(fitted.size == 2 && weights.count == 2 && fitted.rows == 500)
    let law = try fitted.world().law()
    #expect(law.effectiveDimension == 3)
    // The law's labels part at n = 100: three coefficients.
    #expect(relativeDifference(fitted.labelsPart, 3 * noiseVariance / 100) < 0.2)
    let copy = try JSONDecoder().decode(FittedModel.self, from: JSONEncoder().encode(fitted))
    #expect(copy == fitted)
  }

  /// Directions do not depend on units when columns are standardized.
  @Test func correlationComponentsForgetUnits() throws {
    var stream = RandomStream(seed: 52)
    let rows = stream.normalMatrix(rows: 200, columns: 3).scalingColumns(by: [1, 2, 3])
    let method = PrincipalComponents(standardizes: true)
    let own = try method.fit(rows, sizes: [2])[0].features(of: rows)
    let units = rows.scalingColumns(by: [1000, 1, 0.01])
    let other = try method.fit(units, sizes: [2])[0].features(of: units)
    for column in 0..<2 {
      #expect(
        relativeDifference(
          abs(dot(own.column(column), other.column(column))), dot(own.column(column), own.column(column))) < 1e-9)
    }
    let plain = try PrincipalComponents().fit(units, sizes: [1])[0].features(of: units)
    #expect(relativeDifference(abs(dot(own.column(0), plain.column(0))), dot(own.column(0), own.column(0))) > 0.01)
  }
}
