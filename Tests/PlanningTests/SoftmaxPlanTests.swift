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

  func plan(labeled n: Int, sizes: [Int] = [1, 2, 3]) throws -> Plan {
    let m = rows.rows - n
    return try Planner.plan(
      PlanRequest(
        unlabeled: rows.rows(0..<m), features: rows.rows(m..<rows.rows), labels: Array(labels[m...]),
        methods: [PrincipalComponents()], sizes: sizes, head: .logistic))
  }
}

@Suite struct SoftmaxPlanTests {
  /// Forecast at four times the labels against what that many labels give, on average over samples, for two components.
  @Test func forecastAtFourTimesTheLabels() throws {
    var (ratios, shares): ([Double], [Double]) = ([], [])
    for seed in 0..<24 {
      let world = World(1600, seed: 640 + UInt64(seed))
      let now = try world.plan(labeled: 100, sizes: [2]).candidate("pca", size: 2)!
      let later = try world.plan(labeled: 400, sizes: [2]).candidate("pca", size: 2)!
      ratios.append(now.predictedRisk(unlabeled: 1200, labeled: 400)!.estimate / later.predictedRisk!.estimate)
      shares.append(now.accuracy(unlabeled: 1200, labeled: 400)!.estimate / later.accuracy!.estimate)
    }
    for mean in [SampleMean(ratios), SampleMean(shares)] {
      #expect(abs(mean.z(against: 1)) < 5, "\(mean)")
      // Power: 20 % either way would be seen.
      #expect(abs(mean.z(against: 1.2)) > 5 && abs(mean.z(against: 1 / 1.2)) > 5, "\(mean)")
    }
  }

  /// Below the break-even labels the representation's risk is the lower one, above them that of ridge; where there is none, it
  /// has no lower risk now. Two classes along the first of 30 columns, which the second tells of, too.
  @Test func breakEvenIsWhereForecastsCross() throws {
    var crossings = 0
    for seed in 0..<6 {
      var stream = RandomStream(seed: UInt64(seed), purpose: 631)
      let codes = (0..<500).map { _ in stream.index(below: 2) }
      var rows = stream.normalMatrix(rows: 500, columns: 30).scalingColumns(
        by: (0..<30).map { $0 < 3 ? 2 : 0.7 })
      for i in 0..<500 { for j in 0..<4 { rows[i, j] += [2.0, 0.8, 0, 0.5][j] * Double(codes[i]) } }
      let plan = try Planner.plan(
        PlanRequest(
          unlabeled: rows.rows(0..<440), features: rows.rows(440..<500), labels: codes[440...].map { Double($0) },
          methods: [PrincipalComponents()], sizes: [1, 2, 3], head: .logistic))
      let ridge = plan.candidate("ridge")!
      for own in plan.candidates where own.size != nil {
        // Rows are as many as now, as the break-even assumes.
        func advantage(_ labels: Double) -> Double {
          let count = Int(labels.rounded())
          return ridge.predictedRisk(unlabeled: 500 - count, labeled: count)!.estimate
            - own.predictedRisk(unlabeled: 500 - count, labeled: count)!.estimate
        }
        guard case .labels(let n)? = own.breakEvenLabels, n < 450 else { continue }
        crossings += 1
        #expect(n >= 15)
        // Whole labels, and rows of the population, round.
        #expect(advantage(n.rounded(.down)) > -1e-5, "seed \(seed), \(own.label): \(n)")
        #expect(advantage(min(1.3 * n, 499)) < 0, "seed \(seed), \(own.label): \(n)")
      }
    }
    #expect(crossings > 0)
  }

  /// Six components of six columns have nothing to turn; two have.
  @Test func allColumnsHaveNoPretrainingPart() throws {
    let plan = try World(600, seed: 63).plan(labeled: 80, sizes: [2, 6])
    let (some, all) = (plan.candidate("pca", size: 2)!, plan.candidate("pca", size: 6)!)
    #expect(all.parts!.pretraining == 0 && some.parts!.pretraining != 0)
  }

