import LinearAlgebra

/// Residuals of the nodes of each community by the fit without all of it: none of its nodes is a target or anybody's input, and
/// the penalty of hiding is that of the rest. Means are kept.
///
/// With E = P0_RI X_I for the remaining nodes R and the community I, moments change by the rows of I and of the nodes that E
/// touches only. Exact. Cost: d³/3 and 6 d² flops for each of those rows, a community.
package struct CommunityLeaving {
  private let moments: GraphMoments
  private let ratio: Double
  private let shift: Double

  /// Throws `noLeftOutError`.
  package init(_ moments: GraphMoments, hideRate: Double, ridge: Double) throws {
    guard moments.diagonal.isExact else {
      throw GraphError.noLeftOutError("the filter's diagonal comes from random probes. Use fewer hops")
    }
    self.moments = moments
    ratio = hideRate / (1 - hideRate)
    shift = ridge * moments.ridgeUnit
  }

  /// Σ of squared residuals of each node. Throws `oneCommunity`, `communityCount`, `noLeftOutError`.
  package func squares(_ communities: Communities) throws -> [Double] {
    guard communities.label.count == moments.nodes else {
      throw GraphError.communityCount(nodes: moments.nodes, given: communities.label.count)
    }
    guard communities.count > 1 else { throw GraphError.oneCommunity }
    let members = communities.members
    let parts = try Parallel.map(count: members.count) { try residuals(leavingOut: members[$0]).rowSquares }
    var result = [Double](repeating: 0, count: moments.nodes)
    for (nodes, values) in zip(members, parts) { for (node, value) in zip(nodes, values) { result[node] = value } }
    return result
  }

  /// Residuals of `nodes`, in their order.
  package func residuals(leavingOut nodes: [Int]) throws -> Matrix {
    let rows = moments.rows.values
    let change = Boundary(moments, nodes)
    let (own, ownVisible) = (rows.rows(at: nodes), moments.visible.rows(at: nodes))
    let (old, targets) = (moments.visible.rows(at: change.nodes), rows.rows(at: change.nodes))
    let new = old - change.inputs
    let lostWeights = nodes.map { moments.diagonal.weights[$0] }
    var matrix = moments.visibleGram - ownVisible.gram() - old.gram() + new.gram()
    let hidden =
      moments.hiddenGram - own.gram(weights: lostWeights)
      - rows.rows(at: change.lightened.map(\.node)).gram(weights: change.lightened.map(\.weight))
    for k in matrix.storage.indices { matrix.storage[k] += ratio * hidden.storage[k] }
    for i in 0..<matrix.rows { matrix[i, i] += shift }
    let cross =
      moments.cross - multiply(ownVisible, own, transposing: .left)
      - multiply(change.inputs, targets, transposing: .left)
    guard let factor = try? Cholesky(matrix) else {
      throw GraphError.noLeftOutError(
        "without the community of node \(nodes[0]) the fit is singular. Give a larger ridge penalty")
    }
    return own - multiply(factor.solve(ownVisible.transposed()), cross, transposing: .left)
  }
}

/// What the rest of a graph loses with some nodes.
private struct Boundary {
  /// Remaining nodes that hear from the lost ones, ascending.
  let nodes: [Int]
  /// What they hear: rows of P0_RI X_I.
  let inputs: Matrix
  /// Remaining nodes that the lost ones hear from, and by how much their weights w fall.
  let lightened: [(node: Int, weight: Double)]

  init(_ moments: GraphMoments, _ lost: [Int]) {
    let count = moments.nodes
    let propagation = moments.propagation
    var isLost = [Bool](repeating: false, count: count)
    for node in lost { isLost[node] = true }
    var byColumn = ColumnWalker(propagation.transposedStep, propagation.coefficients)
    var heard: [Int: [(Int, Double)]] = [:]
    for node in lost {
      byColumn.forEachEntry(of: node) { other, value in
        if !isLost[other] { heard[other, default: []].append((node, value)) }
      }
    }
    nodes = heard.keys.sorted()
    var inputs = Matrix(rows: nodes.count, columns: moments.rows.values.columns)
    for (position, node) in nodes.enumerated() {
      for (source, value) in heard[node] ?? [] {
        for j in 0..<inputs.columns { inputs[position, j] += value * moments.rows.values[source, j] }
      }
    }
    self.inputs = inputs
    var byRow = ColumnWalker(propagation.step, propagation.coefficients)
    var squares = [Double](repeating: 0, count: count)
    for node in lost {
      byRow.forEachEntry(of: node) { other, value in if !isLost[other] { squares[other] += value * value } }
    }
    lightened = squares.indices.filter { squares[$0] > 0 }.map { ($0, squares[$0]) }
  }
}
