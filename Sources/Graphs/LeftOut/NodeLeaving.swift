import LinearAlgebra

/// Residuals of every node by the fit that never saw it: neither its target nor its features as anybody's input.
///
///     pred_l = z'(Y'X) - (z'y_l) x_l - (z'x_l) v_l,   z = K y_l + K B t,   t = (B-inverse - B'KB)^-1 B'K y_l
///     B = [y_l, u_l, x_l],  u = P0'Y,  v = P0'X,  K = (Y'Y + Λ)^-1,   inverse [[1,0,0],[0,w_l,1],[0,1,0]]
///
/// exact for the penalty Λ = r X'diag(w)X + ridge kept as it is; refitted with the node gone, w_l becomes w_l (1 - r) and every
/// neighbor i brings one more column x_i with 1 / (r P0_li²). Removing the target alone, e / (1 - h), is optimistic: x_l still sits
/// in its neighbors' inputs. Means are kept (order 1/N). Cost: 5 N d² flops a penalty, and d³ once.
package struct NodeLeaving {
  private let moments: GraphMoments
  /// Rows in coordinates in which K is diag(κ).
  private let y: Matrix
  private let u: Matrix
  private let x: Matrix
  /// Coordinates x targets.
  private let c: Matrix
  private let v: Matrix
  private let ratio: Double
  private let hideRate: Double
  /// κ at a ridge.
  private let kappa: @Sendable (Double) -> [Double]

  /// One ridge, by Cholesky. Throws `singular`, `noLeftOutError`.
  package init(_ moments: GraphMoments, hideRate: Double, ridge: Double) throws {
    guard let factor = try? Cholesky(moments.normalMatrix(hideRate: hideRate, ridge: ridge)) else {
      throw GraphError.singular(ridge: ridge)
    }
    let root = factor.solveUpper(.identity(factor.order))
    try self.init(moments, hideRate: hideRate, root: root) { _ in [Double](repeating: 1, count: root.columns) }
  }

  /// Any ridge, by eigenvectors. Throws `noLeftOutError`.
  package init(_ moments: GraphMoments, hideRate: Double) throws {
    let eigen = try SymmetricEigen(moments.normalMatrix(hideRate: hideRate, ridge: 0))
    let (unit, floor) = (moments.ridgeUnit, 1e-13 * (eigen.values.first ?? 0))
    try self.init(moments, hideRate: hideRate, root: eigen.vectors) { ridge in
      eigen.values.map { $0 + ridge * unit > floor ? 1 / ($0 + ridge * unit) : 0 }
    }
  }

  private init(
    _ moments: GraphMoments, hideRate: Double, root: Matrix, _ kappa: @escaping @Sendable (Double) -> [Double]
  ) throws {
    guard moments.diagonal.isExact else {
      throw GraphError.noLeftOutError("the filter's diagonal comes from random probes. Use fewer hops")
    }
    self.moments = moments
    self.hideRate = hideRate
    self.kappa = kappa
    ratio = hideRate / (1 - hideRate)
    let (rows, diagonal) = (moments.rows.values, moments.diagonal.diagonal)
    func back(_ matrix: Matrix) -> Matrix {
      GraphMoments.withoutOwn(moments.propagation.applyTransposed(matrix), diagonal, matrix)
    }
    y = moments.visible.timesByThreads(root)
    u = back(y)
    x = rows.timesByThreads(root)
    v = back(rows)
    c = root.transposedTimesByThreads(moments.cross)
  }

  /// Σ of squared residuals of each node, as fitted and left out.
  package struct Squares: Sendable {
    package var training: [Double]
    package var leftOut: [Double]
  }

  /// At one ridge. Throws `noLeftOutError` where the fit without some node is singular.
  package func squares(ridge: Double, refitted: Bool = false) throws -> Squares {
    let blocks = (0..<moments.nodes).parts(of: 256)
    let kappa = kappa(ridge)
    let parts = try Parallel.map(count: blocks.count) { index -> Squares in
      let (fitted, left) = try residuals(blocks[index], kappa, refitted)
      return Squares(training: fitted.rowSquares, leftOut: left.rowSquares)
    }
    return Squares(training: parts.flatMap(\.training), leftOut: parts.flatMap(\.leftOut))
  }

  /// Left-out residuals x_l - pred_l, nodes x coordinates.
  package func leftOutResiduals(ridge: Double, refitted: Bool = false) throws -> Matrix {
    try residuals(0..<moments.nodes, kappa(ridge), refitted).leftOut
  }

  private func residuals(
    _ nodes: Range<Int>, _ kappa: [Double], _ refitted: Bool
  ) throws -> (training: Matrix, leftOut: Matrix) {
    let d = kappa.count
    var z = Matrix(rows: nodes.count, columns: d)
    var walker = refitted ? ColumnWalker(moments.propagation.step, moments.propagation.coefficients) : nil
    var own: [(Double, Double)] = []
    for (position, node) in nodes.enumerated() {
      var columns = [y.row(node), u.row(node), x.row(node)]
      var inverse: [(Int, Int, Double)] = [(0, 0, 1), (1, 2, 1), (2, 1, 1)]
      let weight = moments.diagonal.weights[node]
      inverse.append((1, 1, refitted ? weight * (1 - ratio) : weight))
      walker?.forEachEntry(of: node) { other, value in
        if other == node || value == 0 { return }
        inverse.append((columns.count, columns.count, 1 / (ratio * value * value)))
        columns.append(x.row(other))
      }
      guard let solved = Self.solve(columns, inverse, kappa) else {
        throw GraphError.noLeftOutError("without node \(node) the fit is singular. Give a larger ridge penalty")
      }
      for j in 0..<d { z[position, j] = solved[j] }
      own.append((dot(solved, columns[0]), dot(solved, columns[2])))
    }
    let plain = y.rows(nodes).scalingColumns(by: kappa)
    let targets = moments.rows.values.rows(nodes)
    var left = targets - multiply(z, c)
    for (position, node) in nodes.enumerated() {
      let (byTarget, byInput) = own[position]
      for j in 0..<left.columns {
        left[position, j] += byTarget * targets[position, j] + byInput * v[node, j]
      }
    }
    return (targets - multiply(plain, c), left)
  }

  /// z in the diagonal coordinates: κ (y + B t).
  private static func solve(_ b: [[Double]], _ inverse: [(Int, Int, Double)], _ kappa: [Double]) -> [Double]? {
    let size = b.count
    let weighted = b.map { column in zip(column, kappa).map { $0 * $1 } }
    var matrix = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
      for j in 0...i {
        let product = dot(b[i], weighted[j])
        matrix[i * size + j] = -product
        matrix[j * size + i] = -product
      }
    }
    var t = (0..<size).map { -matrix[$0 * size] }
    for (i, j, value) in inverse { matrix[i * size + j] += value }
    guard SmallSystem.solve(&matrix, &t) else { return nil }
    var z = weighted[0]
    for (column, factor) in zip(weighted, t) { for j in z.indices { z[j] += factor * column[j] } }
    return z
  }
}

extension Matrix {
  /// Sum of squares of each row.
  package var rowSquares: [Double] {
    storage.withUnsafeBufferPointer { entries in
      (0..<rows).map { i in
        var sum = 0.0
        for k in i * columns..<(i + 1) * columns { sum += entries[k] * entries[k] }
        return sum
      }
    }
  }
}
