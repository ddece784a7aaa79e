import LinearAlgebra

/// Residuals of every node by the fit that never saw it: neither its target nor its features as anybody's input.
///
///     pred_l = z'(Y'X) - (z'y_l) x_l - (z'x_l) v_l,   z = K y_l + K B t,   t = (B-inverse - B'KB)^-1 B'K y_l
///     B = [y_l, u_l, x_l],  u = P0'Y,  v = P0'X,  K = (Y'Y + Λ)^-1,   inverse [[1,0,0],[0,w_l,1],[0,1,0]]
///
/// exact for the penalty Λ = r X'diag(w)X + ridge kept as it is; refitted with the node gone, w_l becomes w_l (1 - r) and every
/// neighbor i brings one more column x_i with 1 / (r P0_li²). Removing the target alone, e / (1 - h), is optimistic: x_l still sits
/// in its neighbors' inputs. Means are kept (order 1/N). Cost: 2 N d² flops a penalty; 9 N d² and 3 d³ once.
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
  /// What training errors are made of: tr X'X - 2 Σ κ_j |c_j|² + Σ κ_i κ_j (c c')_ij (Y'Y)_ij in these coordinates.
  private let cross: [Double]
  private let quadratic: Matrix
  /// κ at a ridge.
  private let kappa: @Sendable (Double) -> [Double]

  /// One ridge, by Cholesky. Throws `singular`, `noLeftOutError`.
  package init(_ moments: GraphMoments, hideRate: Double, ridge: Double) throws {
    guard let factor = try? Cholesky(moments.normalMatrix(hideRate: hideRate, ridge: ridge)) else {
      throw GraphError.singular(ridge: ridge)
    }
    let root = factor.solveUpper(.identity(factor.order))
    try self.init(moments, hideRate: hideRate, root: root, isUpper: true) { _ in
      [Double](repeating: 1, count: root.columns)
    }
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
    _ moments: GraphMoments, hideRate: Double, root: Matrix, isUpper: Bool = false,
    _ kappa: @escaping @Sendable (Double) -> [Double]
  ) throws {
    guard moments.diagonal.isExact else {
      throw GraphError.noLeftOutError("the filter's diagonal comes from random probes. Use fewer hops")
    }
    self.moments = moments
    self.kappa = kappa
    ratio = hideRate / (1 - hideRate)
    let (rows, diagonal) = (moments.rows.values, moments.diagonal.diagonal)
    func back(_ matrix: Matrix) -> Matrix {
      GraphMoments.withoutOwn(moments.propagation.applyTransposed(matrix), diagonal, matrix)
    }
    y = moments.visible.turned(by: root, isUpper: isUpper)
    u = back(y)
    x = rows.turned(by: root, isUpper: isUpper)
    v = back(rows)
    c = root.transposedTimesByThreads(moments.cross)
    let products = c.transposed().gramByThreads()
    cross = products.diagonalEntries
    quadratic = products.entrywise(y.gramByThreads())
  }

  /// Σ of squared residuals: as fitted, of all nodes; left out, of each.
  package struct Squares: Sendable {
    package var training: Double
    package var leftOut: [Double]
  }

  /// At one ridge. Throws `noLeftOutError` where the fit without some node is singular.
  package func squares(ridge: Double, refitted: Bool = false) throws -> Squares {
    let blocks = (0..<moments.nodes).parts(of: 256)
    let kappa = kappa(ridge)
    let parts = try Parallel.map(count: blocks.count) { try residuals(blocks[$0], kappa, refitted).rowSquares }
    return Squares(training: training(kappa), leftOut: parts.flatMap { $0 })
  }

  private func training(_ kappa: [Double]) -> Double {
    let fitted = dot(kappa, quadratic * kappa) - 2 * dot(kappa, cross)
    return max(moments.rows.energy + fitted, 0)
  }

  /// Left-out residuals x_l - pred_l, nodes x coordinates.
  package func leftOutResiduals(ridge: Double, refitted: Bool = false) throws -> Matrix {
    try residuals(0..<moments.nodes, kappa(ridge), refitted)
  }

  private func residuals(_ nodes: Range<Int>, _ kappa: [Double], _ refitted: Bool) throws -> Matrix {
    var z = Matrix(rows: nodes.count, columns: kappa.count)
    var own: [(target: Double, input: Double)] = []
    var walker = refitted ? ColumnWalker(moments.propagation.step, moments.propagation.coefficients) : nil
    for (position, node) in nodes.enumerated() {
      let found = walker == nil ? solved(node, kappa) : solved(node, kappa, &walker!)
      guard let found else {
        throw GraphError.noLeftOutError("without node \(node) the fit is singular. Give a larger ridge penalty")
      }
      z.storage.replaceSubrange(position * kappa.count..<(position + 1) * kappa.count, with: found.z)
      own.append((found.target, found.input))
    }
    let targets = moments.rows.values.rows(nodes)
    var left = targets - multiply(z, c)
    let width = left.columns
    left.storage.withUnsafeMutableBufferPointer { left in
      v.storage.withUnsafeBufferPointer { v in
        targets.storage.withUnsafeBufferPointer { targets in
          for (position, node) in nodes.enumerated() {
            let (byTarget, byInput) = own[position]
            for j in 0..<width {
              left[position * width + j] += byTarget * targets[position * width + j] + byInput * v[node * width + j]
            }
          }
        }
      }
    }
    return left
  }

  private typealias Solved = (z: [Double], target: Double, input: Double)

  /// z = κ (y + B t) for B = [y, u, x], the penalty kept; with z'y and z'x.
  private func solved(_ node: Int, _ kappa: [Double]) -> Solved? {
    let d = kappa.count
    let (weight, range) = (moments.diagonal.weights[node], node * d..<(node + 1) * d)
    return y.storage.withUnsafeBufferPointer { y in
      u.storage.withUnsafeBufferPointer { u in
        x.storage.withUnsafeBufferPointer { x in
          kappa.withUnsafeBufferPointer { kappa -> Solved? in
            let (y, u, x) = (y[range], u[range], x[range])
            let (first, count) = (range.lowerBound, range.count)
            var (yy, yu, yx, uu, ux, xx) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
            for j in 0..<count {
              let (a, b, e, k) = (y[first + j], u[first + j], x[first + j], kappa[j])
              let (ka, kb) = (k * a, k * b)
              yy += ka * a
              yu += ka * b
              yx += ka * e
              uu += kb * b
              ux += kb * e
              xx += k * e * e
            }
            var system = [1 - yy, -yu, -yx, -yu, weight - uu, 1 - ux, -yx, 1 - ux, -xx]
            var t = [yy, yu, yx]
            guard SmallSystem.solve(&system, &t) else { return nil }
            let z = [Double](unsafeUninitializedCapacity: count) { z, filled in
              for j in 0..<count {
                z[j] = kappa[j] * ((1 + t[0]) * y[first + j] + t[1] * u[first + j] + t[2] * x[first + j])
              }
              filled = count
            }
            return (
              z, (1 + t[0]) * yy + t[1] * yu + t[2] * yx, (1 + t[0]) * yx + t[1] * ux + t[2] * xx
            )
          }
        }
      }
    }
  }

  /// The same with the penalty refitted: every neighbor is a column of B, too.
  private func solved(_ node: Int, _ kappa: [Double], _ walker: inout ColumnWalker) -> Solved? {
    var columns = [y.row(node), u.row(node), x.row(node)]
    var inverse: [(Int, Int, Double)] = [(0, 0, 1), (1, 2, 1), (2, 1, 1)]
    inverse.append((1, 1, moments.diagonal.weights[node] * (1 - ratio)))
    walker.forEachEntry(of: node) { other, value in
      if other == node || value == 0 { return }
      inverse.append((columns.count, columns.count, 1 / (ratio * value * value)))
      columns.append(x.row(other))
    }
    return Self.solve(columns, inverse, kappa).map { ($0, dot($0, columns[0]), dot($0, columns[2])) }
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
  /// The product with a square root, whose zeros below the diagonal are left out where it is upper triangular: 1.2 rows columns² flops in the
  /// place of 2.
  fileprivate func turned(by root: Matrix, isUpper: Bool) -> Matrix {
    if !isUpper { return timesByThreads(root) }
    let parts = (0..<columns).parts(of: max(64, (columns + 5) / 6)).map { part in
      columns(0..<part.upperBound).timesByThreads(root.rows(0..<part.upperBound).columns(part))
    }
    return parts.dropFirst().reduce(parts[0]) { $0.joined(leftOf: $1) }
  }

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
