import LinearAlgebra

/// The weights of more columns than rows through the eigenvectors of the sample covariance, never columns x columns:
///
///     A_ij = sum_k V_ik V_jk (gain_j l_k + offset_j) / (l_k + ridge_j)   for i != j,   A_jj = 0
public struct FactoredWeights: Sendable, Equatable {
  /// V', rank x columns.
  public let vectorRows: Matrix
  /// l, the eigenvalues of S.
  public let eigenvalues: [Double]
  /// One per column.
  public let ridges: [Double]
  /// 1 / (lambda P_jj) for columns the training rows do not see entirely, else 0.
  public let gains: [Double]
  /// -1 / P_jj for the other columns, else 0.
  public let offsets: [Double]

  public init(vectorRows: Matrix, eigenvalues: [Double], ridges: [Double], gains: [Double], offsets: [Double]) {
    precondition(eigenvalues.count == vectorRows.rows, "\(eigenvalues.count) eigenvalues, \(vectorRows.rows) vectors")
    precondition(
      [ridges.count, gains.count, offsets.count].allSatisfy { $0 == vectorRows.columns },
      "a ridge, a gain and an offset per column of \(vectorRows.columns)")
    self.vectorRows = vectorRows
    self.eigenvalues = eigenvalues
    self.ridges = ridges
    self.gains = gains
    self.offsets = offsets
  }

  var columns: Int { vectorRows.columns }
  var rank: Int { eigenvalues.count }

  /// Row k of the right factor B: B_kj = V_jk (gain_j l_k + offset_j) / (l_k + ridge_j), in the columns of `range`.
  func rightFactor(_ range: Range<Int>) -> Matrix {
    var result = Matrix(rows: rank, columns: range.count)
    let d = columns
    vectorRows.storage.withUnsafeBufferPointer { v in
      result.storage.withUnsafeMutableBufferPointer { target in
        for (k, value) in eigenvalues.enumerated() {
          for (position, j) in range.enumerated() {
            let filter = (gains[j] * value + offsets[j]) / (value + ridges[j])
            target[k * range.count + position] = v[k * d + j] * filter
          }
        }
      }
    }
    return result
  }

  /// (V B)_jj, what the zero diagonal takes away.
  private func selfWeights(_ range: Range<Int>, _ right: Matrix) -> [Double] {
    range.enumerated().map { position, j in
      (0..<rank).reduce(0) { $0 + vectorRows[$1, j] * right[$1, position] }
    }
  }

  /// x A, a tile of columns at a time.
  func predictions(for rows: Matrix) -> Matrix {
    let projected = multiply(rows, vectorRows, transposing: .right)
    var result = Matrix(rows: rows.rows, columns: columns)
    let tiles = tiles
    let parts = Parallel.map(count: tiles.count) { index in
      let right = rightFactor(tiles[index])
      var part = multiply(projected, right)
      let own = selfWeights(tiles[index], right)
      for i in 0..<rows.rows {
        for (position, j) in tiles[index].enumerated() { part[i, position] -= rows[i, j] * own[position] }
      }
      return part
    }
    for (tile, part) in zip(tiles, parts) {
      for i in 0..<rows.rows {
        for (position, j) in tile.enumerated() { result[i, j] = part[i, position] }
      }
    }
    return result
  }

  /// A.
  func dense() -> Matrix {
    var result = Matrix(rows: columns, columns: columns)
    for tile in tiles {
      let block = multiply(vectorRows, rightFactor(tile), transposing: .left)
      for i in 0..<columns {
        for (position, j) in tile.enumerated() { result[i, j] = i == j ? 0 : block[i, position] }
      }
    }
    return result
  }

  private var tiles: [Range<Int>] {
    (0..<columns).parts(of: 1024)
  }
}
