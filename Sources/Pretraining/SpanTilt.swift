import Asymptotics
import Distributions
import LinearAlgebra

/// How pre-training on m rows tilts a k-dimensional span of directions, seen by one target in it.
///
/// With retained directions U1, dropped ones U2 and target f(x) = a'U1'x, the fitted span is U1 + U2 B with
/// sqrt(m) B a → N(0, `covariance`), and to first order what the fitted span misses of f is u'(U2'x - its best prediction
/// from U1'x), u = B a. Hence ||L(Z)||² = Z'QZ with Q the covariance of U2'x given U1'x downstream.
struct SpanTilt {
  /// Law of sqrt(m) B a, (d - k) x (d - k).
  let covariance: Matrix
  /// Covariance of the dropped directions given the retained ones, downstream.
  let cost: Matrix

  /// Weights eig(cost^½ covariance cost^½).
  func interaction() throws -> GeneralizedChiSquare {
    let root = try SymmetricEigen(cost).applying { max($0, 0).squareRoot() }
    let weights = try SymmetricEigen.values(of: multiply(root, multiply(covariance, root)).symmetrized())
    let scale = weights.first ?? 0
    return try GeneralizedChiSquare(weights: weights.filter { $0 > 1e-12 * scale })
  }

  /// A tilt of this variance towards every direction across the columns of `span` (d x k, full rank), seen by labeled rows of
  /// covariance `downstream`.
  static func isotropic(variance: Double, span: Matrix, downstream: Matrix) throws -> SpanTilt {
    let retained = try SVD(span).left
    let dropped = try retained.orthogonalComplement()
    return SpanTilt(
      covariance: variance * .identity(dropped.columns),
      cost: try conditional(downstream, retained: retained, dropped: dropped))
  }

  /// Covariance of U2'x given U1'x for covariance `sigma`, by the Schur complement.
  static func conditional(_ sigma: Matrix, retained: Matrix, dropped: Matrix) throws -> Matrix {
    func block(_ a: Matrix, _ b: Matrix) -> Matrix { multiply(a, multiply(sigma, b), transposing: .left) }
    let explained = try Cholesky(block(retained, retained).symmetrized()).solve(block(retained, dropped))
    return (block(dropped, dropped) - multiply(block(dropped, retained), explained)).symmetrized()
  }
}
