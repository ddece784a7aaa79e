import LinearAlgebra

/// X'X = L L' with L (columns x rank) made by choosing the longest remaining column first: the eigenvectors of X'X with all their
/// digits, also where columns differ by many orders of magnitude.
///
/// Rounding in row j of L is relative to that row, and rotations from the right keep it so (`JacobiSVD`): L J = V diag(values).
/// A column whose rest is rounding of the column itself is a combination of those before it and ends there.
struct GradedFactor {
  /// Row j is column j of X.
  let factor: Matrix
  /// The columns chosen, in their order; `rank` of them.
  let pivots: [Int]
  /// Orthonormal directions of the rows, one in each row (rank x rows); absent from a covariance.
  let directions: Matrix?

  /// Of a covariance. Cost: 2 columns^2 rank flops.
  init(covariance s: Matrix, rows: Int) {
    let d = s.rows
    let cut = Double(max(rows, d)) * Double.ulpOfOne
    var (rest, pivots, entries) = (s, [Int](), [[Double]]())
    var open = (0..<d).filter { s[$0, $0] > 0 }
    while let pivot = open.min(by: { (rest[$1, $1], $0) < (rest[$0, $0], $1) }) {
      let length = rest[pivot, pivot].squareRoot()
      var column = [Double](repeating: 0, count: d)
      for j in open { column[j] = rest[j, pivot] / length }
      column[pivot] = length
      pivots.append(pivot)
      entries.append(column)
      open.removeAll { $0 == pivot }
      rest.subtractSquare(of: column, rows: open)
      open.removeAll { rest[$0, $0] <= cut * s[$0, $0] }
    }
    factor = Matrix(rows: pivots.count, columns: d, storage: entries.flatMap { $0 }).transposed()
    (self.pivots, directions) = (pivots, nil)
  }

  /// Of prepared rows. `isCentered` keeps the directions orthogonal to the one in which all rows are alike.
  /// Cost: 4 rows columns rank flops.
  init(rows x: Matrix, isCentered: Bool) {
    let (n, d) = (x.rows, x.columns)
    var columns = x.transposed()
    var known = isCentered ? [[Double](repeating: 1 / Double(n).squareRoot(), count: n)] : []
    if isCentered { Self.project(&columns, off: known[0]) }
    var lengths = (0..<d).map { columns.row($0).reduce(0) { $0 + $1 * $1 } }
    let limits = lengths.map { value in
      let cut = Double(max(n, d)) * Double.ulpOfOne
      return value * cut * cut
    }
    var (pivots, entries) = ([Int](), [[Double]]())
    var open = (0..<d).filter { lengths[$0] > 0 }
    while let pivot = open.min(by: { (lengths[$1], $0) < (lengths[$0], $1) }), known.count < n {
      var direction = columns.row(pivot)
      for earlier in known {
        let share = dot(earlier, direction)
        for i in 0..<n { direction[i] -= share * earlier[i] }
      }
      let length = dot(direction, direction).squareRoot()
      direction = direction.map { $0 / length }
      known.append(direction)
      var products = Self.project(&columns, off: direction)
      products[pivot] = length
      pivots.append(pivot)
      for j in 0..<d where !open.contains(j) && j != pivot { products[j] = 0 }
      entries.append(products)
      open.removeAll { $0 == pivot }
      for j in open { lengths[j] = columns.row(j).reduce(0) { $0 + $1 * $1 } }
      open.removeAll { lengths[$0] <= limits[$0] }
    }
    factor = Matrix(rows: pivots.count, columns: d, storage: entries.flatMap { $0 }).transposed()
    self.pivots = pivots
    let kept = Array(known.suffix(pivots.count))
    directions = Matrix(rows: kept.count, columns: n, storage: kept.flatMap { $0 })
  }

  /// Takes a direction out of every row; returns what was there.
  @discardableResult
  private static func project(_ columns: inout Matrix, off direction: [Double]) -> [Double] {
    let (count, n) = (columns.rows, columns.columns)
    return columns.storage.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let x = buffer.baseAddress!
      return Parallel.map(count: count) { j in
        let row = x + j * n
        var share = 0.0
        for i in 0..<n { share += row[i] * direction[i] }
        for i in 0..<n { row[i] -= share * direction[i] }
        return share
      }
    }
  }

  var rank: Int { pivots.count }

  /// What the rows do not see of each column's unit vector: the diagonal of the projection on {v: X v = 0}, a sum of squares.
  ///
  /// With X = Q [R_1 R_2] the null space is spanned by [-F; I], F = R_1^-1 R_2; F's row of a long column is short.
  func unseen() throws -> [Double] {
    let d = factor.rows
    if rank == d { return [Double](repeating: 0, count: d) }
    let chosen = Set(pivots)
    let others = (0..<d).filter { !chosen.contains($0) }
    // R_1' is lower triangular.
    let f = solveTriangular(
      factor.rows(at: pivots), lower: true, transposed: true, factor.rows(at: others).transposed())
    var tall = f.transposed()
    if tall.rows < rank { tall = tall.stacked(above: Matrix(rows: rank - tall.rows, columns: rank)) }
    let r = try QR.triangle(of: tall)
    let inner = try Cholesky(.identity(rank) + multiply(r, r, transposing: .right)).solveLower(r)
    let outer = try Cholesky(.identity(rank) + multiply(f, f, transposing: .right)).solveLower(f)
    var result = [Double](repeating: 0, count: d)
    for (position, j) in pivots.enumerated() {
      result[j] = (0..<rank).reduce(0) { $0 + inner[$1, position] * inner[$1, position] }
    }
    for (position, j) in others.enumerated() {
      result[j] = max(0, 1 - (0..<rank).reduce(0) { $0 + outer[$1, position] * outer[$1, position] })
    }
    return result
  }
}

extension Matrix {
  /// A <- A - c c' in some rows.
  fileprivate mutating func subtractSquare(of column: [Double], rows: [Int]) {
    let order = columns
    storage.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let entries = buffer.baseAddress!
      Parallel.forEach(count: rows.count) { index in
        let (row, weight) = (entries + rows[index] * order, column[rows[index]])
        for i in 0..<order { row[i] -= weight * column[i] }
      }
    }
  }
}
