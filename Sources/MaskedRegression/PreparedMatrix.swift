import LinearAlgebra

/// All prepared rows at once, for more columns than rows.
enum PreparedMatrix {
  /// Row-major, centred and scaled.
  case dense(Matrix)
  case sparse(SparseRows, ColumnTransform)

  /// Reads the rows and prepares them in one copy.
  static func dual(
    _ source: TrainingRows, _ preparation: ColumnPreparation
  ) throws -> (prepared: PreparedMatrix, transform: ColumnTransform) {
    switch source {
    case .sparse(let rows):
      let needed = preparation.centers ? 2 : 1
      if rows.rows < needed { throw MaskedRegressionError.tooFewRows(rows: rows.rows, needed: needed) }
      let byColumn = rows.transposed()
      let transform = ColumnTransform(sparse: byColumn, preparation)
      try RepresentableSquares.check(byColumn, transform)
      return (.sparse(rows, transform), transform)
    case .dense(let source):
      var matrix = try gathered(source)
      let needed = preparation.centers ? 2 : 1
      if matrix.rows < needed { throw MaskedRegressionError.tooFewRows(rows: matrix.rows, needed: needed) }
      let transform = ColumnTransform(measuring: matrix, preparation)
      let squares = ColumnTransform.squares(matrix, about: transform.means).map { $0 / Double(matrix.rows) }
      try RepresentableSquares.check(squares, means: matrix.columnMeans(), matrix)
      matrix.storage.withUnsafeMutableBufferPointer { transform.apply(in: $0) }
      return (.dense(matrix), transform)
    }
  }

  private static func gathered(_ source: any RowSource) throws -> Matrix {
    var storage: [Double] = []
    storage.reserveCapacity(try source.countRows() * source.columns)
    try source.forEachBlock(ofRows: max(1, 2_000_000 / max(1, source.columns))) { first, block in
      try checkFinite(block, first)
      storage.append(contentsOf: block.storage)
    }
    return Matrix(rows: storage.count / max(1, source.columns), columns: source.columns, storage: storage)
  }

  /// Mean square of each column.
  func meanSquares(divisor: Double) -> [Double] {
    switch self {
    case .dense(let rows):
      ColumnTransform.squares(rows, about: [Double](repeating: 0, count: rows.columns)).map { $0 / divisor }
    case .sparse(let rows, let transform): rows.squares(transform).map { $0 / divisor }
    }
  }

  /// All rows as one dense matrix.
  func dense(rows count: Int, _ transform: ColumnTransform) -> Matrix {
    switch self {
    case .dense(let rows): return rows
    case .sparse(let rows, _):
      var matrix = Matrix(rows: count, columns: rows.columns)
      for i in 0..<count { for entry in rows.entries(ofRow: i) { matrix[i, entry.column] = entry.value } }
      return transform.applied(to: matrix)
    }
  }

  /// X X', rows x rows.
  func rowProducts() -> Matrix {
    switch self {
    case .dense(let rows): rows.rowProducts()
    case .sparse(let rows, let transform): rows.rowProducts(transform)
    }
  }

  /// W' X for W (rows x k): k x columns. Takes the place of dense rows.
  consuming func combined(_ w: Matrix) -> Matrix {
    switch consume self {
    case .dense(var rows):
      rows.combineRows(w)
      return rows
    case .sparse(let rows, let transform):
      return rows.combined(w, transform)
    }
  }
}

extension Matrix {
  /// X X', summed over fixed pieces of the columns in their order. Cost: 2 rows^2 columns flops, all threads.
  fileprivate func rowProducts() -> Matrix {
    let (rows, columns) = (rows, columns)
    let width = max(1024, (columns + 63) / 64)
    let starts = Array(stride(from: 0, to: columns, by: width))
    var total = Matrix(rows: rows, columns: rows)
    // A few pieces at a time: their partial sums are rows x rows each.
    let together = max(1, min(16, 16_000_000 / max(1, rows * rows)))
    for group in stride(from: 0, to: starts.count, by: together) {
      let pieces = Parallel.map(count: min(together, starts.count - group)) { index in
        var piece = Matrix(rows: rows, columns: rows)
        let start = starts[group + index]
        storage.withUnsafeBufferPointer { x in
          piece.storage.withUnsafeMutableBufferPointer { target in
            Double.tiles.gemm(
              false, true, Int32(rows), Int32(rows), Int32(Swift.min(width, columns - start)), 1,
              x.baseAddress! + start,
              Int32(columns), x.baseAddress! + start, Int32(columns), 0, target.baseAddress!, Int32(rows))
          }
        }
        return piece
      }
      for piece in pieces { total = total + piece }
    }
    total.mirrorUpperTriangle()
    return total
  }

