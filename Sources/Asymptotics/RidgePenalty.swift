import LinearAlgebra

extension LimitLaw {
  /// The law when the head minimizes Σ l(y_i, ⟨θ, ψ_i⟩) + c ||θ||² with c = κ √n: adds κ² θ'C_ψψ⁻¹θ to n (R - R*).
  ///
  /// Proof. At a fixed representation, setting the gradient to zero and expanding around the best head θ(ŵ),
  ///
  ///     θ̂ - θ(ŵ) = -J⁻¹ { (1/n) Σ l'_i ψ_i + (2c/n) θ } + o(n^-½),   J = E l'' ψψ' = 2 C_ψψ
  ///
  /// and the excess over the best head is ½ (θ̂ - θ(ŵ))'J(θ̂ - θ(ŵ)). The first term gives ½ tr(J⁻¹K)/n as before, the cross
  /// term has mean 0 given the unlabeled rows, and the penalty gives ½ (2c/n)² θ'J⁻¹θ = (c²/n²) θ'C_ψψ⁻¹θ, which times n is
  /// c²/n θ'C_ψψ⁻¹θ. Hence any c = o(√n) leaves the limit alone (a fixed penalty does), c = κ√n adds κ² θ'C_ψψ⁻¹θ, and a larger
  /// c dominates. Since R(·, ŵ) is stationary at θ(ŵ), the representation's part is not touched.
  ///
  /// ||θ||² does not change along an orbit (ρ(g) is orthogonal) but does depend on the features' scale.
  /// - Parameters:
  ///   - scale: κ.
  ///   - head: θ*, all features (an unpenalized intercept: 0 in its place, then an upper bound).
  /// Cost: 9 p^3 flops.
  public func penalized(scale: Double, head: [Double], downstream: DownstreamRisk) throws -> LimitLaw {
    let p = downstream.featureCount
    precondition(head.count == p, "\(head.count) coefficients for \(p) features")
    let inverse = try downstream.curvature.rows(0..<p).columns(0..<p).correlationScaledInverse()
    return penalized(scale: scale, headEnergy: dot(head, inverse * head))
  }

  /// The same from θ*'C_ψψ⁻¹θ*.
  /// - Parameter baseHeadEnergy: θ'C⁻¹θ of the target's coefficients on all columns, which the same penalty costs a pipeline
  ///   without pre-training; nil where it is not known.
  public func penalized(scale: Double, headEnergy: Double, baseHeadEnergy: Double? = nil) -> LimitLaw {
    precondition(scale >= 0 && headEnergy >= 0, "penalty of scale \(scale), head of energy \(headEnergy)")
    var law = self
    law.penaltyTerm = scale * scale * headEnergy
    law.basePenaltyTerm = baseHeadEnergy.map { scale * scale * $0 }
    return law
  }
}
