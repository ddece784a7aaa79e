import CMath

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

  /// Lower and upper arm of a risk's interval in relative standard errors s, on the scale of the logarithm.
  ///
  /// A mean of few squares is low more often than high, and where it is low its standard error is small as well: hence
  /// estimate exp(-1.9 s) .. estimate exp(2.1 s + 2 s²). Source: the measurements of the article on when not to trust
  /// this.
  static let lowerErrors = 1.9
  static let upperSquares = 2.0

  /// Of a risk. A mean of numbers that are not negative has a standard error of at most itself, so that s is at most 1.
  package init(risk: Double, standardError: Double) {
    let s = risk > 0 ? min(standardError / risk, 1) : 0
    self.init(
      estimate: risk, low: risk * exp(-Self.lowerErrors * s),
      high: risk * exp(Self.standardErrors * s + Self.upperSquares * s * s))
  }
}

extension Interval {
  /// Of a share of rows told right, Wilson's interval for as many rows as the standard error is that of, at most
  /// `rows`: it contains the estimate, lies within 0 ... 1, and has a width where the share is 0 or 1.
  package init(accuracy share: Double, standardError: Double, rows: Double?) {
    let share = min(max(share, 0), 1)
    let spread = share * (1 - share)
    let most = max(rows ?? 1, 1)
    let count = standardError > 0 && spread > 0 ? min(spread / (standardError * standardError), most) : most
    let z = Self.standardErrors
    let middle = share + z * z / (2 * count)
    let half = z * (spread / count + z * z / (4 * count * count)).squareRoot()
    let scale = 1 + z * z / count
    self.init(
      estimate: share, low: min(max((middle - half) / scale, 0), share),
      high: max(min((middle + half) / scale, 1), share))
  }
}

/// What buying something is expected to take off the risk.
public struct ExpectedGain: Sendable, Equatable, Codable {
  /// Absent when smaller than its standard error: then only `high`, an upper bound, is to be read.
  public let estimate: Double?
  public let low: Double
  public let high: Double

  /// - Parameter possible: the interval ends there.
  init(gain: Double, standardError: Double, within possible: ClosedRange<Double>) {
    estimate = abs(gain) > standardError ? gain : nil
    low = max(gain - Interval.standardErrors * standardError, possible.lowerBound)
    high = min(gain + Interval.standardErrors * standardError, possible.upperBound)
  }
}
