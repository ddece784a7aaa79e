import Distributions
import LinearAlgebra

extension LimitLaw {
  /// The law from the three moment matrices:
  ///
  ///     V = H⁺ S H⁺ across orbits,   Q = T_gg - T_gψ T_ψψ⁺ T_ψg,   weights = eig(V^½ Q V^½)
  ///
  /// Throws `LimitLawError` where the theorem does not apply. Cost: about 10 (p + q)^3 flops.
  public init(moments: MomentMatrices, noiseVariance: Double, isTargetZero: Bool = false) throws {
    try self.init(
      moments: moments, downstream: DownstreamRisk(squaredError: moments, noiseVariance: noiseVariance),
      costOfDirection: noiseVariance, isTargetZero: isTargetZero)
  }

  /// The law of a head of any loss. With C = ½ E l''(ψ, g)(ψ, g)' in the place of T and K = E l'² (ψ, g)(ψ, g)',
  ///
  ///     Q = C_gg - C_gψ C_ψψ⁺ C_ψg,   labelTerm = ¼ tr(C_ψψ⁺ K_ψψ)
  ///
  /// Squared error has C = T and K = 4 σ² T. Assumes E[l' | x] = 0 at (θ*, w*): the mean is right, the variance need not be.
  /// Cost: about 20 (p + q)^3 flops.
  public init(moments: MomentMatrices, downstream: DownstreamRisk) throws {
    try self.init(moments: moments, downstream: downstream, costOfDirection: nil, isTargetZero: false)
  }

  /// - Parameter costOfDirection: what fitting one head direction costs; nil where it is not the same for all.
  private init(
    moments: MomentMatrices, downstream: DownstreamRisk, costOfDirection: Double?, isTargetZero: Bool
  ) throws {
    let split = try FeatureSplit(downstream.curvature, featureCount: downstream.featureCount)
    let horizontal = try moments.verticalBasis.orthogonalComplement()
    let active = try ActiveSpace(moments, split: split, horizontal: horizontal)
    if active.extra > 0 && costOfDirection == nil { throw LimitLawError.activeNullDirections(count: active.extra) }
    let curvature = try Self.factor(horizontal.congruence(moments.hessian).symmetrized())
    // V^½ Q V^½ and S^½ H⁻¹ Q H⁻¹ S^½ have the same eigenvalues.
    let root = try SymmetricEigen(horizontal.congruence(moments.scoreCovariance).symmetrized())
      .applying { max($0, 0).squareRoot() }
    let response = curvature.solve(root)
    let weights = try SymmetricEigen.values(of: response.congruence(active.cost).symmetrized())
    let scale = weights.first ?? 0
    let total = try RankDecision(downstream.curvature)
    self.init(
      irreducibleRisk: downstream.irreducibleRisk, effectiveDimension: split.rank.rank,
      activeDimension: split.rank.rank + active.extra,
      baseDimension: max(total.rank, split.rank.rank + active.extra),
      labelTerm: try downstream.labelTerm(first: downstream.featureCount)
        + Double(active.extra) * (costOfDirection ?? 0),
      baseLabelTerm: try downstream.labelTerm(first: downstream.curvature.rows),
      interaction: try GeneralizedChiSquare(weights: weights.filter { $0 > 1e-12 * scale }),
      rankGap: [split.rank.gap, total.gap].compactMap(\.self).min(), isTargetZero: isTargetZero,
      warnings: Self.warnings(features: split.rank, total: total))
  }

  /// A parameter whose curvature is this small a share of its own, given the ones before it, is not determined.
  private static let smallestShare = 1e-12

  private static func factor(_ hessian: Matrix) throws -> Cholesky {
    let factor: Cholesky
    switch Result(catching: { () throws(LinearAlgebraError) in try Cholesky(hessian) }) {
    case .success(let found): factor = found
    case .failure(.notPositiveDefinite(let minor)): throw LimitLawError.notAMinimum(leadingMinor: minor)
    case .failure(let other): throw other
    }
    for (index, (pivot, own)) in zip(factor.factor.diagonalEntries, hessian.diagonalEntries).enumerated()
    where pivot * pivot < smallestShare * own {
      throw LimitLawError.notAMinimum(leadingMinor: index + 1)
    }
    return factor
  }

  private static func warnings(features: RankDecision, total: RankDecision) -> [Warning] {
    let named = [("feature", features), ("joint", total)]
    return named.compactMap { name, decision in
      guard decision.isClose, let gap = decision.gap else { return nil }
      return Warning(
        code: "close-rank",
        message: "The rank \(decision.rank) of the \(name) moment matrix was a close call: "
          + "the last value kept is only \(Int(min(gap, 1000).rounded())) times the first dropped.",
        remedy: "Remove nearly redundant features, or use more rows for the moments.")
    }
  }
}
