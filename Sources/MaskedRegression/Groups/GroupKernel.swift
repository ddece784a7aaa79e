import LinearAlgebra

/// Exact residuals of one group's rows by the fit without the group, from the fit to all rows.
///
///     e_out = (I - H)^-1 e = U / (D_j + z_j'U_j/m),   U = M^-1 Z,   M = I [- 11'/n] - X_I P X_I'/m
///
/// Z = X_I P are the group's residual products, D_j = P_jj, H column j's own hat matrix, whose part that differs from M is Z_j Z_j'/(m D_j).
/// Means are those of the other rows, the penalty on the sum of squares is kept. With one row this is `LeaveOneOutKernel`.
/// Source: Bates, Hastie and Tibshirani's shortcut for one row, by blocks; GRAPH_AND_BLOCKS section 8.
enum GroupKernel {
  /// U / (D + z'U/m), rows x columns; a D that is infinite gives 0.
  static func residuals(_ z: Matrix, _ solved: Matrix, diagonal: [Double], divisor: Double) -> Matrix {
    var fits = [Double](repeating: 0, count: z.columns)
    for i in 0..<z.rows { for j in 0..<z.columns { fits[j] += z[i, j] * solved[i, j] } }
    return solved.scalingColumns(by: zip(diagonal, fits).map { 1 / ($0 + $1 / divisor) })
  }
}
