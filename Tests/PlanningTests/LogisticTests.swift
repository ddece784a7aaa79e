import Asymptotics
import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// Two strong directions of six; log-odds on them.
private struct World {
  let rows: Matrix
  let labels: [Double]
  static let head = [0.3, 0.6, -0.8]

  init(_ count: Int, seed: UInt64) {
    var stream = RandomStream(seed: seed)
    rows = stream.normalMatrix(rows: count, columns: 6).scalingColumns(by: [2, 1.5, 1, 0.8, 0.6, 0.5])
    let table = rows
    labels = (0..<count).map { row in
      let odds = Self.head[0] + Self.head[1] * table[row, 0] + Self.head[2] * table[row, 1]
      return stream.uniform() < DownstreamLoss.logistic.mean(odds) ? 1 : 0
    }
  }

  var design: Matrix { Matrix(rows: rows.rows, columns: 1, repeating: 1).joined(leftOf: rows.columns(0..<2)) }

  func plan(labeled n: Int, sizes: [Int] = [1, 2, 3]) throws -> Plan {
    let m = rows.rows - n
    return try Planner.plan(
      PlanRequest(
        unlabeled: rows.rows(0..<m), features: rows.rows(m..<rows.rows), labels: Array(labels[m...]),
        methods: [PrincipalComponents()], sizes: sizes, head: .logistic))
  }
}

@Suite struct LogisticPlanTests {
  /// One Newton step per row against refitting without the row: 60 rows, three coefficients.
  @Test(arguments: [0.0, 2.0]) func leaveOneOutIsRefitting(penalty: Double) throws {
    let world = World(60, seed: 61)
    let head = ClassHead(world.design, classes: world.labels.map { Int($0) }, count: 2, penalty: penalty)!
    var exact = 0.0
    for left in 0..<60 {
      let kept = (0..<60).filter { $0 != left }
      let other = LogisticHead(world.design.rows(at: kept), labels: kept.map { world.labels[$0] }, penalty: penalty)!
      exact += DownstreamLoss.logistic.value(
        label: world.labels[left], prediction: dot(world.design.row(left), other.coefficients))
    }
    let approximate = head.leaveOneOutLosses.reduce(0, +)
    #expect(relativeDifference(approximate, exact) < 5e-3)
    // The training loss would not pass.
    let training = (0..<60).reduce(0.0) {
      $0
        + DownstreamLoss.logistic.value(
          label: world.labels[$1], prediction: dot(world.design.row($1), head.heads[0].coefficients))
    }
    #expect(relativeDifference(training, exact) > 0.02)
  }

  /// The labels' part at n = 60 against fresh samples of that size: mean excess log-loss on 4 000 rows, to five
  /// standard errors. Power: 20 % is 6 of them, and p/(2n) is 22 % low.
  @Test func labelsPartIsTheExcessOfFreshSamples() throws {
    let pool = World(4000, seed: 62)
    let n = 60
    let truth = pool.design * World.head
    let excesses = try Parallel.map(count: 2500) { index in
      let fresh = World(n, seed: 7000 + UInt64(index))
      let fit = try GeneralizedLinearFit(.logistic, features: fresh.design, labels: fresh.labels)
      let fitted = pool.design * fit.coefficients
      return zip(truth, fitted).reduce(0.0) { sum, pair in
        let p = DownstreamLoss.logistic.mean(pair.0)
        func loss(_ f: Double) -> Double {
          p * DownstreamLoss.logistic.value(label: 1, prediction: f)
            + (1 - p) * DownstreamLoss.logistic.value(label: 0, prediction: f)
        }
        return sum + loss(pair.1) - loss(pair.0)
      } / 4000
    }
    let parts = Parallel.map(count: 150) { index -> Double? in
      let own = World(n, seed: 90_000 + UInt64(index))
      let classes = own.labels.map { Int($0) }
      return ClassHead(own.design, classes: classes, count: 2).flatMap {
        LogisticLabelsPart($0, classes: classes, pool: pool.design, labels: n, seed: 5 + UInt64(index))?(Double(n))
      }
    }.compactMap { $0 }
    expectAgreement(of: SampleMean(parts), with: SampleMean(excesses))
    #expect(abs(3 / Double(2 * n) / SampleMean(excesses).mean - 1) > 0.15)
  }

  /// The same with all six columns and a seventh of noise, 60 labels: fitted odds are far too large here, and without
  /// their calibration the part is 16 % too high.
  @Test func labelsPartOfManyCoefficients() throws {
    @Sendable func design(_ world: World, seed: UInt64) -> Matrix {
      var stream = RandomStream(seed: seed, purpose: 7)
      return Matrix(rows: world.rows.rows, columns: 1, repeating: 1).joined(leftOf: world.rows)
        .joined(leftOf: stream.normalMatrix(rows: world.rows.rows, columns: 1))
    }
    let (world, n) = (World(4000, seed: 66), 60)
    let pool = design(world, seed: 66)
    let truth = world.design * World.head
    let excesses = try Parallel.map(count: 1500) { index -> Double? in
      let fresh = World(n, seed: 20_000 + UInt64(index))
      let fit = try GeneralizedLinearFit(
        .logistic, features: design(fresh, seed: 20_000 + UInt64(index)), labels: fresh.labels)
      guard fit.status == .converged else { return nil }
      return zip(truth, pool * fit.coefficients).reduce(0.0) { sum, pair in
        let p = DownstreamLoss.logistic.mean(pair.0)
        func loss(_ f: Double) -> Double {
          p * DownstreamLoss.logistic.value(label: 1, prediction: f)
            + (1 - p) * DownstreamLoss.logistic.value(label: 0, prediction: f)
        }
        return sum + loss(pair.1) - loss(pair.0)
      } / 4000
    }.compactMap { $0 }
    let parts = Parallel.map(count: 250) { index -> Double? in
      let own = World(n, seed: 90_000 + UInt64(index))
      let (rows, classes) = (design(own, seed: 90_000 + UInt64(index)), own.labels.map { Int($0) })
      return ClassHead(rows, classes: classes, count: 2).flatMap {
        LogisticLabelsPart($0, classes: classes, pool: pool, labels: n, seed: 5 + UInt64(index))?(Double(n))
      }
    }.compactMap { $0 }
    expectAgreement(of: SampleMean(parts), with: SampleMean(excesses))
  }

