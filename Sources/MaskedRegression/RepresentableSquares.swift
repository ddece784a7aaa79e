import LinearAlgebra

/// Whether mean squares, and products of two of them, are numbers: else errors would be infinite, or 0 for a column that varies.
enum RepresentableSquares {
  /// Root mean squares from 1e-70 to 1e70 are within.
  private static let range = 1e-140...1e140

  /// Of columns of rows in memory or in a source. `means` may have overflowed. Throws `unrepresentable`.
  /// Cost: another pass over the rows where a column is near the ends of the range, else nothing.
  static func check(_ meanSquares: [Double], means: [Double], _ source: some RowSource) throws {
    // Rows that are all 0 are as they should be; so are constants whose size is not that of rounding.
    let suspects = meanSquares.indices.filter { j in
      !(meanSquares[j] <= range.upperBound) || meanSquares[j] < range.lowerBound && isTiny(meanSquares[j], means[j])
    }
    if suspects.isEmpty { return }
    var largest = [Double](repeating: 0, count: meanSquares.count)
    try source.forEachBlock(ofRows: TrainingRows.blockRows(columns: source.columns)) { _, block in
      for i in 0..<block.rows {
        for j in suspects {
          let centre = means[j].isFinite ? means[j] : 0
          largest[j] = max(largest[j], abs(block[i, j] - centre))
        }
      }
    }
    for j in suspects {
      let isConstant = largest[j] <= 1e-12 * abs(means[j])
      if !(meanSquares[j] <= range.upperBound) || !isConstant && largest[j] > 0 {
        throw MaskedRegressionError.unrepresentable(column: j, magnitude: largest[j])
      }
    }
  }

  /// Of sparse rows, given by their transpose. Throws `unrepresentable`.
  static func check(_ byColumn: SparseRows, _ transform: ColumnTransform) throws(MaskedRegressionError) {
    for j in 0..<byColumn.rows {
      let largest = byColumn.values[byColumn.range(j)].reduce(0) { max($0, abs($1)) }
      let square = largest * largest
      if largest > 0 && !range.contains(square) { throw .unrepresentable(column: j, magnitude: largest) }
    }
  }

  /// Varies by so little, or not at all about a mean that is as small.
  private static func isTiny(_ meanSquare: Double, _ mean: Double) -> Bool {
    meanSquare > 0 || mean != 0 && abs(mean) < 1e-50
  }

  /// Single precision holds neither these squares nor their inverses.
  static func suitSinglePrecision(_ meanSquares: [Double], means: [Double]) -> Bool {
    zip(meanSquares, means).allSatisfy { square, mean in
      square == 0 ? mean == 0 || abs(mean) > 1e-10 : square > 1e-20 && square < 1e20
    }
  }
}
