import Foundation

/// Numbers from one to another, written `first:last:count` in equal steps or `first:last:countlog` by equal factors.
///
///     SpacedNumbers("1:100:3log")?.values      // 1, 10, 100
public struct SpacedNumbers: Sendable, Equatable {
  public let first: Double
  public let last: Double
  /// At least 2.
  public let count: Int
  /// By equal factors: both ends are positive.
  public let isLogarithmic: Bool

  /// nil unless both ends are finite, positive for equal factors, and the count lies between 2 and a million.
  public init?(first: Double, last: Double, count: Int, isLogarithmic: Bool = false) {
    guard first.isFinite, last.isFinite, (2...1_000_000).contains(count), !isLogarithmic || (first > 0 && last > 0)
    else { return nil }
    (self.first, self.last, self.count, self.isLogarithmic) = (first, last, count, isLogarithmic)
  }

  /// nil for a text that is no such range, see `init(first:last:count:isLogarithmic:)`.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let first = Double(parts[0]), let last = Double(parts[1]) else { return nil }
    let isLogarithmic = parts[2].hasSuffix("log")
    guard let count = Int(isLogarithmic ? parts[2].dropLast(3) : parts[2]) else { return nil }
    self.init(first: first, last: last, count: count, isLogarithmic: isLogarithmic)
  }

  /// Both ends exactly as given.
  public var values: [Double] {
    (0..<count).map { index in
      if index == 0 { return first }
      if index == count - 1 { return last }
      let share = Double(index) / Double(count - 1)
      return isLogarithmic ? first * pow(last / first, share) : first + share * (last - first)
    }
  }
}
