import Foundation
import Gates
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// What a plan leaves behind predicts as its candidate does.
@Suite struct TakeAwayTests {
  private struct World {
    let request: PlanRequest
    let fresh: Matrix
    let freshLabels: [Double]

    /// 8 columns on unequal scales, one of them constant; the target rests on two strong directions and a weak one.
    init(
      seed: UInt64, unlabeled m: Int = 300, labeled n: Int = 59, fresh count: Int = 200, columns d: Int = 8,
      methods: [any PretrainingMethod] = [PrincipalComponents()], head: PlanHead = .linear, noise: Double = 1
    ) {
      var stream = RandomStream(seed: seed)
      let scales = (0..<d).map { 3 / Double($0 + 1) }
      var rows = stream.normalMatrix(rows: m + n + count, columns: d).scalingColumns(by: scales)
      for row in 0..<rows.rows { rows[row, d - 1] = 7 }
      for row in 0..<rows.rows { rows[row, 1] += 5 }
      let errors = stream.normals(rows.rows)
      let values = errors.indices.map { (row: Int) -> Double in
        let signal: Double = rows[row, 0] - rows[row, 1]
        return signal + 2 * rows[row, 3] + noise * errors[row]
      }
      let labels = head == .linear ? values : values.map { $0 > -5 ? 1.0 : 0 }
      request = PlanRequest(
        unlabeled: rows.rows(0..<m), features: rows.rows(m..<m + n), labels: Array(labels[m..<m + n]), methods: methods,
        sizes: [3], seed: 5, head: head)
      fresh = rows.rows(m + n..<m + n + count)
      freshLabels = Array(labels[(m + n)...])
    }
  }

