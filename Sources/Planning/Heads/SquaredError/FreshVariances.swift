import LinearAlgebra

/// Variances of rows that ridge was not fitted to, along the eigenvectors of X'X.
package struct FreshVariances: Sendable {
  private let values: [Double]
  /// Of what they say of r, 1 where there are as many of them as labeled rows.
  private let weight: Double

  /// - Parameters:
  ///   - covariance: of the fresh rows, p x p.
  ///   - directions: eigenvectors, p x k.
  ///   - count: of the fresh rows.
  ///   - labeled: rows fitted.
  package init(_ covariance: Matrix, along directions: Matrix, count: Int, labeled: Int) {
    let turned = covariance * directions
    values = (0..<directions.columns).map { dot(directions.column($0), turned.column($0)) }
    weight = min(Double(count) / Double(labeled), 1)
  }

  /// r, brought to 1 where the fresh rows are few.
  func tails(_ eigenvalues: [Double], penalty: Double, gamma: Double) -> Double {
    guard gamma > 1e-12 else { return 1 }
    let cost = zip(values, eigenvalues).reduce(0) { $0 + $1.0 * $1.1 / (($1.1 + penalty) * ($1.1 + penalty)) }
    return 1 + weight * (cost * (1 - gamma) / gamma - 1)
  }
}

/// Covariance of rows without a label, in the coordinates of `RidgeRows`.
struct UnlabeledCovariance: Sendable {
  let count: Int
  let plain: Matrix
  let standardized: Matrix

  func along(_ directions: Matrix, isStandardized: Bool, labeled: Int) -> FreshVariances {
    FreshVariances(isStandardized ? standardized : plain, along: directions, count: count, labeled: labeled)
  }
}

extension RowMoments {
  /// Of the rows that are left without these; nil where none are. Cost: 4 columns² flops.
  package func removing(_ rows: RowMoments) -> RowMoments? {
    let rest = count - rows.count
    guard rest > 0 else { return nil }
    let (all, part, left) = (Double(count), Double(rows.count), Double(rest))
    let means = mean.indices.map { (all * mean[$0] - part * rows.mean[$0]) / left }
    // Sums of squares about the mean of all.
    var result = all / left * covariance - part / left * rows.covariance
    for i in mean.indices {
      for j in mean.indices {
        let gone = (rows.mean[i] - mean[i]) * (rows.mean[j] - mean[j])
        let own = (means[i] - mean[i]) * (means[j] - mean[j])
        result[i, j] -= part / left * gone + own
      }
    }
    return RowMoments(count: rest, mean: means, covariance: result)
  }
}
