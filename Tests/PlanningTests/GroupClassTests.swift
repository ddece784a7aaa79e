import Asymptotics
import CMath
import Gates
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// Classes of rows that come in groups: heads against refits without each group, and forecasts against fresh groups.
@Suite struct GroupClassTests {
  /// Rows x = u_g + e of groups of eight, log-odds ⟨x, w⟩ + b_g.
  private struct World {
    let groups: Int
    let columns: Int
    let shift: Double
    static let size = 8

    func sample(_ groups: Int, _ weights: [Double], _ stream: inout RandomStream) -> (x: Matrix, classes: [Int]) {
      var x = Matrix(rows: groups * Self.size, columns: columns)
      var classes = [Int]()
      for group in 0..<groups {
        let (own, shift) = (stream.normals(columns), self.shift * stream.normals(1)[0])
        for row in group * Self.size..<(group + 1) * Self.size {
          let noise = stream.normals(columns)
          for j in 0..<columns { x[row, j] = own[j] + 0.4 * noise[j] }
          classes.append(stream.uniform() < 1 / (1 + exp(-dot(x.row(row), weights) - shift)) ? 1 : 0)
        }
      }
      return (x, classes)
    }

    func partition(_ groups: Int) -> Partition { Partition((0..<groups * Self.size).map { $0 / Self.size }) }
  }

  private static let world = World(groups: 25, columns: 6, shift: 2.5)
  private static let weights = [1.0, -0.8, 0.5, 0, 0, 0]

  @Test(arguments: [2, 5, 10, 40]) func foldsKeepGroupsTogether(count: Int) {
    var stream = RandomStream(seed: 61)
    let labels = (0..<300).map { _ in Int(stream.uniform() * 25) }
    let classes = labels.map { $0 % 4 == 0 ? 2 : stream.uniform() < 0.3 ? 1 : 0 }
    let groups = Partition(labels)
    let parts = RowParts(classes, groups: groups).folds(count, seed: 5)
    #expect(parts.count == min(count, groups.count) && parts.joined().sorted() == Array(0..<300))
    for rows in groups.members { #expect(parts.count { !Set($0).isDisjoint(with: rows) } == 1) }
    // Groups of one row each are no groups.
    #expect(
      RowParts(classes, groups: Partition(Array(0..<300))).folds(count, seed: 5)
        == StratifiedFolds.parts(classes, count: count, seed: 5))
  }

  /// Each group by a fit to all others at the penalty that was chosen.
  @Test func leavesGroupsOutExactly() throws {
    var stream = RandomStream(seed: 62)
    let (x, classes) = Self.world.sample(12, Self.weights, &stream)
    let groups = Self.world.partition(12)
    let head = try SoftmaxHead(x, classes: classes, count: 2, seed: 3, groups: groups)
    #expect(head.leftOut.description == "groups:12")
    for rows in groups.members {
      let kept = classes.indices.filter { !rows.contains($0) }
      let fit = try SoftmaxFit(
        features: x.rows(at: kept), classes: kept.map { classes[$0] }, count: 2, penalty: head.fit.penalty,
        tolerance: 1e-11)
      let logs = fit.logProbabilities(x.rows(at: rows))
      for (position, row) in rows.enumerated() {
        #expect(abs(logs[position, classes[row]] - head.leftOutLogs[row, classes[row]]) < 1e-5)
      }
    }
    #expect(try SoftmaxHead(x, classes: classes, count: 2, seed: 3).leftOut == .exact)
  }

  /// What plans of 25 groups say, with and without these, and what the head costs on fresh groups.
  private struct Outcome: Sendable {
    let risk: Double
    let alone: Double
    let truth: Double
  }

  private static let outcomes: [Outcome] = {
    let world = GroupClassTests.world
    return try! Parallel.map(count: 60) { index -> Outcome in
      var stream = RandomStream(seed: 63, replicate: UInt64(index))
      let (x, classes) = world.sample(world.groups, weights, &stream)
      let fresh = world.sample(250, weights, &stream)
      func risk(_ groups: Partition?) throws -> Double {
        let plan = try Planner.plan(
          PlanRequest(
            unlabeled: Matrix(rows: 0, columns: world.columns), features: x, labels: classes.map(Double.init),
            methods: [], sizes: [], seed: 1, head: .logistic, groups: groups))
        return plan.candidate("ridge")!.predictedRisk!.estimate
      }
      let head = try SoftmaxHead(
        scalings: [x], classes: classes, count: 2, seed: 1, isJudged: false, groups: world.partition(world.groups))
      let logs = head.fit.logProbabilities(fresh.x)
      let truth = -fresh.classes.indices.reduce(0) { $0 + logs[$1, fresh.classes[$1]] } / Double(fresh.classes.count)
      return try Outcome(risk: risk(world.partition(world.groups)), alone: risk(nil), truth: truth)
    }
  }()

  /// Log-loss in new groups, now: |z| <= 5, where the same plan without groups, which knows rows of each group, is off by more.
  @Test func presentRiskIsThatOfNewGroups() {
    let found = Self.outcomes
    let own = SampleMean(found.map { $0.risk - $0.truth })
    let alone = SampleMean(found.map { $0.alone - $0.truth })
    #expect(abs(own.z(against: 0)) <= 5, "\(own)")
    #expect(alone.z(against: 0) < -5, "\(alone)")
    let wrong = SampleMean(found.map { 0.8 * $0.risk - $0.truth })
    #expect(abs(wrong.z(against: 0)) > 5, "\(wrong)")
  }

  @Test func plansAndBacktestsHaveThem() throws {
    var stream = RandomStream(seed: 64)
    let (x, classes) = Self.world.sample(30, Self.weights, &stream)
    let labels = classes.map(Double.init)
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: Matrix(rows: 0, columns: 6), features: x, labels: labels, methods: [PrincipalComponents()],
        sizes: [2, 3], seed: 1, head: .logistic, groups: Self.world.partition(30)))
    #expect(plan.groups?.count == 30 && plan.candidates.allSatisfy { $0.predictedRisk != nil })
    #expect(plan.candidate("ridge")?.leftOut == "groups:30")
    let result = try Backtester.run(
      BacktestRequest(
        features: x, labels: labels, methods: [], sizes: [], hide: 0.5, repeats: 2, seed: 1, head: .logistic,
        groups: Self.world.partition(30)))
    #expect(!result.cells.isEmpty && result.cells.allSatisfy { $0.actual.isFinite && $0.actual > 0 })
  }

  @Test func aClassOfOneGroupIsNamed() throws {
    var stream = RandomStream(seed: 65)
    let (x, _) = Self.world.sample(10, Self.weights, &stream)
    let labels = (0..<80).map { $0 / 8 == 3 ? 2.0 : Double($0 % 2) }
    #expect(throws: PlanError.classesOfOneGroup(names: ["2"])) {
      try Planner.plan(
        PlanRequest(
          unlabeled: Matrix(rows: 0, columns: 6), features: x, labels: labels, methods: [], sizes: [], seed: 1,
          head: .logistic, groups: Self.world.partition(10)))
    }
  }
}
