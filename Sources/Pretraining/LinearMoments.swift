import Asymptotics
import Geometry
import LinearAlgebra

/// The pieces that the moment matrices of linear features share: parameters A (k x d, stored row by row), symmetry O(k).
enum LinearMoments {
  /// Covariance of the k d entries (A y)_i y_j for y ~ N(0, Σ), by Isserlis' theorem:
  /// (AΣA')_{ii'} Σ_{jj'} + (AΣ)_{ij'} (AΣ)_{i'j}. Cost: (k d)^2.
  static func scoreCovariance(_ a: Matrix, covariance: Matrix) -> Matrix {
    let (k, d) = (a.rows, a.columns)
    let cross = multiply(a, covariance)
    let inner = multiply(cross, a, transposing: .right)
    var result = Matrix(rows: k * d, columns: k * d)
    for i in 0..<k {
      for j in 0..<d {
        for other in 0..<k {
          for column in 0..<d {
            result[i * d + j, other * d + column] =
              inner[i, other] * covariance[j, column] + cross[i, column] * cross[other, j]
          }
        }
      }
    }
    return result
  }

  /// The matrix of a linear map on k x d matrices, column by column.
  static func matrix(rows k: Int, columns d: Int, of map: (Matrix) -> Matrix) -> Matrix {
    var result = Matrix(rows: k * d, columns: k * d)
    for index in 0..<k * d {
      var direction = Matrix(rows: k, columns: d)
      direction.storage[index] = 1
      for (row, value) in map(direction).storage.enumerated() { result[row, index] = value }
    }
    return result
  }

  /// T for features x -> features · x and tangents x -> tangents · x with E xx' = covariance.
  static func joint(features: Matrix, tangents: Matrix, covariance: Matrix) -> Matrix {
    let maps = features.stacked(above: tangents)
    return multiply(multiply(maps, covariance), maps, transposing: .right).symmetrized()
  }

  /// Everything put together, with O(k)'s vertical space at A.
  static func moments(
    at a: Matrix, hessian: (Matrix) -> Matrix, scoreCovariance: Matrix, joint: Matrix
  ) throws -> MomentMatrices {
    MomentMatrices(
      hessian: matrix(rows: a.rows, columns: a.columns, of: hessian).symmetrized(), scoreCovariance: scoreCovariance,
      joint: joint, featureCount: a.rows,
      verticalBasis: try OrthogonalSymmetry(rank: a.rows, dimension: a.columns).verticalBasis(at: a.storage))
  }
}

extension FactorPopulation {
  /// The moment matrices of maximum likelihood at A* = A' (k x d): the general route to `law()`, for small k d.
  ///
  /// With K = (I + A'A)⁻¹ and y = Kx ~ N(0, K): score -A(yy' - K), H[E] = A K (A'E + E'A) K, features A K x.
  /// Cost: 10 (k d)^3 flops.
  public func moments() throws -> MomentMatrices {
    let a = fullLoadings.transposed()
    let covariance = a.gram() + .identity(dimension)
    let k = try Cholesky(covariance).inverse()
    let head = try headInLoadingBasis()
    let ak = multiply(a, k)
    let tangents = LinearMoments.tangents(rows: a.rows, columns: a.columns) { e in
      // d(A K) along E is E K - A K (A'E + E'A) K.
      let turn = multiply(a, e, transposing: .left)
      return multiply(e, k) - multiply(multiply(ak, turn + turn.transposed()), k)
    }
    return try LinearMoments.moments(
      at: a,
      hessian: { e in
        let turn = multiply(a, e, transposing: .left)
        return multiply(multiply(ak, turn + turn.transposed()), k)
      }, scoreCovariance: LinearMoments.scoreCovariance(a, covariance: k),
      joint: LinearMoments.joint(
        features: ak, tangents: tangents(head), covariance: downstreamCovariance ?? covariance))
  }
}

