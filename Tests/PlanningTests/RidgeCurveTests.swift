import CMath
import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

/// Ridge at other numbers of labels from leave-one-out errors at one.
struct RidgeCurveTests {
  private static let columns = 30
  private static let scales = (0..<columns).map { 2 / Double($0 + 1).squareRoot() }
  private static let slopes = (0..<columns).map { 0.3 - 0.01 * Double($0) }

  private static func sample(_ count: Int, _ stream: inout RandomStream) -> (rows: Matrix, labels: [Double]) {
    let rows = stream.normalMatrix(rows: count, columns: columns).scalingColumns(by: scales)
    let noise = stream.normals(count)
    return (rows, zip(rows * slopes, noise).map { $0 + $1 })
  }

  private static func head(_ count: Int, _ stream: inout RandomStream) throws -> RidgeHead {
    let (rows, labels) = sample(count, &stream)
    return try RidgeHead(rows, labels: labels, deviations: scales)
  }

  /// Leave-one-out error at this many labels and this penalty over rows, between the grid's neighbors.
  private static func error(_ curve: RidgeCurve, labels: Double, penalty: Double) -> Double {
    let points = curve.curve(labels: labels)
    let above = points.firstIndex { $0.penalty >= penalty }!
    let (low, high) = (points[above - 1], points[above])
    let share = (penalty - low.penalty) / (high.penalty - low.penalty)
    return low.error + share * (high.error - low.error)
  }

  /// From 60 to 240 and from 60 to 40 labels at a penalty of 0.5 a row: the mean of 600 forecasts is the risk that 600
  /// fits have. Power: a forecast 2 % off is 5 standard errors off.
  @Test(arguments: [40, 240]) func forecastIsTheRiskThere(_ later: Int) throws {
    let penalty = 0.5
    let forecasts: [Double] = try Parallel.map(count: 600) { replicate in
      var stream = RandomStream(seed: 61, replicate: UInt64(replicate))
      let (rows, labels) = Self.sample(60, &stream)
      let head = try RidgeHead(rows, labels: labels, deviations: [Double](repeating: 1, count: Self.columns))
      return Self.error(head.curve, labels: Double(later), penalty: penalty)
    }
    let truth: [Double] = try Parallel.map(count: 600) { replicate in
      var stream = RandomStream(seed: 62, replicate: UInt64(replicate))
      let (rows, labels) = Self.sample(later, &stream)
      let (slopes, intercept) = try Slow.ridge(rows, labels, penalty: penalty * Double(later - 1))
      let errors = (0..<Self.columns).map { Self.scales[$0] * (slopes[$0] - Self.slopes[$0]) }
      return 1 + intercept * intercept + dot(errors, errors)
    }
    expectAgreement(of: SampleMean(forecasts), with: SampleMean(truth))
  }

  /// With γ left out the forecast is far off.
  @Test func presentErrorIsNotTheForecast() throws {
    var stream = RandomStream(seed: 63)
    let curve = try Self.head(60, &stream).curve
    #expect(Self.error(curve, labels: 240, penalty: 0.5) < 0.95 * Self.error(curve, labels: 60, penalty: 0.5))
  }

  @Test func atThePresentNumberNothingChanges() throws {
    var stream = RandomStream(seed: 64)
    let head = try Self.head(60, &stream)
    let present = head.leaveOneOutSquares.reduce(0, +) / 60
    #expect(relativeDifference(head.curve.error(labels: 60)!, present) < 1e-12)
    for (point, here) in zip(head.curve.points, head.curve.curve(labels: 60)) {
      #expect(relativeDifference(point.penalty, here.penalty) < 1e-9)
    }
  }

  /// One column of variance l over rows: κ = λ/(1 - l/(n(l + λ))), and 1 - γ = dλ/dκ.
  @Test func kappaAndItsSlope() {
    func point(_ penalty: Double) -> RidgeCurve.Point {
      RidgeCurve(rowCount: 11, columns: 1, eigenvalues: [5], errors: [(penalty, 1)]).points[0]
    }
    let (here, before, after) = (point(2), point(2 - 1e-5), point(2 + 1e-5))
    #expect(relativeDifference(here.kappa, 0.2 / (1 - 5.0 / 7 / 10)) < 1e-14)
    let slope = (after.penalty - before.penalty) / (after.kappa - before.kappa)
    #expect(relativeDifference(1 - here.gamma, slope) < 1e-8)
  }

  /// A mean of n labels costs 1/n: columns under a penalty beside which they are nothing leave 1 + 1/n.
  @Test func theInterceptCostsItsShare() {
    let curve = RidgeCurve(rowCount: 10, columns: 1, eigenvalues: [1e-12], errors: [(1, 1.1)])
    #expect(relativeDifference(curve.error(labels: 40)!, 1.025) < 1e-9)
    #expect(relativeDifference(curve.error(labels: .infinity)!, 1) < 1e-9)
  }

