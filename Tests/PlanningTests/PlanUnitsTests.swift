import Asymptotics
import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import Testing

/// Multiplying all features by a power of two changes no answer, whatever the power.
@Suite struct PlanUnitsTests {
  private static let (labeled, unlabeled) = (60, 90)

  private static func request(
    _ head: PlanHead, features factor: Double, embedding other: Double = 1, column: Double = 1
  ) -> PlanRequest {
    var stream = RandomStream(seed: 5, purpose: 77)
    let rows = stream.normalMatrix(rows: labeled + unlabeled, columns: 4).scalingColumns(by: [3, 1, 0.5, 2])
    let noise = stream.normalMatrix(rows: labeled, columns: 3)
    let labels = (0..<labeled).map { i -> Double in
      let row = rows.row(unlabeled + i)
      if head == .linear { return row[0] + 2 * row[2] + noise[i, 0] }
      let scores = [row[0] + noise[i, 0], 2 * row[1] + noise[i, 1], row[3] + noise[i, 2]]
      return Double(scores.indices.max { scores[$0] < scores[$1] }!)
    }
    let scaled = rows.scalingColumns(by: [factor * column, factor, factor, factor])
    return PlanRequest(
      unlabeled: scaled.rows(0..<unlabeled), features: scaled.rows(unlabeled..<rows.rows), labels: labels,
      methods: [PrincipalComponents()], sizes: [1, 2], seed: 1,
      embedding: other * rows.joined(leftOf: rows.entrywise(rows)),
      head: head)
  }

  private static func weights(_ fitted: FittedModel) -> [Double] {
    switch fitted.head {
    case .linear(let weights, _): weights
    case .softmax(let weights, _): weights.flatMap { $0 }
    }
  }

  @Test(arguments: [PlanHead.linear, .logistic])
  func unitsDoNotMatter(head: PlanHead) throws {
    let plain = try Planner.plan(Self.request(head, features: 1))
    for (power, other) in [(-660, 0), (-300, 7), (-133, 133), (-31, -660), (-1, 31), (30, -30), (133, 300)] {
      let (factor, own) = (
        Double(sign: .plus, exponent: power, significand: 1), Double(sign: .plus, exponent: other, significand: 1)
      )
      let plan = try Planner.plan(Self.request(head, features: factor, embedding: own))
      #expect(plan.candidates.map(\.method) == plain.candidates.map(\.method))
      for (a, b) in zip(plan.candidates, plain.candidates) {
        let what = "\(head) 2^\(power), 2^\(other): \(a.method)"
        let pairs = [
          (a.predictedRisk?.estimate, b.predictedRisk?.estimate), (a.predictedRisk?.low, b.predictedRisk?.low),
          (a.predictedRisk?.high, b.predictedRisk?.high), (a.parts?.labels, b.parts?.labels),
          (a.parts?.pretraining, b.parts?.pretraining), (a.accuracy?.estimate, b.accuracy?.estimate),
          (
            a.predictedRisk(unlabeled: 200, labeled: 240)?.estimate,
            b.predictedRisk(unlabeled: 200, labeled: 240)?.estimate
          ),
        ]
        for (x, y) in pairs {
          #expect((x == nil) == (y == nil), "\(what)")
          guard let x, let y else { continue }
          #expect(abs(x - y) <= 1e-9 * max(abs(y), 1e-3), "\(what): \(x), \(y)")
        }
      }
      let expected = plain.eigenvalues.map { $0 * factor * factor }
      #expect(zip(plan.eigenvalues, expected).allSatisfy { abs($0 - $1) <= 1e-9 * $1 }, "2^\(power)")
      #expect((plan.fitted == nil) == (plain.fitted == nil))
      if let own = plan.fitted, let one = plain.fitted {
        #expect(zip(Self.weights(own), Self.weights(one)).allSatisfy { abs($0 * factor - $1) <= 1e-9 * abs($1) })
      }
    }
  }

  /// A column far below all others is seen by least squares, which has no units.
  @Test(arguments: [-1000, -600, -200, -90])
  func columnsFarBelowOthersCount(power: Int) throws {
    let plain = try Planner.plan(Self.request(.linear, features: 1))
    let small = try Planner.plan(
      Self.request(.linear, features: 1, column: Double(sign: .plus, exponent: power, significand: 1)))
    let (a, b) = (
      try #require(small.candidate("none")?.predictedRisk), try #require(plain.candidate("none")?.predictedRisk)
    )
    #expect(abs(a.estimate - b.estimate) < 1e-6 * b.estimate, "\(a.estimate), \(b.estimate)")
  }

  @Test func backtestsAreInUnits() throws {
    func scores(_ factor: Double) throws -> [Double] {
      let request = Self.request(.linear, features: factor)
      let result = try Backtester.run(
        BacktestRequest(
          features: request.features, labels: request.labels, methods: [PrincipalComponents()], sizes: [1], hide: 0.5,
          repeats: 2))
      return result.cells.map(\.actual)
    }
    let (one, small) = (try scores(1), try scores(0x1p-600))
    #expect(!one.isEmpty && zip(one, small).allSatisfy { abs($0 - $1) <= 1e-9 * $0 })
  }

  /// Fewer labels than a head can be fitted on have no forecast.
  @Test func fewestLabels() throws {
    for (head, fewest) in [(PlanHead.linear, 3), (.logistic, 6)] {
      let request = Self.request(head, features: 1)
      #expect(Planner.fewestLabels(head, labels: request.labels) == fewest)
      let plan = try Planner.plan(request)
      #expect(plan.at(unlabeled: 1000, labeled: fewest - 1).candidates.isEmpty)
      for entry in plan.at(unlabeled: 1000, labeled: fewest).candidates {
        #expect(entry.predictedRisk.estimate.isFinite && entry.predictedRisk.estimate > 0)
      }
    }
  }
}
