import CMath
import LinearAlgebra

/// Maximum likelihood of the factor model with a noise variance for every column: S ≈ A A' + Ψ, Ψ diagonal.
///
/// Given Ψ the best A follows from the eigenvectors ω and eigenvalues θ of Ψ^-½ S Ψ^-½, which leaves, with φ(θ) = θ - log θ - 1,
///
///     f(Ψ) = ½ Σ_{m>k} φ(θ_m) + constant,   minimized over log Ψ by Newton's method
///
/// with exact first and second derivatives: the maximum that EM climbs to, in some ten steps instead of thousands.
/// Source: Jöreskog (1967); derivatives by perturbation of the eigenvalue problem.
public struct DiagonalFactorFit: Sendable {
  public enum Status: Sendable, Equatable {
    case converged
    /// The likelihood grows as this column's noise variance (counted from 0) goes to 0: a Heywood case.
    case improper(column: Int)
    case iterationLimit
  }

  /// A, d x k, columns orthogonal in Ψ⁻¹.
  public let loadings: Matrix
  /// Diagonal of Ψ.
  public let noiseVariances: [Double]
  public let status: Status
  public let iterations: Int

  /// Noise variances below this share of the column's variance are taken for 0.
  private static let floor = 1e-6

  /// - Parameter covariance: S, d x d, positive definite.
  /// Throws `LinearAlgebraError`. Cost: about (13 + 2 k) d^3 flops a step.
  public init(covariance: Matrix, factors k: Int, iterationLimit: Int = 200) throws {
    let d = covariance.rows
    precondition(k > 0 && k < d, "\(k) factors of \(d) columns")
    let variances = covariance.diagonalEntries
    let precision = try Cholesky(covariance).inverse().diagonalEntries
    let share = 1 - Double(k) / Double(2 * d)
    let lowest = variances.map { log(Self.floor * $0) }
    var point = try Point(covariance, precision.map { log(share / $0) }, k)
    var (status, steps) = (Status.iterationLimit, 0)
    while steps < iterationLimit {
      steps += 1
      let step = try point.newtonStep()
      let next = try Self.search(point, step, lowest: lowest, covariance, k)
      let moved = zip(next.logs, point.logs).reduce(0) { max($0, abs($1.0 - $1.1)) }
      point = next
      if moved < 1e-10 {
        status = .converged
        break
      }
    }
    if let column = point.logs.indices.first(where: { point.logs[$0] <= lowest[$0] }) {
      status = .improper(column: column)
    }
    loadings = point.loadings
    noiseVariances = point.logs.map { exp($0) }
    self.status = status
    iterations = steps
  }

  /// Halves the step until f falls; steps are bounded so that no variance moves by more than a factor e².
  private static func search(
    _ point: Point, _ step: [Double], lowest: [Double], _ covariance: Matrix, _ k: Int
  ) throws -> Point {
    let largest = step.reduce(0) { max($0, abs($1)) }
    var scale = min(1, 2 / max(largest, 1e-300))
    for _ in 0..<40 {
      let logs = point.logs.indices.map { max(point.logs[$0] - scale * step[$0], lowest[$0]) }
      let next = try Point(covariance, logs, k)
      if next.value <= point.value { return next }
      scale /= 2
    }
    return point
  }
}

/// f and its derivatives at one Ψ.
private struct Point {
  let logs: [Double]
  let value: Double
  private let eigen: SymmetricEigen
  private let factors: Int

  init(_ covariance: Matrix, _ logs: [Double], _ k: Int) throws {
    let scales = logs.map { exp(-$0 / 2) }
    eigen = try SymmetricEigen(covariance.scalingBothSides(by: scales).symmetrized())
    factors = k
    self.logs = logs
    value = eigen.values[k...].reduce(0) { $0 + ($1 - log(max($1, 1e-300)) - 1) } / 2
  }

  /// A = Ψ^½ ω (θ - 1)₊^½.
  var loadings: Matrix {
    eigen.vectors.columns(0..<factors)
      .scalingColumns(by: eigen.values[0..<factors].map { max($0 - 1, 0).squareRoot() })
      .scalingRows(by: logs.map { exp($0 / 2) })
  }

  /// H⁻¹ g with g_i = ½ Σ_{m>k} (1 - θ_m) ω_im² and
  ///
  ///     2 H = (Σ_{m>k} θ_m ω_m ω_m') ∘ (Σ_{m>k} ω_m ω_m') + Σ_{m>k} (1 - θ_m) ω_m ω_m' ∘ Σ_{l<=k} (θ_l + θ_m)/(θ_l - θ_m) ω_l ω_l'
  ///
  /// The first part is positive semidefinite and stands in for H where H is not positive definite.
  func newtonStep() throws -> [Double] {
    let (d, k) = (eigen.vectors.rows, factors)
    let (kept, rest) = (eigen.vectors.columns(0..<k), eigen.vectors.columns(k..<d))
    let values = eigen.values
    func spread(_ basis: Matrix, _ weights: [Double]) -> Matrix {
      multiply(basis.scalingColumns(by: weights), basis, transposing: .right)
    }
    let ones = [Double](repeating: 1, count: d - k)
    let expected = spread(rest, Array(values[k...])).entrywise(spread(rest, ones))
    var full = expected
    // The second sum by kept directions: k products instead of d - k.
    for l in 0..<k {
      let weights = (k..<d).map { (1 - values[$0]) * (values[l] + values[$0]) / max(values[l] - values[$0], 1e-300) }
      let own = kept.column(l)
      full = full + spread(rest, weights).scalingBothSides(by: own)
    }
    let gradient = (0..<d).map { row in
      (k..<d).reduce(0) { sum, m in
        let entry = eigen.vectors[row, m]
        return sum + (1 - values[m]) * entry * entry
      }
    }
    if let factor = try? Cholesky(full.symmetrized()) { return factor.solve(gradient) }
    let ridge = 1e-9 * expected.trace / Double(d)
    return try Cholesky(expected.symmetrized() + ridge * .identity(d)).solve(gradient)
  }
}
