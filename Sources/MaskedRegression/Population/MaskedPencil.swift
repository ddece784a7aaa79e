import CMath
import Distributions
import LinearAlgebra
import RandomMatrices
import SpecialFunctions

/// The deterministic equivalent behind the spectrum of M = D^(1/2)(S + lambda)D^(1/2), D = diag (S + lambda)^-1.
///
///     (M - z)^-1 ~ D^(-1/2) K(z)^-1 D^(-1/2),  K = w Sigma + lambda - z D^-1,  1/w - 1 = (1/n) tr Sigma K^-1
///
/// with D replaced by its limit. In the frame of Sigma^(1/2), K = Sigma^(1/2) (w - M_z) Sigma^(1/2) with
/// M_z = z K1 - K0 real symmetric for real z: one eigendecomposition per z, then a scalar equation.
struct MaskedPencil: Sendable {
  let columns: Int
  let rows: Double
  let ridge: Double
  /// Limit of diag (S + lambda)^-1.
  let precisionDiagonal: [Double]
  private let frame: Frame

  private struct Frame: Sendable {
    /// U in columns and the eigenvalues of Sigma.
    let vectors: Matrix
    let eigenvalues: [Double]
    /// K0 is diagonal: lambda / s.
    let k0: [Double]
    let k1: Matrix
  }

  /// `vectors` and `eigenvalues` of Sigma.
  init(vectors: Matrix, eigenvalues: [Double], rows: Double, ridge: Double, precisionDiagonal: [Double]) {
    columns = precisionDiagonal.count
    self.rows = rows
    self.ridge = ridge
    self.precisionDiagonal = precisionDiagonal
    // A singular Sigma: zero eigenvalues are lifted to working precision.
    let floor = 1e-14 * (eigenvalues.max() ?? 1)
    let s = eigenvalues.map { max($0, floor) }
    let roots = s.map { 1 / $0.squareRoot() }
    let scaled = vectors.scalingRows(by: precisionDiagonal.map { (1 / $0).squareRoot() }).scalingColumns(by: roots)
    frame = Frame(vectors: vectors, eigenvalues: s, k0: s.map { ridge / $0 }, k1: scaled.gram())
  }

  /// Eigenvalues m_k of M_z and y_k' K1 y_k.
  struct Levels: Sendable {
    let values: [Double]
    let weights: [Double]
  }

  func levels(_ z: Double) throws -> Levels {
    var m = z * frame.k1
    for j in 0..<columns { m[j, j] -= frame.k0[j] }
    let eigen = try SymmetricEigen(m)
    let product = multiply(frame.k1, eigen.vectors)
    let weights = (0..<columns).map { k in
      (0..<columns).reduce(0) { $0 + eigen.vectors[$1, k] * product[$1, k] }
    }
    return Levels(values: eigen.values, weights: weights)
  }

  // MARK: w and the density

  /// What the spectrum is at one z.
  struct Value: Sendable {
    let w: Complex
    /// Density of the d eigenvalues of M at z (integrates to 1, with atoms).
    let density: Double
    var isInside: Bool { w.im != 0 }
  }

  func value(_ z: Double) throws -> Value {
    let levels = try levels(z)
    let w = levels.values.allSatisfy { $0 > 0 } ? monotone(levels) : try fixedPoint(levels, z)
    var sum = 0.0
    for (m, weight) in zip(levels.values, levels.weights) {
      sum += weight * -w.im / ((w.re - m) * (w.re - m) + w.im * w.im)
    }
    return Value(w: w, density: sum / (.pi * Double(columns)))
  }

  /// w - of w + (1/n) sum m/(w - m) = 1 - c for positive m, in the lower half plane or on its edge: nested bracketed roots.
  private func monotone(_ levels: Levels) -> Complex {
    let m = levels.values
    let aspect = Double(columns) / rows
    // H is increasing; it is negative far to the left and positive far to the right.
    let reach = 1 + aspect + (m.reduce(0, +) / rows).squareRoot() + (m.max() ?? 0)
    let a = root(from: -2 * reach, to: 2 * reach) { a in
      let b2 = heightSquared(m, a)
      var sum = 0.0
      for value in m { sum += value * (a - value) / ((a - value) * (a - value) + b2) }
      return a + sum / rows - (1 - aspect)
    }
    guard let a else { return Complex(re: 1, im: 0) }
    return Complex(re: a, im: -heightSquared(m, a).squareRoot())
  }

  /// b^2 with (1/n) sum m/((a - m)^2 + b^2) = 1, 0 where the sum stays below 1.
  private func heightSquared(_ m: [Double], _ a: Double) -> Double {
    func excess(_ b2: Double) -> Double {
      var sum = 0.0
      for value in m { sum += value / ((a - value) * (a - value) + b2) }
      return sum / rows - 1
    }
    if excess(0) <= 0 { return 0 }
    let upper = log(m.reduce(0, +) / rows) + 1e-9
    var lower = upper - 4
    while excess(exp(lower)) <= 0, lower > -700 { lower -= 8 }
    return root(from: lower, to: upper) { excess(exp($0)) }.map { exp($0) } ?? 0
  }

