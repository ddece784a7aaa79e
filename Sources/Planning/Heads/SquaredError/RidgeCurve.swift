import RandomMatrices

/// Ridge's error at other numbers of labels, from its leave-one-out errors alone: nothing is simulated, nothing tuned.
///
/// At the same effective penalty κ two numbers of rows see the same bias, so that
///
///     λ' = κ - (n/n')(κ - λ),   E(n', λ') = E(n, λ) (1 - γ)/(1 - (n/n') γ)
///     κ = λ/ω,   ω = 1 - (1/n) Σ l/(l + λ),   1 - γ = 1/(dκ/dλ)
///
/// with l the eigenvalues of X'X/n, centered, and E from leave-one-out. The penalty is tuned again at n'.
/// Assumes: rows without a scale of their own. With fewer rows than columns small penalties at more rows are out of
/// reach. At a fixed penalty without bias; `RidgeSearch` corrects for the choice of the penalty.
/// Source: arXiv 2601.23208, section 3, for one target.
package struct RidgeCurve: Sendable {
  /// One penalty of the grid: λ over rows, κ, γ, mean leave-one-out error.
  package struct Point: Sendable {
    package let penalty: Double
    package let kappa: Double
    package let gamma: Double
    package let error: Double
    /// Its place in the grid.
    fileprivate let position: Int

    fileprivate var transfer: RidgeTransfer { RidgeTransfer(ridge: penalty, kappa: kappa, gamma: gamma) }
  }

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
  package init(rowCount: Int, columns: Int, eigenvalues: [Double], errors: [(penalty: Double, error: Double)]) {
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
      return Point(
        penalty: penalty / rows, kappa: penalty / rows / free, gamma: 1 - free * free / fall, error: error,
        position: position)
    }
  }

  /// Error at n' labels for every penalty within reach: λ over rows there, ascending, and E.
  package func curve(labels: Double) -> [(penalty: Double, error: Double)] {
    let ratio = rows / (labels - 1)
    return points.compactMap { $0.transfer.carried($0.error, ratio: ratio).map { ($0.ridge, $0.error) } }
  }

  /// What the error of each penalty of the grid is multiplied by at n' labels; nil where that penalty has no match
  /// there.
  package func factors(labels: Double) -> [Double?] {
    let ratio = rows / (labels - 1)
    var result = [Double?](repeating: nil, count: gridCount)
    for point in points { result[point.position] = point.transfer.carried(1, ratio: ratio)?.error }
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