  /// Factors of one noise variance span the same as principal components; with whitened features a penalty sees no more.
  @Test func spansAreAllThatCounts() throws {
    let world = World(300, seed: 64)
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: world.rows.rows(0..<200), features: world.rows.rows(200..<300), labels: Array(world.labels[200...]),
        methods: [PrincipalComponents(), FactorModel()], sizes: [2], head: .logistic))
    let (one, other) = (plan.candidate("pca", size: 2)!, plan.candidate("factor", size: 2)!)
    #expect(other.isTwin && !one.isTwin)
    #expect(relativeDifference(one.predictedRisk!.estimate, other.predictedRisk!.estimate) < 1e-5)
  }

  @Test func planHasEveryCandidate() throws {
    let plan = try World(600, seed: 63).plan(labeled: 120)
    #expect(plan.head == .logistic)
    #expect(plan.candidates.map(\.label) == ["none", "ridge", "pca-1", "pca-2", "pca-3"])
    let two = plan.candidate("pca", size: 2)!
    #expect(two.accuracy!.estimate > 0.6 && two.reliable && two.leftOut == "exact")
    let parts = two.parts!
    let total = parts.noise + parts.bias! + parts.labels + parts.pretraining!
    #expect(relativeDifference(total, two.predictedRisk!.estimate) < 1e-9)
    // One direction misses the second half of the signal.
    #expect(plan.candidate("pca", size: 1)!.predictedRisk!.estimate > two.predictedRisk!.estimate)
    #expect(impossible(plan).isEmpty, "\(impossible(plan))")
  }

  /// Features computed elsewhere that are the raw columns have the risk of ridge; others have their own.
  @Test func embeddingsAreJudged() throws {
    let world = World(400, seed: 65)
    func plan(_ embedding: Matrix) throws -> Plan {
      try Planner.plan(
        PlanRequest(
          unlabeled: world.rows.rows(0..<300), features: world.rows.rows(300..<400),
          labels: Array(world.labels[300...]),
          methods: [], sizes: [], embedding: embedding, head: .logistic))
    }
    let same = try plan(world.rows)
    let (ridge, own) = (same.candidate("ridge")!, same.candidate("embedding", size: 6)!)
    #expect(relativeDifference(ridge.predictedRisk!.estimate, own.predictedRisk!.estimate) < 1e-3)
    let part = try plan(world.rows.columns(2..<6)).candidate("embedding", size: 4)!
    #expect(part.predictedRisk!.estimate > 1.05 * own.predictedRisk!.estimate)
    #expect(
      part.predictedRisk(unlabeled: 300, labeled: 1000) != nil && part.accuracy != nil)
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
    #expect(impossible(plan).isEmpty, "\(impossible(plan))")
  }

  /// Classes that overlap by one row only: without it they are separated, its loss is infinite, and none has no risk.
  @Test func oneRowThatHoldsTheFit() throws {
    var rows = Matrix(rows: 20, columns: 1)
    for i in 0..<20 { rows[i, 0] = Double(i) - 9.5 }
    let classes = (0..<20).map { $0 == 4 || $0 >= 10 ? 1 : 0 }
    #expect(try SoftmaxFit(features: rows, classes: classes, count: 2, penalty: 0).status == .converged)
    #expect(try SoftmaxHead(unpenalized: rows, classes: classes, count: 2, seed: 0) == nil)
    let ones: Set<Int> = [4, 6, 10, 11, 12, 14, 15, 16, 17, 18, 19]
    let two = (0..<20).map { ones.contains($0) ? 1 : 0 }
    #expect(try SoftmaxHead(unpenalized: rows, classes: two, count: 2, seed: 0) != nil)
  }

  @Test func numbersAreNoClasses() {
    func plan(_ labels: [Double], names: [String]? = nil) throws -> Plan {
      var stream = RandomStream(seed: 65)
      let rows = stream.normalMatrix(rows: labels.count, columns: 2)
      return try Planner.plan(
        PlanRequest(
          unlabeled: rows, features: rows, labels: labels, methods: [], sizes: [], head: .logistic, classNames: names))
    }
    #expect(throws: PlanError.notClasses(count: 1001)) { try plan((0..<1001).map { Double($0) }) }
    var labels = (0..<29).map { Double($0 % 2) }
    #expect(throws: PlanError.rareClasses(names: ["2"])) { try plan(labels + [2]) }
    #expect(throws: PlanError.rareClasses(names: ["дуб"])) { try plan(labels + [2], names: ["été", "🌲", "дуб"]) }
    labels[4] = 0.5
    #expect(throws: PlanError.rareClasses(names: ["0.5", "3"])) { try plan(labels + [3]) }
  }

  /// Shapes that break plans: more columns than labels, a constant column, two rows of a class, a hundred classes, all alike.
  @Test(arguments: [(30, 50, 2, 0), (60, 4, 3, 1), (40, 3, 4, 0), (400, 5, 100, 0), (24, 3, 2, 2)])
  func nothingImpossible(_ n: Int, _ columns: Int, _ count: Int, _ kind: Int) throws {
    var stream = RandomStream(seed: UInt64(n))
    var rows = stream.normalMatrix(rows: 2 * n, columns: columns)
    // Of four classes the last has two rows.
    let rest = count == 4 ? 3 : count
    let codes = (0..<n).map { row -> Int in row < 2 ? count - 1 : row % rest }
    for i in 0..<n {
      rows[n + i, codes[i] % columns] += 2
      if kind == 1 { (rows[i, 3], rows[n + i, 3]) = (7, 7) }
    }
    if kind == 2 {
      for i in 0..<2 * n { for j in 0..<columns { rows[i, j] = Double(i * (j + 2) % 2) } }
    }
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: rows.rows(0..<n), features: rows.rows(n..<2 * n), labels: codes.map { Double($0) },
        methods: [PrincipalComponents()], sizes: [1, 2], head: .logistic))
    #expect(impossible(plan).isEmpty, "\(impossible(plan))")
    #expect(plan.candidate("ridge")!.predictedRisk != nil)
  }

  /// A backtest of classes scores log-loss.
  @Test func backtestOfClasses() throws {
    var stream = RandomStream(seed: 96)
    let codes = (0..<300).map { _ in stream.index(below: 3) }
    var rows = stream.normalMatrix(rows: 300, columns: 5).scalingColumns(by: [1, 1, 0.3, 0.3, 0.3])
    let centers = [[1.2, 0], [-0.8, 1], [-0.8, -1]]
    for i in 0..<300 { for j in 0..<2 { rows[i, j] += centers[codes[i]][j] } }
    let result = try Backtester.run(
      BacktestRequest(
        features: rows, labels: codes.map { Double($0) }, methods: [PrincipalComponents()], sizes: [2], repeats: 3,
        seed: 1, head: .logistic))
    let cell = try #require(result.cells.last { $0.method == "pca" })
    #expect(cell.actual > 0.3 && cell.actual < log(3.0))
    #expect(abs(cell.predicted! / cell.actual - 1) < 0.3)
  }
}

