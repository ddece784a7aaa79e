import LinearAlgebra

extension RidgeHead {
  /// Squared errors of rows whose group was left out, for one penalty: the hat matrix of the rows of a group is
  /// 11'/n + U_c diag(s²/(s² + λ)) U_c', and their errors are (I - H_c)^-1 e_c.
  /// Cost: for each group of g rows 2 g r min(g, r) flops, r the rank.
  package static func squares(
    _ svd: SVD, rotated: [Double], target: [Double], penalty: Double, groups: Partition
  ) -> [Double] {
    let left = svd.values.map { penalty / ($0 * $0 + penalty) }
    let explained = svd.left * rotated
    let remaining = svd.left * zip(left, rotated).map { $0 * $1 }
    let scores = svd.left.scalingColumns(by: left.map { (1 - $0).squareRoot() })
    let shift = 1 / Double(target.count).squareRoot()
    var result = target
    for rows in groups.members {
      let e = rows.map { target[$0] - explained[$0] + remaining[$0] }
      let c = Matrix(rows: rows.count, columns: 1, repeating: shift).joined(leftOf: scores.rows(at: rows))
      // Where the rest of the rows do not determine the fit, no penalty as small as this is chosen.
      let out = c.solveIdentityLessProduct(.column(e))?.storage ?? e.map { $0 * 1e9 }
      for (row, value) in zip(rows, out) { result[row] = value * value }
    }
    return result
  }
}
