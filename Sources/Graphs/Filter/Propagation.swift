import LinearAlgebra

/// P = Σ_k c_k S^k on a graph, applied without ever being formed.
public struct Propagation: Sendable {
  public let graph: Graph
  public let filter: GraphFilter
  public let normalization: GraphNormalization
  /// S.
  public let step: SparseRows
  /// S'.
  public let transposedStep: SparseRows
  package let coefficients: [Double]

  /// Columns that pass through all powers together.
  private static let together = 64

  /// Throws `invalidFilter`, `noEdges`.
  public init(
    _ graph: Graph, filter: GraphFilter, normalization: GraphNormalization = .symmetric
  ) throws(GraphError) {
    try filter.check()
    guard graph.edges > 0 else { throw .noEdges(nodes: graph.nodes) }
    self.graph = graph
    self.filter = filter
    self.normalization = normalization
    coefficients = filter.coefficients
    step = Self.normalized(graph, normalization)
    transposedStep = normalization == .symmetric ? step : step.transposed()
  }

  package static func normalized(_ graph: Graph, _ normalization: GraphNormalization) -> SparseRows {
    let degrees = (0..<graph.nodes).map { Double(graph.degree($0) + 1) }
    let roots = degrees.map { 1 / $0.squareRoot() }
    var offsets = [0]
    var indices: [Int32] = []
    var values: [Double] = []
    offsets.reserveCapacity(graph.nodes + 1)
    indices.reserveCapacity(graph.neighbors.count + graph.nodes)
    values.reserveCapacity(graph.neighbors.count + graph.nodes)
    func append(_ i: Int, _ j: Int) {
      indices.append(Int32(j))
      values.append(i == j || normalization == .rows ? 1 / degrees[i] : roots[i] * roots[j])
    }
    for i in 0..<graph.nodes {
      var isOwnDone = false
      for other in graph.neighbors(of: i) {
        if !isOwnDone, other > i {
          append(i, i)
          isOwnDone = true
        }
        append(i, Int(other))
      }
      if !isOwnDone { append(i, i) }
      offsets.append(indices.count)
    }
    return SparseRows(
      rows: graph.nodes, columns: graph.nodes, sortedOffsets: offsets, indices: indices, values: values)
  }

  /// P X. Cost: `filter.steps` sparse products of 2 nnz(S) columns flops. Memory: the result and two blocks of 64 columns.
  public func apply(_ x: Matrix) -> Matrix { polynomial(step, x) }

  /// P' X.
  public func applyTransposed(_ x: Matrix) -> Matrix { polynomial(transposedStep, x) }

  /// Horner's rule on blocks of columns, which are read and written where they are.
  private func polynomial(_ step: SparseRows, _ x: Matrix) -> Matrix {
    precondition(x.rows == graph.nodes, "\(x.rows) rows on \(graph.nodes) nodes")
    let last = coefficients.count - 1
    var result = Matrix(rows: x.rows, columns: x.columns, storage: freshZeros(count: x.rows * x.columns))
    for block in (0..<x.columns).parts(of: Self.together) {
      let own = ColumnsOf(x, block)
      var sum = own
      if coefficients[last] != 1 || last == 0 {
        let scaled = coefficients[last] * x.columns(block)
        sum = ColumnsOf(scaled, 0..<block.count)
      }
      for power in stride(from: last - 1, through: 1, by: -1) {
        var next = Matrix(rows: x.rows, columns: block.count, storage: freshZeros(count: x.rows * block.count))
        step.times(sum, adding: coefficients[power], of: coefficients[power] == 0 ? nil : own, into: &next, from: 0)
        sum = ColumnsOf(next, 0..<block.count)
      }
      if last == 0 {
        result.set(columns: block, to: sum.matrix)
      } else {
        step.times(
          sum, adding: coefficients[0], of: coefficients[0] == 0 ? nil : own, into: &result, from: block.lowerBound)
      }
    }
    return result
  }

  /// P itself. Throws `tooCostly` where its entries are too many.
  public func explicit(budget: Double = FilterDiagonal.defaultBudget) throws(GraphError) -> SparseRows {
    let cost = FilterDiagonal.cost(self)
    guard cost <= budget else {
      throw .tooCostly(
        what: "forming the filter \(filter)", operations: cost, budget: budget, remedy: "Use fewer hops.")
    }
    let last = coefficients.count - 1
    var sum = SparseRows.identity(graph.nodes).mapping { _, _, _ in coefficients[last] }
    for power in stride(from: last - 1, through: 0, by: -1) {
      sum = step.times(sum)
      if coefficients[power] != 0 { sum = sum.addingToDiagonal(coefficients[power]) }
    }
    return sum
  }
}

extension Matrix {
  /// Puts `block` in the place of these columns.
  fileprivate mutating func set(columns range: Range<Int>, to block: Matrix) {
    let (rows, columns) = (rows, columns)
    storage.withUnsafeMutableBufferPointer { target in
      block.storage.withUnsafeBufferPointer { source in
        for i in 0..<rows {
          for (j, column) in range.enumerated() { target[i * columns + column] = source[i * range.count + j] }
        }
      }
    }
  }
}
