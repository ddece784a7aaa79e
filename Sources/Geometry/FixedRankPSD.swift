import Failures
import LinearAlgebra

/// A point M = U diag(values) U' of the manifold of positive semidefinite d x d matrices of rank k,
/// with the metric ⟨ξ, η⟩ = tr(ξ η) of the surrounding symmetric matrices.
///
/// Tangent vectors are symmetric matrices ξ with P⊥ ξ P⊥ = 0, P⊥ = I - U U'; the manifold has dimension d k - k(k-1)/2.
/// It is the orbit space of k x d matrices A under A -> Q A, with M = A'A.
/// Source: Vandereycken, Absil and Vandewalle (2013); arXiv 2603.27631, section 6 and appendix H.
public struct FixedRankPSD: Sendable {
  /// Positive eigenvalues, descending.
  public let values: [Double]
  /// U, d x k.
  public let frame: Matrix
  /// Orthonormal complement of U, d x (d - k).
  public let complement: Matrix

  /// The rank-k part of a symmetric matrix. Throws `FixedRankError` when it has fewer than k positive eigenvalues.
  /// Cost: 9 d^3 flops.
  public init(truncating matrix: Matrix, rank: Int) throws {
    precondition(rank > 0 && rank <= matrix.rows, "rank \(rank) of a matrix of order \(matrix.rows)")
    let eigen = try SymmetricEigen(matrix)
    guard eigen.values[rank - 1] > 0 else {
      throw FixedRankError(rank: rank, positive: eigen.values.count { $0 > 0 })
    }
    values = Array(eigen.values[0..<rank])
    frame = eigen.vectors.columns(0..<rank)
    complement = eigen.vectors.columns(rank..<matrix.rows)
  }

  public var order: Int { frame.rows }
  public var rank: Int { frame.columns }
  /// d k - k(k-1)/2.
  public var dimension: Int { order * rank - rank * (rank - 1) / 2 }

  /// M itself.
  public var matrix: Matrix { multiply(frame.scalingColumns(by: values), frame, transposing: .right) }

  /// M⁺.
  public var pseudoInverse: Matrix {
    multiply(frame.scalingColumns(by: values.map { 1 / $0 }), frame, transposing: .right)
  }

  /// The k x d matrix A = diag(values)^½ U' with A'A = M: one representative of the orbit.
  public var representative: Matrix {
    frame.scalingColumns(by: values.map { $0.squareRoot() }).transposed()
  }

  /// P⊥ Z P⊥, the part of a symmetric matrix that is normal to the manifold.
  public func normalPart(_ z: Matrix) -> Matrix {
    let inner = multiply(complement, multiply(z, complement), transposing: .left)
    return multiply(multiply(complement, inner), complement, transposing: .right)
  }

  /// The tangent vector nearest to a symmetric matrix.
  public func projection(_ z: Matrix) -> Matrix { z - normalPart(z) }

  /// The rank-k matrix nearest to M + ξ; agrees with the geodesic to second order. Cost: 9 d^3 flops.
  public func retraction(_ tangent: Matrix) throws -> FixedRankPSD {
    try FixedRankPSD(truncating: (matrix + tangent).symmetrized(), rank: rank)
  }

  /// An orthonormal basis of the tangent space, `dimension` symmetric matrices:
  /// u_i u_i', (u_i u_j' + u_j u_i')/√2, (u_i v_b' + v_b u_i')/√2.
  public func tangentBasis() -> [Matrix] {
    let columns = (0..<rank).map { frame.column($0) }
    let normals = (0..<order - rank).map { complement.column($0) }
    var basis: [Matrix] = []
    for i in 0..<rank {
      basis.append(.outerProduct(columns[i]))
      for j in 0..<i { basis.append(Self.symmetricProduct(columns[i], columns[j])) }
      for normal in normals { basis.append(Self.symmetricProduct(columns[i], normal)) }
    }
    return basis
  }

  private static func symmetricProduct(_ a: [Double], _ b: [Double]) -> Matrix {
    let product = Matrix.outerProduct(a, b)
    return 0.5.squareRoot() * (product + product.transposed())
  }

  /// Riemannian Hessian of f in a tangent basis: ∇²f(ξ, η) + ⟨∇f, P⊥ (ξ M⁺ η + η M⁺ ξ) P⊥⟩.
  ///
  /// The second term is the curvature of the manifold acting on the part of the gradient that is normal to it; it vanishes
  /// only where ∇f = 0 in the surrounding space, which is not so at the best rank-k fit of a matrix of higher rank.
  /// - Parameters:
  ///   - gradient: ∇f(M), a symmetric d x d matrix.
  ///   - ambientHessian: ξ -> ∇²f(M)[ξ] in the surrounding symmetric matrices.
  /// - Returns: symmetric, `basis.count` x `basis.count`. Cost: basis.count matrix products and basis.count^2 d^2 flops.
  public func hessian(
    basis: [Matrix], gradient: Matrix, ambientHessian: (Matrix) -> Matrix
  ) -> Matrix {
    let normalGradient = normalPart(gradient)
    let inverse = pseudoInverse
    var result = Matrix(rows: basis.count, columns: basis.count)
    let images = basis.map { ξ in
      // ⟨G, ξ M⁺ η + η M⁺ ξ⟩ = ⟨M⁺ ξ G + G ξ M⁺, η⟩ for symmetric ξ, η, G.
      let bend = multiply(inverse, multiply(ξ, normalGradient))
      return ambientHessian(ξ) + bend + bend.transposed()
    }
    for i in basis.indices { for j in basis.indices { result[i, j] = traceOfProduct(basis[j], images[i]) } }
    return result.symmetrized()
  }
}

/// The matrix has too few positive eigenvalues for the rank asked for.
public struct FixedRankError: Failure, Equatable {
  public let rank: Int
  public let positive: Int

  public init(rank: Int, positive: Int) {
    self.rank = rank
    self.positive = positive
  }

  public var kind: FailureKind { .badInput }

  public var description: String {
    "rank \(rank) was asked for but only \(positive) eigenvalues are positive; ask for a rank of at most \(positive)"
  }
}