  /// The same equation at z + i 1e-5 |z|, where some m are negative: damped sweeps, then Newton's method.
  private func fixedPoint(_ levels: Levels, _ z: Double) throws -> Complex {
    let shift = 1e-5 * abs(z)
    let shifted = zip(levels.values, levels.weights).map { Complex(re: $0, im: shift * $1) }
    let scale = levels.values.reduce(0) { $0 + 1 / max(abs($1), 1e-3) } / rows
    var e = Complex(re: 0, im: max(scale, 1e-3))
    for sweep in 0..<4000 {
      let w = (1 + e).reciprocal
      var (sum, slope) = (Complex(re: 0, im: 0), Complex(re: 0, im: 0))
      for m in shifted {
        let inverse = (w - m).reciprocal
        sum = sum + inverse
        slope = slope + inverse * inverse
      }
      let image = (1 / rows) * sum
      let difference = image - e
      let size = difference.squaredMagnitude.squareRoot()
      if size < 1e-13 * (1 + e.squaredMagnitude.squareRoot()) { return lowerHalf(w) }
      let derivative = (1 / rows) * (slope * w * w)
      let step = difference / (Complex(re: 1, im: 0) - derivative)
      let length = step.squaredMagnitude.squareRoot()
      let newton = sweep >= 6 && (e + step).im > 0 && length < 0.3 * (1 + e.squaredMagnitude.squareRoot())
      e = newton ? e + step : e + 0.5 * difference
    }
    throw MaskedRegressionError.noConvergence(what: "the spectrum's fixed point at z = \(z)")
  }

  /// Imaginary parts that come from the shift alone count as 0.
  private func lowerHalf(_ w: Complex) -> Complex {
    abs(w.im) < 1e-3 * abs(w.re) * 0.1 ? Complex(re: w.re, im: 0) : w
  }

  // MARK: edges

  /// Upper end of the spectrum of M: the minimum over w > 1 of the root above all theta.
  func upperEdge() throws -> Double {
    let middle = 0.5 * log(Double(columns) / rows)
    return try edge(from: middle - 6, to: middle + 6, above: true) { 1 + exp($0) }
  }

  /// Lower end for d < n: the maximum over 0 < w < 1 of the root below all theta.
  func lowerEdge() throws -> Double {
    precondition(Double(columns) < rows, "a lower edge of \(columns) columns and \(rows) rows")
    return try edge(from: 1e-6, to: 1 - 1e-6, above: false) { $0 }
  }

  private func edge(from low: Double, to high: Double, above: Bool, _ w: (Double) -> Double) throws -> Double {
    let roots = precisionDiagonal.map { $0.squareRoot() }
    let c = covariance().scalingBothSides(by: roots)
    var failure: (any Error)?
    let found = minimum(from: low, to: high) { point in
      do {
        let z = try branch(w(point), c, above: above)
        return above ? z : -z
      } catch {
        failure = error
        return .infinity
      }
    }
    if let failure { throw failure }
    return above ? found.value : -found.value
  }

  /// z(w): the root beyond all eigenvalues theta of w C + lambda D of (1/n) sum c_k/(theta_k - z) = 1/w - 1.
  private func branch(_ w: Double, _ c: Matrix, above: Bool) throws -> Double {
    var pencil = w * c
    for j in 0..<columns { pencil[j, j] += ridge * precisionDiagonal[j] }
    let eigen = try SymmetricEigen(pencil)
    let product = multiply(c, eigen.vectors)
    let weights = (0..<columns).map { k in
      (0..<columns).reduce(0) { $0 + eigen.vectors[$1, k] * product[$1, k] }
    }
    let target = 1 / w - 1
    func excess(_ z: Double) -> Double {
      zip(eigen.values, weights).reduce(0) { $0 + $1.1 / ($1.0 - z) } / rows - target
    }
    let extreme = above ? eigen.values[0] : eigen.values[columns - 1]
    let total = weights.reduce(0, +) / rows
    // The root lies within total / |target| of the extreme eigenvalue.
    let reach = (total / abs(target)) * (1 + 1e-9) + 1e-12 * abs(extreme)
    let near = extreme + (above ? 1 : -1) * 1e-13 * max(abs(extreme), reach)
    let far = extreme + (above ? reach : -reach)
    return root(from: min(near, far), to: max(near, far), of: excess) ?? near
  }

  /// Sigma.
  private func covariance() -> Matrix {
    multiply(frame.vectors.scalingColumns(by: frame.eigenvalues), frame.vectors, transposing: .right)
  }
}