  /// 10 labels of 30 columns: what many more would give is out of reach, and no number is made up.
  @Test func outOfReachIsNoNumber() {
    let curve = RidgeCurve(
      rowCount: 10, columns: 30, eigenvalues: [9, 8, 7, 6, 5, 4, 3, 2, 1],
      errors: [(1e-3, 1.0), (1, 1.1), (100, 1.5)])
    #expect(curve.error(labels: 1000) == nil)
    #expect(curve(1000) == nil)
    #expect(curve.error(labels: 10) == nil)
  }

  /// With the penalty chosen by leave-one-out, at 60 labels and at 240 of them: the mean of 400 forecasts from 60
  /// labels is the mean risk of 400 fits whose penalties are chosen so. Power: 20 % of the excess over the noise is 5
  /// standard errors.
  @Test(arguments: [60, 240]) func riskOfTheChosenPenalty(_ labels: Int) throws {
    let forecasts: [Double] = try Parallel.map(count: 400) { replicate in
      var stream = RandomStream(seed: 65, replicate: UInt64(replicate))
      let head = try Self.head(60, &stream)
      return head.search.risk(labels: Double(labels))!
    }
    let truth: [Double] = try Parallel.map(count: 400) { replicate in
      var stream = RandomStream(seed: 66, replicate: UInt64(replicate))
      let head = try Self.head(labels, &stream)
      // Unit rows give the head's slopes.
      let zero = head.predictions(Matrix(rows: 1, columns: Self.columns))[0]
      let errors = head.predictions(.identity(Self.columns)).enumerated().map { j, value in
        Self.scales[j] * (value - zero - Self.slopes[j])
      }
      return 1 + zero * zero + dot(errors, errors)
    }
    let (found, actual) = (SampleMean(forecasts), SampleMean(truth))
    print("ridge, \(labels) labels: forecast \(found.mean), true \(actual.mean)")
    expectAgreement(of: found, with: actual)
  }

  // MARK: rows with tails

  private static let tailColumns = 15

  /// Normal rows, each times the root of 2 (one in four) or of 2/3: of variance 1, with tails.
  private static func tailed(_ count: Int, _ stream: inout RandomStream) -> (rows: Matrix, labels: [Double]) {
    let scales = (0..<count).map { _ in (stream.uniform() < 0.25 ? 2 : 2.0 / 3).squareRoot() }
    let rows = stream.normalMatrix(rows: count, columns: tailColumns).scalingRows(by: scales)
    let noise = stream.normals(count)
    return (rows, zip(rows * Array(slopes.prefix(tailColumns)), noise).map { $0 + $1 })
  }

  /// From 60 to 240 labels at a penalty of 0.05 a row: the mean of 1 200 forecasts is the risk of 600 fits where the
  /// covariance of unlabeled rows is known, and where it is not the difference is 5 standard errors and more.
  @Test func rowsWithTailsCostMore() throws {
    let (penalty, later) = (0.05, 240)
    let d = Self.tailColumns
    let forecasts: [(with: Double, without: Double)] = try Parallel.map(count: 1200) { replicate in
      var stream = RandomStream(seed: 67, replicate: UInt64(replicate))
      let (rows, labels) = Self.tailed(60, &stream)
      let known = RidgeRows(rows, deviations: [Double](repeating: 1, count: d))
      let pool = RowMoments(count: 10_000_000, mean: [Double](repeating: 0, count: d), covariance: .identity(d))
      let heads = try (RidgeHead(known.amongst(pool), labels: labels), RidgeHead(known, labels: labels))
      return (
        Self.error(heads.0.curve, labels: Double(later), penalty: penalty),
        Self.error(heads.1.curve, labels: Double(later), penalty: penalty)
      )
    }
    let truth: [Double] = try Parallel.map(count: 600) { replicate in
      var stream = RandomStream(seed: 68, replicate: UInt64(replicate))
      let (rows, labels) = Self.tailed(later, &stream)
      let (slopes, intercept) = try Slow.ridge(rows, labels, penalty: penalty * Double(later - 1))
      let errors = (0..<d).map { slopes[$0] - Self.slopes[$0] }
      return 1 + intercept * intercept + dot(errors, errors)
    }
    expectAgreement(of: SampleMean(forecasts.map(\.with)), with: SampleMean(truth))
    let (without, actual) = (SampleMean(forecasts.map(\.without)), SampleMean(truth))
    #expect((without.mean - actual.mean) > 5 * hypot(without.standardError, actual.standardError))
  }

  /// Moments of some of the rows, and of the rest from those of all.
  @Test func momentsOfTheRest() throws {
    var stream = RandomStream(seed: 69)
    let (one, other) = (
      stream.normalMatrix(rows: 9, columns: 3), 2 * stream.normalMatrix(rows: 14, columns: 3)
    )
    let (all, own) = (RowMoments(rows: one.stacked(above: other)), RowMoments(rows: other))
    let rest = try #require(all.removing(own)), expected = RowMoments(rows: one)
    #expect(rest.count == 9 && all.removing(all) == nil)
    #expect(zip(rest.mean, expected.mean).allSatisfy { abs($0 - $1) < 1e-13 })
    #expect((rest.covariance - expected.covariance).storage.allSatisfy { abs($0) < 1e-13 })
  }
}
