import LinearAlgebra

/// Rows of users by columns of items: initializers that check what a file or a caller says.
extension SparseRows {
  /// Compressed rows as SciPy stores them; columns may come in any order within a row, and equal ones are added up.
  /// Throws `malformedSparse`, `nonFinite`.
  public init(rows: Int, columns: Int, offsets: [Int], indices: [Int], values: [Double]) throws(MaskedRegressionError) {
    try Self.check(rows: rows, columns: columns, offsets: offsets, indices: indices, values: values)
    let sorted = Self.sorted(rows: rows, offsets: offsets, indices: indices, values: values)
    self.init(rows: rows, columns: columns, sortedOffsets: sorted.0, indices: sorted.1, values: sorted.2)
  }

  /// From (row, column, value) in any order; equal positions are added up. Throws `malformedSparse`, `nonFinite`.
  public init(
    rows: Int, columns: Int, triples: [(row: Int, column: Int, value: Double)]
  ) throws(MaskedRegressionError) {
    var offsets = [Int](repeating: 0, count: max(rows, 0) + 1)
    for triple in triples {
      guard triple.row >= 0, triple.row < rows else {
        throw .malformedSparse("row \(triple.row) of a sparse matrix of \(rows) rows")
      }
      offsets[triple.row + 1] += 1
    }
    for i in 0..<max(rows, 0) { offsets[i + 1] += offsets[i] }
    var next = offsets
    var indices = [Int](repeating: 0, count: triples.count)
    var values = [Double](repeating: 0, count: triples.count)
    for triple in triples {
      indices[next[triple.row]] = triple.column
      values[next[triple.row]] = triple.value
      next[triple.row] += 1
    }
    try self.init(rows: rows, columns: columns, offsets: offsets, indices: indices, values: values)
  }
}

extension SparseRows {
  private static func check(
    rows: Int, columns: Int, offsets: [Int], indices: [Int], values: [Double]
  ) throws(MaskedRegressionError) {
    guard rows >= 0, columns >= 0, columns <= Int(Int32.max) else {
      throw .malformedSparse("a sparse matrix of \(rows) x \(columns)")
    }
    guard offsets.count == rows + 1, offsets.first == 0, offsets.last == indices.count else {
      throw .malformedSparse(
        "\(rows) rows need \(rows + 1) row offsets from 0 to \(indices.count); there are \(offsets.count), from \(offsets.first ?? 0) to \(offsets.last ?? 0)"
      )
    }
    guard indices.count == values.count else {
      throw .malformedSparse("\(indices.count) column indices and \(values.count) values")
    }
    for i in 0..<rows where offsets[i + 1] < offsets[i] {
      throw .malformedSparse("the row offsets fall from \(offsets[i]) to \(offsets[i + 1]) at row \(i + 1)")
    }
    for i in 0..<rows {
      for k in offsets[i]..<offsets[i + 1] {
        guard indices[k] >= 0, indices[k] < columns else {
          throw .malformedSparse("row \(i + 1) has column index \(indices[k]) in a matrix of \(columns) columns")
        }
        guard values[k].isFinite else { throw .nonFinite(row: i, column: indices[k], value: values[k]) }
      }
    }
  }

  private static func sorted(
    rows: Int, offsets: [Int], indices: [Int], values: [Double]
  ) -> ([Int], [Int32], [Double]) {
    var newOffsets = [0]
    var newIndices: [Int32] = []
    var newValues: [Double] = []
    newOffsets.reserveCapacity(rows + 1)
    newIndices.reserveCapacity(indices.count)
    newValues.reserveCapacity(values.count)
    for i in 0..<rows {
      let start = newIndices.count
      var order = Array(offsets[i]..<offsets[i + 1])
      let ascends = zip(order, order.dropFirst()).allSatisfy { indices[$0] < indices[$1] }
      if !ascends { order.sort { (indices[$0], $0) < (indices[$1], $1) } }
      for k in order {
        if newIndices.count > start, newIndices.last == Int32(indices[k]) {
          newValues[newValues.count - 1] += values[k]
        } else {
          newIndices.append(Int32(indices[k]))
          newValues.append(values[k])
        }
      }
      newOffsets.append(newIndices.count)
    }
    return (newOffsets, newIndices, newValues)
  }
}
