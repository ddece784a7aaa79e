import Foundation

/// Numbers as a page writes them.
enum PageNumber {
  /// Four significant figures, all digits before the point.
  static func text(_ value: Double?) -> String {
    guard let value else { return "–" }
    return String(format: abs(value) >= 1000 ? "%.0f" : "%.4g", value)
  }

  /// To so many significant figures; all digits before the point.
  static func rounded(_ value: Double?, _ digits: Int) -> Double? {
    guard let value, value.isFinite else { return nil }
    if abs(value) >= pow(10, Double(digits - 1)) { return value.rounded() }
    return Double(String(format: "%.\(digits)g", value))
  }
}
