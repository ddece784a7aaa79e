import LinearAlgebra

/// Columns of P = Σ_k c_k S^k, one at a time, by Horner's rule on sparse vectors; with S in place of S', its rows.
///
/// Cost of a column: the entries of S met on the way, at most `steps` times all of them. Memory: a few numbers a node.
package struct ColumnWalker {
  private let step: SparseRows
  private let coefficients: [Double]
  private var current: [Double]
  private var next: [Double]
  private var isTouched: [Bool]

  /// - Parameter step: S' for columns of P, S for its rows.
  package init(_ step: SparseRows, _ coefficients: [Double]) {
    self.step = step
    self.coefficients = coefficients
    current = [Double](repeating: 0, count: step.rows)
    next = current
    isTouched = [Bool](repeating: false, count: step.rows)
  }

  /// Calls `body` with every entry that is not zero, nodes ascending.
  package mutating func forEachEntry(of node: Int, _ body: (_ node: Int, _ value: Double) -> Void) {
    let last = coefficients.count - 1
    var support = [Int32(node)]
    current[node] = coefficients[last]
    for power in stride(from: last - 1, through: 0, by: -1) {
      var reached: [Int32] = []
      for source in support {
        let value = current[Int(source)]
        for k in step.range(Int(source)) {
          let target = step.indices[k]
          if !isTouched[Int(target)] {
            isTouched[Int(target)] = true
            reached.append(target)
          }
          next[Int(target)] += value * step.values[k]
        }
        current[Int(source)] = 0
      }
      next[node] += coefficients[power]
      for target in reached { isTouched[Int(target)] = false }
      swap(&current, &next)
      support = reached
    }
    for target in support.sorted() {
      body(Int(target), current[Int(target)])
      current[Int(target)] = 0
    }
  }
}
