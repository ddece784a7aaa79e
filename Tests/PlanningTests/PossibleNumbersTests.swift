import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// No forecast, part, interval or advice leaves what is possible, whatever the rows.
struct PossibleNumbersTests {
  enum Kind: CaseIterable {
    case plain, farOut, rareCategories, oneHot, wide, constantHalf, duplicates, heavyTails, exact, units, farFromZero
  }

  /// A small table: m unlabeled and n labeled rows.
  static func request(_ kind: Kind, _ index: Int, head: PlanHead = .linear) -> PlanRequest {
    var stream = RandomStream(seed: 1811, replicate: UInt64(index))
    let n = 8 + stream.index(below: 40)
    let m = stream.index(below: 60)
    let d = kind == .wide ? max(1, n - 3 + stream.index(below: 6)) : 1 + stream.index(below: 7)
    var rows = stream.normalMatrix(rows: m + n, columns: d)
    for i in 0..<m + n {
      for j in 0..<d {
        switch kind {
        case .plain, .wide, .duplicates, .exact: break
        case .farOut: if i == 0 || i == j + 3 { rows[i, j] *= 1000 }
        case .rareCategories: if j % 2 == 1 { rows[i, j] = i % (m + n) == m + j || i == j ? 1 : 0 }
        case .oneHot: if j > 0 { rows[i, j] = abs(Int(3 * rows[i, 0])) % d == j ? 1 : 0 }
        case .constantHalf: if j == 0 { rows[i, j] = i < (m + n) / 2 ? 2 : rows[i, j] }
        case .heavyTails: rows[i, j] = rows[i, j] * rows[i, j] * rows[i, j] * rows[i, j] * rows[i, j]
        case .units: rows[i, j] *= [1e-9, 1, 1e7, 1e-3][j % 4]
        case .farFromZero: rows[i, j] += 1e8
        }
      }
    }
    if kind == .duplicates { for i in m + n / 2..<m + n { for j in 0..<d { rows[i, j] = rows[i - n / 2, j] } } }
    let noise = stream.normals(m + n)
    let level = kind == .exact ? 0 : [0.01, 1, 10][stream.index(below: 3)]
    var labels = (m..<m + n).map { i -> Double in
      let signal = kind == .farFromZero ? rows[i, 0] - 1e8 : rows[i, 0]
      let other = kind == .duplicates && i >= m + n / 2 ? noise[i - n / 2] : noise[i]
      return signal + (d > 1 ? 0.3 * rows[i, d - 1] : 0) + level * other * (kind == .heavyTails ? other * other : 1)
    }
    if head == .logistic { labels = labels.map { $0 > labels[0] / 2 ? 1 : 0 } }
    return PlanRequest(
      unlabeled: rows.rows(0..<m), features: rows.rows(m..<m + n), labels: labels, methods: [PrincipalComponents()],
      sizes: [1, 2, 4], seed: UInt64(index), head: head)
  }

  @Test(arguments: Kind.allCases) func nothingImpossible(_ kind: Kind) throws {
    try check(kind, count: 92, head: .linear)
  }

  @Test(arguments: Kind.allCases) func nothingImpossibleOfClasses(_ kind: Kind) throws {
    try check(kind, count: 6, head: .logistic)
  }

  private func check(_ kind: Kind, count: Int, head: PlanHead) throws {
    var plans = 0
    for index in 0..<count {
      do {
        let faults = impossible(try Planner.plan(Self.request(kind, index, head: head)))
        #expect(faults.isEmpty, "\(kind) \(index): \(faults.prefix(3))")
        plans += 1
      } catch let error as PlanError {
        // Input that cannot be planned with is named.
        switch error {
        case .constantTarget, .noVaryingColumn, .notClasses, .rareClasses, .tooFewLabels, .tooFewDifferentRows: break
        default: Issue.record("\(kind) \(index): \(error)")
        }
      }
    }
    #expect(plans > count / 2)
  }

  /// One unlabeled row lies 93 deviations out in a column in which no labeled row differs from another.
  @Test func aFarRowWithoutALabel() throws {
    var stream = RandomStream(seed: 4)
    var rows = stream.normalMatrix(rows: 620, columns: 6)
    for i in 0..<620 { rows[i, 5] = i == 0 ? 93 : -0.0108 }
    let noise = stream.normals(120)
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: rows.rows(0..<500), features: rows.rows(500..<620),
        labels: (0..<120).map { rows[500 + $0, 0] + noise[$0] }, methods: [PrincipalComponents()],
        sizes: [1, 2, 3, 4]))
    #expect(impossible(plan).isEmpty, "\(impossible(plan))")
    #expect(plan.candidate("pca", size: 2)!.warnings.contains { $0.code == "pool-leverage" })
    #expect(plan.at(unlabeled: 500, labeled: 480).best?.method == "ridge")
  }

  /// The checker sees what it is for.
  @Test func theCheckerChecks() throws {
    var plan = try Planner.plan(Self.request(.plain, 3, head: .logistic))
    #expect(impossible(plan).isEmpty)
    let logs = Matrix([[0, -0.1], [-0.1, 2]])
    plan.candidates[1].scores = ClassScores(logs, classes: [0, 0])
    #expect(impossible(plan).count == 1)
  }
}
