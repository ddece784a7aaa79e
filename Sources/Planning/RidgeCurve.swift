/// Ridge's error at other numbers of labels, from its leave-one-out errors alone: nothing is simulated, nothing tuned.
///
/// At the same effective penalty κ two numbers of rows see the same bias, so that
///
///     λ' = κ - (n/n')(κ - λ),   E(n', λ') = E(n, λ) (1 - γ)/(1 - (n/n') γ)
///     κ = λ/ω,   ω = 1 - (1/n) Σ l/(l + λ),   1 - γ = 1/(dκ/dλ)
///
/// with l the eigenvalues of X'X/n, centered, and E from leave-one-out. The penalty is tuned again at n'.
/// Assumes: rows without a scale of their own. With fewer rows than columns small penalties at more rows are out of reach.
/// Accuracy: the gain from 4 times the labels comes out at 0.6 to 1.0 of the true one from 60 to 120 labels of 8 to 64 columns
/// (the choice of the penalty makes the present error look good); at a fixed penalty without bias.
/// Source: arXiv 2601.23208, section 3, for one target.
package struct RidgeCurve: LabelsDependence {
  /// One penalty of the grid: λ over rows, κ, γ, mean leave-one-out error.
  package struct Point: Sendable {
    package let penalty: Double
    package let kappa: Double
    package let gamma: Double
    package let error: Double
  }

  package let points: [Point]
  /// n, less the one that centering takes.
  private let rows: Double
  /// Fewer rows than columns.
  private let isLimited: Bool

  /// - Parameters:
  ///   - eigenvalues: nonzero ones of the centered X'X.
  ///   - errors: penalty λ in ||y - Xβ||² + λ||β||² and mean leave-one-out error, penalties ascending.
  package init(rowCount: Int, columns: Int, eigenvalues: [Double], errors: [(penalty: Double, error: Double)]) {
    let rows = Double(rowCount - 1)
    self.rows = rows
    isLimited = rowCount - 1 <= columns
    points = errors.compactMap { penalty, error in
      let free = 1 - eigenvalues.reduce(0) { $0 + $1 / ($1 + penalty) } / rows
      let slope = eigenvalues.reduce(0) { $0 + $1 / (($1 + penalty) * ($1 + penalty)) } / rows
      let fall = free - penalty * slope
      guard free > 1e-9, fall > 1e-12 else { return nil }
      return Point(penalty: penalty / rows, kappa: penalty / rows / free, gamma: 1 - free * free / fall, error: error)
    }
  }

  package var relativeError: Double { 0.3 }

  /// Error at n' labels for every penalty within reach: λ over rows there, ascending, and E.
  package func curve(labels: Double) -> [(penalty: Double, error: Double)] {
    let ratio = rows / (labels - 1)
    return points.compactMap { point in
      let penalty = point.kappa - ratio * (point.kappa - point.penalty)
      let rest = 1 - ratio * point.gamma
      return penalty >= 0 && rest > 0 ? (penalty, point.error * (1 - point.gamma) / rest) : nil
    }
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