  /// Left out by hand: the model without a row misses it by the residual that the plan's risk is the mean square of.
  @Test(arguments: ["none", "pca-3"])
  func predictionsAreTheHeads(_ label: String) throws {
    let world = World(seed: 3, unlabeled: 40, labeled: 30)
    let size = label == "none" ? nil : 3
    let method = label == "none" ? "none" : "pca"
    let model = try Planner.model(method, size: size, of: world.request)
    let features = model.features(world.request.features)
    let all = model.predictions(features).values
    // Least squares on the features by the normal equations.
    let design = Matrix(rows: 30, columns: 1, repeating: 1).joined(leftOf: features)
    let direct = try SVD(design).leastSquares(.column(world.request.labels), relativeTolerance: 1e-12)
    for (a, b) in zip(all, (design * direct).storage) { #expect(abs(a - b) < 1e-9) }
    if label == "none" { #expect(features.columns == 8 && features.column(7).allSatisfy { $0 == 7 }) }
  }

  /// Ridge's predictions of labeled rows have the residuals from which its left-out error is made: e/(1 - h) by refitting.
  @Test func ridgeIsTheRidgeOfThePlan() throws {
    let world = World(seed: 4, unlabeled: 40, labeled: 30)
    let model = try Planner.model("ridge", size: nil, of: world.request)
    let pool = world.request.unlabeled.inMemory!.stacked(above: world.request.features)
    let deviations = RowMoments(rows: pool).covariance.diagonalEntries.map { $0.squareRoot() }
    let head = try RidgeHead(world.request.features, labels: world.request.labels, deviations: deviations)
    let direct = head.predictions(world.fresh)
    for (a, b) in zip(model.predictions(model.features(world.fresh)).values, direct) { #expect(abs(a - b) < 1e-9) }
  }

  /// More columns than rows: features of all columns span what coordinates of the rows' span do, so that predictions of rows of
  /// the pool agree with least squares on scores of its singular value decomposition.
  @Test(arguments: [false, true])
  func wideRows(_ standardizes: Bool) throws {
    let method = PrincipalComponents(standardizes: standardizes)
    let world = World(
      seed: 6, unlabeled: 30, labeled: 30, columns: standardizes ? 1100 : 90, methods: [method])
    let model = try Planner.model(method.name, size: 3, of: world.request)
    let pool = world.request.unlabeled.inMemory!.stacked(above: world.request.features)
    var centered = pool.subtractingFromRows(pool.columnMeans())
    if standardizes {
      let deviations = pool.columnDeviations()
      centered = centered.scalingColumns(by: deviations.map { $0 > 0 ? 1 / $0 : 0 })
    }
    let svd = try SVD(centered)
    let scores = svd.left.columns(0..<3).rows(30..<60)
    let design = Matrix(rows: 30, columns: 1, repeating: 1).joined(leftOf: scores)
    let direct = design * (try SVD(design).leastSquares(.column(world.request.labels), relativeTolerance: 1e-12))
    let found = model.predictions(model.features(world.request.features)).values
    for (a, b) in zip(found, direct.storage) { #expect(abs(a - b) < 1e-6, "\(a) \(b)") }
    let ridge = try Planner.model("ridge", size: nil, of: world.request)
    let own = ridge.predictions(ridge.features(world.request.features)).values
    let errors = zip(own, world.request.labels).map { ($0 - $1) * ($0 - $1) }
    #expect(own.allSatisfy(\.isFinite) && errors.reduce(0, +) / 30 < MeanSquare.about(world.request.labels))
  }

  /// Without labels: the features that a plan's candidate of the same rows has, tall and wide.
  @Test(arguments: ["pca", "pca-correlation", "factor", "factor-analysis", "masked", "mixture"], [8, 1100])
  func featuresNeedNoLabels(_ name: String, _ columns: Int) throws {
    let method = try #require(Methods.named(name))
    if columns > 1000 && method.innerProducts == nil { return }
    let world = World(seed: 9, unlabeled: 60, labeled: 30, columns: columns, methods: [method])
    let pool = world.request.unlabeled.inMemory!.stacked(above: world.request.features)
    let own = try FeatureMap.fitted(method, size: 3, to: pool)
    let plans = try Planner.model(name, size: 3, of: world.request).features
    let (a, b) = (own.map(world.fresh), plans(world.fresh))
    #expect(a.columns == plans.featureCount && (a - b).largestMagnitude < 1e-9 * b.largestMagnitude)
    #expect(own.warnings.contains { $0.code == "constant-columns" })
  }

  @Test func sizesThatRowsDoNotSupportAreRefused() throws {
    let rows = World(seed: 9, unlabeled: 20, labeled: 10).request.unlabeled.inMemory!
    for (name, size, largest) in [("pca", 8, 7), ("factor", 7, 6), ("mixture", 3, 2)] {
      #expect(
        throws: PlanError.invalidSize(
          method: name, size: size, smallest: name == "mixture" ? 2 : 1, largest: largest, rows: 20, columns: 7)
      ) { try FeatureMap.fitted(Methods.named(name)!, size: size, to: rows) }
    }
    #expect(throws: PlanError.noVaryingColumn(columns: 2)) {
      try FeatureMap.fitted(PrincipalComponents(), size: 1, to: Matrix(rows: 4, columns: 2, repeating: 7))
    }
    // Squares of 1e-200 are 0; of 1e-60 they are numbers.
    #expect(throws: LinearAlgebraError.underflow(column: 0)) {
      try FeatureMap.fitted(PrincipalComponents(), size: 1, to: 1e-200 * rows)
    }
    _ = try FeatureMap.fitted(PrincipalComponents(), size: 1, to: 1e-60 * rows)
  }

  /// Probabilities have the log-loss on fresh rows that the plan predicts, and more than chance.
  @Test(arguments: ["none", "ridge", "pca-3"])
  func classesHaveTheRiskOfThePlan(_ label: String) throws {
    let world = World(seed: 8, labeled: 200, fresh: 4000, head: .logistic)
    let plan = try Planner.plan(world.request)
    let size = label == "pca-3" ? 3 : nil
    let method = label == "pca-3" ? "pca" : label
    let model = try Planner.model(method, size: size, of: world.request)
    let found = model.probabilities(model.features(world.fresh))
    #expect((0..<found.rows).allSatisfy { abs(found[$0, 0] + found[$0, 1] - 1) < 1e-12 })
    let loss = (0..<found.rows).reduce(0.0) { $0 - log(found[$1, Int(world.freshLabels[$1])]) } / Double(found.rows)
    let risk = try #require(plan.candidate(method, size: size)?.predictedRisk)
    #expect(risk.low < loss && loss < risk.high, "\(loss) \(risk)")
    #expect(model.classNames == ["0", "1"] && model.errors == nil)
  }

  /// 59 labels: 54/60 of fresh labels lie within the intervals. Averaged over worlds, whose coverages have a standard deviation of
  /// about .04: 400 of them tell 20 % more or fewer misses apart; intervals that are 20 % too short are told, too.
  @Test(arguments: ["none", "ridge", "pca-3"])
  func intervalsHoldFreshLabels(_ label: String) throws {
    let size = label == "pca-3" ? 3 : nil
    let method = label == "pca-3" ? "pca" : label
    let misses = try (0..<400).map { replicate -> (own: Double, short: Double) in
      let world = World(seed: 1000 + UInt64(replicate))
      let model = try Planner.model(method, size: size, of: world.request)
      let found = model.predictions(model.features(world.fresh))
      func missed(_ factor: Double) -> Double {
        Double(
          world.freshLabels.indices.count {
            let half = 0.5 * factor * (found.high![$0] - found.low![$0])
            return abs(world.freshLabels[$0] - found.values[$0]) > half
          }) / Double(world.freshLabels.count)
      }
      return (missed(1), missed(0.8))
    }
    let agreement = Agreement(of: SampleMean(misses.map(\.own)), with: 0.1)
    #expect(agreement.problems.isEmpty, "\(label): \(agreement.problems)")
    #expect(!Agreement(of: SampleMean(misses.map(\.short)), with: 0.1).problems.isEmpty)
  }

  /// Where a row lies far out, its interval is wider by what the law of least squares says.
  @Test func intervalsWidenWithTheDistance() throws {
    let world = World(seed: 11)
    let model = try Planner.model("pca", size: 3, of: world.request)
    let features = model.features(world.request.features)
    let design = Matrix(rows: features.rows, columns: 1, repeating: 1).joined(leftOf: features)
    let inverse = try Cholesky(design.gram()).inverse()
    let far = Matrix(rows: 1, columns: 8, storage: (0..<8).map { 40 * Double($0 + 1) })
    let row = [1.0] + model.features(far).row(0)
    let found = model.predictions(model.features(far))
    let quantile = try #require(model.errors?.quantile)
    let expected = quantile * (1 + dot(row, inverse * row)).squareRoot()
    #expect(relativeDifference(0.5 * (found.high![0] - found.low![0]), expected) < 1e-8)
  }

  @Test func whatThereIsNotIsRefused() {
    let world = World(seed: 12)
    for (method, size) in [("factor", 3), ("embedding", 5), ("pca", nil)] as [(String, Int?)] {
      #expect(throws: PlanError.self) { try Planner.model(method, size: size, of: world.request) }
    }
  }
}

private enum MeanSquare {
  static func about(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
  }
}
