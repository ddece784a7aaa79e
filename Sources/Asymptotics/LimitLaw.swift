import Distributions
import LinearAlgebra

/// The limiting law of the downstream risk after pre-training:
///
///     n (R - σ²)  →  σ² d_act + (n/m) ||L(Z)||²,   Z ~ N(0, V)
///
/// R is the squared error of a fresh label, averaged over label noise and the test pair; m unlabeled and n labeled rows grow
/// with m/n → ratio. `interaction` is the law of ||L(Z)||² = Z'QZ, a generalized chi-square.
/// Source: arXiv 2603.27631, Theorem 5.1 and (G.23).
///
/// For a head of another loss (`DownstreamLoss`) σ² d_act becomes `labelTerm`, and R - σ² the excess over `irreducibleRisk`:
/// n (R - R*) → labelTerm + (n/m) Z'QZ.
///
/// A variation of a law is a changed copy (`var law = other`), so that no field is left behind.
public struct LimitLaw: Sendable {
  /// R*, the mean loss of the best predictor: σ² for squared error.
  public internal(set) var irreducibleRisk: Double
  /// d_eff, the number of independent features.
  public internal(set) var effectiveDimension: Int
  /// d_act = d_eff plus the head directions that are null at w* but switched on nearby.
  public internal(set) var activeDimension: Int
  /// d_base, what a pipeline without pre-training has to fit.
  public internal(set) var baseDimension: Int
  /// n times what fitting the head on labels costs: σ² d_act; ½ tr(J⁻¹K) in general.
  public internal(set) var labelTerm: Double
  /// The same for a pipeline without pre-training: σ² d_base.
  public internal(set) var baseLabelTerm: Double
  /// n times what a ridge penalty of size κ√n adds; see `penalized(scale:head:downstream:)`.
  public internal(set) var penaltyTerm: Double
  /// n times what the same penalty adds where all columns are fitted; nil where that is not known.
  public internal(set) var basePenaltyTerm: Double?
  /// ||L(Z)||².
  public internal(set) var interaction: GeneralizedChiSquare
  /// Smallest ratio between a value that counted and one that did not where ranks were decided; nil in closed forms and where
  /// nothing was dropped.
  public internal(set) var rankGap: Double?
  /// Estimated relative error of the interaction's mean where it was integrated numerically; nil in closed forms.
  public internal(set) var relativeError: Double?
  /// The target is 0: every representation serves it equally well, and none is needed.
  public let isTargetZero: Bool
  public internal(set) var warnings: [Warning]

  /// Squared error: every fitted coefficient costs σ².
  public init(
    noiseVariance: Double, effectiveDimension: Int, activeDimension: Int? = nil, baseDimension: Int,
    interaction: GeneralizedChiSquare, isTargetZero: Bool = false, warnings: [Warning] = []
  ) {
    self.init(
      irreducibleRisk: noiseVariance, effectiveDimension: effectiveDimension, activeDimension: activeDimension,
      baseDimension: baseDimension, labelTerm: noiseVariance * Double(activeDimension ?? effectiveDimension),
      baseLabelTerm: noiseVariance * Double(baseDimension), interaction: interaction, isTargetZero: isTargetZero,
      warnings: warnings)
  }

  /// Any head.
  public init(
    irreducibleRisk: Double, effectiveDimension: Int, activeDimension: Int? = nil, baseDimension: Int,
    labelTerm: Double, baseLabelTerm: Double, penaltyTerm: Double = 0, basePenaltyTerm: Double? = nil,
    interaction: GeneralizedChiSquare, rankGap: Double? = nil, relativeError: Double? = nil,
    isTargetZero: Bool = false, warnings: [Warning] = []
  ) {
    self.irreducibleRisk = irreducibleRisk
    self.effectiveDimension = effectiveDimension
    self.activeDimension = activeDimension ?? effectiveDimension
    self.baseDimension = baseDimension
    self.labelTerm = labelTerm
    self.baseLabelTerm = baseLabelTerm
    self.penaltyTerm = penaltyTerm
    self.basePenaltyTerm = basePenaltyTerm
    self.interaction = interaction
    self.rankGap = rankGap
    self.relativeError = relativeError
    self.isTargetZero = isTargetZero
    let own: Warning? =
      isTargetZero ? Self.nothingToLearn : baseDimension == self.activeDimension ? Self.nothingToSave : nil
    self.warnings = warnings.filter { $0.code != Self.nothingToSave.code } + (own.map { [$0] } ?? [])
  }

  /// σ², the variance of the label given x: the irreducible risk under squared error.
  public var noiseVariance: Double { irreducibleRisk }

  /// The limit of n (R - σ²) at m/n = ratio.
  public func scaledExcessRisk(ratio: Double) -> GeneralizedChiSquare {
    precondition(ratio > 0, "ratio m/n of \(ratio)")
    return interaction.scaled(by: 1 / ratio).shifted(by: labelTerm + penaltyTerm)
  }

  /// The law's approximation of R - σ² at these sizes.
  public func excessRisk(unlabeled: Int, labeled: Int) -> GeneralizedChiSquare {
    precondition(unlabeled > 0 && labeled > 0, "\(unlabeled) unlabeled and \(labeled) labeled rows")
    return scaledExcessRisk(ratio: Double(unlabeled) / Double(labeled)).scaled(by: 1 / Double(labeled))
  }

  /// R* plus the mean of `excessRisk`.
  public func meanRisk(unlabeled: Int, labeled: Int) -> Double {
    irreducibleRisk + excessRisk(unlabeled: unlabeled, labeled: labeled).mean
  }

  private static let nothingToSave = Warning(
    code: "nothing-to-save",
    message:
      "The features already span everything the labeled rows could fit (d_base = d_act): pre-training cannot help.",
    remedy: "Compare with a smaller representation, or fit the labeled rows directly.")

  private static let nothingToLearn = Warning(
    code: "nothing-to-save",
    message: "The target is 0 (all its coefficients are): no representation is needed, and none can help.",
    remedy: "Give the target a coefficient other than 0, or predict the labels' mean.")
}
