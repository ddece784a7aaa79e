/// A sparse matrix, compressed by rows.
///
/// Row i holds `values[k]` in column `indices[k]` for k in `offsets[i]..<offsets[i + 1]`; columns ascend within a row.
public struct SparseRows: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  public let offsets: [Int]
  public let indices: [Int32]
  public let values: [Double]

  /// Rows whose columns ascend and lie below `columns`, each at most once.
  public init(rows: Int, columns: Int, sortedOffsets offsets: [Int], indices: [Int32], values: [Double]) {
    precondition(offsets.count == rows + 1 && offsets.last == indices.count, "\(offsets.count) offsets of \(rows) rows")
    precondition(indices.count == values.count, "\(indices.count) columns and \(values.count) values")
    (self.rows, self.columns, self.offsets, self.indices, self.values) = (rows, columns, offsets, indices, values)
  }

  /// The identity.
  public static func identity(_ order: Int) -> SparseRows {
    SparseRows(
      rows: order, columns: order, sortedOffsets: Array(0...order), indices: (0..<Int32(order)).map { $0 },
      values: [Double](repeating: 1, count: order))
  }

  /// Stored entries.
  public var count: Int { values.count }

  /// Positions of row i's entries.
  package func range(_ row: Int) -> Range<Int> { offsets[row]..<offsets[row + 1] }

  /// Columns and values of one row.
  public func entries(ofRow row: Int) -> [(column: Int, value: Double)] {
    range(row).map { (Int(indices[$0]), values[$0]) }
  }

  /// Rows and columns exchanged. Cost: count + rows + columns.
  public func transposed() -> SparseRows {
    var starts = [Int](repeating: 0, count: columns + 1)
    for index in indices { starts[Int(index) + 1] += 1 }
    for j in 0..<columns { starts[j + 1] += starts[j] }
    var next = starts
    var newIndices = [Int32](repeating: 0, count: count)
    var newValues = [Double](repeating: 0, count: count)
    for i in 0..<rows {
      for k in range(i) {
        let j = Int(indices[k])
        newIndices[next[j]] = Int32(i)
        newValues[next[j]] = values[k]
        next[j] += 1
      }
    }
    return SparseRows(rows: columns, columns: rows, sortedOffsets: starts, indices: newIndices, values: newValues)
  }

  /// As a dense matrix: 8 bytes rows x columns.
  public func dense() -> Matrix {
    var result = Matrix(rows: rows, columns: columns)
    for i in 0..<rows { for k in range(i) { result[i, Int(indices[k])] = values[k] } }
    return result
  }
}
