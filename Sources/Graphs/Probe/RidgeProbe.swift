import LinearAlgebra

/// A linear head for classes: one-hot targets by ridge on centred rows, the penalty of least exact leave-one-out error.
///
///     e_(-i) = e_i / (1 - h_i),   h_i = 1/n + Σ_j u_ij² s_j² / (s_j² + c)
///
/// Cost: one thin SVD of the labeled rows; every penalty n k classes beyond it.
package struct RidgeProbe {
  /// columns x classes.
  private let coefficients: Matrix
  private let intercept: [Double]
  /// c.
  package let penalty: Double
  /// Sum over rows and classes of e_(-i)² at this penalty.
  package let leaveOneOutError: Double

  /// - Parameter rows: labeled ones. Classes are 0 ..< count.
  package init(_ rows: Matrix, classes: [Int], count: Int) throws {
    let n = Double(rows.rows)
    let means = rows.columnMeans()
    let svd = try SVD(rows.subtractingFromRows(means))
    var targets = Matrix(rows: rows.rows, columns: count)
    for (i, own) in classes.enumerated() { targets[i, own] = 1 }
    let shares = targets.columnMeans()
    let centred = targets.subtractingFromRows(shares)
    let projected = multiply(svd.left, centred, transposing: .left)
    let squares = svd.values.map { $0 * $0 }
    let unit = squares.reduce(0, +) / n
    var best: (error: Double, penalty: Double) = (.infinity, 1)
    for power in -8...8 where unit > 0 {
      let penalty = unit * Self.tenths(power)
      let shrunk = squares.map { $0 / ($0 + penalty) }
      let fitted = svd.left * projected.scalingRows(by: shrunk)
      var error = 0.0
      for i in 0..<rows.rows {
        var leverage = 1 / n
        for j in shrunk.indices { leverage += svd.left[i, j] * svd.left[i, j] * shrunk[j] }
        for k in 0..<count {
          let residual = (centred[i, k] - fitted[i, k]) / max(1 - leverage, 1e-9)
          error += residual * residual
        }
      }
      if error < best.error { best = (error, penalty) }
    }
    (leaveOneOutError, penalty) = best
    let inverse = svd.values.map { $0 > 0 ? $0 / ($0 * $0 + best.penalty) : 0 }
    coefficients = svd.right * projected.scalingRows(by: inverse)
    let shift = coefficients.transposedTimes(means)
    intercept = zip(shares, shift).map { $0 - $1 }
  }

  /// 10^(power / 2).
  private static func tenths(_ power: Int) -> Double {
    var value = 1.0
    for _ in 0..<abs(power) { value *= 10.0.squareRoot() }
    return power < 0 ? 1 / value : value
  }

  /// The class of the largest value; ties go to the first.
  package func classes(of rows: Matrix) -> [Int] {
    let values = rows.timesByThreads(coefficients)
    return (0..<values.rows).map { i in
      var best = 0
      for k in 1..<max(values.columns, 1) where values[i, k] + intercept[k] > values[i, best] + intercept[best] {
        best = k
      }
      return best
    }
  }
}
