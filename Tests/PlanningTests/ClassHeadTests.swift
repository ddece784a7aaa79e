import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// Three classes around three centres in the first two of five columns.
private struct Classes {
  let rows: Matrix
  let classes: [Int]
  private static let centers = Matrix([[1.2, 0], [-0.8, 1], [-0.8, -1]])

  init(_ count: Int, seed: UInt64) {
    var stream = RandomStream(seed: seed)
    let drawn = (0..<count).map { _ in stream.index(below: 3) }
    var rows = stream.normalMatrix(rows: count, columns: 5).scalingColumns(by: [1, 1, 0.3, 0.3, 0.3])
    for i in 0..<count { for j in 0..<2 { rows[i, j] += Self.centers[drawn[i], j] } }
    (self.rows, classes) = (rows, drawn)
  }

  var design: Matrix { Matrix(rows: rows.rows, columns: 1, repeating: 1).joined(leftOf: rows.columns(0..<2)) }

  /// Each row's probabilities of the three classes.
  var posteriors: Matrix {
    var result = Matrix(rows: rows.rows, columns: 3)
    for i in 0..<rows.rows {
      let densities = (0..<3).map { k in
        exp(-(0..<2).reduce(0.0) { $0 + pow(rows[i, $1] - Self.centers[k, $1], 2) } / 2)
      }
      for k in 0..<3 { result[i, k] = densities[k] / densities.reduce(0, +) }
    }
    return result
  }
}

@Suite struct ClassHeadTests {
  /// One Newton step per row and class against refitting without the row; the training loss would not pass.
  @Test func leaveOneOutIsRefitting() {
    let world = Classes(60, seed: 91)
    let head = ClassHead(world.design, classes: world.classes, count: 3)!
    let exact = (0..<60).reduce(0.0) { sum, left in
      let kept = (0..<60).filter { $0 != left }
      let other = ClassHead(world.design.rows(at: kept), classes: kept.map { world.classes[$0] }, count: 3)!
      return sum + other.meanLoss(world.design.rows(left..<left + 1), classes: [world.classes[left]])
    }
    #expect(relativeDifference(head.leaveOneOutLosses.reduce(0, +), exact) < 0.02)
    #expect(relativeDifference(60 * head.meanLoss(world.design, classes: world.classes), exact) > 0.05)
  }

  @Test func probabilitiesAddUp() {
    let world = Classes(100, seed: 92)
    for count in [2, 3] {
      let classes = world.classes.map { min($0, count - 1) }
      let logs = ClassHead(world.design, classes: classes, count: count)!.logProbabilities(world.design)
      #expect(logs.columns == count)
      for row in 0..<100 { #expect(abs(logs.row(row).reduce(0) { $0 + exp($1) } - 1) < 1e-12) }
    }
  }

  /// One against the rest for three classes, from probabilities worked out by hand: s(0), s(0), s(ln 3) = .5, .5, .75.
  @Test func sharesOfOneAgainstTheRest() {
    let design = Matrix([[1.0]])
    let world = Classes(90, seed: 93)
    let head = ClassHead(
      Matrix(rows: 90, columns: 1, repeating: 1), classes: (0..<90).map { $0 % 9 < 2 ? 0 : $0 % 9 < 5 ? 1 : 2 },
      count: 3)!
    let logs = head.logProbabilities(design)
    for (k, share) in [2.0 / 9, 3.0 / 9, 4.0 / 9].enumerated() { #expect(abs(exp(logs[0, k]) - share) < 1e-8) }
    #expect(world.classes.count == 90)
  }

  /// The labels' part at n = 150 against fresh samples of that size: mean excess log-loss, under the true
  /// probabilities, over that of 200 000 labels, to five standard errors. Power: 20 % is 7 of them.
  @Test func labelsPartIsTheExcessOfFreshSamples() throws {
    let pool = Classes(4000, seed: 94)
    let truth = pool.posteriors
    @Sendable func loss(_ head: ClassHead) -> Double {
      -zip(truth.storage, head.logProbabilities(pool.design).storage).reduce(0) { $0 + $1.0 * $1.1 } / 4000
    }
    let many = Classes(200_000, seed: 95)
    let limit = loss(ClassHead(many.design, classes: many.classes, count: 3)!)
    let excesses = Parallel.map(count: 1500) { index -> Double in
      let own = Classes(150, seed: 5000 + UInt64(index))
      return loss(ClassHead(own.design, classes: own.classes, count: 3)!) - limit
    }
    let parts = Parallel.map(count: 100) { index -> Double? in
      let own = Classes(150, seed: 60_000 + UInt64(index))
      return ClassHead(own.design, classes: own.classes, count: 3).flatMap {
        LogisticLabelsPart($0, classes: own.classes, pool: pool.design, labels: 150, seed: 3 + UInt64(index))?(150)
      }
    }.compactMap { $0 }
    expectAgreement(of: SampleMean(parts), with: SampleMean(excesses))
  }

  /// The plan of three classes: two components carry them, and four times the labels is forecast.
  @Test func planOfThreeClasses() throws {
    let world = Classes(1000, seed: 95)
    func plan(_ n: Int) throws -> Candidate {
      try Planner.plan(
        PlanRequest(
          unlabeled: world.rows.rows(0..<1000 - n), features: world.rows.rows(1000 - n..<1000),
          labels: world.classes[(1000 - n)...].map { Double($0) }, methods: [PrincipalComponents()], sizes: [2],
          head: .logistic)
      ).candidate("pca", size: 2)!
    }
    let (now, later) = (try plan(120), try plan(480))
    #expect(now.reliable && now.accuracy! > 0.6)
    let forecast = now.predictedRisk(unlabeled: 520, labeled: 480)!
    #expect(forecast.low < later.predictedRisk!.estimate && later.predictedRisk!.estimate < forecast.high)
  }

  /// A backtest with a logistic head scores log-loss.
  @Test func backtestOfClasses() throws {
    let world = Classes(400, seed: 96)
    let result = try Backtester.run(
      BacktestRequest(
        features: world.rows, labels: world.classes.map { Double($0) }, methods: [PrincipalComponents()], sizes: [2],
        repeats: 3, seed: 1, head: .logistic))
    let cell = try #require(result.cells.last { $0.method == "pca" })
    #expect(cell.actual > 0.3 && cell.actual < log(3.0))
    #expect(abs(cell.predicted! / cell.actual - 1) < 0.3)
  }
}
