import Asymptotics
import Distributions

/// A limit of ||L(Z)||² as a paper prints it, beside the theorem's, and what was known before.
public struct PrintedLaw: Sendable {
  /// Such as `Corollary 6.4`.
  public let statement: String
  public let interaction: GeneralizedChiSquare
  public let priorBound: PriorBound

  public init(statement: String, interaction: GeneralizedChiSquare, priorBound: PriorBound) {
    self.statement = statement
    self.interaction = interaction
    self.priorBound = priorBound
  }

  /// The mean of n (R - σ²) that it gives at `ratio` = m/n; `law`: the theorem's, which shares the labels' part.
  public func meanScaledExcessRisk(_ law: LimitLaw, ratio: Double) -> Double {
    law.labelTerm + interaction.mean / ratio
  }

  /// m/n above which pre-training pays by this limit; nil where there is nothing to save.
  public func crossoverRatio(_ law: LimitLaw) -> Double? {
    let saved = law.baseLabelTerm - law.labelTerm
    return law.crossoverRatio == nil || saved <= 0 ? nil : interaction.mean / saved
  }
}

/// An earlier upper bound on n (R - σ²), `labelTerm` + `interaction` n/m, up to constants and logarithms that it does not name
/// (taken for 1 here).
public struct PriorBound: Sendable, Equatable {
  public let source: String
  public let labelTerm: Double
  public let interaction: Double

  public init(source: String, labelTerm: Double, interaction: Double) {
    self.source = source
    self.labelTerm = labelTerm
    self.interaction = interaction
  }

  public func scaledExcessRisk(ratio: Double) -> Double { labelTerm + interaction / ratio }
}

extension FactorPopulation {
  /// B⁴ k + B¹² (B⁴ + s_min(A)⁻⁴) d n/m, B = max(‖A‖, ‖β‖, 1): Ge et al. (2024), Theorem 4.4.
  public var priorBound: PriorBound {
    let beta = coefficients.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let b = max(strengths[0].squareRoot(), beta, 1)
    let (fourth, weakest) = (b * b * b * b, strengths[strengths.count - 1])
    return PriorBound(
      source: "Ge et al. 2024, Theorem 4.4", labelTerm: fourth * Double(strengths.count),
      interaction: fourth * fourth * fourth * (fourth + 1 / (weakest * weakest)) * Double(dimension))
  }
}

extension SpectralPopulation {
  /// σ² k + k (d - k) ‖C⁻¹A'β‖² n/m with C = diag(λ_1 ... λ_k), A'β = w: Cabannes et al. (2023), Theorem 4, on Gaussian pairs.
  public var priorBound: PriorBound {
    let size = zip(weights, correlations).reduce(0) { $0 + ($1.0 / $1.1) * ($1.0 / $1.1) }
    return PriorBound(
      source: "Cabannes et al. 2023, Theorem 4", labelTerm: noiseVariance * Double(rank),
      interaction: Double(rank * (dimension - rank)) * size)
  }
}
