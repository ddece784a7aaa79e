import Foundation
import LinearAlgebra
import Randomness
import TestSupport
import Testing

import Planning
import Pretraining

/// The softmax head of plans: scores against their definitions, folds, the penalty chosen, losses of rows left out.
@Suite struct SoftmaxHeadTests {
  /// Gaussian classes around the corners of a simplex.
  static func sample(_ n: Int, _ p: Int, _ count: Int, apart: Double, seed: UInt64) -> (Matrix, [Int]) {
    var stream = RandomStream(seed: seed)
    let classes = (0..<n).map { _ in Int.random(in: 0..<count, using: &stream) }
    var features = stream.normalMatrix(rows: n, columns: p)
    for row in 0..<n { features[row, classes[row] % p] += apart }
    return (features, classes)
  }

  /// scikit-learn 1.9.1: log_loss, accuracy_score, balanced_accuracy_score, roc_auc_score of these numbers.
  @Test func scoresOfTwoClasses() throws {
    let p = [0.9, 0.4, 0.6, 0.6, 0.2, 0.7]
    let classes = [1, 0, 1, 0, 0, 1]
    let logs = Matrix(p.map { [log(1 - $0), log($0)] })
    let scores = ClassScores(logs, classes: classes)
    let loss = -(log(0.9) + log(0.6) + log(0.6) + log(0.4) + log(0.8) + log(0.7)) / 6
    #expect(abs(scores.logLoss - loss) < 1e-14)
    #expect(abs(scores.accuracy - 5 / 6) < 1e-15 && abs(scores.balancedAccuracy - 5 / 6) < 1e-15)
    #expect(abs(try #require(scores.areaUnderCurve) - 8.5 / 9) < 1e-15)
    let brier = 2 * (0.01 + 0.16 + 0.16 + 0.36 + 0.04 + 0.09) / 6
    #expect(abs(scores.brier - brier) < 1e-14)
  }

  @Test func balancedAccuracyForgetsAbsentClasses() {
    let logs = Matrix([[0, -5, -9], [0, -5, -9], [0, -5, -9], [-5, 0, -9]].map { $0.map(Double.init) })
    let scores = ClassScores(logs, classes: [0, 0, 0, 0])
    #expect(scores.accuracy == 0.75 && scores.balancedAccuracy == 0.75 && scores.areaUnderCurve == nil)
    #expect(ClassScores(logs, classes: [0, 0, 1, 1]).balancedAccuracy == 0.75)
  }

  @Test(arguments: [(17, 3, 10), (60, 7, 10), (9, 4, 10), (200, 2, 5)])
  func foldsAreEven(_ n: Int, _ count: Int, _ folds: Int) {
    let classes = (0..<n).map { ($0 * $0) % count }
    let parts = StratifiedFolds.parts(classes, count: folds, seed: 3)
    #expect(parts.flatMap { $0 }.sorted() == Array(0..<n))
    let sizes = parts.map(\.count)
    #expect(sizes.max()! - sizes.min()! <= 1)
    for k in 0..<count {
      let own = parts.map { $0.count { classes[$0] == k } }
      #expect(own.max()! - own.min()! <= 1)
    }
  }

  /// The mean left-out loss is the loss of fresh rows: over many samples the difference has mean 0. Regimes: few labels, more
  /// columns than rows, many classes. A loss that were 20 % off would be seen (its power is checked).
  @Test(arguments: [(30, 4, 2, 1.5), (40, 60, 3, 2.0), (120, 6, 10, 2.5)])
  func leftOutLossIsThatOfFreshRows(_ n: Int, _ p: Int, _ count: Int, _ apart: Double) throws {
    let (fresh, own) = Self.sample(3000, p, count, apart: apart, seed: 999)
    var (differences, truths): ([Double], [Double]) = ([], [])
    var seed: UInt64 = 1
    while differences.count < 120 {
      seed += 1
      let (features, classes) = Self.sample(n, p, count, apart: apart, seed: seed)
      let rows = Dictionary(grouping: classes, by: { $0 }).mapValues(\.count)
      guard rows.count == count, rows.values.min()! > 1 else { continue }
      let head = try SoftmaxHead(features, classes: classes, count: count, seed: 0)
      #expect(head.leftOut == .exact)
      let truth = ClassScores(head.fit.logProbabilities(fresh), classes: own).logLoss
      differences.append(head.scores.logLoss - truth)
      truths.append(truth)
    }
    let (error, truth) = (SampleMean(differences), SampleMean(truths).mean)
    #expect(abs(error.mean) <= 5 * error.standardError, "\(error) of \(truth)")
    #expect(0.2 * truth > 5 * error.standardError, "the gate has no power: \(error) of \(truth)")
  }

  @Test func foldsAndRefitsAgree() throws {
    let (features, classes) = Self.sample(400, 10, 3, apart: 1, seed: 5)
    let head = try SoftmaxHead(features, classes: classes, count: 3, seed: 1)
    let best = head.penalties.firstIndex(of: head.fit.penalty)!
    let folds = SampleMean(head.pathLosses[best]).mean
    #expect(abs(folds / head.scores.logLoss - 1) < 0.02)
    // The path is U-shaped: both its ends are worse.
    #expect(SampleMean(head.pathLosses[0]).mean > folds && SampleMean(head.pathLosses.last!).mean > folds)
  }
}

/// Scores of rows left out alone.
@Suite struct LeftOutAloneTests {
  /// Three balanced classes that nothing tells apart: each row's own class is the rarest of the others' fit, and yet it
  /// is told as often as chance. Without the label given back it never is.
  @Test func classesWithoutSignal() {
    let classes = (0..<90).map { $0 % 3 }
    let logs = Matrix(
      rows: 90, columns: 3, storage: classes.flatMap { own in (0..<3).map { log(($0 == own ? 29.0 : 30) / 89) } })
    #expect(abs(ClassScores(logs, classes: classes, leftOutAlone: true).accuracy - 1 / 3.0) < 1e-12)
    #expect(ClassScores(logs, classes: classes).accuracy == 0)
  }

  /// Unequal ones: all are told to be of the most frequent class.
  @Test func theMostFrequentClass() {
    let classes = (0..<90).map { $0 < 60 ? 0 : 1 }
    let logs = Matrix(
      rows: 90, columns: 2,
      storage: classes.flatMap { own in [0, 1].map { log((($0 == 0 ? 60.0 : 30) - ($0 == own ? 1 : 0)) / 89) } })
    #expect(abs(ClassScores(logs, classes: classes, leftOutAlone: true).accuracy - 2 / 3.0) < 1e-12)
  }

  /// A plan for labels without signal says chance, not 0 %.
  @Test func planWithoutSignal() throws {
    var stream = RandomStream(seed: 66)
    let rows = stream.normalMatrix(rows: 90, columns: 3)
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: stream.normalMatrix(rows: 200, columns: 3), features: rows, labels: (0..<90).map { Double($0 % 3) },
        methods: [PrincipalComponents()], sizes: [1], head: .logistic))
    for candidate in plan.candidates {
      if let accuracy = candidate.accuracy {
        #expect(accuracy.estimate > 0.15 && accuracy.high > 0.25, "\(candidate.label)")
      }
    }
  }
}