/// The labels part of a softmax head against what it solves.
@Suite struct SoftmaxLabelsPartTests {
  /// Equal variances: n x - 1 = p x/(1 + λ x/s) is a quadratic; two classes of p (1 - p) = 0.2 have λ = c/0.2.
  @Test(arguments: [(20.0, 5), (300, 40), (12, 60)]) func equalVariances(_ n: Double, _ p: Int) throws {
    let (penalty, variance) = (1.7, 2.5)
    let curvature = Matrix([[0.2, -0.2], [-0.2, 0.2]])
    let part = try SoftmaxLabelsPart(
      variances: [Double](repeating: variance, count: p), penalty: penalty, curvature: curvature)
    let l = penalty / 0.2 / variance
    // n l x² + (n - l - p) x - 1 = 0
    let b = n - l - Double(p)
    let x = (-b + (b * b + 4 * n * l).squareRoot()) / (2 * n * l)
    #expect(relativeDifference(part(n)!, (n * x - 1 + 1 / n) / 2) < 1e-9)
    let free = try SoftmaxLabelsPart(
      variances: [Double](repeating: variance, count: p), penalty: 0, curvature: curvature)
    let known = n > Double(p + 2) ? (Double(p) / (n - Double(p)) + 1 / n) / 2 : nil
    #expect(free(n) == nil ? known == nil : relativeDifference(free(n)!, known!) < 1e-12)
  }

  /// Ridge regressions whose coefficients are drawn from the penalty's prior: their mean excess, half of it a log-loss of
  /// curvature 1, is what the part says to five standard errors; 20 % either way it is not.
  @Test func excessOfRidgeAtItsPrior() throws {
    let (n, p, penalty) = (40, 15, 6.0)
    let scales = (0..<p).map { 2.0 / Double($0 + 1).squareRoot() }
    let excess = try Parallel.map(count: 4000) { index -> Double in
      var stream = RandomStream(seed: 31, replicate: UInt64(index))
      let rows = stream.normalMatrix(rows: n, columns: p).scalingColumns(by: scales)
      let truth = stream.normals(p).map { $0 / penalty.squareRoot() }
      let labels = zip(rows * truth, stream.normals(n)).map { $0 + $1 }
      let found = try Cholesky(rows.gram() + penalty * .identity(p)).solve(rows.transposedTimes(labels))
      let errors = (0..<p).map { (found[$0] - truth[$0]) * scales[$0] }
      return dot(errors, errors) / 2
    }
    // Three classes whose curvature has both contrasts at 1: twice one contrast, and no intercept.
    let curvature = Matrix([[2, -1, -1], [-1, 2, -1], [-1, -1, 2]].map { $0.map { Double($0) / 3 } })
    let part = try SoftmaxLabelsPart(variances: scales.map { $0 * $0 }, penalty: penalty, curvature: curvature)
    let mean = SampleMean(excess)
    let value = part(Double(n))! / 2 - 1 / Double(2 * n)
    #expect(abs(mean.z(against: value)) < 5, "\(value) for \(mean)")
    #expect(abs(mean.z(against: 1.2 * value)) > 5 && abs(mean.z(against: value / 1.2)) > 5, "\(value) for \(mean)")
  }
}
