import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

import CMath

@Suite struct EncoderPlanTests {
  static func request(
    _ encoders: [TrainedEncoder], _ features: Matrix, _ labels: [Double], head: PlanHead = .linear,
    purchase: Purchase? = nil
  ) -> PlanRequest {
    PlanRequest(
      unlabeled: Matrix(rows: 0, columns: features.columns), features: features, labels: labels,
      methods: [PrincipalComponents()], sizes: [1], purchase: purchase, head: head, encoders: encoders)
  }

  private static func none(_ labels: [Double]) -> Matrix { Matrix(rows: labels.count, columns: 0) }

  /// Principal components as the encoder, 60 plans: what 2 and 4 times the rows take off, against retraining.
  @Test func forecastsALearnerWhosePopulationIsKnown() throws {
    let (world, m) = (ComponentsWorld.hard, 400)
    let truth = try [1, 2, 4].map { try world.risk(rows: $0 * m, repeats: 400, seed: 41) }
    let plans = try Parallel.map(count: 60) { index -> (covers: [Bool], gains: [Double], level: Bool) in
      var stream = RandomStream(seed: 42, replicate: UInt64(index))
      let given = try world.encoder(rows: m, labels: 400, pool: 1000, &stream)
      let plan = try Planner.plan(Self.request([given.encoder], Self.none(given.labels), given.labels))
      let candidate = plan.candidates[0]
      let found = candidate.gainsAt!.filter { $0.labeled == 400 && $0.unlabeled <= 4 * m }
      let risk = candidate.predictedRisk!
      // Of this encoder, with a head of three coefficients from 400 labels.
      let own = try world.risk(given.axes) * (1 + 3 / 400.0)
      return (
        zip(found, truth[1...]).map { $0.gain.low <= truth[0] - $1 && truth[0] - $1 <= $0.gain.high },
        found.map(\.gain.estimate), risk.low <= own && own <= risk.high
      )
    }
    #expect(truth[0] - truth[1] > 0.02 * truth[0], "there has to be something to gain")
    for position in 0..<2 {
      // 0.9 less four standard errors of 60 plans.
      #expect(plans.count { $0.covers[position] } >= 45, "\(position): \(plans.count { $0.covers[position] }) of 60")
      let gains = plans.map { $0.gains[position] }.sorted()
      let gain = truth[0] - truth[position + 1]
      #expect(gains[30] > gain / 3 && gains[30] < 3 * gain, "\(gains[30]) for \(gain)")
    }
    #expect(plans.count { $0.level } >= 45)
  }

