import Distributions

extension LimitLaw {
  /// The limit of n (R - σ²) where label noise is not averaged over: R is the risk of a head fitted to labels as drawn.
  ///
  ///     n (R - σ²)  →  c χ²(d_act, λ) + (n/m) ||L(Z)||²,   c = labelTerm / d_act,   c λ = penaltyTerm
  ///
  /// √n J^½ (θ̂ - θ(ŵ)) is normal with as many independent entries as coefficients and a mean that only a penalty moves, so its
  /// square is a (noncentral) chi-square; its mean is `labelTerm + penaltyTerm`, what `scaledExcessRisk(ratio:)` has in its place.
  /// Assumes that every coefficient costs the same: σ² under squared error, ½ for logistic and Poisson labels that follow
  /// their own law. Exact at every n for least squares on a Gaussian design given its covariance.
  /// - Parameter ratio: m/n, positive.
  public func scaledExcessRiskOfDrawnLabels(ratio: Double) throws -> GeneralizedChiSquare {
    let cost = labelTerm / Double(activeDimension)
    guard activeDimension > 0, cost > 0 else { return scaledExcessRisk(ratio: ratio) }
    let own = interaction.scaled(by: 1 / ratio)
    let labels = GeneralizedChiSquare.Term(
      weight: cost, degreesOfFreedom: Double(activeDimension), noncentrality: penaltyTerm / cost)
    return try GeneralizedChiSquare(
      terms: own.terms + [labels], constant: own.constant, normalScale: own.normalScale)
  }
}
