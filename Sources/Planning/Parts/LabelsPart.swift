import LinearAlgebra

/// The labels part of the risk at any number of labels: noise variance x heteroscedasticity ratio x D(n).
///
/// noise x ratio is the mean of two estimates of E σ²(x) q(x), q the relative leverage: the sandwich with HC2
/// residuals, mean_i [ e_i²/(1 - h_i) n h_i ] / p, which assumes nothing and sees no row without a label, and
/// `NoiseByLeverage`, which assumes a line and knows the pool. On 15 populations the mean is within 1.5 times the
/// truth more often than either.
///
/// Where rows come in groups, the part at the present n is the sandwich clustered by group, Σ_c J_c Σ J_c' with J_c =
/// ẽ_c'X_c G and Σ the pool's second moment of the features, which is right whatever rows of a group share (the rule for
/// independent rows says .022 where the truth is .061). n' labels are taken to come in groups of the same sizes.
package struct LabelsPart: Sendable {
  package let design: DesignCurve
  /// Noise variance x ratio.
  package let noisePerParameter: Double
  /// Standard error of `noisePerParameter` relative to it.
  package let relativeError: Double
  /// Noise per parameter over the equal-noise variance; 1 of rows in groups, for which no such rule is used.
  package let sandwichRatio: Double

  /// - Parameters:
  ///   - rows: the labeled rows' design, n x p.
  ///   - moment: Σ, p x p, of use where rows come in groups; the labeled rows' own when nil.
  package init?(head: LeastSquaresHead, rows: Matrix, design: DesignCurve, moment: Matrix? = nil) {
    guard let variance = head.residualVariance, variance > 0, head.rank >= 1 else { return nil }
    if head.leaving != nil {
      let (n, influence) = (Double(head.rowCount), head.influence(rows))
      let present = moment == nil ? Double(head.rank) / n : design(n) ?? Double(head.rank) / n
      let terms = influence.quadraticForms(moment ?? (1 / n) * rows.gram())
      let noise = MeanError(terms.map { $0 * Double(terms.count) / present })
      guard noise.mean > 0 else { return nil }
      self.design = design
      (noisePerParameter, relativeError, sandwichRatio) = (noise.mean, noise.standardError / noise.mean, 1)
      return
    }
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
