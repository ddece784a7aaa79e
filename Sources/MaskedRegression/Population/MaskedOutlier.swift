import RandomMatrices

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

extension DelocalizedSpike {
  /// The outlier at a penalty, D the limit of diag (S + lambda)^-1: a = 1 - 1/(D ((1 + s)(1 + c/s) + lambda)); nil below the threshold.
  public func outlier(ridge: Double, precisionDiagonal: Double) -> MaskedOutlier? {
    guard let sample = sampleEigenvalue else { return nil }
    return MaskedOutlier(
      spike: strength, side: strength > 0 ? .top : .bottom, mu: precisionDiagonal * (sample + ridge), overlap: overlap)
  }
}