  /// X <- W' X in place, piece of columns by piece of columns; as many rows as W has columns remain.
  fileprivate mutating func combineRows(_ w: Matrix) {
    let (rows, columns, kept) = (rows, columns, w.columns)
    var entries: [Double] = []
    swap(&entries, &storage)
    entries.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let x = buffer.baseAddress!
      let starts = Array(stride(from: 0, to: columns, by: 1024))
      Parallel.forEach(count: starts.count) { index in
        let (start, width) = (starts[index], min(1024, columns - starts[index]))
        let piece = [Double](unsafeUninitializedCapacity: kept * width) { target, filled in
          filled = kept * width
          Double.tiles.gemm(
            true, false, Int32(kept), Int32(width), Int32(rows), 1, w.storage, Int32(kept), x + start, Int32(columns),
            0,
            target.baseAddress!, Int32(width))
        }
        piece.withUnsafeBufferPointer { piece in
          for k in 0..<kept { (x + k * columns + start).update(from: piece.baseAddress! + k * width, count: width) }
        }
      }
    }
    entries.removeLast((rows - kept) * columns)
    self = Matrix(rows: kept, columns: columns, storage: entries)
  }
}

extension SparseRows {
  /// Sums of squares of the prepared columns.
  fileprivate func squares(_ transform: ColumnTransform) -> [Double] {
    var (sums, stored) = ([Double](repeating: 0, count: columns), [Int](repeating: 0, count: columns))
    for (index, value) in zip(indices, values) {
      let (j, distance) = (Int(index), value - transform.means[Int(index)])
      sums[j] += distance * distance
      stored[j] += 1
    }
    return (0..<columns).map { j in
      let absent = Double(rows - stored[j]) * transform.means[j] * transform.means[j]
      return (sums[j] + absent) * transform.factors[j] * transform.factors[j]
    }
  }

  /// (x_i - mean)'(x_k - mean) over the scales, without forming the rows. Cost: the sum of squared column counts.
  fileprivate func rowProducts(_ transform: ColumnTransform) -> Matrix {
    let byColumn = transposed()
    let squaredFactors = transform.factors.map { $0 * $0 }
    let mean = zip(transform.means, squaredFactors).map { $0 * $1 }
    let along = (0..<rows).map { row in range(row).reduce(0.0) { $0 + values[$1] * mean[Int(indices[$1])] } }
    let meanSquare = zip(mean, transform.means).reduce(0) { $0 + $1.0 * $1.1 }
    let products = Parallel.map(count: rows) { i in
      var sums = [Double](repeating: meanSquare - along[i], count: rows)
      for k in 0..<rows { sums[k] -= along[k] }
      for position in range(i) {
        let j = Int(indices[position])
        let weight = values[position] * squaredFactors[j]
        for p in byColumn.range(j) { sums[Int(byColumn.indices[p])] += weight * byColumn.values[p] }
      }
      return sums
    }
    var result = Matrix(rows: rows, columns: rows, storage: products.flatMap { $0 })
    result.mirrorUpperTriangle()
    return result
  }

  /// W' (X - mean) / scale (k x columns). Cost: 2 k entries flops.
  fileprivate func combined(_ w: Matrix, _ transform: ColumnTransform) -> Matrix {
    let kept = Parallel.map(count: w.columns) { k in
      var sums = [Double](repeating: 0, count: columns)
      var total = 0.0
      for i in 0..<rows {
        let weight = w[i, k]
        total += weight
        for position in range(i) { sums[Int(indices[position])] += weight * values[position] }
      }
      for j in 0..<columns { sums[j] = (sums[j] - total * transform.means[j]) * transform.factors[j] }
      return sums
    }
    return Matrix(rows: w.columns, columns: columns, storage: kept.flatMap { $0 })
  }
}
