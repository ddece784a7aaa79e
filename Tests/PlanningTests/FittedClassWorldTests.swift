import Asymptotics
import CMath
import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import Testing

/// The world that `verify` simulates for a plan of classes is the one that the plan fitted.
@Suite struct FittedClassWorldTests {
  private static let weights: [[Double]] = [[0.8, 0], [-0.4, 0.7], [-0.4, -0.7]]
  private static let deviations = [2, 1.5, 0.6, 0.5]

  private static func plan(labeled n: Int, unlabeled m: Int) throws -> Plan {
    var stream = RandomStream(seed: 314, purpose: 19)
    let rows = stream.normalMatrix(rows: m + n, columns: 4).scalingColumns(by: deviations)
    let labels = (m..<m + n).map { row -> Double in
      let shares = weights.map { exp($0[0] * rows[row, 0] + $0[1] * rows[row, 1]) }
      var rest = stream.uniform() * shares.reduce(0, +)
      return Double(
        shares.firstIndex { share in
          rest -= share; return rest < 0
        } ?? 2)
    }
    return try Planner.plan(
      PlanRequest(
        unlabeled: rows.rows(0..<m), features: rows.rows(m..<m + n), labels: labels, methods: [PrincipalComponents()],
        sizes: [2], seed: 3, head: .logistic))
  }

  /// Contrasts of weights and intercepts are the world's; the plan's labels part is the law's.
  @Test func manyRowsGiveTheTruthBack() throws {
    let fitted = try #require(try Self.plan(labeled: 3000, unlabeled: 3000).fitted)
    guard case .softmax(let weights, let intercepts) = fitted.head else { fatalError("\(fitted.head)") }
    #expect(fitted.size == 2 && weights.count == 3 && intercepts.count == 3)
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
      // Directions of principal components have a sign of their own.
      for k in 0..<2 {
        let (found, truth) = (weights[one][k] - weights[other][k], Self.weights[one][k] - Self.weights[other][k])
        #expect(abs(abs(found) - abs(truth)) < 0.15, "\(one), \(other), \(k): \(found), \(truth)")
      }
      #expect(abs(intercepts[one] - intercepts[other]) < 0.25)
    }
    // Half of (K - 1)(k + 1), as for every well-specified head; the plan's own is measured on halves of the labels.
    let law = try fitted.world().law()
    #expect(abs(law.labelTerm / 3 - 1) < 0.02, "\(law.labelTerm)")
    #expect(abs(log(fitted.labelsPart * Double(fitted.labels) / law.labelTerm)) < log(2))
    let copy = try JSONDecoder().decode(FittedModel.self, from: JSONEncoder().encode(fitted))
    #expect(copy == fitted)
  }

  @Test func classesAreVerifiedAsClasses() throws {
    let fitted = try #require(try Self.plan(labeled: 150, unlabeled: 200).fitted)
    #expect(
      fitted.experiment.head == .softmax && fitted.experiment.labeled == 150 && fitted.experiment.unlabeled == 350)
  }
}