  /// The candidate beside the raw columns: its keys, and that the plan reads and writes.
  @Test func isOneMoreCandidate() throws {
    var stream = RandomStream(seed: 43)
    let given = try ComponentsWorld.hard.encoder(rows: 800, labels: 120, pool: 1200, &stream)
    let plan = try Planner.plan(Self.request([given.encoder], given.features, given.labels))
    #expect(plan.candidates.map(\.method) == ["none", "ridge", "components"])
    #expect(plan.rows.unlabeled == 800 && plan.rows.labeled == 120)
    let candidate = plan.candidate("components", size: 2)!
    #expect(candidate.units == 3 && candidate.runs?.count == 7 && candidate.runs?[0].part == "full")
    #expect(candidate.seedSpread?.degreesOfFreedom == 4 && candidate.gainOverRaw?.against == "ridge")
    #expect(candidate.gainsAt?.map { [$0.unlabeled, $0.labeled] }.first == [1600, 120])
    #expect(candidate.next?.doubleUnlabeled != nil && candidate.next?.averageSeeds == nil)
    let parts = candidate.parts!
    let sum = parts.noise + (parts.bias ?? 0) + parts.labels + parts.pretraining!
    #expect(relativeDifference(sum, candidate.predictedRisk!.estimate) < 1e-9)
    // At present nothing is gained; beyond 64 times the rows nothing is said.
    let present = candidate.predictedRisk(unlabeled: 800, labeled: 120)!
    #expect(present == candidate.predictedRisk)
    #expect(candidate.predictedRisk(unlabeled: 64 * 800, labeled: 120) != nil)
    #expect(candidate.predictedRisk(unlabeled: 65 * 800, labeled: 120) == nil)
    let later = candidate.predictedRisk(unlabeled: 1600, labeled: 120)!
    #expect(relativeDifference(present.estimate - later.estimate, candidate.gainsAt![0].gain.estimate) < 1e-9)
    #expect(plan.at(unlabeled: 1600, labeled: 240).candidates.contains { $0.method == "components" })
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let text = String(decoding: try encoder.encode(plan), as: UTF8.self)
    for key in ["runs", "units", "seed_spread", "gains_at"] { #expect(text.contains("\"\(key)\":"), "\(key)") }
    _ = try JSONDecoder().decode(Plan.self, from: JSONEncoder().encode(plan))
  }

  /// Costs: the cheapest purchase reaches its target by rows where these are cheap, by labels where those are.
  @Test func purchasesUseTheCurve() throws {
    var stream = RandomStream(seed: 44)
    let given = try ComponentsWorld.hard.encoder(rows: 400, labels: 100, pool: 1200, &stream)
    func bought(label: Double, row: Double, _ goal: Purchase.Goal) throws -> Recommendation {
      let purchase = try Purchase(costPerLabel: label, costPerRow: row, goal: goal)
      return try Planner.plan(
        Self.request([given.encoder], Self.none(given.labels), given.labels, purchase: purchase)
      ).recommendation
    }
    let now = try Planner.plan(Self.request([given.encoder], Self.none(given.labels), given.labels))
    let candidate = now.candidates[0]
    let target = candidate.predictedRisk!.estimate - 0.9 * candidate.gainsAt![0].gain.estimate
    let rows = try bought(label: 1000, row: 0.001, .targetRisk(target))
    #expect(rows.labels == 0 && rows.unlabeled! > 0 && rows.unlabeled! <= 400 && rows.predictedRisk! <= target)
    let labels = try bought(label: 0.001, row: 1000, .budget(50))
    #expect(labels.unlabeled == 0 && labels.labels! > 0 && labels.cost! <= 50)
    // Labels take no rows from an encoder: both purchases are at the same place wherever they are counted.
    for (bought, kept) in [(rows, 400 + rows.unlabeled!), (labels, 400)] {
      let unlabeled = try #require(candidate.unlabeled(buying: bought.labels!, rows: bought.unlabeled!))
      #expect(unlabeled == kept)
      let there = candidate.predictedRisk(unlabeled: unlabeled, labeled: 100 + bought.labels!)!
      #expect(relativeDifference(there.estimate, bought.predictedRisk!) < 1e-9)
    }
    #expect(relativeDifference(labels.predictedRisk!, candidate.predictedRisk!.estimate) > 1e-3)
  }

  /// Any rotation of an encoder is the same encoder, for numbers and for classes.
  @Test(arguments: [PlanHead.linear, .logistic]) func rotationsChangeNothing(head: PlanHead) throws {
    var (one, two) = (RandomStream(seed: 45), RandomStream(seed: 45))
    let (c, s) = (cos(0.7), sin(0.7))
    let rotation = Matrix([[c, -s], [s, c]])
    let plain = try ComponentsWorld.hard.encoder(rows: 600, labels: 150, pool: 1000, &one)
    let turned = try ComponentsWorld.hard.encoder(rows: 600, labels: 150, pool: 1000, &two, rotation: rotation)
    func plan(_ encoder: TrainedEncoder, _ labels: [Double]) throws -> Candidate {
      let labels = head == .linear ? labels : labels.map { $0 > 0 ? 1 : 0 }
      return try Planner.plan(Self.request([encoder], Self.none(labels), labels, head: head)).candidates[0]
    }
    let (a, b) = (try plan(plain.encoder, plain.labels), try plan(turned.encoder, turned.labels))
    let tolerance = head == .linear ? 1e-8 : 1e-4
    #expect(relativeDifference(a.predictedRisk!.estimate, b.predictedRisk!.estimate) < tolerance)
    for (x, y) in zip(a.gainsAt!, b.gainsAt!) {
      #expect(abs(x.gain.estimate - y.gain.estimate) < tolerance * a.predictedRisk!.estimate)
      #expect(abs(x.gain.low - y.gain.low) < tolerance * a.predictedRisk!.estimate)
    }
    #expect(a.warnings.map(\.code) == b.warnings.map(\.code))
  }

  /// Classes: log-loss and accuracy from the same folds.
  @Test func classesHaveAccuracy() throws {
    var stream = RandomStream(seed: 46)
    let given = try ComponentsWorld.hard.encoder(rows: 800, labels: 240, pool: 1000, &stream)
    let labels = given.labels.map { $0 > 0.5 ? 2.0 : $0 > -0.5 ? 1 : 0 }
    let plan = try Planner.plan(Self.request([given.encoder], given.features, labels, head: .logistic))
    let candidate = plan.candidate("components", size: 2)!
    let share = try #require(candidate.accuracy)
    #expect(share.low < share.estimate && share.estimate > 0.5)
    #expect(candidate.accuracy(unlabeled: 1600, labeled: 240)!.estimate != share.estimate)
    #expect(candidate.runs!.allSatisfy { $0.risk > 0 && $0.risk < 1.2 } && candidate.gainsAt!.count == 7)
  }

  /// Two encoders side by side, compared by paired losses; a second seed of the full run prices the average.
  @Test func encodersAreComparedAndSeedsPriced() throws {
    var stream = RandomStream(seed: 47)
    let world = ComponentsWorld.hard
    let given = try world.encoder(rows: 800, labels: 200, pool: 1000, &stream)
    let full = given.encoder.runs[0]
    func blurred(_ rows: Matrix) -> Matrix { rows + 0.6 * stream.normalMatrix(rows: rows.rows, columns: rows.columns) }
    let second = EncoderRun(
      rows: 800, part: "full", seed: 1, labeled: blurred(full.labeled), pool: blurred(full.pool!.inMemory!))
    let blurry = TrainedEncoder(
      name: "blurred",
      runs: given.encoder.runs.map {
        EncoderRun(
          rows: $0.rows, part: $0.part, seed: 0, labeled: blurred($0.labeled), pool: blurred($0.pool!.inMemory!))
      } + [second])
    let plan = try Planner.plan(Self.request([given.encoder, blurry], given.features, given.labels))
    let (own, rival) = (plan.candidate("components", size: 2)!, plan.candidate("blurred", size: 2)!)
    #expect(own.gainsOver?.map(\.against) == ["blurred-2"])
    #expect(own.gainsOver![0].probabilityPositive > 0.99)
    #expect(relativeDifference(own.gainsOver![0].estimate, -rival.gainsOver![0].estimate) < 1e-12)
    #expect(rival.next!.averageSeeds!.estimate! > 0 && rival.units == 4)
    #expect(plan.recommendation.method != "blurred")
  }

  /// One fixed embedding: a penalized head, and no claim about its pre-training part.
  @Test func oneEmbeddingSaysNothingOfRows() throws {
    var stream = RandomStream(seed: 48)
    let given = try ComponentsWorld.hard.encoder(rows: 800, labels: 60, pool: 1000, &stream)
    // More columns than labels: least squares has no answer here.
    let wide = given.encoder.runs[0].labeled.joined(leftOf: stream.normalMatrix(rows: 60, columns: 80))
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: Matrix(rows: 0, columns: given.features.columns), features: given.features, labels: given.labels,
        methods: [], sizes: [], embedding: wide))
    let candidate = plan.candidate("embedding", size: 82)!
    #expect(candidate.predictedRisk != nil && candidate.next?.doubleUnlabeled == nil && candidate.rowsPerLabel == nil)
    #expect(candidate.warnings.contains { $0.code == "pretraining-unknown" })
    #expect(candidate.parts?.pretraining == nil)
  }
}
