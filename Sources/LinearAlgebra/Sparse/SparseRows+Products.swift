import CLinearAlgebra

extension SparseRows {
  /// Rows that one thread takes at a time: fixed, so that the bits do not depend on the number of threads.
  private static let block = 2048

  /// A X, or A X + `scale` `added`. Cost: 2 count columns flops over all threads; every entry is summed in the order of its row's
  /// entries, so the bits depend neither on the threads nor on the processor.
  public func times(_ x: Matrix, adding scale: Double = 0, of added: Matrix? = nil) -> Matrix {
    let width = x.columns
    let storage = [Double](unsafeUninitializedCapacity: rows * width) { buffer, filled in
      filled = rows * width
      adviseLargePages(buffer)
      guard let target = buffer.baseAddress, filled > 0 else { return }
      times(
        ColumnsOf(x, 0..<width), adding: scale, of: added.map { ColumnsOf($0, 0..<$0.columns) }, to: target,
        width: width)
    }
    return Matrix(rows: rows, columns: width, storage: storage)
  }

  /// The same of some columns, into as many of `target`. Precondition: `target` is none of what is read.
  package func times(
    _ x: ColumnsOf, adding scale: Double = 0, of added: ColumnsOf? = nil, into target: inout Matrix, from column: Int
  ) {
    precondition(target.rows == rows && column + x.count <= target.columns, "columns beyond those of the target")
    let width = target.columns
    target.storage.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      times(x, adding: scale, of: added, to: base + column, width: width)
    }
  }

  private func times(
    _ x: ColumnsOf, adding scale: Double, of added: ColumnsOf?, to target: UnsafeMutablePointer<Double>, width: Int
  ) {
    precondition(columns == x.matrix.rows, "\(columns) columns times \(x.matrix.rows) rows")
    precondition(added.map { $0.matrix.rows == rows && $0.count == x.count } ?? true, "what is added has another shape")
    nonisolated(unsafe) let y = target
    Parallel.forEach(count: (rows + Self.block - 1) / Self.block) { index in
      let last = min((index + 1) * Self.block, rows)
      x.withPointer { source in
        offsets.withUnsafeBufferPointer { offsets in
          offsets.baseAddress!.withMemoryRebound(to: Int64.self, capacity: offsets.count) { offsets in
            func run(_ other: UnsafePointer<Double>?) {
              pla_sparse_times(
                index * Self.block, last, offsets, indices, values, x.count, source, x.matrix.columns, scale, other,
                added?.matrix.columns ?? 0, y, width)
            }
            if let added { added.withPointer { run($0) } } else { run(nil) }
          }
        }
      }
    }
  }

  /// A x.
  public func times(_ x: [Double]) -> [Double] { times(.column(x)).storage }

  /// A B, row by row. Source: Gustavson (1978). Cost: `operationsOfProduct(with:)` multiplications, sorting of rows.
  public func times(_ other: SparseRows) -> SparseRows {
    precondition(columns == other.rows, "\(columns) columns times \(other.rows) rows")
    var sums = [Double](repeating: 0, count: other.columns)
    var isTouched = [Bool](repeating: false, count: other.columns)
    var (newOffsets, newIndices, newValues) = ([0], [Int32](), [Double]())
    for i in 0..<rows {
      var touched: [Int32] = []
      for k in range(i) {
        let value = values[k]
        for l in other.range(Int(indices[k])) {
          let j = Int(other.indices[l])
          if !isTouched[j] {
            isTouched[j] = true
            touched.append(other.indices[l])
          }
          sums[j] += value * other.values[l]
        }
      }
      touched.sort()
      for j in touched {
        newIndices.append(j)
        newValues.append(sums[Int(j)])
        sums[Int(j)] = 0
        isTouched[Int(j)] = false
      }
      newOffsets.append(newIndices.count)
    }
    return SparseRows(
      rows: rows, columns: other.columns, sortedOffsets: newOffsets, indices: newIndices, values: newValues)
  }

  /// Multiplications that A B takes.
  public func operationsOfProduct(with other: SparseRows) -> Int {
    indices.reduce(0) { $0 + other.range(Int($1)).count }
  }
}
