/// An eigenvalue of A that a spike of the population drives out of the bulk.
public struct MaskedOutlier: Sendable, Equatable {
  public enum Side: String, Sendable, Equatable { case top, bottom }

  /// Strength of the spike.
  public let spike: Double
  public let side: Side
  /// The eigenvalue of A.
  public let position: Double
  /// The eigenvalue mu = 1/(1 - position) of D^(1/2)(S + lambda)D^(1/2).
  public let mu: Double
  /// Not along the spike but across it, on the few columns it stands on: D is smaller there.
  public let isTransverse: Bool
  /// Squared cosine between A's right eigenvector and the spike's direction, or the direction across it.
  public let overlap: Double

  init(spike: Double, side: Side, mu: Double, isTransverse: Bool = false, overlap: Double) {
    self.spike = spike
    self.side = side
    self.mu = mu
    self.isTransverse = isTransverse
    self.overlap = overlap
    position = 1 - 1 / mu
  }
}

/// A spike spread over many columns, Sigma = I + s v v': the threshold of Baik, Ben Arous and Peche, whatever the penalty.
///
///     |s| > sqrt(c), c = d/n:   a = 1 - 1/(D ((1 + s)(1 + c/s) + lambda))    overlap = (1 - c/s^2)/(1 + c/s)
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

  /// The outlier at a penalty, D the limit of diag (S + lambda)^-1; nil below the threshold.
  public func outlier(ridge: Double, precisionDiagonal: Double) -> MaskedOutlier? {
    if !isVisible { return nil }
    let sample = (1 + strength) * (1 + aspect / strength)
    return MaskedOutlier(
      spike: strength, side: strength > 0 ? .top : .bottom, mu: precisionDiagonal * (sample + ridge), overlap: overlap)
  }

  /// The limit of diag (S + lambda)^-1 for the identity, to which a delocalised spike adds nothing.
  public static func precisionDiagonal(ridge: Double, aspect: Double) -> Double {
    let b = ridge + aspect - 1
    let rootTerm = (b * b + 4 * ridge).squareRoot()
    let kappa = b < 0 ? 2 * ridge / (rootTerm - b) : 0.5 * (b + rootTerm)
    // kappa/lambda = 1/(1 - T1/n) with T1/n = c/(1 + kappa).
    return 1 / ((1 - aspect / (1 + kappa)) * (1 + kappa))
  }
}
