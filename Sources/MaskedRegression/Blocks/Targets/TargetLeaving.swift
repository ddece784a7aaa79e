import LinearAlgebra

/// Rows left out one at a time, or in groups, of a fit to targets: every residual as a refit without them would give it, penalties on the
/// sum of squares kept.
///
///     e / (1 - h),                     h = (x'Px - z_h'P_hh^-1 z_h)/m [+ 1/n],   z = P x
///     (I - H)^-1 e = M^-1 e - M^-1 Z_h (P_hh + Z_h'M^-1 Z_h/m)^-1 Z_h'M^-1 e/m,  M = I [- 11'/n] - X P X'/m     rows of one group
///
/// With a mask penalty, which is made of the rows, a row leaves with rank 1 + blocks (`RowUpdate`), a group by a fit without it.
/// Source: GRAPH_AND_BLOCKS, section 8.
struct TargetLeaving: Sendable {
  let fit: TargetFit
  private var data: BlockRows { fit.data }

  /// Whether leave-one-out keeps the mask penalty of all rows: 1.5 to 2.5 % too high.
  var keepsPenalty: Bool { fit.base.odds > 0 && data.blocks.count > BlockLeaving.mostBlocks }

  // MARK: one row

  func rows() -> Matrix {
    if fit.base.odds == 0 || keepsPenalty { return leavingAlone() }
    let sums = fit.targets.members.map { data.divisor * fit.targets.cross.columns(at: $0) }
    let found = Parallel.map(count: data.count) { leavingWithItsPenalty($0, sums) }
    return Matrix(rows: data.count, columns: fit.residuals.columns, storage: found.flatMap { $0 })
  }

  private func leavingAlone() -> Matrix {
    var result = fit.residuals
    let (t, available) = (result.columns, 1 - data.meanShare)
    let seen = data.rows.rowProducts(fit.base.products)
    for (index, hidden) in fit.targets.hidden.enumerated() {
      let own = fit.base.products.columns(at: hidden)
      let unseen = own.rowProducts(multiply(own, fit.inverses[index]))
      result.storage.withUnsafeMutableBufferPointer { e in
        for i in 0..<data.count {
          let rest = available - (seen[i] - unseen[i]) / data.divisor
          for j in fit.targets.members[index] { e[i * t + j] = rest > 0 ? e[i * t + j] / rest : .infinity }
        }
      }
    }
    return result
  }

  /// With w = K_out y, y and t about the means of the others, v = (K_out)_hh^-1 w_h, u = w - C'C_h v, all in sums of squares:
  ///
  ///     e = t (growth (1 + w'x) - v'w_h) - u'(X'T)_g + v'R_hg
  private func leavingWithItsPenalty(_ row: Int, _ sums: [Matrix]) -> [Double] {
    let width = fit.residuals.columns
    guard let update = RowUpdate(fit.base, row) else { return [Double](repeating: .infinity, count: width) }
    let (c, scale) = (update.change, 1 / data.divisor)
    let x = data.rows.row(row)
    let y = x.map { update.growth * $0 }
    let moved = c.transposedTimes(c * y)
    let w = x.indices.map { update.growth * scale * fit.base.products[row, $0] + moved[$0] }
    let reach = 1 + dot(w, x)
    var result = [Double](repeating: .infinity, count: width)
    for (index, hidden) in fit.targets.hidden.enumerated() {
      let part = c.columns(at: hidden)
      let inside = scale * fit.base.matrix.block(hidden) + part.gram()
      guard let factor = try? Cholesky(inside) else { continue }
      let seen = hidden.map { w[$0] }
      let v = factor.solve(seen)
      let back = c.transposedTimes(part * v)
      let predicted = sums[index].transposedTimes(zip(w, back).map { $0 - $1 })
      // P_hh v'(P_hh^-1 R_hg).
      let corrected = fit.corrections[index].transposedTimes(fit.base.matrix.block(hidden) * v)
      let own = update.growth * reach - dot(v, seen)
      for (position, j) in fit.targets.members[index].enumerated() {
        result[j] = own * fit.targets.values[row, j] - predicted[position] + corrected[position]
      }
    }
    return result
  }

  // MARK: one group

  func groups(_ groups: Partition) throws -> Matrix {
    let members = groups.members
    let root = fit.base.odds > 0 ? nil : try Cholesky(fit.base.matrix).factor
    let sums = data.divisor * fit.targets.cross
    let found = Parallel.map(count: members.count) { index in
      root.map { leaving(members[index], root: $0) } ?? refitted(without: members[index], sums)
    }
    var result = Matrix(rows: data.count, columns: fit.residuals.columns, repeating: .infinity)
    for (rows, own) in zip(members, found) {
      guard let own else { continue }
      for (position, row) in rows.enumerated() { for j in 0..<own.columns { result[row, j] = own[position, j] } }
    }
    return result
  }

  private func leaving(_ rows: [Int], root: Matrix) -> Matrix? {
    let z = fit.base.products.rows(at: rows)
    var c = (1 / data.divisor.squareRoot()) * multiply(data.rows.rows(at: rows), root)
    if data.meanShare > 0 {
      c = Matrix(rows: rows.count, columns: 1, repeating: data.meanShare.squareRoot()).joined(leftOf: c)
    }
    let residuals = fit.residuals.rows(at: rows)
    guard let solved = c.solveIdentityLessProduct(z.joined(leftOf: residuals)) else { return nil }
    let (u, e) = (solved.columns(0..<z.columns), solved.columns(z.columns..<solved.columns))
    var result = e
    for (index, hidden) in fit.targets.hidden.enumerated() {
      let (own, reached, targets) = (z.columns(at: hidden), u.columns(at: hidden), fit.targets.members[index])
      let inside = fit.base.matrix.block(hidden) + (1 / data.divisor) * multiply(own, reached, transposing: .left)
      guard let factor = try? Cholesky(inside.symmetrized()) else { return nil }
      let part = e.columns(at: targets)
      let right = (1 / data.divisor) * multiply(own, part, transposing: .left)
      result.set(columns: targets, to: part - multiply(reached, factor.solve(right)))
    }
    return result
  }

  private func refitted(without rows: [Int], _ sums: Matrix) -> Matrix? {
    guard let rest = RemainingRows(fit.base, without: rows) else { return nil }
    let own = fit.targets.values.rows(at: rows)
    let centers = data.transform.preparation.centers
    let total = own.columnMeans().map { $0 * Double(rows.count) }
    var cross = sums - multiply(data.rows.rows(at: rows), own, transposing: .left)
    if centers {
      // Means of the others are -total/count from those of all.
      cross = cross - multiply(.column(rest.shift), Matrix(rows: 1, columns: total.count, storage: total))
    }
    let left = centers ? own.subtractingFromRows(total.map { -$0 / rest.count }) : own
    let all = multiply(rest.precision, cross)
    var result = left - multiply(rest.left, all)
    for (index, hidden) in fit.targets.hidden.enumerated() {
      guard let factor = try? Cholesky(rest.precision.block(hidden)) else { return nil }
      let targets = fit.targets.members[index]
      let seen = multiply(rest.left, rest.precision.columns(at: hidden))
      let correction = multiply(seen, factor.solve(all.rows(at: hidden).columns(at: targets)))
      result.set(columns: targets, to: result.columns(at: targets) + correction)
    }
    return result
  }
}
