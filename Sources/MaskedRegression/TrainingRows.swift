import LinearAlgebra

/// The rows a fit reads, in one pass or several.
enum TrainingRows: Sendable {
  case dense(any RowSource)
  case sparse(SparseRows)

  var columns: Int {
    switch self {
    case .dense(let source): source.columns
    case .sparse(let rows): rows.columns
    }
  }

  /// Rows held while a pass works on them: about 32 MB, a multiple of the rows of one task.
  static func blockRows(columns: Int) -> Int {
    let tasks = max(2, min(32, 4_000_000 / max(1, columns * taskRows)))
    return tasks * taskRows
  }

  /// Rows one thread takes at a time.
  static let taskRows = 128

  /// Calls `body` with the rows, centred and scaled, block after block.
  func forEachBlock(_ transform: ColumnTransform, _ body: (_ first: Int, _ block: PreparedBlock) throws -> Void) throws
  {
    let size = Self.blockRows(columns: columns)
    switch self {
    case .dense(let source):
      try source.forEachBlock(ofRows: size) { first, block in
        try body(first, .dense(transform.applied(to: block)))
      }
    case .sparse(let rows):
      for first in stride(from: 0, to: rows.rows, by: size) {
        try body(first, .sparse(rows, first..<min(first + size, rows.rows), transform))
      }
    }
  }
}

/// A block of rows, centred and scaled; sparse rows are so on the fly.
enum PreparedBlock: Sendable {
  case dense(Matrix)
  case sparse(SparseRows, Range<Int>, ColumnTransform)

  var count: Int {
    switch self {
    case .dense(let rows): rows.rows
    case .sparse(_, let range, _): range.count
    }
  }

  /// Ranges of rows, one per task.
  var tasks: [Range<Int>] {
    (0..<count).parts(of: TrainingRows.taskRows)
  }

  /// X B for the rows `range` of this block, row-major.
  func product<Scalar: BLASScalar>(_ range: Range<Int>, _ right: RightFactor<Scalar>) -> [Scalar] {
    [Scalar](unsafeUninitializedCapacity: range.count * right.columns) { target, filled in
      filled = range.count * right.columns
      if filled == 0 { return }
      switch self {
      case .dense(let rows): right.multiply(rows, range, into: target.baseAddress!)
      case .sparse(let rows, let block, let transform):
        for (position, row) in range.enumerated() {
          right.multiply(
            rows, row: block.lowerBound + row, transform, into: target.baseAddress! + position * right.columns)
        }
      }
    }
  }

  /// x_i . z_i for the rows `range`; z row-major as wide as the rows.
  func dots<Scalar: BLASScalar>(_ range: Range<Int>, _ z: [Scalar]) -> [Double] {
    switch self {
    case .dense(let rows):
      z.withUnsafeBufferPointer { z in
        rows.storage.withUnsafeBufferPointer { x in
          let columns = rows.columns
          return range.map { row in
            var sum = 0.0
            let (start, from) = (row * columns, (row - range.lowerBound) * columns)
            for j in 0..<columns { sum += x[start + j] * Double(z[from + j]) }
            return sum
          }
        }
      }
    case .sparse(let rows, let block, let transform):
      range.map { row in
        let from = (row - range.lowerBound) * rows.columns
        var sum = 0.0
        for k in rows.range(block.lowerBound + row) {
          let j = Int(rows.indices[k])
          sum += rows.values[k] * transform.factors[j] * Double(z[from + j])
        }
        if transform.preparation.centers {
          for j in 0..<rows.columns { sum -= transform.means[j] * transform.factors[j] * Double(z[from + j]) }
        }
        return sum
      }
    }
  }
}
