import Asymptotics
import CMath
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// Classes of labeled rows in groups: parts, heads against refits without each group, the labels part against the truth.
@Suite struct GroupSoftmaxTests {
  private static func sample(seed: UInt64) -> (rows: Matrix, classes: [Int], groups: Partition) {
    let (rows, classes) = SoftmaxHeadTests.sample(90, 4, 3, apart: 1.2, seed: seed)
    return (rows, classes, Partition((0..<90).map { $0 * $0 % 23 }))
  }

  @Test(arguments: [2, 3, 5]) func foldsKeepGroupsTogether(count: Int) {
    let (_, classes, groups) = Self.sample(seed: 1)
    let parts = RowParts(classes, groups: groups).folds(count, seed: 4)
    #expect(parts.count == count && parts.flatMap(\.self).sorted() == Array(0..<90))
    for part in parts {
      #expect(
        Set(part.map { groups.label[$0] }).isDisjoint(
          with: Set((0..<90).filter { !part.contains($0) }.map { groups.label[$0] })))
    }
    #expect(parts.allSatisfy { abs(Double($0.count) - 90 / Double(count)) <= 8 })
    // Without groups, and with groups of one row, what folds were.
    let plain = StratifiedFolds.parts(classes, count: count, seed: 4)
    #expect(RowParts(classes, groups: nil).folds(count, seed: 4) == plain)
    #expect(RowParts(classes, groups: Partition(Array(0..<90))).folds(count, seed: 4) == plain)
  }

  /// A class of two groups is in two halves, wherever chance would put them.
  @Test func everyHalfKnowsAllClasses() {
    let groups = Partition((0..<80).map { $0 / 8 })
    let classes = (0..<80).map { $0 / 8 == 3 || $0 / 8 == 7 ? 2 : $0 % 2 }
    for seed in 0..<50 {
      for part in RowParts(classes, groups: groups).folds(2, seed: UInt64(seed)) {
        #expect(Set(part.map { classes[$0] }) == [0, 1, 2])
      }
    }
  }

  @Test func headsLeaveGroupsOutExactly() throws {
    let (rows, classes, groups) = Self.sample(seed: 2)
    for head in [
      try SoftmaxHead(rows, classes: classes, count: 3, seed: 1, groups: groups),
      try #require(try SoftmaxHead(unpenalized: rows, classes: classes, count: 3, seed: 1, groups: groups)),
    ] {
      #expect(head.leftOut.description == "groups:\(groups.count)")
      for left in groups.members {
        let kept = (0..<90).filter { !left.contains($0) }
        let fit = try SoftmaxFit(
          features: rows.rows(at: kept), classes: kept.map { classes[$0] }, count: 3, penalty: head.fit.penalty)
        let logs = fit.logProbabilities(rows.rows(at: left))
        for (position, row) in left.enumerated() {
          for k in 0..<3 { #expect(abs(logs[position, k] - head.leftOutLogs[row, k]) < 1e-5) }
        }
      }
    }
  }

  @Test func groupsOfOneRowChangeNothing() throws {
    let (rows, classes, _) = Self.sample(seed: 3)
    let plain = try SoftmaxHead(rows, classes: classes, count: 3, seed: 1)
    let alone = try SoftmaxHead(rows, classes: classes, count: 3, seed: 1, groups: Partition(Array(0..<90)))
    #expect(plain.leftOut == alone.leftOut && plain.leftOutLogs == alone.leftOutLogs)
    #expect(plain.optimism == alone.optimism)
    #expect(try GroupedScores(alone, curvature: alone.curvature).effect == 1)
  }

  /// A class whose labels are all of one group is refused.
  @Test func refusals() throws {
    let (rows, classes, groups) = Self.sample(seed: 4)
    let labels = (0..<90).map { groups.label[$0] == 5 ? 3.0 : Double(classes[$0]) }
    func request(_ labels: [Double]) -> PlanRequest {
      PlanRequest(
        unlabeled: Matrix(rows: 0, columns: 4), features: rows, labels: labels, methods: [PrincipalComponents()],
        sizes: [1], head: .logistic, groups: groups)
    }
    #expect(throws: PlanError.classesOfOneGroup(names: ["3"])) { try Planner.plan(request(labels)) }
    let plan = try Planner.plan(request(classes.map(Double.init)))
    #expect(plan.candidates.allSatisfy { $0.leftOut == "groups:\(groups.count)" && $0.predictedRisk != nil })
    #expect(plan.groups?.count == groups.count)
  }
}

