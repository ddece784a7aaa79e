import RandomMatrices

/// Masked prediction by a matrix Q with the sample's eigenvectors and chosen eigenvalues g: A = I - Q diag(Q)^-1.
///
///     risk = mean(g_i^2 phi_i) / mean(g_i)^2
///
/// phi_i the population's variance along sample eigenvector i. Holds where the diagonals of such Q are nearly constant
/// (stationary or delocalised populations). Ridge: g = 1/(l + lambda). Probabilistic PCA with q directions: g = 1/l_i for
/// i <= q, 1/sigma^2 beyond, sigma^2 the mean of the discarded l_i. The best of all: g = 1/phi, risk 1/mean(1/phi).
public struct SpectralPredictor: Sendable {
  /// Sample eigenvalues, largest first, zeros included, and the population's variance along each.
  public let directions: [(sample: Double, variance: Double)]

  public init(directions: [(sample: Double, variance: Double)]) {
    precondition(!directions.isEmpty, "no directions")
    self.directions = directions
  }

  /// At the quantiles of a population's law.
  public init(_ population: MaskedPopulation, rows: Int) {
    self.init(directions: PCAErrorLaw(population, rows: rows).directions())
  }

  private var count: Double { Double(directions.count) }

  /// Masked probabilistic PCA for q = 0, 1, ...; as many as leave some variance to the noise.
  public func maskedPPCARisks() -> [Double] {
    // Discarded sums from the back, kept ones from the front.
    var discarded = directions.reduce(0) { $0 + $1.sample }
    var discardedVariance = directions.reduce(0) { $0 + $1.variance }
    var (kept, keptVariance) = (0.0, 0.0)
    var risks: [Double] = []
    for q in 0..<directions.count {
      let remaining = count - Double(q)
      let noise = max(discarded, 0) / remaining
      if noise <= 1e-12 * (directions.first?.sample ?? 1) { break }
      let first = kept + remaining / noise
      let second = keptVariance + discardedVariance / (noise * noise)
      risks.append(second * count / (first * first))
      let next = directions[q]
      if next.sample <= 0 { break }
      discarded -= next.sample
      discardedVariance -= next.variance
      kept += 1 / next.sample
      keptVariance += next.variance / (next.sample * next.sample)
    }
    return risks
  }

  /// Mean of the discarded variances: unmasked reconstruction for q = 0, ..., d.
  public func unmaskedErrors() -> [Double] {
    var rest = directions.reduce(0) { $0 + $1.variance }
    var errors = [rest / count]
    for direction in directions {
      rest -= direction.variance
      errors.append(max(0, rest) / count)
    }
    return errors
  }

  /// The least masked risk of any predictor with the sample's eigenvectors.
  public var optimalShrinkageRisk: Double {
    count / directions.reduce(0) { $0 + 1 / $1.variance }
  }

  /// Masked risk of ridge in the same approximation.
  public func ridgeRisk(_ ridge: Double) -> Double {
    var (first, second) = (0.0, 0.0)
    for direction in directions {
      let g = 1 / (direction.sample + ridge)
      first += g
      second += g * g * direction.variance
    }
    return second * count / (first * first)
  }
}
