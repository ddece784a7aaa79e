import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import Testing

/// A row of the pool far beyond every labeled one is said, from the distance on that is documented.
@Suite struct PoolLeverageTests {
  /// h / (1 - h) of the farthest labeled row and x'(B'B)^-1 x of the farthest row of all, each by solving with the
  /// labeled rows [1, x]; twice as far as the largest of so many more rows is a warning. 5 % less is none, 5 % more is.
  @Test(arguments: [(1.9, false), (2.1, true)])
  func farRows(_ ratio: Double, _ isSaid: Bool) throws {
    var stream = RandomStream(seed: 12)
    let (unlabeled, labeled, columns) = (400, 90, 4)
    var pool = stream.normalMatrix(rows: unlabeled, columns: columns)
    let rows = stream.normalMatrix(rows: labeled, columns: columns)
    let noise = stream.normals(labeled)
    let design = Matrix(rows: labeled, columns: 1, repeating: 1).joined(leftOf: rows)
    let gram = try Cholesky(design.gram())
    func quadratic(_ row: [Double]) -> Double { dot([1] + row, gram.solve([1] + row)) }
    let farthest = (0..<labeled).map { quadratic(rows.row($0)) }.map { $0 / (1 - $0) }.max()!
    let wanted = ratio * farthest * log(Double(unlabeled + labeled)) / log(Double(labeled))
    // The first row of the pool, moved out along the first column until it lies there.
    var (low, high) = (0.0, 1e3)
    for _ in 0..<100 {
      let middle = 0.5 * (low + high)
      if quadratic([middle, 0, 0, 0]) < wanted { low = middle } else { high = middle }
    }
    for j in 0..<columns { pool[0, j] = j == 0 ? low : 0 }
    #expect((1..<unlabeled).allSatisfy { quadratic(pool.row($0)) < wanted })
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: pool, features: rows, labels: (0..<labeled).map { rows[$0, 0] + noise[$0] },
        methods: [PrincipalComponents()], sizes: [1, 2]))
    let warnings = try #require(plan.candidate("none", size: nil)).warnings
    #expect(warnings.contains { $0.code == "pool-leverage" } == isSaid)
  }
}
