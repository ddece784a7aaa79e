import LinearAlgebra

/// Rows left out one at a time, or in groups, of a fit in blocks: every residual as a refit without them would give it, penalties on the sum
/// of squares kept.
///
/// The mask penalty r blockdiag(S) is made of the rows, too, and a row takes its part of it away. Without hiding:
///
///     e_out,g = U_g (P_gg + Z_g'U_g/m)^-1,   U = M^-1 Z,   M = I [- 11'/n] - X_I P X_I'/m        rows I of one group
///
/// With hiding rows leave by the update of rank 1 + blocks, groups by a fit without them (columns^3 flops each).
/// Source: GRAPH_AND_BLOCKS, section 8.
struct BlockLeaving: Sendable {
  let fit: BlockFit
  private var data: BlockRows { fit.data }

  /// Beyond this many blocks rows leave, and the mask penalty stays: 1.5 to 2.5 % too high.
  static let mostBlocks = 64

  /// Whether leave-one-out keeps the mask penalty of all rows.
  var keepsPenalty: Bool { fit.odds > 0 && data.blocks.count > Self.mostBlocks }

  // MARK: one row

  func rows() -> Matrix {
    if fit.odds == 0 || keepsPenalty { return leavingAlone() }
    let found = Parallel.map(count: data.count) { leavingWithItsPenalty($0) }
    return Matrix(rows: data.count, columns: data.columns, storage: found.flatMap { $0 })
  }

  /// e_g/(1 - h_g),  h_g = (x'Px - z_g'P_gg^-1 z_g)/m [+ 1/n], of all rows.
  private func leavingAlone() -> Matrix {
    var result = fit.residuals
    let (d, divisor) = (data.columns, data.divisor)
    let (available, members) = (1 - data.meanShare, data.members)
    result.storage.withUnsafeMutableBufferPointer { e in
      fit.products.storage.withUnsafeBufferPointer { z in
        data.rows.storage.withUnsafeBufferPointer { x in
          for start in stride(from: 0, to: e.count, by: d) {
            var fitted = 0.0
            for j in start..<start + d { fitted += x[j] * z[j] }
            for block in members {
              var own = 0.0
              for j in block { own += z[start + j] * e[start + j] }
              let rest = available - (fitted - own) / divisor
              for j in block { e[start + j] = rest > 0 ? e[start + j] / rest : .infinity }
            }
          }
        }
      }
    }
    return result
  }

  private func leavingWithItsPenalty(_ row: Int) -> [Double] {
    let d = data.columns
    guard let update = RowUpdate(fit.base, row) else { return [Double](repeating: .infinity, count: d) }
    let (c, scale) = (update.change, 1 / data.divisor)
    let y = data.rows.row(row).map { update.growth * $0 }
    let corrections = c.transposedTimes(c * y)
    var result = y
    for block in data.members {
      let own = c.columns(at: block)
      let inside = scale * fit.precision.block(block) + own.gram()
      let right = block.map { update.growth * scale * fit.products[row, $0] + corrections[$0] }
      let solved = (try? Cholesky(inside))?.solve(right)
      for (position, j) in block.enumerated() { result[j] = solved?[position] ?? .infinity }
    }
    return result
  }

  // MARK: one group

  func groups(_ groups: Partition) throws -> Matrix {
    let members = groups.members
    let root = fit.odds > 0 ? nil : try Cholesky(fit.precision).factor
    let found = Parallel.map(count: members.count) { index in
      root.map { leaving(members[index], root: $0) } ?? refitted(without: members[index])
    }
    var result = Matrix(rows: data.count, columns: data.columns, repeating: .infinity)
    for (rows, own) in zip(members, found) {
      guard let own else { continue }
      for (position, row) in rows.enumerated() { for j in 0..<data.columns { result[row, j] = own[position, j] } }
    }
    return result
  }

  private func leaving(_ rows: [Int], root: Matrix) -> Matrix? {
    let z = fit.products.rows(at: rows)
    var c = (1 / data.divisor.squareRoot()) * multiply(data.rows.rows(at: rows), root)
    if data.meanShare > 0 {
      c = Matrix(rows: rows.count, columns: 1, repeating: data.meanShare.squareRoot()).joined(leftOf: c)
    }
    guard let u = c.solveIdentityLessProduct(z) else { return nil }
    var result = u
    for block in data.members {
      let (own, solved) = (z.columns(at: block), u.columns(at: block))
      let inside = fit.precision.block(block) + (1 / data.divisor) * multiply(own, solved, transposing: .left)
      guard let factor = try? Cholesky(inside.symmetrized()) else { return nil }
      let out = factor.solve(solved.transposed())
      for i in 0..<rows.count { for (position, j) in block.enumerated() { result[i, j] = out[position, i] } }
    }
    return result
  }

  private func refitted(without rows: [Int]) -> Matrix? {
    guard let rest = RemainingRows(fit.base, without: rows) else { return nil }
    let z = multiply(rest.left, rest.precision)
    var result = z
    for block in data.members {
      guard let factor = try? Cholesky(rest.precision.block(block)) else { return nil }
      result.set(columns: block, to: factor.solve(z.columns(at: block).transposed()).transposed())
    }
    return result
  }
}
