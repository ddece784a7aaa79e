import LinearAlgebra

/// The labels part of the risk at any number of labels: noise variance x heteroscedasticity ratio x D(n).
///
/// noise x ratio = mean_i [ e_i²/(1 - h_i) n h_i ] / p, the sandwich with HC2 residuals.
package struct LabelsPart: Sendable {
  package let design: DesignCurve
  /// Noise variance x ratio.
  package let noisePerParameter: Double
  /// Standard error of `noisePerParameter` relative to it.
  package let relativeError: Double
  /// Sandwich over equal-noise variance.
  package let sandwichRatio: Double

  package init?(head: LeastSquaresHead, design: DesignCurve) {
    guard let variance = head.residualVariance, variance > 0, head.rank >= 1 else { return nil }
    let n = Double(head.rowCount)
    let terms = zip(head.residuals, head.leverages).map { $0 * $0 / (1 - $1) * n * $1 }
    let sandwich = MeanError(terms)
    guard sandwich.mean > 0 else { return nil }
    self.design = design
    noisePerParameter = sandwich.mean / Double(head.rank)
    relativeError = sandwich.standardError / sandwich.mean
    sandwichRatio = noisePerParameter / variance
  }

  private init(_ part: LabelsPart, scale: Double) {
    (design, relativeError, sandwichRatio) = (part.design, part.relativeError, part.sandwichRatio)
    noisePerParameter = scale * part.noisePerParameter
  }

  /// With this many times the noise.
  package func scaled(by scale: Double) -> LabelsPart { LabelsPart(self, scale: scale) }

  /// Excess risk from estimating the head on n rows; nil where it is infinite.
  package func callAsFunction(_ n: Double) -> Double? { design(n).map { $0 * noisePerParameter } }
}
