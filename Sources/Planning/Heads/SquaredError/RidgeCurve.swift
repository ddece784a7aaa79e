import RandomMatrices

/// Ridge's error at other numbers of labels, from its leave-one-out errors alone: nothing is simulated, nothing tuned.
///
/// At the same effective penalty κ two numbers of rows see the same bias, so that
///
///     λ' = κ - (n/n')(κ - λ),   γ' = (n/n') γ,   E(n', λ')/E(n, λ) = c(n', γ')/c(n, γ)
///     κ = λ/ω,   ω = 1 - (1/n) Σ l/(l + λ),   1 - γ = 1/(dκ/dλ)
///     c(n, γ) = (1 + 1/n) (1 + r γ/(1 - γ))
///
/// with l the eigenvalues of X'X/n, centered, and E from leave-one-out: 1/n is what the intercept costs, and γ/(1 - γ) is what
/// the slopes cost rows without a scale of their own, in shares of the error without either. Rows with tails cost r times as
/// much: r is the mean of x'(X'X + λ)⁻¹ X'X (X'X + λ)⁻¹ x over fresh rows, which only X'X and their covariance decide, over
/// γ/(1 - γ), taken to be the same at n'. The penalty is tuned again at n'. With fewer rows than columns small penalties at more rows are out of reach. At
/// a fixed penalty without bias; `RidgeSearch` corrects for the choice of the penalty.
/// Source: arXiv 2601.23208, section 3, for one target and r = 1.
package struct RidgeCurve: Sendable {
  /// One penalty of the grid: λ over rows, κ, γ, mean leave-one-out error.
  package struct Point: Sendable {
    package let penalty: Double
    package let kappa: Double
    package let gamma: Double
    package let error: Double
    /// r.
    package let tails: Double
    /// Its place in the grid.
    fileprivate let position: Int

    /// λ' and E(n', λ')/E(n, λ); nil where no penalty >= 0 has the same effect there.
    fileprivate func carried(from rows: Double, to later: Double) -> (penalty: Double, factor: Double)? {
      let ratio = rows / later
      let there = RidgeTransfer(ridge: penalty, kappa: kappa, gamma: gamma).carried(1, ratio: ratio)
      return there.map { ($0.ridge, cost(later, ratio * gamma) / cost(rows, gamma)) }
    }

    /// c; `rows` is n - 1.
    private func cost(_ rows: Double, _ gamma: Double) -> Double {
      (1 + 1 / (rows + 1)) * (1 + tails * gamma / (1 - gamma))
    }
  }

  /// r is taken to lie between the inverse of this and this: beyond it a few rows far out decide it.
  private static let mostTails = 3.0

  /// Penalties of the grid.
  private let gridCount: Int
  package let points: [Point]
  /// n, less the one that centering takes.
  private let rows: Double
  /// Fewer rows than columns.
  let isLimited: Bool

  /// - Parameters:
  ///   - eigenvalues: nonzero ones of the centered X'X.
  ///   - errors: penalty λ in ||y - Xβ||² + λ||β||² and mean leave-one-out error, penalties ascending.
  ///   - fresh: variance of fresh rows along each eigenvector; nil where there are none, and r is 1.
  package init(
    rowCount: Int, columns: Int, eigenvalues: [Double], errors: [(penalty: Double, error: Double)],
    fresh: FreshVariances? = nil
  ) {
    let rows = Double(rowCount - 1)
    self.rows = rows
    isLimited = rowCount - 1 <= columns
    gridCount = errors.count
    points = errors.enumerated().compactMap { position, entry in
      let (penalty, error) = entry
      let free = 1 - eigenvalues.reduce(0) { $0 + $1 / ($1 + penalty) } / rows
      let slope = eigenvalues.reduce(0) { $0 + $1 / (($1 + penalty) * ($1 + penalty)) } / rows
      let fall = free - penalty * slope
      guard free > 1e-9, fall > 1e-12 else { return nil }
      let gamma = 1 - free * free / fall
      let tails = fresh?.tails(eigenvalues, penalty: penalty, gamma: gamma) ?? 1
      return Point(
        penalty: penalty / rows, kappa: penalty / rows / free, gamma: gamma, error: error,
        tails: min(max(tails, 1 / Self.mostTails), Self.mostTails), position: position)
    }
  }

  /// Error at n' labels for every penalty within reach: λ over rows there, ascending, and E.
  package func curve(labels: Double) -> [(penalty: Double, error: Double)] {
    points.compactMap { point in
      point.carried(from: rows, to: labels - 1).map { ($0.penalty, $0.factor * point.error) }
    }
  }

  /// What the error of each penalty of the grid is multiplied by at n' labels; nil where that penalty has no match
  /// there.
  package func factors(labels: Double) -> [Double?] {
    var result = [Double?](repeating: nil, count: gridCount)
    for point in points { result[point.position] = point.carried(from: rows, to: labels - 1)?.factor }
    return result
  }

  /// Error at n' labels with the penalty tuned again; nil where the best one is out of reach.
  package func error(labels: Double) -> Double? {
    let curve = curve(labels: labels)
    guard let best = curve.indices.min(by: { curve[$0].error < curve[$1].error }) else { return nil }
    return best == 0 && isLimited ? nil : curve[best].error
  }

  /// Error at n' labels above that with unlimited ones, both with penalties within reach.
  package func callAsFunction(_ n: Double) -> Double? {
    guard let own = error(labels: n), let floor = curve(labels: .infinity).map(\.error).min() else { return nil }
    return max(own - floor, 0)
  }
}
