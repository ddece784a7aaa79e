/// Masked regression with its best penalty against principal components, on a population: both metrics, every number of directions.
public struct MaskedVersusPCA: Sendable {
  public let rows: Int
  public let columns: Int
  /// Masked regression at its best penalty.
  public let masked: MaskedRisk.Optimum
  /// PCA's unmasked reconstruction error for q = 0, ..., d.
  public let unmaskedPCA: [Double]
  /// Masked probabilistic PCA for q = 0, 1, ...
  public let maskedPPCA: [Double]
  /// No predictor with the sample's eigenvectors does better when masked; absent where columns differ, for which no such bound is known.
  public let optimalShrinkageRisk: Double?

  /// Cost: the law at d quantiles (`SpectralPredictor`); where columns differ in variance or in how the others tell them, 20 d^3 flops
  /// (`UnequalColumnsPredictor`).
  public init(_ population: MaskedPopulation, rows: Int) throws {
    self.rows = rows
    columns = population.columns
    masked = try MaskedRisk(population, rows: rows).optimum()
    let spectral = SpectralPredictor(population, rows: rows)
    unmaskedPCA = spectral.unmaskedErrors()
    let isAlike = population.hasLikeColumns
    maskedPPCA =
      isAlike ? spectral.maskedPPCARisks() : UnequalColumnsPredictor(population, rows: rows).maskedPPCARisks()
    optimalShrinkageRisk = isAlike ? spectral.optimalShrinkageRisk : nil
  }

  /// Fewest directions with which unmasked reconstruction beats masked regression: not the same task, see the metric's name.
  public var unmaskedCrossing: Int? {
    unmaskedPCA.firstIndex { $0 < masked.errors.generalizationError }
  }

  public var bestPPCA: (directions: Int, risk: Double) {
    let best = maskedPPCA.indices.min { maskedPPCA[$0] < maskedPPCA[$1] } ?? 0
    return (best, maskedPPCA.isEmpty ? .infinity : maskedPPCA[best])
  }
}

/// One delocalised spike of strength s = O(1) in many columns, one direction: how far each method's total error d (E - 1) is from
/// predicting nothing. Leading order.
public struct SingleSpikeComparison: Sendable {
  public let strength: Double
  public let aspect: Double

  public init(strength: Double, aspect: Double) {
    precondition(strength > 0 && aspect > 0, "a spike of \(strength) at d/n = \(aspect)")
    (self.strength, self.aspect) = (strength, aspect)
  }

  /// Variance along the first sample eigenvector and the sample eigenvalue.
  private var direction: (variance: Double, sample: Double) {
    if strength <= aspect.squareRoot() { return (1, (1 + aspect.squareRoot()) * (1 + aspect.squareRoot())) }
    return (strength * (1 + strength) / (strength + aspect), (1 + strength) * (1 + aspect / strength))
  }

  public var unmaskedPCA: Double { strength - direction.variance }
  public var maskedPPCA: Double {
    let (phi, l) = direction
    return strength - phi * (1 - 1 / (l * l)) + 2 * (1 - 1 / l)
  }
  /// Masked PPCA with the sample eigenvalue replaced by the variance.
  public var maskedShrunkPPCA: Double {
    let phi = direction.variance
    return strength - (phi - 1) * (phi - 1) / phi
  }
  /// Masked regression at its best penalty, s - s^4/(c d): needs s^4 much below c d.
  public func maskedRegression(columns: Int) -> Double {
    strength - strength * strength * strength * strength / (aspect * Double(columns))
  }

  /// The strength above which masked PPCA with one direction beats masked regression at its best penalty:
  /// s^3 + c s^2 - 3 c s - 2 c^2 = 0, strictly above the threshold sqrt(c). The golden ratio for c = 1.
  public static func crossing(aspect c: Double) -> Double {
    // One positive root: the signs of the coefficients change once. Newton from the right of it.
    var s = 2 + 3 * c
    for _ in 0..<200 {
      let value = ((s + c) * s - 3 * c) * s - 2 * c * c
      let next = s - value / ((3 * s + 2 * c) * s - 3 * c)
      if !(next < s) { break }
      s = next
    }
    return s
  }
}
