#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A number with the interval that should contain the truth 9 times in 10.
public struct Interval: Sendable, Equatable, Codable {
  public let estimate: Double
  public let low: Double
  public let high: Double

  public init(estimate: Double, low: Double, high: Double) {
    self.estimate = estimate
    self.low = low
    self.high = high
  }

  /// Nominal 90 % intervals of ±1.645 standard errors cover 76 to 84 % on real data; ±2.1 covers 85 to 90 %.
  static let standardErrors = 2.1

  init(estimate: Double, standardError: Double) {
    self.init(
      estimate: estimate, low: estimate - Self.standardErrors * standardError,
      high: estimate + Self.standardErrors * standardError)
  }

  /// Of a risk: never negative, and with an upper arm on the scale of the logarithm, for where errors are heavy-tailed a mean of
  /// squares that is too low also has too small a standard error.
  init(risk: Double, standardError: Double) {
    let half = Self.standardErrors * standardError
    self.init(
      estimate: risk, low: max(risk - half, 0), high: risk > 0 ? risk * exp(half / risk) : risk + half)
  }
}

/// What buying something is expected to take off the risk.
public struct ExpectedGain: Sendable, Equatable, Codable {
  /// Absent when smaller than its standard error: then only `high`, an upper bound, is to be read.
  public let estimate: Double?
  public let low: Double
  public let high: Double

  init(gain: Double, standardError: Double) {
    estimate = abs(gain) > standardError ? gain : nil
    low = gain - Interval.standardErrors * standardError
    high = gain + Interval.standardErrors * standardError
  }
}
