import LinearAlgebra

/// Rows of a group left out of a least-squares fit together, exactly: what a row of a new group is predicted with.
///
///     e_out = (I - H_c)^-1 e_c     ẽ_c = (I - H_c)^-1/2 e_c     H_c = X_c G X_c',  G = (X'X)⁺
///
/// ẽ_c ẽ_c' is unbiased for the covariance of the group's noise where noise is independent and of one variance (CR2).
/// Groups that alone determine a direction, where I - H_c has lost its digits, are left out by refitting.
/// Cost: for each group of g rows 6 g p min(g, p) flops, and 2 n p^2 + p^3 where it is refitted.
/// Source: Bell and McCaffrey (2002); GRAPH_AND_BLOCKS, section 7.
package struct GroupLeaving: Sendable {
  package let groups: Partition
  /// Label minus the prediction of the fit without the row's group.
  package let leftOut: [Double]
  /// ẽ, row by row.
  package let standardized: [Double]

  /// - Parameters:
  ///   - residuals: of the fit to all rows.
  ///   - inverse: G.
  package init(_ design: Matrix, labels: [Double], residuals: [Double], inverse: Matrix, groups: Partition) throws {
    self.groups = groups
    let members = groups.members
    let root = try Self.root(of: inverse)
    let found = try Parallel.map(count: groups.count) { group in
      try Self.leave(members[group], of: design, labels, residuals, root)
    }
    var (out, standardized) = (residuals, residuals)
    for (rows, own) in zip(members, found) {
      for (position, row) in rows.enumerated() {
        (out[row], standardized[row]) = (own.out[position], own.standardized[position])
      }
    }
    (leftOut, self.standardized) = (out, standardized)
  }

  /// R with R R' = G.
  private static func root(of inverse: Matrix) throws -> Matrix {
    let eigen = try SymmetricEigen(inverse)
    return eigen.vectors.scalingColumns(by: eigen.values.map { max($0, 0).squareRoot() })
  }

  private static func leave(
    _ rows: [Int], of design: Matrix, _ labels: [Double], _ residuals: [Double], _ root: Matrix
  ) throws -> (out: [Double], standardized: [Double]) {
    let own = design.rows(at: rows)
    let svd = try SVD(own * root)
    let shares = svd.values.map { min($0 * $0, 1) }
    let e = rows.map { residuals[$0] }
    if shares.allSatisfy({ 1 - $0 >= LeastSquaresHead.leastFreedom }) {
      return (
        filtered(e, svd.left, shares.map { $0 / (1 - $0) }),
        filtered(e, svd.left, shares.map { 1 / (1 - $0).squareRoot() - 1 })
      )
    }
    let isOwn = Set(rows)
    let kept = (0..<design.rows).filter { !isOwn.contains($0) }
    let rest = design.rows(at: kept)
    let solution = try DesignInverse(rest)
    let coefficients = solution.inverse * rest.transposedTimes(kept.map { labels[$0] })
    let out = zip(rows, own * coefficients).map { labels[$0] - $1 }
    // (I - H)^-1 = I + X_c G_rest X_c'.
    let other = try SVD(own * Self.root(of: solution.inverse))
    return (out, filtered(out, other.left, other.values.map { 1 / (1 + $0 * $0).squareRoot() - 1 }))
  }

  /// e + sum_k f_k u_k u_k'e.
  private static func filtered(_ e: [Double], _ directions: Matrix, _ f: [Double]) -> [Double] {
    let along = zip(f, directions.transposedTimes(e)).map { $0 * $1 }
    return zip(e, directions * along).map { $0 + $1 }
  }
}

extension Partition {
  /// Sums of the rows of each group.
  func sums(of rows: Matrix) -> Matrix {
    var result = Matrix(rows: count, columns: rows.columns)
    for row in 0..<rows.rows { for j in 0..<rows.columns { result[label[row], j] += rows[row, j] } }
    return result
  }

  /// nil where every group is one row: nothing is kept together then.
  package var keepsRowsTogether: Partition? { isTrivial ? nil : self }
}
