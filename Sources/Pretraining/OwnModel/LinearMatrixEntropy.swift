import Differentiation
import Geometry
import LinearAlgebra

/// Matrix-entropy self-supervision with a linear encoder: rows z = (x, x⁺), embeddings Ax and Ax⁺, features Ax, A k x d.
///
///     L = MKL(I/k || C) - γ tr Cov(Ax, Ax⁺),   C = (Cov(Ax) + Cov(Ax⁺))/2
///     MKL(P || Q) = tr(P log P - P log Q - P + Q),   so MKL(I/k || C) = -(1/k) log det C + tr C - log k - 1
///
/// matrix Kullback-Leibler uniformity plus alignment. Symmetry O(k). At the optimum the rows of A are canonical directions, the
/// a-th with variance 1/(k (1 - γ c_a)).
///
/// The paper also aligns the views' covariances by MKL(Cov(Ax) || Cov(Ax⁺)). Where both views have one covariance this divergence
/// is least, 0, at every A, so it has no first-order influence on the gradient: the law is the same with or without it.
/// Source: Zhang, Tan, Yang, Huang and Yuan (2024), Matrix Information Theory for Self-Supervised Learning.
public struct LinearMatrixEntropy: TwoViewModel {
  /// k.
  public let rank: Int
  /// d.
  public let dimension: Int
  /// γ.
  public let alignment: Double
  public let second: SecondMoments

  /// - Parameter alignment: γ between 0 and 1; above 1 the loss can be unbounded.
  public init(rank: Int, dimension: Int, alignment: Double = 1) {
    precondition(rank > 0 && rank < dimension, "rank \(rank) of \(dimension) columns")
    precondition(alignment > 0 && alignment <= 1, "alignment weight \(alignment)")
    self.rank = rank
    self.dimension = dimension
    self.alignment = alignment
    second = SecondMoments(dimension: 2 * dimension)
  }

  public var symmetry: any Symmetry { OrthogonalSymmetry(rank: rank, dimension: dimension) }

  public func objective<S: DifferentiableScalar>(_ views: ViewMoments<S>) -> S {
    let pooled = 0.5 * (views.first + views.second)
    let size = Double(rank)
    let uniformity = pooled.trace - (1 / size) * pooled.logDeterminant() - (size.logarithm() + 1)
    return uniformity - alignment * views.cross.trace
  }
}
