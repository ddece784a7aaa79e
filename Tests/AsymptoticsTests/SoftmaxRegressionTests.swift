import Asymptotics
import Foundation
import LinearAlgebra
import Randomness
import TestSupport
import Testing

/// Softmax regression against scikit-learn, finite differences and the logistic head.
@Suite struct SoftmaxRegressionTests {
  /// Rows and classes that scikit-learn was given, too.
  static func sample(_ n: Int, _ p: Int, _ K: Int) -> (features: Matrix, classes: [Int]) {
    var features = Matrix(rows: n, columns: p)
    var classes: [Int] = []
    for i in 0..<n {
      for j in 0..<p {
        let (row, column) = (Double(i), Double(j))
        features[i, j] = sin(1.3 * (row + 1) * (column + 1) + column) + 0.3 * cos(0.7 * row + column * column)
      }
      let scores = (0..<K).map { (k: Int) -> Double in sin(2.1 * Double(i) + Double(k)) + features[i, k % p] }
      classes.append(scores.indices.max { scores[$0] < scores[$1] }!)
    }
    return (features, classes)
  }

  /// scikit-learn 1.9.1, LogisticRegression(C=1/c, tol=1e-13, solver="newton-cholesky"): mean log-loss of the rows, the first
  /// coefficient of the first class (of the only vector for two classes), mean log-loss of each row by a fit without it.
  struct Reference: Sendable {
    let (n, p, K): (Int, Int, Int)
    let (penalty, loss, coefficient, leaveOneOut): (Double, Double, Double, Double)
  }
  static let references = [
    Reference(
      n: 40, p: 3, K: 3, penalty: 0.5, loss: 0.6341489862595016, coefficient: 0.8360243356774635,
      leaveOneOut: 0.8171767915320721),
    Reference(
      n: 60, p: 4, K: 2, penalty: 2, loss: 0.4363093394845926, coefficient: -1.2660663851908747,
      leaveOneOut: 0.48832255952033343),
    Reference(
      n: 30, p: 50, K: 4, penalty: 0.1, loss: 0.025737314402576008, coefficient: 0.5034538743718345,
      leaveOneOut: 2.2538134154634206),
    Reference(
      n: 80, p: 2, K: 5, penalty: 1e-3, loss: 1.1451087519134548, coefficient: 0.5992048555939826,
      leaveOneOut: 1.3234769772024144),
  ]

  static func meanLoss(_ logs: Matrix, _ classes: [Int]) -> Double {
    -classes.enumerated().reduce(0) { $0 + logs[$1.offset, $1.element] } / Double(classes.count)
  }

  @Test(arguments: references)
  func agreesWithScikitLearn(_ reference: Reference) throws {
    let (features, classes) = Self.sample(reference.n, reference.p, reference.K)
    let path = try SoftmaxPath(PrincipalRows(features), classes: classes, count: reference.K)
    let step = path.fit(penalty: reference.penalty, tolerance: 1e-12)
    #expect(step.fit.status == .converged)
    let loss = Self.meanLoss(step.fit.logProbabilities(features), classes)
    #expect(abs(loss - reference.loss) < 1e-10)
    let scale = reference.K == 2 ? 2.0 : 1
    let own = scale * step.fit.coefficients[0, reference.K == 2 ? 1 : 0]
    #expect(abs(own - reference.coefficient) < 1e-8)
    let left = try #require(path.leftOut(step, parts: classes.indices.map { [$0] }, tolerance: 1e-11))
    #expect(abs(Self.meanLoss(left, classes) - reference.leaveOneOut) < 1e-8 * reference.leaveOneOut)
    // A penalty that is 20 % off does not agree.
    for wrong in [0.8, 1.2] where reference.penalty > 0.01 {
      let other = path.fit(penalty: wrong * reference.penalty).fit
      #expect(abs(Self.meanLoss(other.logProbabilities(features), classes) - reference.loss) > 1e-5)
    }
  }

