/// What a ridge penalty on n rows says of another number of rows: at the same effective penalty kappa both see the same bias, so that
///
///     lambda' = kappa - (n/n')(kappa - lambda)      E(n', lambda') = E(n, lambda) (1 - gamma)/(1 - (n/n') gamma)
///
/// Penalties with kappa below kappa_0 (1 - n/n') are out of reach. With infinitely many rows lambda' = kappa.
/// Source: arXiv 2601.23208, section 3.
public struct RidgeTransfer: Sendable {
  /// lambda.
  public let ridge: Double
  public let kappa: Double
  public let gamma: Double

  public init(ridge: Double, kappa: Double, gamma: Double) {
    (self.ridge, self.kappa, self.gamma) = (ridge, kappa, gamma)
  }

  /// lambda' where the error is that of `error` here carried over; nil where no penalty >= 0 has the same effect there.
  /// - Parameter ratio: n/n'.
  public func carried(_ error: Double, ratio: Double) -> (ridge: Double, error: Double)? {
    let there = kappa - ratio * (kappa - ridge)
    let rest = 1 - ratio * gamma
    return there >= 0 && rest > 0 ? (there, error * (1 - gamma) / rest) : nil
  }
}