/// 40 groups of 8 labeled rows of three classes: how many times as much estimating a softmax head costs as on rows of 320 groups.
@Suite struct GroupSoftmaxGateTests {
  /// Logits share an offset within a group, or nothing.
  enum Sharing: Sendable { case offset, nothing }

  private static let (groups, size, columns, classes) = (40, 8, 3, 3)
  private static let common = 0.5

  private static func draw(
    _ groups: Int, of size: Int, _ sharing: Sharing, _ stream: inout RandomStream
  ) -> (Matrix, [Int]) {
    var (x, y) = (Matrix(rows: groups * size, columns: columns), [Int]())
    for group in 0..<groups {
      let (centre, offset) = (stream.normals(columns), stream.normals(classes))
      for row in group * size..<(group + 1) * size {
        let own = stream.normals(columns)
        for j in 0..<columns { x[row, j] = common.squareRoot() * centre[j] + (1 - common).squareRoot() * own[j] }
        // The largest of logit + Gumbel noise has the softmax law.
        let values = (0..<classes).map { k -> Double in
          let shared = sharing == .offset ? 1.2 * offset[k] : 0
          return 0.8 * x[row, k] + shared - log(-log(stream.uniform()))
        }
        y.append(values.indices.max { values[$0] < values[$1] }!)
      }
    }
    return (x, y)
  }

  /// Rows of the same law, each of a group of its own, tell what the labels part is without groups. Power: an effect 20 % off is rejected
  /// either way where labels share an offset, and none at all is.
  @Test(arguments: [Sharing.offset, .nothing]) func groupsMultiplyTheLabelsPart(_ sharing: Sharing) throws {
    var stream = RandomStream(seed: 81)
    let (fresh, own) = Self.draw(16_000, of: 1, sharing, &stream)
    @Sendable func fit(_ x: Matrix, _ y: [Int]) throws -> SoftmaxFit {
      try SoftmaxFit(features: x, classes: y, count: Self.classes, penalty: 0)
    }
    @Sendable func risk(_ fit: SoftmaxFit) -> Double {
      let logs = fit.logProbabilities(fresh)
      return -own.indices.reduce(0) { $0 + logs[$1, own[$1]] } / Double(own.count)
    }
    let floor = risk(try fit(fresh, own))
    let groups = Partition((0..<Self.groups * Self.size).map { $0 / Self.size })
    let found: [(together: Double, alone: Double, effect: Double)] = try Parallel.map(
      count: sharing == .offset ? 700 : 150
    ) { replicate in
      var stream = RandomStream(seed: 82, replicate: UInt64(replicate))
      let (x, y) = Self.draw(Self.groups, of: Self.size, sharing, &stream)
      let head = try #require(
        try SoftmaxHead(unpenalized: x, classes: y, count: Self.classes, seed: 0, groups: groups))
      let alone = try (0..<2).reduce(0.0) { sum, _ in
        let (x, y) = Self.draw(Self.groups * Self.size, of: 1, sharing, &stream)
        return sum + (risk(try fit(x, y)) - floor) / 2
      }
      return (risk(head.fit) - floor, alone, try GroupedScores(head, curvature: head.curvature).effect)
    }
    let effect = SampleMean(found.map(\.effect)).mean
    func z(_ effect: Double) -> Double { SampleMean(found.map { effect * $0.alone - $0.together }).z(against: 0) }
    #expect(abs(z(effect)) < 5, "\(effect): \(z(effect))")
    if sharing == .nothing {
      // Its standard error is .01.
      #expect(abs(effect - 1) < 0.05)
    } else {
      #expect(z(1.2 * effect) > 5 && z(0.8 * effect) < -5 && z(1) < -10)
    }
  }
}