  /// Forecast at four times the labels against what that many labels give, on average over 12 samples.
  @Test func forecastAtFourTimesTheLabels() throws {
    var ratios: [Double] = []
    for seed in 0..<30 {
      let world = World(1600, seed: 640 + UInt64(seed))
      let now = try world.plan(labeled: 100, sizes: [2]).candidate("pca", size: 2)!
      let later = try world.plan(labeled: 400, sizes: [2]).candidate("pca", size: 2)!
      ratios.append(now.predictedRisk(unlabeled: 1200, labeled: 400)!.estimate / later.predictedRisk!.estimate)
    }
    let mean = SampleMean(ratios)
    #expect(abs(mean.z(against: 1)) < 5, "\(mean)")
    // Power: 20 % either way would be seen.
    #expect(abs(mean.z(against: 1.2)) > 5 && abs(mean.z(against: 1 / 1.2)) > 5, "\(mean)")
  }

  /// Just below the break-even labels the representation's forecast is the lower one, above them that of the raw
  /// columns; with 20 % more or fewer labels the difference is far from rounding.
  @Test func breakEvenIsWhereForecastsCross() throws {
    let plan = try World(600, seed: 63).plan(labeled: 80)
    let (none, own) = (plan.candidate("none", size: nil)!, plan.candidate("pca", size: 1)!)
    guard case .labels(let n) = own.breakEvenLabels else {
      Issue.record("no crossing: \(String(describing: own.breakEvenLabels))")
      return
    }
    // Rows are as many as now, as the break-even assumes.
    func advantage(_ labels: Double) -> Double {
      let count = Int(labels.rounded())
      return none.predictedRisk(unlabeled: 600 - count, labeled: count)!.estimate
        - own.predictedRisk(unlabeled: 600 - count, labeled: count)!.estimate
    }
    #expect(n > 40 && n < 160)
    #expect(advantage(0.8 * n) > 1e-4 && advantage(1.2 * n) < -1e-4)
    #expect(abs(advantage(n)) < abs(advantage(0.8 * n)) / 10 && abs(advantage(n)) < abs(advantage(1.2 * n)) / 10)
  }

  /// Six components of six columns are the raw columns; two are not.
  @Test func allColumnsHaveNoBreakEven() throws {
    let plan = try World(600, seed: 63).plan(labeled: 80, sizes: [2, 6])
    let (some, all) = (plan.candidate("pca", size: 2)!, plan.candidate("pca", size: 6)!)
    #expect(all.isTwin && all.breakEvenLabels == nil && all.parts!.pretraining == 0)
    #expect(!some.isTwin && some.breakEvenLabels != nil && some.parts!.pretraining != 0)
  }

  @Test func planHasEveryCandidate() throws {
    let plan = try World(600, seed: 63).plan(labeled: 120)
    #expect(plan.head == .logistic)
    #expect(plan.candidates.map(\.label) == ["none", "ridge", "pca-1", "pca-2", "pca-3"])
    let two = plan.candidate("pca", size: 2)!
    #expect(two.accuracy! > 0.6 && two.reliable)
    let parts = two.parts!
    let total = parts.noise + parts.bias! + parts.labels + parts.pretraining
    #expect(relativeDifference(total, two.predictedRisk!.estimate) < 1e-9)
    // One direction misses the second half of the signal.
    #expect(plan.candidate("pca", size: 1)!.predictedRisk!.estimate > two.predictedRisk!.estimate)
  }

  @Test func separatedLabelsHaveNoRisk() throws {
    var stream = RandomStream(seed: 64)
    let rows = stream.normalMatrix(rows: 60, columns: 2)
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: rows.rows(0..<30), features: rows.rows(30..<60), labels: (30..<60).map { rows[$0, 0] > 0 ? 1 : 0 },
        methods: [PrincipalComponents()], sizes: [1], head: .logistic))
    let none = plan.candidate("none")!
    #expect(none.predictedRisk == nil && none.warnings.map(\.code) == ["separated"])
    #expect(plan.candidate("ridge")!.predictedRisk != nil)
  }

  @Test func numbersAreNoClasses() {
    var stream = RandomStream(seed: 65)
    let rows = stream.normalMatrix(rows: 30, columns: 2)
    #expect(throws: PlanError.notClasses(count: 30)) {
      try Planner.plan(
        PlanRequest(
          unlabeled: rows, features: rows, labels: (0..<30).map { Double($0) }, methods: [], sizes: [],
          head: .logistic))
    }
  }
}
