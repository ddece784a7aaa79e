import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

/// Purchases against brute force, break-even labels against evaluation.
struct PurchaseTests {
  /// Labels part a/n (1 + b/n).
  private struct Falling: LabelsDependence {
    let a: Double
    let relativeError = 0.1
    func callAsFunction(_ n: Double) -> Double? { n > 5 ? a / n * (1 + 4 / n) : nil }
  }

  private func solver(
    a: Double, pretraining h: Double, labels n: Int, rows m: Int, label: Double, row: Double
  ) -> PurchaseSolver {
    let halves = DeleteHalf.Halves(spanLoss: [h, h], riskLoss: [h, h], leaveOneOut: [h, h])
    let part = PretrainingPart(halves: halves, analytic: nil, nearTie: false)
    let squares = (0..<n).map { 10 + Double($0 % 3) }
    let forecast = RiskForecast(leaveOneOutSquares: squares, labels: Falling(a: a), pretraining: part, rowCount: m)
    return PurchaseSolver(forecast: forecast, costPerLabel: label, costPerRow: row)
  }

  /// Every affordable pair of labels and rows.
  private func bruteForce(_ solver: PurchaseSolver, budget: Double) -> Double {
    let (n, m) = (solver.forecast.labeledCount, solver.forecast.rowCount)
    var best = Double.infinity
    var labels = 0.0
    while labels * solver.costPerLabel <= budget {
      var rows = max(0, n + labels - m)
      while labels * solver.costPerLabel + rows * solver.costPerRow <= budget + 1e-9 {
        best = min(best, solver.forecast.risk(labels: n + labels, rows: m + rows)!.value)
        rows += 1
      }
      labels += 1
    }
    return best
  }

  @Test(arguments: [
    (300.0, 2.0, 30, 60, 2.0, 0.1, 50.0), (100, 5, 40, 41, 1, 1, 37), (500, 0.5, 20, 400, 3, 0.5, 200),
    (10, 4, 50, 80, 5, 0.2, 60), (200, -1, 30, 40, 1, 0.3, 25),
  ])
  func budgetEqualsBruteForce(
    a: Double, h: Double, n: Int, m: Int, label: Double, row: Double, budget: Double
  ) throws {
    let solver = solver(a: a, pretraining: h, labels: n, rows: m, label: label, row: row)
    let choice = try #require(solver.best(budget: budget))
    let slow = bruteForce(solver, budget: budget)
    #expect(choice.cost <= budget + 1e-9)
    #expect(relativeDifference(choice.risk, slow) < 1e-12, "\(choice) against \(slow)")
  }

  @Test func targetEqualsBruteForce() throws {
    let solver = solver(a: 300, pretraining: 2, labels: 30, rows: 60, label: 2, row: 0.1)
    let now = solver.forecast.level
    for share in [0.99, 0.8, 0.6, 0.3] {
      let target = solver.forecast.floor! + share * (now - solver.forecast.floor!)
      let choice = try #require(solver.cheapest(target: target))
      #expect(choice.risk <= target * (1 + 1e-12))
      // No cheaper pair reaches it.
      var labels = 0.0
      while labels * 2 < choice.cost {
        var rows = max(0, 30 + labels - 60)
        while labels * 2 + rows * 0.1 < choice.cost - 1e-9 {
          #expect(solver.forecast.risk(labels: 30 + labels, rows: 60 + rows)!.value > target)
          rows += 1
        }
        labels += 1
      }
    }
    #expect(solver.cheapest(target: solver.forecast.floor!) == nil)
    #expect(solver.cheapest(target: now)!.cost == 0)
  }

  /// A label without a spare row needs one.
  @Test func labelsBeyondTheRowsNeedRows() throws {
    let solver = solver(a: 1000, pretraining: 0, labels: 50, rows: 50, label: 1, row: 1)
    let choice = try #require(solver.best(budget: 40))
    #expect(choice.labels == 20 && choice.rows == 20)
  }

  @Test func costsAreChecked() {
    #expect(throws: PlanError.invalidCost(name: "label", value: 0)) {
      try Purchase(costPerLabel: 0, costPerRow: 1, goal: .budget(1))
    }
    #expect(throws: PlanError.invalidGoal(value: -3)) {
      try Purchase(costPerLabel: 1, costPerRow: 1, goal: .targetRisk(-3))
    }
  }

  /// At n0 both risks are equal, below it pre-training is better, above worse.
  @Test func breakEvenIsWhereTheRisksCross() throws {
    var stream = RandomStream(seed: 31)
    let x = stream.normalMatrix(rows: 500, columns: 12)
    let noise = stream.normals(100)
    let y = (0..<100).map { x[$0, 0] + 0.3 * x[$0, 7] + noise[$0] }
    let raw = Slow.withIntercept(x)
    let few = Slow.withIntercept(x.columns(0..<3))
    func part(_ design: Matrix) throws -> (LabelsPart, Double) {
      let rows = design.rows(0..<100)
      let head = try LeastSquaresHead(rows, labels: y)
      let part = LabelsPart(head: head, rows: rows, design: DesignCurve(design, seed: 1))
      return (try #require(part), head.residualVariance!)
    }
    let (own, floor) = try part(few)
    let (rival, rawFloor) = try part(raw)
    #expect(floor > rawFloor)
    func curve(_ floor: Double, _ part: LabelsPart) -> LabelCurve {
      LabelCurve(floor: floor, labels: part, fewest: Double(part.design.parameterCount + 3))
    }
    guard case .labels(let n)? = BreakEven(curve(floor, own), curve(rawFloor, rival)) else {
      Issue.record("no crossing")
      return
    }
    func advantage(_ n: Double) -> Double { rawFloor + rival(n)! - floor - own(n)! }
    #expect(abs(advantage(n)) < 1e-7)
    #expect(advantage(0.9 * n) > 0 && advantage(1.1 * n) < 0)
    #expect(BreakEven(curve(rawFloor, own), curve(rawFloor, rival)) == .always)
    #expect(BreakEven(curve(100 * rawFloor, rival), curve(rawFloor, own)) == .never)
  }
}
