import LinearAlgebra

/// The labels part of the risk at any number of labels: noise variance x heteroscedasticity ratio x D(n).
///
/// noise x ratio is the mean of two estimates of E σ²(x) q(x), q the relative leverage: the sandwich with HC2
/// residuals, mean_i [ e_i²/(1 - h_i) n h_i ] / p, which assumes nothing and sees no row without a label, and
/// `NoiseByLeverage`, which assumes a line and knows the pool. On 15 populations the mean is within 1.5 times the
/// truth more often than either.
package struct LabelsPart: Sendable {
  package let design: DesignCurve
  /// Noise variance x ratio.
  package let noisePerParameter: Double
  /// Standard error of `noisePerParameter` relative to it.
  package let relativeError: Double
  /// Noise per parameter over the equal-noise variance.
  package let sandwichRatio: Double

  /// - Parameter rows: the labeled rows' design, n x p.
  package init?(head: LeastSquaresHead, rows: Matrix, design: DesignCurve) {
    guard let variance = head.residualVariance, variance > 0, head.rank >= 1 else { return nil }
    let n = Double(head.rowCount)
    let squares = head.standardizedResiduals.map { $0 * $0 }
    var terms = zip(squares, head.leverages).map { $0 * n * $1 / Double(head.rank) }
    if let leverages = design.leverages, let meanSquare = leverages.meanSquare {
      let line = NoiseByLeverage(squares: squares, leverages: leverages.values(rows), meanSquare: meanSquare)
      terms = zip(terms, line.influence).map { ($0 + line.mean + $1) / 2 }
    }
    let noise = MeanError(terms)
    guard noise.mean > 0 else { return nil }
    self.design = design
    noisePerParameter = noise.mean
    relativeError = noise.standardError / noise.mean
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
