extension LimitLaw {
  /// A pipeline without pre-training: the same loss on the labeled rows alone, all columns fitted.
  public enum Rival: String, Sendable, Equatable, CaseIterable {
    /// Without a penalty: least squares on all columns, where the loss is squared error.
    case unpenalized
    /// With the penalty that the head has, on all columns.
    case samePenalty
  }

  /// Pre-training beats `rival` once m/n exceeds
  ///
  ///     E||L(Z)||² / (baseLabelTerm - labelTerm + rival's penalty term - penaltyTerm)
  ///
  /// with baseLabelTerm - labelTerm = σ² (d_base - d_act) under squared error, and κ² θ'C⁻¹θ what a penalty κ√n ‖θ‖² adds
  /// to either side (`penalized(scale:headEnergy:baseHeadEnergy:)`).
  ///
  /// - Returns: `infinity` where the denominator is not positive: no number of unlabeled rows is enough. nil where there is
  ///   nothing to save (d_base = d_act, or a target of 0, or labels that cost nothing to fit on either side), and for
  ///   `samePenalty` where the penalty's price on all columns is not known.
  /// Source: arXiv 2603.27631, (G.23), with the penalty of `RidgePenalty`.
  public func crossoverRatio(against rival: Rival) -> Double? {
    guard baseDimension > activeDimension, !isTargetZero else { return nil }
    var rivalPenalty = 0.0
    if rival == .samePenalty, penaltyTerm > 0 {
      guard let basePenaltyTerm else { return nil }
      rivalPenalty = basePenaltyTerm
    }
    if baseLabelTerm == labelTerm && penaltyTerm == 0 { return nil }
    let saved = (baseLabelTerm - labelTerm) + (rivalPenalty - penaltyTerm)
    return saved > 0 ? interaction.mean / saved : .infinity
  }

  /// Against all columns without a penalty.
  public var crossoverRatio: Double? { crossoverRatio(against: .unpenalized) }
}
