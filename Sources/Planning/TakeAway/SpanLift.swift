import LinearAlgebra

/// From functions of rows in coordinates of their own span to functions of the columns.
///
/// Centred rows are C = L Q with Q orthonormal rows; a function c w of the coordinates c is (x - mean) Q'w, and
/// Q'w = C' U S^-1 V'w with L = U S V', whatever Q is where C determines it.
/// Cost: one singular value decomposition of rows x rows, 2 rows^2 columns flops a function.
struct SpanLift {
  let means: [Double]
  let deviations: [Double]
  private let centered: Matrix

  /// Directions with less than this share of the largest singular value are rounding.
  private static let resolution = 1e-10

  /// - Parameter rows: those that the coordinates are of, columns that vary.
  init(_ rows: Matrix) {
    means = rows.columnMeans()
    deviations = rows.columnDeviations()
    centered = rows.subtractingFromRows(means)
  }

  /// columns x outputs of coordinates x outputs; weights of x - mean.
  /// - Parameters:
  ///   - triangle: L.
  ///   - isStandardized: L is of rows whose columns are divided by their deviations.
  func weights(_ weights: Matrix, triangle: Matrix, isStandardized: Bool) throws -> Matrix {
    let svd = try SVD(triangle)
    let least = Self.resolution * (svd.values.first ?? 0)
    let inner = multiply(svd.right, weights, transposing: .left)
      .scalingRows(by: svd.values.map { $0 > least ? 1 / $0 : 0 })
    let scales = deviations.map { 1 / $0 }
    let rows = isStandardized ? centered.scalingColumns(by: scales) : centered
    let result = multiply(rows, svd.left * inner, transposing: .left)
    return isStandardized ? result.scalingRows(by: scales) : result
  }
}
