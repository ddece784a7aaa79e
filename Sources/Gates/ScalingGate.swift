#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Simulated means at two sizes, d and 2d, against the limit that a theory gives for each: 2 E(2d) - E(d), both relative to their
/// theory, is free of the finite-size bias of order 1/d; 2^p in place of 2 takes off a bias of order d^-p.
///
/// Power: a theory that is 20 % off, either way, must not pass; that it is rejected is part of the gate.
public struct ScalingGate: Sendable {
  /// Simulation over theory, extrapolated.
  public let ratio: Double
  public let standardError: Double

  /// - Parameters:
  ///   - small: means at d, with what the theory says of them, not 0.
  ///   - large: the same at 2d, from other draws.
  ///   - biasOrder: p.
  public init(_ small: SampleMean, theory a: Double, _ large: SampleMean, theory b: Double, biasOrder: Double = 1) {
    let factor = pow(2, biasOrder)
    ratio = (factor * large.mean / b - small.mean / a) / (factor - 1)
    let (first, second) = (small.standardError / a, factor * large.standardError / b)
    standardError = (first * first + second * second).squareRoot() / (factor - 1)
  }

  /// Of the simulation against `factor` times the theory.
  public func z(factor: Double = 1) -> Double { (ratio / factor - 1) * factor / standardError }

  /// What is wrong, in sentences that begin with `name`; nothing where theory and simulation agree and the gate has power.
  /// - Parameter largestError: standard errors above it count as no power; nil where the rejections alone decide.
  public func problems(_ name: String, largestError: Double? = nil) -> [String] {
    var found: [String] = []
    if !(abs(z()) < 5) { found.append("\(name): \(ratio) of the theory, z = \(z())") }
    if let largestError, !(standardError < largestError) {
      found.append("\(name): no power, standard error \(standardError)")
    }
    for wrong in [0.8, 1.2] where !(abs(z(factor: wrong)) > 5) {
      found.append("\(name): passes when \(wrong) times as large, z = \(z(factor: wrong))")
    }
    return found
  }
}
