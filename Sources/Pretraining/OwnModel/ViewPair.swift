import Asymptotics
import Distributions
import Geometry
import LinearAlgebra
import Randomness

/// Two views (x, x⁺) of one thing, jointly normal with mean 0: Cov x = Cov x⁺ = Σ, Cov(x, x⁺) = Σ⁺ symmetric.
///
/// Rows are z = (x, x⁺), of length 2d.
public struct ViewPair: Sendable {
  /// Σ, d x d.
  public let covariance: Matrix
  /// Σ⁺, d x d.
  public let crossCovariance: Matrix
  /// Canonical correlations: eigenvalues c of Σ^-½ Σ⁺ Σ^-½, descending.
  public let correlations: [Double]
  /// Canonical directions in columns, u_a'Σ u_b = δ_ab.
  public let directions: Matrix

  /// Throws `InvalidPopulation` unless (x, x⁺) has a positive definite covariance. Cost: 20 d^3 flops.
  public init(covariance: Matrix, crossCovariance: Matrix) throws {
    try InvalidPopulation.check(covariance: covariance, key: "covariance", dimension: covariance.rows)
    precondition(
      crossCovariance.rows == covariance.rows && crossCovariance.columns == covariance.rows,
      "cross-covariance of \(crossCovariance.rows) x \(crossCovariance.columns) for \(covariance.rows) columns")
    let pairs = try CanonicalPairs(SymmetricEigen(covariance), pairCovariance: crossCovariance)
    guard let top = pairs.correlations.first, let last = pairs.correlations.last, top < 1, last > -1 else {
      throw InvalidPopulation(
        key: "crossCovariance", value: "\(pairs.correlations.first ?? 0)",
        problem: "a canonical correlation leaves (-1, 1)",
        remedy: "Give views whose joint covariance is positive definite")
    }
    self.covariance = covariance
    self.crossCovariance = crossCovariance
    (correlations, directions) = (pairs.correlations, pairs.directions)
  }

  public var dimension: Int { covariance.rows }

  /// Covariance of z, 2d x 2d.
  public var joint: Matrix {
    covariance.joined(leftOf: crossCovariance).stacked(above: crossCovariance.joined(leftOf: covariance))
  }

  /// `count` rows z. Cost: 8 count d^2 flops.
  public func rows(_ count: Int, distribution: RowDistribution, using stream: inout RandomStream) throws -> Matrix {
    let root = try SymmetricEigen(joint).applying { $0.squareRoot() }
    return multiply(distribution.rows(count, dimension: 2 * dimension, using: &stream), root)
  }

  /// ||L(Z)||² for every loss of linear encoders A that is tr(A Δ A'), Δ = Cov(x - x⁺), times a constant plus a function of
  /// Cov(Ax): for given A Σ A' the first part is least when the span of A's rows is that of the k leading canonical directions,
  /// so all of them (VICReg and matrix entropy among them) fit the same span, and with a least-squares head the same predictor.
  ///
  ///     Σ_{b>k} s_b χ²_1,   s_b = Σ_{a<=k} w_a² (1 - c_a²)(1 - c_a c_b) / (2 (c_a - c_b)²)
  ///
  /// for a target Σ_{a<=k} w_a u_a'x and labeled rows x ~ N(0, Σ). The span's tilt from u_a towards u_b is, to first order,
  /// (δ⁺_ab - c_a δ_ab) / (c_a - c_b) with δ⁺, δ the errors of the pooled sample moments in canonical coordinates; its variance
  /// follows from Isserlis' theorem. Assumes the optimum has rank k.
  public func canonicalInteraction(weights: [Double]) throws -> GeneralizedChiSquare {
    precondition(
      !weights.isEmpty && weights.count < dimension, "\(weights.count) weights for \(dimension) columns")
    let tilt = PairTilt(correlations: correlations, rank: weights.count, strangers: .all)
    return try GeneralizedChiSquare(weights: tilt.variances(weights: weights))
  }
}
