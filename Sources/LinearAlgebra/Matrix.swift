/// A dense real matrix.
///
/// Storage: row-major, entry (i, j) at `storage[i * columns + j]`; rows are observations wherever a matrix is data.
public struct Matrix: Equatable, Sendable {
  public let rows: Int
  public let columns: Int
  public var storage: [Double]

  /// A matrix from row-major entries; `storage.count` must be `rows * columns`.
  public init(rows: Int, columns: Int, storage: [Double]) {
    precondition(rows >= 0 && columns >= 0, "matrix of negative size \(rows) x \(columns)")
    precondition(
      storage.count == rows * columns, "\(storage.count) entries for a \(rows) x \(columns) matrix")
    self.rows = rows
    self.columns = columns
    self.storage = storage
  }

  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    self.init(
      rows: rows, columns: columns, storage: [Double](repeating: value, count: rows * columns))
  }

  /// A matrix from its rows, all of one length.
  public init(_ rows: [[Double]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "rows of different lengths")
    self.init(rows: rows.count, columns: columns, storage: rows.flatMap { $0 })
  }

  public static func identity(_ order: Int) -> Matrix {
    diagonal([Double](repeating: 1, count: order))
  }

  public static func diagonal(_ values: [Double]) -> Matrix {
    var result = Matrix(rows: values.count, columns: values.count)
    for (index, value) in values.enumerated() { result[index, index] = value }
    return result
  }

  /// One column.
  public static func column(_ values: [Double]) -> Matrix {
    Matrix(rows: values.count, columns: 1, storage: values)
  }

  /// Entry (row, column). A column index beyond the row is caught in debug builds only.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get {
      assert(column >= 0 && column < columns, "column \(column) of \(columns)")
      return storage[row * columns + column]
    }
    set {
      assert(column >= 0 && column < columns, "column \(column) of \(columns)")
      storage[row * columns + column] = newValue
    }
  }

  public var isSquare: Bool { rows == columns }

  public func row(_ index: Int) -> [Double] {
    Array(storage[index * columns..<(index + 1) * columns])
  }

  public func column(_ index: Int) -> [Double] {
    (0..<rows).map { self[$0, index] }
  }

  public var diagonalEntries: [Double] { (0..<min(rows, columns)).map { self[$0, $0] } }

  /// Sum of the diagonal.
  public var trace: Double { diagonalEntries.reduce(0, +) }

  /// Sum of squared entries.
  public var squaredFrobeniusNorm: Double {
    storage.withUnsafeBufferPointer { entries in
      var sum = 0.0
      for value in entries { sum += value * value }
      return sum
    }
  }

  public var largestMagnitude: Double { storage.reduce(0) { max($0, abs($1)) } }

  public func transposed() -> Matrix {
    var result = Matrix(rows: columns, columns: rows)
    let (rows, columns) = (rows, columns)
    storage.withUnsafeBufferPointer { source in
      result.storage.withUnsafeMutableBufferPointer { target in
        let tile = 32
        for i0 in stride(from: 0, to: rows, by: tile) {
          for j0 in stride(from: 0, to: columns, by: tile) {
            for i in i0..<min(i0 + tile, rows) {
              for j in j0..<min(j0 + tile, columns) { target[j * rows + i] = source[i * columns + j] }
            }
          }
        }
      }
    }
    return result
  }

  /// Rows `range`, in order.
  public func rows(_ range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: columns,
      storage: Array(storage[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// The rows with these indices, in this order; indices may repeat.
  public func rows(at indices: [Int]) -> Matrix {
    var result = Matrix(rows: indices.count, columns: columns)
    storage.withUnsafeBufferPointer { source in
      result.storage.withUnsafeMutableBufferPointer { target in
        for (position, index) in indices.enumerated() {
          precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
          for j in 0..<columns { target[position * columns + j] = source[index * columns + j] }
        }
      }
    }
    return result
  }

  /// Columns `range`, in order.
  public func columns(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(columns)")
    let (rows, columns, width) = (rows, columns, range.count)
    let entries = [Double](unsafeUninitializedCapacity: rows * width) { target, filled in
      storage.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let to = target.baseAddress, width > 0 else { return }
        for i in 0..<rows {
          (to + i * width).initialize(from: from + i * columns + range.lowerBound, count: width)
        }
      }
      filled = rows * width
    }
    return Matrix(rows: rows, columns: width, storage: entries)
  }

  /// The columns with these indices, in this order.
  public func columns(at indices: [Int]) -> Matrix {
    precondition(indices.allSatisfy { $0 >= 0 && $0 < self.columns }, "columns \(indices) of \(columns)")
    var result = Matrix(rows: rows, columns: indices.count)
    let (rows, columns, width) = (rows, columns, indices.count)
    storage.withUnsafeBufferPointer { source in
      result.storage.withUnsafeMutableBufferPointer { target in
        for i in 0..<rows {
          for (position, index) in indices.enumerated() { target[i * width + position] = source[i * columns + index] }
        }
      }
    }
    return result
  }

  /// `self` above `other`.
  public func stacked(above other: Matrix) -> Matrix {
    precondition(columns == other.columns, "\(columns) and \(other.columns) columns cannot be stacked")
    return Matrix(rows: rows + other.rows, columns: columns, storage: storage + other.storage)
  }

  /// `self` to the left of `other`.
  public func joined(leftOf other: Matrix) -> Matrix {
    precondition(rows == other.rows, "\(rows) and \(other.rows) rows cannot be joined")
    var result = [Double]()
    result.reserveCapacity(rows * (columns + other.columns))
    for i in 0..<rows {
      result += storage[i * columns..<(i + 1) * columns]
      result += other.storage[i * other.columns..<(i + 1) * other.columns]
    }
    return Matrix(rows: rows, columns: columns + other.columns, storage: result)
  }

  /// Mean of each column.
  public func columnMeans() -> [Double] {
    var sums = [Double](repeating: 0, count: columns)
    storage.withUnsafeBufferPointer { source in
      for i in 0..<rows { for j in 0..<columns { sums[j] += source[i * columns + j] } }
    }
    return rows == 0 ? sums : sums.map { $0 / Double(rows) }
  }

  /// Each row minus `shift`.
  public func subtractingFromRows(_ shift: [Double]) -> Matrix {
    precondition(shift.count == columns, "\(shift.count) shifts for \(columns) columns")
    var result = self
    let (rows, columns) = (rows, columns)
    result.storage.withUnsafeMutableBufferPointer { target in
      for i in 0..<rows { for j in 0..<columns { target[i * columns + j] -= shift[j] } }
    }
    return result
  }

  /// Throws for the first entry that is NaN or infinite.
  public func checkFinite() throws(LinearAlgebraError) {
    guard let index = storage.firstIndex(where: { !$0.isFinite }) else { return }
    throw .nonFinite(row: index / columns, column: index % columns, value: storage[index])
  }

  /// (A + A') / 2.
  public func symmetrized() -> Matrix {
    precondition(isSquare, "a \(rows) x \(columns) matrix has no symmetric part")
    var result = self
    for i in 0..<rows {
      for j in 0..<i {
        let mean = 0.5 * (self[i, j] + self[j, i])
        result[i, j] = mean
        result[j, i] = mean
      }
    }
    return result
  }

  public static func + (a: Matrix, b: Matrix) -> Matrix { a.combined(b) { $0 + $1 } }
  public static func - (a: Matrix, b: Matrix) -> Matrix { a.combined(b) { $0 - $1 } }
  public static func * (scale: Double, a: Matrix) -> Matrix {
    Matrix(rows: a.rows, columns: a.columns, storage: a.storage.map { scale * $0 })
  }

  @inline(__always)
  func combined(_ other: Matrix, _ operation: (Double, Double) -> Double) -> Matrix {
    precondition(
      rows == other.rows && columns == other.columns,
      "\(rows) x \(columns) and \(other.rows) x \(other.columns) do not match")
    var result = self
    result.storage.withUnsafeMutableBufferPointer { target in
      other.storage.withUnsafeBufferPointer { source in
        for index in 0..<target.count { target[index] = operation(target[index], source[index]) }
      }
    }
    return result
  }
}
