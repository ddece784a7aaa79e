import Asymptotics
import Foundation
import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

import Planning

/// Calibration and confusion of rows left out.
@Suite struct ClassPictureTests {
  /// Five rows by hand: told 0, 0, 1, 1, 1 with .9, .6, .8, .55, .7; the second and the fourth are wrong.
  @Test func fiveRowsByHand() {
    let second = [0.1, 0.4, 0.8, 0.55, 0.7]
    let logs = Matrix(second.map { [log(1 - $0), log($0)] })
    let picture = ClassPicture(logs, classes: [0, 1, 1, 0, 1], leftOutAlone: false)
    #expect(picture.counts == [[1, 1], [1, 2]])
    #expect(picture.pairs.map { [$0.actual, $0.told, $0.rows] } == [[0, 1, 1], [1, 0, 1]])
    #expect(picture.pairs.map(\.share) == [0.5, 1 / 3.0])
    // Two bins: .55 and .6, both wrong; .7, .8 and .9, all right.
    #expect(picture.bins.map(\.rows) == [2, 3])
    #expect(abs(picture.bins[0].predicted - 0.575) < 1e-14 && abs(picture.bins[1].predicted - 0.8) < 1e-14)
    #expect(picture.bins.map(\.right.estimate) == [0, 1])
    // Wilson (1927) with z = 2.1: z²/(n + z²) above 0 of 2, n/(n + z²) below 3 of 3.
    let square = 2.1 * 2.1
    #expect(picture.bins[0].right.low == 0 && abs(picture.bins[0].right.high - square / (2 + square)) < 1e-14)
    #expect(picture.bins[1].right.high == 1 && abs(picture.bins[1].right.low - 3 / (3 + square)) < 1e-14)
    let calibration = Calibration(method: "ridge", size: nil, bins: picture.bins)
    #expect(abs(calibration.error - (2 * 0.575 + 3 * 0.2) / 5) < 1e-14)
  }

  /// Rows that are left out alone: three balanced classes that nothing tells apart are predicted with a third and told right a
  /// third of the time; unadjusted the probability would be 30/89.
  @Test func rowsLeftOutAlone() {
    let classes = (0..<90).map { $0 % 3 }
    let logs = Matrix(
      rows: 90, columns: 3, storage: classes.flatMap { own in (0..<3).map { log(($0 == own ? 29.0 : 30) / 89) } })
    let picture = ClassPicture(logs, classes: classes, leftOutAlone: true)
    for bin in picture.bins {
      #expect(abs(bin.predicted - 1 / 3.0) < 1e-12 && abs(bin.right.estimate - 1 / 3.0) < 1e-12)
    }
    #expect(picture.counts == [[30, 0, 0], [30, 0, 0], [30, 0, 0]])
  }

