import Differentiation
import Geometry
import LinearAlgebra

/// VICReg with a linear encoder: rows z = (x, x⁺), embeddings Ax and Ax⁺, features Ax, A k x d.
///
///     L = λ E||Ax - Ax⁺||² + μ [v(C) + v(C⁺)] + ν [c(C) + c(C⁺)],   C = Cov(Ax), C⁺ = Cov(Ax⁺)
///     v(C) = (1/k) Σ_i (1 - √(C_ii + ε))₊,   c(C) = (1/k) Σ_{i≠j} C_ij²
///
/// Not a mean over rows: a function of second moments. The order and the signs of the embedding's coordinates do not matter,
/// rotations do. Smooth where the hinge is not at its corner, C_ii + ε ≠ 1.
///
/// The span it fits is that of the leading canonical directions (`ViewPair.canonicalInteraction`) as long as A has rank k. With
/// the paper's ν = 1 a linear encoder often does not: covariance is too cheap and coordinates copy each other.
/// Source: Bardes, Ponce and LeCun (2022), equations 1 to 6.
public struct LinearVICReg: TwoViewModel {
  /// k.
  public let rank: Int
  /// d.
  public let dimension: Int
  /// λ.
  public let invariance: Double
  /// μ.
  public let variance: Double
  /// ν.
  public let covariance: Double
  /// ε.
  public let floor: Double
  public let second: SecondMoments

  /// The paper's weights unless given.
  public init(
    rank: Int, dimension: Int, invariance: Double = 25, variance: Double = 25, covariance: Double = 1,
    floor: Double = 1e-4
  ) {
    precondition(rank > 0 && rank < dimension, "rank \(rank) of \(dimension) columns")
    self.rank = rank
    self.dimension = dimension
    self.invariance = invariance
    self.variance = variance
    self.covariance = covariance
    self.floor = floor
    second = SecondMoments(dimension: 2 * dimension)
  }

  public var symmetry: any Symmetry { SignedPermutationSymmetry(blocks: rank, blockLength: dimension) }

  public func objective<S: DifferentiableScalar>(_ views: ViewMoments<S>) -> S {
    let spread = variancePart(views.first) + variancePart(views.second)
    let redundancy = covariancePart(views.first) + covariancePart(views.second)
    return invariance * views.distance + variance * spread + covariance * redundancy
  }

  private func variancePart<S: DifferentiableScalar>(_ c: ScalarMatrix<S>) -> S {
    (0..<rank).reduce(S(0)) { $0 + (1 - (c[$1, $1] + floor).root()).positivePart() } / Double(rank)
  }

  private func covariancePart<S: DifferentiableScalar>(_ c: ScalarMatrix<S>) -> S {
    var sum = S(0)
    for i in 0..<rank { for j in 0..<i { sum += 2 * c[i, j].squared } }
    return sum / Double(rank)
  }
}
