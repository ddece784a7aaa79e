import CMath
import LinearAlgebra

/// Ridge regression with an unpenalized intercept, its penalty chosen by exact leave-one-out error.
///
/// Columns as they are or divided by their standard deviation, whichever predicts better, or as they are alone. One singular value
/// decomposition gives the leave-one-out error of every penalty: hat matrix 11'/n + U diag(s²/(s² + λ)) U'.
/// Cost: 6 n d min(n, d) flops and n min(n, d) for each penalty.
package struct RidgeHead: Sendable {
  /// λ in ||y - Xβ||² + λ||β||².
  package let penalty: Double
  /// Columns were divided by their standard deviation.
  package let isStandardized: Bool
  package let leaveOneOutSquares: [Double]
  /// The same at every penalty of the better scaling, for other numbers of labels.
  package let curve: RidgeCurve
  /// Risk at any number of labels, corrected for the choice of penalty and scaling.
  package let search: RidgeSearch
  /// Trace of the hat matrix, intercept included.
  package let parameterCount: Double
  let intercept: Double
  /// On the columns that were chosen.
  let slopes: [Double]
  private let scales: [Double]

  /// λ over the largest squared singular value.
  package static let relativePenalties = stride(from: -7.0, through: 2.0, by: 0.25).map { pow(10, $0) }

  /// - Parameters:
  ///   - features: n x d.
  ///   - deviations: standard deviation of each column over the pool.
  ///   - groups: of the rows, where some belong together; leave-one-out becomes leave-group-out.
  package init(_ features: Matrix, labels: [Double], deviations: [Double], groups: Partition? = nil) throws {
    try self.init(RidgeRows(features, deviations: deviations), labels: labels, groups: groups)
  }

  package init(_ rows: RidgeRows, labels: [Double], groups: Partition? = nil) throws {
    let groups = groups?.keepsRowsTogether
    let fits = try (rows.isOneScale ? [false] : [false, true]).map { isStandardized in
      try Self.best(isStandardized ? rows.standardized : rows.plain, labels, groups) {
        rows.unlabeled?.along($0, isStandardized: isStandardized, labeled: labels.count)
      }
    }
    isStandardized = fits.count > 1 && fits[1].error < fits[0].error
    let chosen = fits[isStandardized ? 1 : 0]
    penalty = chosen.penalty
    leaveOneOutSquares = chosen.squares
    curve = chosen.curve
    parameterCount = chosen.parameterCount
    var losses = Matrix(rows: labels.count, columns: 0)
    for fit in fits {
      losses = losses.joined(
        leftOf: Matrix(rows: fit.grid.count, columns: labels.count, storage: fit.grid.flatMap { $0 }).transposed())
    }
    search = RidgeSearch(curves: fits.map(\.curve), losses: losses, groups: groups)
    slopes = chosen.slopes
    scales = rows.scales
    let means = (isStandardized ? rows.standardized : rows.plain).columnMeans()
    intercept = labels.reduce(0, +) / Double(labels.count) - dot(means, slopes)
  }

  /// Of other rows of the columns fitted.
  package func predictions(_ features: Matrix) -> [Double] { predictions(RidgeRows(features, scales: scales)) }

  /// Of rows on the scales, or in the coordinates, of those fitted.
  package func predictions(_ rows: RidgeRows) -> [Double] {
    ((isStandardized ? rows.standardized : rows.plain) * slopes).map { $0 + intercept }
  }

  private struct Fit {
    let penalty: Double
    let squares: [Double]
    let error: Double
    let slopes: [Double]
    let curve: RidgeCurve
    let parameterCount: Double
    /// Squares at every penalty.
    let grid: [[Double]]
  }

  private static func best(
    _ features: Matrix, _ labels: [Double], _ groups: Partition?, fresh: (_ directions: Matrix) -> FreshVariances?
  ) throws -> Fit {
    let centered = features.subtractingFromRows(features.columnMeans())
    let mean = labels.reduce(0, +) / Double(labels.count)
    let target = labels.map { $0 - mean }
    let svd = try SVD(centered)
    let largest = svd.values[0] > 0 ? svd.values[0] * svd.values[0] : 1
    let rotated = svd.left.transposedTimes(target)
    let grid = relativePenalties.map { $0 * largest }
    let squares = grid.map { penalty in
      groups.map { Self.squares(svd, rotated: rotated, target: target, penalty: penalty, groups: $0) }
        ?? Self.squares(svd, rotated: rotated, target: target, penalty: penalty)
    }
    let errors = squares.map { $0.reduce(0, +) / Double($0.count) }
    let best = errors.indices.min { errors[$0] < errors[$1] }!
    let shrunk = svd.values.indices.map {
      svd.values[$0] / (svd.values[$0] * svd.values[$0] + grid[best]) * rotated[$0]
    }
    return Fit(
      penalty: grid[best], squares: squares[best], error: errors[best], slopes: svd.right * shrunk,
      curve: RidgeCurve(
        rowCount: features.rows, columns: features.columns, eigenvalues: svd.values.map { $0 * $0 },
        errors: zip(grid, errors).map { (penalty: $0, error: $1) }, fresh: fresh(svd.right)),
      parameterCount: svd.values.reduce(1) { $0 + $1 * $1 / ($1 * $1 + grid[best]) }, grid: squares)
  }

  /// (e_i / (1 - h_i))² for one penalty.
  package static func squares(_ svd: SVD, rotated: [Double], target: [Double], penalty: Double) -> [Double] {
    // Shares left over by the fit, so that residual and 1 - h_i keep their digits when the fit almost interpolates.
    let left = svd.values.map { penalty / ($0 * $0 + penalty) }
    let explained = svd.left * rotated
    let remaining = svd.left * zip(left, rotated).map { $0 * $1 }
    return target.indices.map { i in
      var free = 1 - 1 / Double(target.count)
      for j in left.indices { free -= (1 - left[j]) * svd.left[i, j] * svd.left[i, j] }
      let residual = (target[i] - explained[i] + remaining[i]) / max(free, 1e-9)
      return residual * residual
    }
  }
}
