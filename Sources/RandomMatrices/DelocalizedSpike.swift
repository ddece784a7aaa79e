/// A spike spread over many columns, Sigma = I + s v v': the threshold of Baik, Ben Arous and Peche.
///
///     |s| > sqrt(c), c = d/n:   sample eigenvalue (1 + s)(1 + c/s)    overlap = (1 - c/s^2)/(1 + c/s)
public struct DelocalizedSpike: Sendable {
  public let strength: Double
  /// c = d/n.
  public let aspect: Double

  public init(strength: Double, columns: Int, rows: Int) {
    self.init(strength: strength, aspect: Double(columns) / Double(rows))
  }

  public init(strength: Double, aspect: Double) {
    precondition(strength > -1 && aspect > 0, "a spike of strength \(strength) at d/n = \(aspect)")
    self.strength = strength
    self.aspect = aspect
  }

  public static func threshold(aspect: Double) -> Double { aspect.squareRoot() }

  /// Squared cosine with the spike; 0 below the threshold.
  public var overlap: Double {
    isVisible ? (1 - aspect / (strength * strength)) / (1 + aspect / strength) : 0
  }

  /// A negative spike shows only with fewer columns than rows.
  public var isVisible: Bool {
    abs(strength) > aspect.squareRoot() && (strength > 0 || aspect < 1)
  }

  /// Where the spike shows among the sample eigenvalues; nil below the threshold.
  public var sampleEigenvalue: Double? { isVisible ? (1 + strength) * (1 + aspect / strength) : nil }

  /// The limit of diag (S + lambda)^-1 for the identity, to which a delocalised spike adds nothing.
  public static func precisionDiagonal(ridge: Double, aspect: Double) -> Double {
    let kappa = EffectivePenalty.kappa(ofIdentity: ridge, aspect: aspect)
    // kappa/lambda = 1/(1 - T1/n) with T1/n = c/(1 + kappa).
    return 1 / ((1 - aspect / (1 + kappa)) * (1 + kappa))
  }
}
