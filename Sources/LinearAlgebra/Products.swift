import CLinearAlgebra

/// Which side of a product enters transposed.
public enum Transposition: Sendable { case none, left, right, both }

/// op(A) op(B). Cost: 2 m n k flops, BLAS-3.
public func multiply(_ a: Matrix, _ b: Matrix, transposing: Transposition = .none) -> Matrix {
  let left = transposing == .left || transposing == .both
  let right = transposing == .right || transposing == .both
  let (m, k) = left ? (a.columns, a.rows) : (a.rows, a.columns)
  let (inner, n) = right ? (b.columns, b.rows) : (b.rows, b.columns)
  precondition(k == inner, "inner sizes \(k) and \(inner) of a product differ")
  var result = Matrix(rows: m, columns: n)
  if m == 0 || n == 0 || k == 0 { return result }
  BLAS.prepare()
  pla_dgemm(
    left, right, Int32(m), Int32(n), Int32(k), 1, a.storage, Int32(a.columns), b.storage,
    Int32(b.columns), 0, &result.storage, Int32(n))
  return result
}

extension Matrix {
  public static func * (a: Matrix, b: Matrix) -> Matrix { multiply(a, b) }

  /// A x. Cost: 2 rows columns flops.
  public static func * (a: Matrix, x: [Double]) -> [Double] {
    precondition(a.columns == x.count, "\(a.columns) columns times \(x.count) entries")
    return a.apply(x, transposed: false)
  }

  /// A' x.
  public func transposedTimes(_ x: [Double]) -> [Double] {
    precondition(rows == x.count, "\(rows) rows times \(x.count) entries")
    return apply(x, transposed: true)
  }

  /// A x for each of a few x: blocks of rows are read once for all of them. Cost: 2 rows columns flops each, all threads.
  public func products(with vectors: [[Double]]) -> [[Double]] {
    precondition(vectors.allSatisfy { $0.count == columns }, "\(columns) columns times \(vectors.map(\.count)) entries")
    if rows == 0 || columns == 0 { return vectors.map { _ in [Double](repeating: 0, count: rows) } }
    BLAS.prepare()
    let size = max(8, 65_536 / columns)
    let blocks = Parallel.map(count: (rows + size - 1) / size) { index -> [[Double]] in
      let range = index * size..<Swift.min((index + 1) * size, rows)
      return storage.withUnsafeBufferPointer { entries in
        let first = entries.baseAddress! + range.lowerBound * columns
        return vectors.map { x in
          var part = [Double](repeating: 0, count: range.count)
          pla_dgemv(false, Int32(range.count), Int32(columns), 1, first, Int32(columns), x, 0, &part)
          return part
        }
      }
    }
    return vectors.indices.map { index in blocks.flatMap { $0[index] } }
  }

  private func apply(_ x: [Double], transposed: Bool) -> [Double] {
    var result = [Double](repeating: 0, count: transposed ? columns : rows)
    if rows == 0 || columns == 0 { return result }
    BLAS.prepare()
    pla_dgemv(transposed, Int32(rows), Int32(columns), 1, storage, Int32(columns), x, 0, &result)
    return result
  }

  /// A'A, symmetric to the bit. Cost: rows columns^2 flops.
  public func gram() -> Matrix {
    var result = Matrix(rows: columns, columns: columns)
    if rows == 0 || columns == 0 { return result }
    BLAS.prepare()
    pla_dsyrk(Int32(columns), Int32(rows), 1, storage, Int32(columns), 0, &result.storage, Int32(columns))
    result.mirrorUpperTriangle()
    return result
  }

  /// A' diag(weights) A for nonnegative weights. Cost: rows columns^2 flops.
  public func gram(weights: [Double]) -> Matrix {
    precondition(weights.count == rows, "\(weights.count) weights for \(rows) rows")
    precondition(weights.allSatisfy { $0 >= 0 }, "negative weight in a Gram matrix")
    return scalingRows(by: weights.map { $0.squareRoot() }).gram()
  }

  /// diag(scales) A.
  public func scalingRows(by scales: [Double]) -> Matrix {
    precondition(scales.count == rows, "\(scales.count) scales for \(rows) rows")
    var result = self
    let columns = columns
    result.storage.withUnsafeMutableBufferPointer { target in
      for (i, scale) in scales.enumerated() {
        for index in i * columns..<(i + 1) * columns { target[index] *= scale }
      }
    }
    return result
  }

  /// A diag(scales).
  public func scalingColumns(by scales: [Double]) -> Matrix {
    precondition(scales.count == columns, "\(scales.count) scales for \(columns) columns")
    var result = self
    let (rows, columns) = (rows, columns)
    result.storage.withUnsafeMutableBufferPointer { target in
      scales.withUnsafeBufferPointer { scales in
        for i in 0..<rows { for j in 0..<columns { target[i * columns + j] *= scales[j] } }
      }
    }
    return result
  }

  /// Copies the upper triangle onto the lower one, tile by tile.
  package mutating func mirrorUpperTriangle() {
    let (n, tile) = (columns, 32)
    storage.withUnsafeMutableBufferPointer { entries in
      for i0 in stride(from: 0, to: n, by: tile) {
        for j0 in stride(from: 0, through: i0, by: tile) {
          for i in i0..<min(i0 + tile, n) {
            for j in j0..<max(j0, min(j0 + tile, i)) { entries[i * n + j] = entries[j * n + i] }
          }
        }
      }
    }
  }
}

/// Sum of products.
public func dot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "\(a.count) and \(b.count) entries in a dot product")
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}

/// tr(A B) without forming the product. Cost: 2 n^2 flops.
public func traceOfProduct(_ a: Matrix, _ b: Matrix) -> Double {
  precondition(
    a.columns == b.rows && a.rows == b.columns,
    "\(a.rows) x \(a.columns) times \(b.rows) x \(b.columns) has no trace")
  let (rows, columns) = (a.rows, a.columns)
  return a.storage.withUnsafeBufferPointer { a in
    b.storage.withUnsafeBufferPointer { b in
      var sum = 0.0
      for i in 0..<rows { for j in 0..<columns { sum += a[i * columns + j] * b[j * rows + i] } }
      return sum
    }
  }
}
