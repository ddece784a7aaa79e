import LinearAlgebra

/// Rows of a design turned into the principal axes of their centred columns, with a last column of ones.
///
///     z_i = (V'(x_i - x̄), 1),   Σ_i (x_i - x̄)(x_i - x̄)' = V diag(s) V'
///
/// A rotation changes neither predictions nor a penalty ‖θ‖², and in these coordinates the curvature of a multinomial
/// loss is nearly diagonal; with fewer rows than columns only as many coordinates as rows are left.
/// Cost: n p min(n, p) flops and the eigenpairs of order min(n, p); memory n (rank + 1) numbers.
public struct PrincipalRows: Sendable {
  /// n x (rank + 1).
  public let coordinates: Matrix
  /// V, p x rank.
  public let axes: Matrix
  /// x̄, p.
  public let mean: [Double]

  /// Directions whose variance is below this share of the largest are rounding.
  private static let resolution = 1e-13

  /// - Parameter features: n x p without a column of ones. Columns of unequal units should be divided by their standard
  ///   deviations before: what is smaller than 3e-7 of the largest is lost.
  /// Throws `LinearAlgebraError`.
  public init(_ features: Matrix) throws {
    mean = features.columnMeans()
    let centred = features.subtractingFromRows(mean)
    let wide = features.columns > features.rows
    let eigen = try SymmetricEigen(wide ? centred.transposed().gram() : centred.gram())
    let most = max(features.rows - 1, 0)
    let rank = min(eigen.rank(relativeTolerance: Self.resolution), most)
    let vectors = eigen.vectors.columns(0..<rank)
    let scales = eigen.values.prefix(rank).map { $0.squareRoot() }
    let scores: Matrix
    if wide {
      scores = vectors.scalingColumns(by: scales)
      axes = multiply(centred, vectors.scalingColumns(by: scales.map { 1 / $0 }), transposing: .left)
    } else {
      scores = centred * vectors
      axes = vectors
    }
    coordinates = scores.joined(leftOf: Matrix(rows: features.rows, columns: 1, repeating: 1))
  }

  /// The same coordinates of other rows, without the column of ones: those that `axes` spans.
  public func coordinates(of features: Matrix) -> Matrix { features.subtractingFromRows(mean) * axes }

  /// Coefficients on the features (p x classes) and intercepts of weights on the coordinates ((rank + 1) x classes).
  public func onFeatures(_ weights: Matrix) -> (coefficients: Matrix, intercepts: [Double]) {
    let slopes = axes * weights.rows(0..<axes.columns)
    let shift = slopes.transposedTimes(mean)
    return (slopes, zip(weights.row(axes.columns), shift).map { $0 - $1 })
  }
}
