import LinearAlgebra

/// Canonical coordinates z of pairs (x, x⁺) of one covariance: x = F z, in which Σ = Cov x is I and Σ⁺ = Cov(x, x⁺), symmetric, is
/// diag(correlations). Source: Hotelling (1936).
public struct CanonicalPairs: Sendable {
  /// Canonical correlations: eigenvalues of Σ^-½ Σ⁺ Σ^-½, descending.
  public let correlations: [Double]
  private let eigen: SymmetricEigen
  /// Eigenvectors of Σ⁺ in whitened coordinates.
  private let turn: Matrix

  /// From the eigendecomposition of a positive definite Σ. Cost: 10 d³ flops.
  public init(_ covariance: SymmetricEigen, pairCovariance: Matrix) throws {
    let whitening = Self.whitening(covariance)
    let pairs = multiply(whitening, multiply(pairCovariance, whitening), transposing: .left)
    let turned = try SymmetricEigen(pairs.symmetrized())
    (eigen, turn, correlations) = (covariance, turned.vectors, turned.values)
  }

  private static func whitening(_ eigen: SymmetricEigen) -> Matrix {
    eigen.vectors.scalingColumns(by: eigen.values.map { 1 / $0.squareRoot() })
  }

  /// Of Σ.
  public var conditionNumber: Double { eigen.values[0] / eigen.values[eigen.values.count - 1] }

  /// W, d x d: z = W'x. Columns are the canonical directions, u_a'Σ u_b = δ_ab.
  public var directions: Matrix { Self.whitening(eigen) * turn }

  /// F.
  public var map: Matrix { eigen.vectors.scalingColumns(by: eigen.values.map { $0.squareRoot() }) * turn }

  /// F⁻¹ = W'.
  public var inverse: Matrix { multiply(turn, Self.whitening(eigen), transposing: .both) }
}
