extension SparseRows {
  /// Entries where both have one, multiplied: A∘B.
  public func entrywise(_ other: SparseRows) -> SparseRows {
    precondition(rows == other.rows && columns == other.columns, "sizes of an entrywise product differ")
    var (newOffsets, newIndices, newValues) = ([0], [Int32](), [Double]())
    for i in 0..<rows {
      var (k, l) = (offsets[i], other.offsets[i])
      while k < offsets[i + 1], l < other.offsets[i + 1] {
        if indices[k] < other.indices[l] {
          k += 1
        } else if indices[k] > other.indices[l] {
          l += 1
        } else {
          newIndices.append(indices[k])
          newValues.append(values[k] * other.values[l])
          k += 1
          l += 1
        }
      }
      newOffsets.append(newIndices.count)
    }
    return SparseRows(rows: rows, columns: columns, sortedOffsets: newOffsets, indices: newIndices, values: newValues)
  }

  /// Every entry squared: A∘A.
  public var squared: SparseRows { mapping { $2 * $2 } }

  /// `function(row, column, value)` in place of every stored value.
  public func mapping(_ function: (Int, Int, Double) -> Double) -> SparseRows {
    var newValues = values
    for i in 0..<rows { for k in range(i) { newValues[k] = function(i, Int(indices[k]), values[k]) } }
    return SparseRows(rows: rows, columns: columns, sortedOffsets: offsets, indices: indices, values: newValues)
  }

  /// Without the entries on the diagonal.
  public var withoutDiagonal: SparseRows {
    var (newOffsets, newIndices, newValues) = ([0], [Int32](), [Double]())
    for i in 0..<rows {
      for k in range(i) where Int(indices[k]) != i {
        newIndices.append(indices[k])
        newValues.append(values[k])
      }
      newOffsets.append(newIndices.count)
    }
    return SparseRows(rows: rows, columns: columns, sortedOffsets: newOffsets, indices: newIndices, values: newValues)
  }

  /// A + shift I of a square matrix.
  public func addingToDiagonal(_ shift: Double) -> SparseRows {
    precondition(rows == columns, "the diagonal of \(rows) x \(columns)")
    var (newOffsets, newIndices, newValues) = ([0], [Int32](), [Double]())
    for i in 0..<rows {
      var isDone = false
      for k in range(i) {
        if !isDone, Int(indices[k]) > i {
          newIndices.append(Int32(i))
          newValues.append(shift)
          isDone = true
        }
        newIndices.append(indices[k])
        if Int(indices[k]) == i {
          newValues.append(values[k] + shift)
          isDone = true
        } else {
          newValues.append(values[k])
        }
      }
      if !isDone {
        newIndices.append(Int32(i))
        newValues.append(shift)
      }
      newOffsets.append(newIndices.count)
    }
    return SparseRows(rows: rows, columns: columns, sortedOffsets: newOffsets, indices: newIndices, values: newValues)
  }

  public var diagonalEntries: [Double] {
    (0..<min(rows, columns)).map { i in range(i).first { Int(indices[$0]) == i }.map { values[$0] } ?? 0 }
  }

  public func rowSums() -> [Double] { (0..<rows).map { i in range(i).reduce(0) { $0 + values[$1] } } }

  public func columnSums() -> [Double] {
    var sums = [Double](repeating: 0, count: columns)
    for k in indices.indices { sums[Int(indices[k])] += values[k] }
    return sums
  }
}
