import CLinearAlgebra

/// Products of tall matrices by all threads. How the work is cut depends on the shapes only, so the bits do not depend on the
/// number of threads.
private enum Cut {
  static let panel = 256
  static let rows = 1024

  /// Lanes of rows whose products are summed in order.
  static func lanes(rows: Int, columns: Int) -> Int { max(1, min(8, rows / max(4096, 8 * columns))) }
}

extension Matrix {
  /// A B by all threads. Cost: 2 rows columns B.columns flops.
  package func timesByThreads(_ b: Matrix) -> Matrix {
    precondition(columns == b.rows, "inner sizes \(columns) and \(b.rows) of a product differ")
    let (m, k, n) = (rows, columns, b.columns)
    if m == 0 || k == 0 || n == 0 { return Matrix(rows: m, columns: n) }
    let parts = (0..<m).parts(of: max(64, min(Cut.rows, (m + 15) / 16)))
    let result = [Double](unsafeUninitializedCapacity: m * n) { buffer, filled in
      nonisolated(unsafe) let target = buffer.baseAddress!
      Parallel.forEach(count: parts.count) { index in
        let part = parts[index]
        storage.withUnsafeBufferPointer { a in
          pla_dgemm(
            false, false, Int32(part.count), Int32(n), Int32(k), 1, a.baseAddress! + part.lowerBound * k, Int32(k),
            b.storage, Int32(n), 0, target + part.lowerBound * n, Int32(n))
        }
      }
      filled = m * n
    }
    return Matrix(rows: m, columns: n, storage: result)
  }

  /// A' diag(weights) B by all threads. Cost: 2 rows columns B.columns flops.
  package func transposedTimesByThreads(_ b: Matrix, weights: [Double]? = nil) -> Matrix {
    crossProduct(with: b, weights: weights, upperOnly: false)
  }

  /// A' diag(weights) A by all threads, weights of either sign; symmetric to the bit. Cost: rows columns^2 flops.
  package func gramByThreads(weights: [Double]? = nil) -> Matrix {
    var result = crossProduct(with: self, weights: weights, upperOnly: true)
    result.mirrorUpperTriangle()
    return result
  }

  private func crossProduct(with b: Matrix, weights: [Double]?, upperOnly: Bool) -> Matrix {
    precondition(rows == b.rows, "\(rows) and \(b.rows) rows of a cross product")
    precondition(weights.map { $0.count == rows } ?? true, "\(weights?.count ?? 0) weights for \(rows) rows")
    let (m, n) = (columns, b.columns)
    if rows == 0 || m == 0 || n == 0 { return Matrix(rows: m, columns: n) }
    let panels = (0..<m).parts(of: Cut.panel)
    let count = Cut.lanes(rows: rows, columns: m)
    let lanes = (0..<count).map { rows * $0 / count..<rows * ($0 + 1) / count }
    let pieces = Parallel.map(count: panels.count * count) { task -> [Double] in
      let (panel, lane) = (panels[task / count], lanes[task % count])
      let first = upperOnly ? panel.lowerBound : 0
      var sum = [Double](repeating: 0, count: panel.count * (n - first))
      for block in lane.parts(of: weights == nil ? lane.count : 512) {
        storage.withUnsafeBufferPointer { a in
          b.storage.withUnsafeBufferPointer { b in
            func add(_ left: UnsafePointer<Double>, _ ld: Int) {
              pla_dgemm(
                true, false, Int32(panel.count), Int32(n - first), Int32(block.count), 1, left, Int32(ld),
                b.baseAddress! + block.lowerBound * n + first, Int32(n), 1, &sum, Int32(n - first))
            }
            guard let weights else {
              add(a.baseAddress! + block.lowerBound * m + panel.lowerBound, m)
              return
            }
            var scaled = [Double](repeating: 0, count: block.count * panel.count)
            for (i, row) in block.enumerated() {
              for (j, column) in panel.enumerated() {
                scaled[i * panel.count + j] = weights[row] * a[row * m + column]
              }
            }
            add(scaled, panel.count)
          }
        }
      }
      return sum
    }
    var result = Matrix(rows: m, columns: n)
    for (index, panel) in panels.enumerated() {
      let first = upperOnly ? panel.lowerBound : 0
      let width = n - first
      for lane in 0..<count {
        let piece = pieces[index * count + lane]
        for (i, row) in panel.enumerated() {
          for j in 0..<width { result.storage[row * n + first + j] += piece[i * width + j] }
        }
      }
    }
    return result
  }
}
