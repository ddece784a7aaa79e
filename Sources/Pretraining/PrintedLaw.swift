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