extension PrincipalComponentsPopulation {
  /// The moment matrices of ½||xx' - A'A||² at A* = Λ_k^½ U_k' (k x d): the general route to `law()`, for small k d.
  ///
  /// Score -2A(xx' - A'A), H[E] = 2A(A'E + E'A) - 2E(Σ - A'A), features A x. Cost: 10 (k d)^3 flops.
  /// Assumes rows of mean 0 or centred ones (the intercept is left out), not `Centering.none`.
  public func moments() throws -> MomentMatrices {
    if case .none = centering {
      throw InvalidPopulation(
        key: "center", value: "false", problem: "moment matrices are known for rows of mean 0 or centred ones",
        remedy: "Leave mean out, or use center = true")
    }
    let frame = eigenvectors ?? .identity(dimension)
    let covariance = multiply(frame.scalingColumns(by: eigenvalues), frame, transposing: .right)
    let roots = eigenvalues[0..<rank].map { $0.squareRoot() }
    let a = frame.columns(0..<rank).scalingColumns(by: roots).transposed()
    let head = zip(weights, roots).map { $0 / $1 }
    let tangents = LinearMoments.tangents(rows: rank, columns: dimension) { $0 }
    return try LinearMoments.moments(
      at: a, hessian: { PrincipalComponents.hessian(a, covariance: covariance, direction: $0) },
      scoreCovariance: 4 * LinearMoments.scoreCovariance(a, covariance: covariance),
      joint: LinearMoments.joint(
        features: a, tangents: tangents(head), covariance: downstreamCovariance ?? covariance))
  }
}

extension PrincipalComponents {
  /// The moment matrices from rows of data: the best rank-k fit A of the sample covariance, scores and features averaged.
  /// - Parameters:
  ///   - unlabeled: N x d.
  ///   - downstream: M x d rows where the head is used.
  ///   - weights: target coefficients on the k leading components, in order.
  /// Cost: N (k d)^2 flops, memory N k d.
  public static func moments(unlabeled: Matrix, downstream: Matrix, weights: [Double]) throws -> MomentMatrices {
    let rows = RowMoments(rows: unlabeled)
    let eigen = try SymmetricEigen(rows.covariance, largest: weights.count)
    let roots = eigen.values.map { $0.squareRoot() }
    let a = eigen.vectors.scalingColumns(by: roots).transposed()
    let head = zip(weights, roots).map { $0 / $1 }
    let centered = unlabeled.subtractingFromRows(rows.mean)
    let used = downstream.subtractingFromRows(rows.mean)
    let (k, d) = (a.rows, a.columns)
    let scores = rowwise(centered, a) { features, x, target in
      for i in 0..<k { for j in 0..<d { target[i * d + j] = -2 * features[i] * x[j] } }
    }
    let tangents = rowwise(used, a) { _, x, target in
      for i in 0..<k { for j in 0..<d { target[i * d + j] = head[i] * x[j] } }
    }
    let curvature = LinearMoments.matrix(rows: k, columns: d) {
      hessian(a, covariance: rows.covariance, direction: $0)
    }
    return MomentMatrices(
      scores: scores, hessian: curvature.symmetrized(), features: multiply(used, a, transposing: .right),
      tangents: tangents,
      verticalBasis: try OrthogonalSymmetry(rank: k, dimension: d).verticalBasis(at: a.storage))
  }

  /// 2A(A'E + E'A) - 2E(Σ - A'A).
  static func hessian(_ a: Matrix, covariance: Matrix, direction e: Matrix) -> Matrix {
    let turn = multiply(a, e, transposing: .left)
    return 2 * (multiply(a, turn + turn.transposed()) - multiply(e, covariance - a.gram()))
  }

  /// A row of k d numbers for each row of data, from its features and itself.
  private static func rowwise(
    _ rows: Matrix, _ a: Matrix,
    _ body: (UnsafePointer<Double>, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) -> Matrix {
    let features = multiply(rows, a, transposing: .right)
    let width = a.rows * a.columns
    var result = Matrix(rows: rows.rows, columns: width)
    features.storage.withUnsafeBufferPointer { features in
      rows.storage.withUnsafeBufferPointer { source in
        result.storage.withUnsafeMutableBufferPointer { target in
          for row in 0..<rows.rows {
            body(
              features.baseAddress! + row * a.rows, source.baseAddress! + row * a.columns,
              target.baseAddress! + row * width)
          }
        }
      }
    }
    return result
  }
}

extension LinearMoments {
  /// For features W x whose map W moves by `differential(E)` when A moves by E: the k d tangents of θ'Wx, as rows in x.
  static func tangents(
    rows k: Int, columns d: Int, _ differential: @escaping (Matrix) -> Matrix
  ) -> (_ head: [Double]) -> Matrix {
    { head in
      var result = Matrix(rows: k * d, columns: d)
      for index in 0..<k * d {
        var direction = Matrix(rows: k, columns: d)
        direction.storage[index] = 1
        for (column, value) in differential(direction).transposedTimes(head).enumerated() {
          result[index, column] = value
        }
      }
      return result
    }
  }
}
