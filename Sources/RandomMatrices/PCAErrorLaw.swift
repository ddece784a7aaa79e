import LinearAlgebra

/// What principal components of n rows leave of a fresh row, in the limit: (1/d) E ||x - Pi_q x||^2, Pi_q the projection on the
/// first q sample eigenvectors. The metric is unmasked reconstruction: PCA sees the entry it reconstructs.
///
///     E(q) = (tr Sigma - Phi(q))/d,  Phi the population's variance along the first q sample eigenvectors
///     q >= n:  (n kappa_0/d) (d - q)/(d - n),  kappa_0 the effective penalty of no penalty
///
/// Finite-size bias about -0.2/d (relative).
public struct PCAErrorLaw: Sendable {
  /// Of the population, any order.
  public let eigenvalues: [Double]
  public let rows: Int
  private let law: SampleCovarianceLaw

  public init(eigenvalues: [Double], rows: Int) {
    (self.eigenvalues, self.rows) = (eigenvalues, rows)
    law = SampleCovarianceLaw(eigenvalues: eigenvalues, rows: rows)
  }

  private var columns: Int { eigenvalues.count }

  /// The error for each number of directions, 0 to d. Cost: about 0.3 ms a direction at d = 2000, all threads.
  public func unmaskedErrors(directions: [Int]) -> [Double] {
    let d = Double(columns)
    let total = eigenvalues.reduce(0, +)
    let limit = law.positiveCount
    let inside = directions.filter { $0 > 0 && $0 < limit }
    let taus = law.taus(countsAbove: inside.map { Double($0) })
    let above = law.varianceAbove(taus: taus)
    let phi = Dictionary(zip(inside, above)) { first, _ in first }
    let null = nullVariance
    return directions.map { q in
      precondition(q >= 0 && q <= columns, "\(q) directions of \(columns)")
      if q == 0 { return total / d }
      if let phi = phi[q] { return max(0, total - phi) / d }
      // Beyond the positive sample eigenvalues only directions the rows never saw are left.
      return q >= columns ? 0 : null / d * (d - Double(q)) / (d - Double(limit))
    }
  }

  /// The population's variance in the directions that the rows never saw: n kappa_0.
  private var nullVariance: Double {
    Double(rows) * EffectivePenalty(eigenvalues: eigenvalues, rows: Double(rows)).smallest
  }

  /// Sample eigenvalue and expected variance along it for each of the d directions, largest first, at the quantiles i - 1/2;
  /// beyond the positive ones 0 and the null variance's share.
  public func directions() -> [(sample: Double, variance: Double)] {
    let count = law.positiveCount
    let taus = law.taus(countsAbove: (0..<count).map { Double($0) + 0.5 })
    let points = Parallel.map(count: count) { law.point(tau: taus[$0]) }
    let null = nullVariance
    let share = columns > count ? null / Double(columns - count) : 0
    return points.map { ($0.value, $0.phi) }
      + [(sample: Double, variance: Double)](repeating: (0, share), count: columns - count)
  }
}
