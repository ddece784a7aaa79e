import Graphs
import LinearAlgebra
import Randomness
import TestSupport
import Testing

@Suite struct RidgeProbeTests {
  /// The error that chooses the penalty is that of refits without each row, intercept and means included; as if the intercept's
  /// leverage were 20 % off, it is another number.
  @Test func leavesRowsOut() throws {
    var stream = RandomStream(seed: 15)
    let rows = stream.normalMatrix(rows: 14, columns: 3)
    let noise = stream.normals(14)
    let classes = (0..<14).map { rows[$0, 0] + 0.5 * noise[$0] > 0 ? 1 : $0 % 3 == 0 ? 2 : 0 }
    let probe = try RidgeProbe(rows, classes: classes, count: 3)
    var targets = Matrix(rows: 14, columns: 3)
    for (i, own) in classes.enumerated() { targets[i, own] = 1 }
    func error(intercept: Double) throws -> Double {
      try (0..<14).reduce(0) { sum, i in
        let rest = (0..<14).filter { $0 != i }
        let (means, shares) = (rows.rows(at: rest).columnMeans(), targets.rows(at: rest).columnMeans())
        let x = rows.rows(at: rest).subtractingFromRows(means)
        let normal = try Cholesky(x.gram() + probe.penalty * .identity(3))
        let right = multiply(x, targets.rows(at: rest).subtractingFromRows(shares), transposing: .left)
        let theta = normal.solve(right)
        let own = zip(rows.row(i), means).map { $0 - $1 }
        return sum
          + (0..<3).reduce(0) { total, k in
            let residual = targets[i, k] - intercept * shares[k] - dot(own, theta.column(k))
            return total + residual * residual
          }
      }
    }
    #expect(relativeDifference(probe.leaveOneOutError, try error(intercept: 1)) < 1e-12)
    for wrong in [0.8, 1.2] {
      #expect(relativeDifference(probe.leaveOneOutError, try error(intercept: wrong)) > 1e-3)
    }
  }
}
