import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

import Planning

/// The grid that a page moves on says what the plan says, to the last digit.
@Suite struct ForecastGridTests {
  private func plan(_ head: PlanHead) throws -> Plan {
    var stream = RandomStream(seed: 4)
    let rows = stream.normalMatrix(rows: 360, columns: 6).scalingColumns(by: [3, 2, 1, 0.8, 0.6, 0.5])
    let scores = (300..<360).map { rows[$0, 0] - rows[$0, 1] + stream.normals(1)[0] }
    return try Planner.plan(
      PlanRequest(
        unlabeled: rows.rows(0..<300), features: rows.rows(300..<360),
        labels: head == .linear ? scores : scores.map { $0 > 0 ? 1 : 0 }, methods: [PrincipalComponents()],
        sizes: [1, 2, 3, 4], head: head))
  }

  @Test(arguments: [PlanHead.linear, .logistic]) func everyPointIsThePlans(_ head: PlanHead) throws {
    let plan = try plan(head)
    let (labels, rows) = ([15, 40, 60, 120, 240, 960], [0, 75, 300, 4800])
    let grid = ForecastGrid(plan, labels: labels, unlabeled: rows)
    #expect(grid.candidates.count >= 4 && grid.rival != nil)
    var (known, gains, chosen) = (0, 0, Set<Int>())
    for (i, n) in labels.enumerated() {
      for (j, m) in rows.enumerated() {
        let all = plan.at(unlabeled: m, labeled: n)
        for entry in grid.candidates {
          let point = entry.points[i][j]
          let own = all.candidates.first { $0.label == entry.label }
          #expect(point?.risk == own?.predictedRisk && point?.accuracy == own?.accuracy, "\(entry.label) \(m) \(n)")
          guard let own, all.candidates.contains(where: { $0.label == "ridge" }) else { continue }
          known += 1
          let gain = entry.label == "ridge" ? nil : point?.gain
          #expect(gain == own.gainOverRaw, "\(entry.label) \(m) \(n)")
          if gain != nil { gains += 1 }
        }
        let best = grid.best[i][j]
        #expect(best.map { grid.candidates[$0].label } == all.best?.label, "\(m) \(n)")
        if let best { chosen.insert(best) }
        let merely = grid.candidates.indices.filter { grid.candidates[$0].points[i][j]?.isPreferred ?? false }
        #expect(best == nil || best == grid.rival || merely.contains(best!))
      }
    }
    #expect(known > 60 && gains > 40 && !chosen.isEmpty)
  }

  /// At the present numbers it is each candidate's own risk.
  @Test func presentRisks() throws {
    let plan = try plan(.linear)
    let grid = ForecastGrid(plan, labels: [60], unlabeled: [300])
    for entry in grid.candidates {
      let own = plan.candidate(entry.method, size: entry.size)
      #expect(entry.points[0][0]?.risk == own?.predictedRisk)
    }
  }
}