  /// Rows are counted once, whatever the classes: bins hold all rows, confusion each class's rows, and both the accuracy.
  @Test(arguments: [(37, 2), (150, 5), (400, 20), (900, 30)]) func everyRowCountsOnce(_ n: Int, _ count: Int) throws {
    let (features, classes) = SoftmaxHeadTests.sample(n, 8, count, apart: 1.5, seed: 21)
    let logs = try SoftmaxFit(features: features, classes: classes, count: count, penalty: 1).logProbabilities(features)
    let picture = ClassPicture(logs, classes: classes, leftOutAlone: false)
    #expect(picture.bins.reduce(0) { $0 + $1.rows } == n)
    #expect(picture.bins.map(\.rows).max()! - picture.bins.map(\.rows).min()! <= 1)
    #expect(zip(picture.bins, picture.bins.dropFirst()).allSatisfy { $0.predicted <= $1.predicted })
    let scores = ClassScores(logs, classes: classes)
    let right = picture.bins.reduce(0) { $0 + Double($1.rows) * $1.right.estimate }
    #expect(abs(right / Double(n) - scores.accuracy) < 1e-12)
    #expect(picture.pairs.count <= 20 && picture.pairs.allSatisfy { $0.actual != $0.told && $0.rows > 0 })
    #expect(zip(picture.pairs, picture.pairs.dropFirst()).allSatisfy { $0.rows >= $1.rows })
    guard let counts = picture.counts else {
      #expect(count > ClassPicture.mostClasses && picture.pairs.count == 20)
      return
    }
    for own in 0..<count { #expect(counts[own].reduce(0, +) == classes.count { $0 == own }) }
    let trace = (0..<count).reduce(0) { $0 + counts[$1][$1] }
    #expect(abs(Double(trace) / Double(n) - scores.accuracy) < 1e-12)
    for pair in picture.pairs { #expect(counts[pair.actual][pair.told] == pair.rows) }
  }

  /// Against one fit after another, each without a row, at the penalty that the head chose.
  @Test(arguments: [(30, 3, 2), (40, 5, 3)]) func bruteForce(_ n: Int, _ p: Int, _ count: Int) throws {
    let (features, classes) = SoftmaxHeadTests.sample(n, p, count, apart: 1.2, seed: 33)
    let head = try SoftmaxHead(features, classes: classes, count: count, seed: 1)
    #expect(head.leftOut == .exact)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
    for row in 0..<n {
      let others = (0..<n).filter { $0 != row }
      let fit = try SoftmaxFit(
        features: features.rows(at: others), classes: others.map { classes[$0] }, count: count,
        penalty: head.fit.penalty, tolerance: 1e-12)
      let logs = fit.logProbabilities(features.rows(row..<row + 1)).row(0)
      counts[classes[row]][logs.indices.max { logs[$0] < logs[$1] }!] += 1
    }
    #expect(head.classPicture?.counts == counts)
    #expect(
      counts.enumerated().contains { own, line in line.enumerated().contains { $0.offset != own && $0.element > 0 } })
  }

  /// A world in which the probabilities are right is calibrated: shares right minus probabilities have mean 0 over samples, and
  /// probabilities a fifth too far from one half would be seen.
  @Test func calibrationOfAWorld() throws {
    var (differences, exaggerated): ([Double], [Double]) = ([], [])
    for seed in 0..<120 {
      var stream = RandomStream(seed: UInt64(seed), purpose: 77)
      let rows = stream.normalMatrix(rows: 400, columns: 3)
      let odds = (0..<400).map { rows[$0, 0] + 0.7 * rows[$0, 1] }
      let classes = odds.map { stream.uniform() < 1 / (1 + exp(-$0)) ? 1 : 0 }
      func error(_ factor: Double) -> Double {
        let logs = Matrix(odds.map { [-log1p(exp(factor * $0)), -log1p(exp(-factor * $0))] })
        let bins = ClassPicture(logs, classes: classes, leftOutAlone: false).bins
        return bins.reduce(0) { $0 + Double($1.rows) * ($1.right.estimate - $1.predicted) } / 400
      }
      differences.append(error(1))
      exaggerated.append(error(1.2))
    }
    #expect(abs(SampleMean(differences).z(against: 0)) < 5, "\(SampleMean(differences))")
    #expect(abs(SampleMean(exaggerated).z(against: 0)) > 5, "\(SampleMean(exaggerated))")
  }

  /// A plan has both for what it recommends, under the classes' names; none for numbers.
  @Test func plansHaveThem() throws {
    let (features, codes) = SoftmaxHeadTests.sample(160, 4, 3, apart: 2, seed: 8)
    let request = PlanRequest(
      unlabeled: Matrix(rows: 0, columns: 4), features: features, labels: codes.map(Double.init),
      methods: [PrincipalComponents()], sizes: [2], head: .logistic, classNames: ["ash", "birch", "cedar"])
    let plan = try Planner.plan(request)
    let (calibration, confusion) = (try #require(plan.calibration), try #require(plan.confusion))
    #expect(calibration.label == plan.recommendation.label && confusion.label == calibration.label)
    #expect(calibration.bins.reduce(0) { $0 + $1.rows } == 160)
    #expect(confusion.classes == ["ash", "birch", "cedar"])
    #expect(confusion.counts?.map { $0.reduce(0, +) } == (0..<3).map { own in codes.count { $0 == own } })
    #expect(confusion.pairs.allSatisfy { ["ash", "birch", "cedar"].contains($0.actual) })
    let numbers = try Planner.plan(
      PlanRequest(
        unlabeled: Matrix(rows: 0, columns: 4), features: features, labels: codes.map(Double.init),
        methods: [PrincipalComponents()], sizes: [2]))
    #expect(numbers.calibration == nil && numbers.confusion == nil)
  }
}
