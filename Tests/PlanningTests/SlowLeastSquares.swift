import LinearAlgebra

/// Slow, literal versions of what Planning computes fast: the oracles of these tests.
enum Slow {
  /// Rows with a 1 in front.
  static func withIntercept(_ rows: Matrix) -> Matrix {
    Matrix(rows: rows.rows, columns: 1, repeating: 1).joined(leftOf: rows)
  }

  static func coefficients(_ design: Matrix, _ labels: [Double]) throws -> [Double] {
    try SVD(design).leastSquares(.column(labels), relativeTolerance: 1e-12).storage
  }

  /// Squared error of each row predicted by a fit without it.
  static func leaveOneOutSquares(
    count: Int, fit: (_ kept: [Int]) throws -> (Int) -> Double, labels: [Double]
  ) rethrows -> [Double] {
    try (0..<count).map { left in
      let predict = try fit((0..<count).filter { $0 != left })
      let error = labels[left] - predict(left)
      return error * error
    }
  }

  /// Ridge with an unpenalized intercept by the normal equations.
  static func ridge(_ features: Matrix, _ labels: [Double], penalty: Double) throws -> (
    slopes: [Double], intercept: Double
  ) {
    let means = features.columnMeans()
    let mean = labels.reduce(0, +) / Double(labels.count)
    let centered = features.subtractingFromRows(means)
    let normal = centered.gram() + penalty * .identity(features.columns)
    let slopes = try Cholesky(normal).solve(centered.transposedTimes(labels.map { $0 - mean }))
    return (slopes, mean - dot(means, slopes))
  }

  static func pseudoInverse(_ symmetric: Matrix) throws -> Matrix {
    try SymmetricEigen(symmetric).pseudoInverse(relativeTolerance: 1e-11)
  }

  /// hws, hms and hloo of one half, word for word from the theory, on features as they come.
  static func deleteHalf(
    full: (pool: Matrix, labeled: Matrix), half: (pool: Matrix, labeled: Matrix), labels y: [Double]
  ) throws -> (ws: Double, ms: Double, loo: Double) {
    let (a, b) = (withIntercept(full.pool), withIntercept(full.labeled))
    let (ab, bb) = (withIntercept(half.pool), withIntercept(half.labeled))
    let (rows, n, p) = (Double(a.rows), Double(b.rows), Double(b.columns))
    let g = try pseudoInverse(b.gram())
    let theta = g * b.transposedTimes(y)
    let e = zip(y, b * theta).map { $0 - $1 }
    let h = (0..<b.rows).map { dot(b.row($0), g * b.row($0)) }
    let v = zip(e, h).map { $0 / (1 - $1).squareRoot() }
    let c = n / max(n - p, 1)
    let j = multiply(b, g).scalingRows(by: v)
    let cov = j.gram()
    let f = a * theta
    let f2 = f.reduce(0) { $0 + $1 * $1 } / rows
    let d2 = traceOfProduct((1 / rows) * a.gram(), cov)
    let s = try pseudoInverse((1 / rows) * ab.gram())
    let x1 = (1 / rows) * multiply(ab, a, transposing: .left)
    let b1 = x1 * theta
    let ws =
      (f2 - dot(b1, s * b1)) - (d2 - traceOfProduct(multiply(s, x1), multiply(cov, x1, transposing: .right)))
    let be = bb.transposedTimes(e).map { c * $0 / n }
    let sum = zip(b1, be).map { $0 + $1 }
    let own = bb - multiply(multiply(b, g), multiply(b, bb, transposing: .left))
    let jb = multiply(j, x1, transposing: .right) + own.scalingRows(by: v.map { c * $0 / n })
    let ms = (f2 - dot(sum, s * sum)) - (d2 - traceOfProduct(s, jb.gram()))
    func loo(_ design: Matrix) throws -> Double {
      let g = try pseudoInverse(design.gram())
      let e = zip(y, design * (g * design.transposedTimes(y))).map { $0 - $1 }
      let squares = (0..<design.rows).map { i in
        let h = dot(design.row(i), g * design.row(i))
        return (e[i] / (1 - h)) * (e[i] / (1 - h))
      }
      return squares.reduce(0, +) / n
    }
    return (ws, ms, try loo(bb) - loo(b))
  }

  /// m PT of k principal components by nested loops over rows and pairs; `c` on the k leading scores, `b` the
  /// covariances of dropped scores with the error.
  static func scaledPretrainingRisk(scores z: Matrix, eigenvalues lam: [Double], c: [Double], b: [Double]) -> Double {
    let (k, d, rows) = (c.count, lam.count, Double(z.rows))
    func gap(_ a: Int, _ j: Int) -> Double { lam[a] - lam[j] }
    func mean(_ value: (Int) -> Double) -> Double { (0..<z.rows).reduce(0) { $0 + value($1) } / rows }
    var result = 0.0
    for j in k..<d {
      result +=
        lam[j]
        * mean { i in
          let s = z[i, j] * (0..<k).reduce(0) { $0 + c[$1] * z[i, $1] / gap($1, j) }
          return s * s
        }
    }
    for a in 0..<k {
      for j in k..<d {
        let tilt = mean { i in
          let dropped = (k..<d).reduce(0) { $0 + z[i, $1] * z[i, $1] / gap(a, $1) }
          let kept = (0..<k).reduce(0) { $0 + z[i, $1] * z[i, $1] / gap($1, j) }
          return z[i, a] * z[i, j] * (dropped - kept)
        }
        result -= 2 * c[a] * b[j - k] * tilt / gap(a, j)
      }
    }
    for a in 0..<k {
      result -=
        mean { i in
          let sum = (k..<d).reduce(0) { $0 + b[$1 - k] * z[i, $1] / gap(a, $1) }
          return z[i, a] * z[i, a] * sum * sum
        } / lam[a]
    }
    return result
  }
}