  /// The gradient vanishes at the fit: seen from outside, by differences of the objective.
  @Test func isTheMinimum() throws {
    let (features, classes) = Self.sample(50, 4, 3)
    let fit = try SoftmaxFit(features: features, classes: classes, count: 3, penalty: 0.7, tolerance: 1e-12)
    func objective(_ change: (Int, Int, Double)?) -> Double {
      var theta = fit.coefficients
      if let change { theta[change.0, change.1] += change.2 }
      let predictions = features * theta
      var total = 0.7 / 2 * theta.squaredFrobeniusNorm
      for (row, own) in classes.enumerated() {
        let f = (0..<3).map { predictions[row, $0] + fit.intercepts[$0] }
        total += log(f.reduce(0) { $0 + exp($1) }) - f[own]
      }
      return total
    }
    for j in 0..<4 {
      for k in 0..<3 {
        let h = 1e-4
        #expect(abs(objective((j, k, h)) - objective((j, k, -h))) / (2 * h) < 1e-7)
        #expect(objective((j, k, h)) > objective(nil))
      }
    }
  }

  /// Two classes are the logistic head with an intercept that no penalty touches.
  @Test func twoClassesAreLogistic() throws {
    let (features, classes) = Self.sample(70, 3, 2)
    let fit = try SoftmaxFit(features: features, classes: classes, count: 2, penalty: 0, tolerance: 1e-12)
    let design = Matrix(rows: 70, columns: 1, repeating: 1).joined(leftOf: features)
    let logistic = try GeneralizedLinearFit(.logistic, features: design, labels: classes.map(Double.init))
    for j in 0..<3 { #expect(abs(2 * fit.coefficients[j, 1] - logistic.coefficients[j + 1]) < 1e-8) }
    #expect(abs(fit.intercepts[1] - fit.intercepts[0] - logistic.coefficients[0]) < 1e-8)
  }

  /// Turned and shifted features give the same probabilities.
  @Test func rotationsAndShiftsChangeNothing() throws {
    let (features, classes) = Self.sample(60, 3, 3)
    let (c, s) = (cos(0.3), sin(0.3))
    let turned = features * Matrix([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    let shifted = turned.subtractingFromRows([1e3, -50, 2])
    let a = try SoftmaxFit(features: features, classes: classes, count: 3, penalty: 1, tolerance: 1e-12)
    let b = try SoftmaxFit(features: shifted, classes: classes, count: 3, penalty: 1, tolerance: 1e-12)
    for (u, v) in zip(a.logProbabilities(features).storage, b.logProbabilities(shifted).storage) {
      #expect(abs(u - v) < 1e-8)
    }
  }

  @Test func separationIsSaidOnlyWithoutPenalty() throws {
    let features = Matrix([[0], [1], [2], [10], [11], [12], [20], [21], [22]])
    let classes = [0, 0, 0, 1, 1, 1, 2, 2, 2]
    #expect(try SoftmaxFit(features: features, classes: classes, count: 3, penalty: 0).status == .separated)
    #expect(try SoftmaxFit(features: features, classes: classes, count: 3, penalty: 1e-3).status == .converged)
    // Only the last two rows overlap: two of the classes are separated all the same.
    let touching = [0, 0, 0, 1, 1, 1, 1, 0, 1]
    let fit = try SoftmaxFit(features: features, classes: touching, count: 2, penalty: 0)
    #expect(fit.status == .converged)
  }

  /// Without one row the rest is separated: there is no finite left-out loss, and none is given.
  @Test func noNumberWhereARefitIsInfinite() throws {
    let features = Matrix([[0], [1], [2], [9], [10], [11], [12], [1.5]])
    let classes = [0, 0, 0, 1, 1, 1, 1, 1]
    let path = try SoftmaxPath(PrincipalRows(features), classes: classes, count: 2)
    let step = path.fit(penalty: 0)
    #expect(step.fit.status == .converged)
    #expect(path.leftOut(step, parts: classes.indices.map { [$0] }) == nil)
    #expect(path.leftOut(path.fit(penalty: 0.1), parts: classes.indices.map { [$0] }) != nil)
  }

  /// All rows together against one refit after the other, with rows far out among them, to what the tolerance allows; a curvature or
  /// a label that is 20 % off is seen by far.
  @Test(arguments: [(400, 5, 2, 1.0), (400, 5, 2, 1e-3), (300, 6, 3, 0.1), (500, 4, 5, 0.0), (200, 30, 3, 3.0)])
  func leaveOneOutTogether(_ n: Int, _ p: Int, _ count: Int, _ penalty: Double) throws {
    var (features, classes) = Self.sample(n, p, count)
    for row in 0..<3 { for j in 0..<p { features[row, j] *= 12 } }
    let rows = try PrincipalRows(features)
    let path = try SoftmaxPath(rows, classes: classes, count: count)
    let step = path.fit(penalty: penalty, tolerance: 1e-12)
    try #require(step.fit.status == .converged)
    let tolerance = 1e-11
    #expect(SoftmaxLeaveOneOut.cost(rows: n, columns: p + 1, classes: count) < path.leaveOneOutCost)
    let all = try #require(path.leftOut(step, parts: classes.indices.map { [$0] }, tolerance: tolerance))
    // In another order they are refitted one by one.
    let single = try #require(path.leftOut(step, parts: classes.indices.reversed().map { [$0] }, tolerance: tolerance))
    let difference = zip(all.storage, single.storage).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(difference < 1e-6, "\(difference)")
    #expect(abs(Self.meanLoss(all, classes) - Self.meanLoss(single, classes)) < 1e-9)
    let inSample = Self.meanLoss(step.fit.logProbabilities(features), classes)
    #expect(Self.meanLoss(all, classes) - inSample > 1e-4)
    classes[0] = (classes[0] + 1) % count
    let other = try SoftmaxPath(rows, classes: classes, count: count)
    let wrong = try #require(
      other.leftOut(
        other.fit(penalty: penalty, tolerance: 1e-12), parts: classes.indices.map { [$0] }, tolerance: tolerance))
    #expect(zip(all.storage, wrong.storage).contains { abs($0 - $1) > 1e-3 })
  }

  /// An indicator of two rows of different classes has a finite coefficient; without either of the two it has none, though no weights
  /// separate all rows. A row a million times as far out as the others separates nothing.
  @Test(arguments: [2, 3]) func separationOfSomeRows(count: Int) throws {
    let (sample, own) = Self.sample(60, 2, count)
    var classes = own
    (classes[0], classes[1]) = (0, 1)
    let indicator = Matrix(rows: 60, columns: 1, storage: (0..<60).map { $0 < 2 ? 1 : 0 })
    let features = sample.joined(leftOf: indicator)
    let path = try SoftmaxPath(PrincipalRows(features), classes: classes, count: count)
    let step = path.fit(penalty: 0)
    #expect(count > 2 || step.fit.status == .converged)
    #expect(path.leftOut(step, parts: classes.indices.map { [$0] }) == nil)
    let without = Array(1..<60)
    #expect(
      try SoftmaxFit(
        features: features.rows(at: without), classes: without.map { classes[$0] }, count: count, penalty: 0
      )
      .status == .separated)
    #expect(
      try SoftmaxFit(
        features: sample.rows(at: without), classes: without.map { classes[$0] }, count: count, penalty: 0
      ).status == .converged)
    for far in [1e3, 1e6] {
      var rows = sample
      for j in 0..<2 { rows[5, j] *= far }
      let fit = try SoftmaxFit(features: rows, classes: classes, count: count, penalty: 0)
      #expect(fit.status == .converged, "\(far): \(fit.status)")
    }
  }

  @Test func emptyClassesAreNamed() throws {
    let (features, classes) = Self.sample(20, 2, 2)
    #expect(throws: HeadError.emptyClass(2)) {
      try SoftmaxFit(features: features, classes: classes, count: 3, penalty: 1)
    }
  }

  /// 1 000 classes, more columns than rows, a constant column, any number of threads.
  @Test func manyClasses() throws {
    var stream = RandomStream(seed: 4)
    let n = 3000
    let classes = (0..<n).map { $0 % 1000 }
    let centres = 2 * stream.normalMatrix(rows: 1000, columns: 6)
    let noise = stream.normalMatrix(rows: n, columns: 6)
    let features = (centres.rows(at: classes) + noise).joined(leftOf: Matrix(rows: n, columns: 1, repeating: 5))
    let fit = try SoftmaxFit(features: features, classes: classes, count: 1000, penalty: 1, tolerance: 1e-6)
    #expect(fit.status == .converged)
    let logs = fit.logProbabilities(features.rows(0..<50))
    for row in 0..<50 { #expect(abs(logs.row(row).reduce(0) { $0 + exp($1) } - 1) < 1e-12) }
    #expect(fit.coefficients.row(6).allSatisfy { abs($0) < 1e-9 })
  }
}
