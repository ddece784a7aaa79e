import Distributions
import Failures
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
public struct LimitLaw: Sendable {
  /// R*, the mean loss of the best predictor: σ² for squared error.
  public let irreducibleRisk: Double
  /// d_eff, the number of independent features.
  public let effectiveDimension: Int
  /// d_act = d_eff plus the head directions that are null at w* but switched on nearby.
  public let activeDimension: Int
  /// d_base, what a pipeline without pre-training has to fit.
  public let baseDimension: Int
  /// n times what fitting the head on labels costs: σ² d_act; ½ tr(J⁻¹K) in general.
  public let labelTerm: Double
  /// The same for a pipeline without pre-training: σ² d_base.
  public let baseLabelTerm: Double
  /// n times what a ridge penalty of size κ√n adds; see `penalized(scale:head:downstream:)`.
  public let penaltyTerm: Double
  /// ||L(Z)||².
  public let interaction: GeneralizedChiSquare
  /// Smallest ratio between a value that counted and one that did not where ranks were decided; nil in closed forms and where
  /// nothing was dropped.
  public let rankGap: Double?
  /// Estimated relative error of the interaction's mean where it was integrated numerically; nil in closed forms.
  public let relativeError: Double?
  public let warnings: [Warning]

  /// Squared error: every fitted coefficient costs σ².
  public init(
    noiseVariance: Double, effectiveDimension: Int, activeDimension: Int? = nil, baseDimension: Int,
    interaction: GeneralizedChiSquare, warnings: [Warning] = []
  ) {
    self.init(
      irreducibleRisk: noiseVariance, effectiveDimension: effectiveDimension, activeDimension: activeDimension,
      baseDimension: baseDimension, labelTerm: noiseVariance * Double(activeDimension ?? effectiveDimension),
      baseLabelTerm: noiseVariance * Double(baseDimension), interaction: interaction, warnings: warnings)
  }

  /// Any head.
  public init(
    irreducibleRisk: Double, effectiveDimension: Int, activeDimension: Int? = nil, baseDimension: Int,
    labelTerm: Double, baseLabelTerm: Double, penaltyTerm: Double = 0, interaction: GeneralizedChiSquare,
    rankGap: Double? = nil, relativeError: Double? = nil, warnings: [Warning] = []
  ) {
    self.irreducibleRisk = irreducibleRisk
    self.effectiveDimension = effectiveDimension
    self.activeDimension = activeDimension ?? effectiveDimension
    self.baseDimension = baseDimension
    self.labelTerm = labelTerm
    self.baseLabelTerm = baseLabelTerm
    self.penaltyTerm = penaltyTerm
    self.interaction = interaction
    self.rankGap = rankGap
    self.relativeError = relativeError
    let others = warnings.filter { $0 != Self.nothingToSave }
    self.warnings = others + (baseDimension == self.activeDimension ? [Self.nothingToSave] : [])
  }

  /// σ², the variance of the label given x: the irreducible risk under squared error.
  public var noiseVariance: Double { irreducibleRisk }

  /// Pre-training beats fitting everything on the labeled rows once m/n exceeds E||L(Z)||² / (σ² (d_base - d_act)).
  /// nil when d_base = d_act (nothing to save) or σ² = 0 (labels cost nothing to fit). A ridge penalty is left out.
  public var crossoverRatio: Double? {
    let saved = baseLabelTerm - labelTerm
    return baseDimension > activeDimension && saved > 0 ? interaction.mean / saved : nil
  }

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
}

/// Why the theorem gives no law.
public enum LimitLawError: Failure, Equatable {
  /// The Hessian is not positive definite across orbits: w* is not an isolated minimum.
  case notAMinimum(leadingMinor: Int)
  /// Null head directions are switched on in a way that depends on the direction of the estimation error.
  case directionDependent(nullDirections: Int)
  /// Features are linearly dependent and the model does not say how the null directions move.
  case unknownNullDirections(count: Int)
  /// Null directions that are switched on cost the same each under squared error only.
  case activeNullDirections(count: Int)

  public var kind: FailureKind { .noAnswer }

  public var description: String {
    switch self {
    case .notAMinimum(let minor):
      "the pre-training loss has no isolated minimum across orbits (its Hessian fails at order \(minor)): "
        + "an eigengap is closed or the symmetry is larger than declared"
    case .directionDependent(let count):
      "\(count) linear combination(s) of the features vanish at the optimum but not nearby, and which features appear "
        + "depends on the direction of the error: the theorem has no limit here; use a smaller representation"
    case .unknownNullDirections(let count):
      "the features have \(count) linear dependence(s) and the model does not say how they move near the optimum: "
        + "remove redundant features"
    case .activeNullDirections(let count):
      "\(count) linear combination(s) of the features vanish at the optimum and appear nearby: the law is known for a "
        + "least-squares head only"
    }
  }
}
