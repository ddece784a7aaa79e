import Foundation

/// Numbers as people read them.
package enum NumberText {
  /// `digits` significant digits, no exponent between 1e-4 and 1e6; `-` for what is not a number, `inf` for what is infinite.
  package static func significant(_ value: Double, _ digits: Int = 4) -> String {
    if value == 0 { return "0" }
    guard value.isFinite else { return value.isNaN ? "-" : value < 0 ? "-inf" : "inf" }
    let magnitude = abs(value)
    if magnitude >= 1e6 || magnitude < 1e-4 { return String(format: "%.\(digits - 1)e", value) }
    let decimals = max(0, digits - 1 - Int(log10(magnitude).rounded(.down)))
    return String(format: "%.\(decimals)f", value)
  }

  package static func optional(_ value: Double?, _ digits: Int = 4) -> String {
    value.map { significant($0, digits) } ?? "-"
  }

  /// `-6.1%` with its sign; what is beyond a thousand percent as `>+999%` or `<-999%`, so that it stays in its column.
  package static func signedPercent(_ fraction: Double) -> String {
    if fraction.isNaN { return "-" }
    if abs(fraction) >= 9.9995 { return fraction < 0 ? "<-999%" : ">+999%" }
    return String(format: "%+.1f%%", 100 * fraction)
  }

  /// `-6%` with its sign.
  package static func signedWholePercent(_ fraction: Double) -> String {
    if fraction.isNaN { return "-" }
    if abs(fraction) >= 9.995 { return fraction < 0 ? "<-999%" : ">+999%" }
    return String(format: "%+.0f%%", 100 * fraction)
  }

  /// `3.5%`, `41%`: a decimal below ten.
  package static func shortPercent(_ fraction: Double) -> String {
    if fraction.isNaN { return "-" }
    if abs(fraction) >= 9.995 { return fraction < 0 ? "<-999%" : ">999%" }
    // Adding 0 leaves no minus before it.
    let value = (1000 * fraction).rounded() / 10 + 0
    return String(format: abs(value) < 10 ? "%.1f%%" : "%.0f%%", value)
  }

  /// `41%`, `99.7%`, `>999%`.
  package static func percent(_ fraction: Double) -> String {
    if fraction.isNaN { return "-" }
    if abs(fraction) >= 9.995 { return fraction < 0 ? "<-999%" : ">999%" }
    let value = 100 * fraction
    return value > 99.5 && value < 100 ? String(format: "%.1f%%", value) : String(format: "%.0f%%", value)
  }

  /// A number that stands for a count, rounded; beyond what is counted as `significant` has it.
  package static func count(_ value: Double) -> String {
    abs(value) < 1e15 ? count(Int(value.rounded())) : significant(value)
  }

  /// A number that stands for a count, rounded, digits only: what a message about bytes says.
  package static func plain(_ value: Double) -> String {
    abs(value) < 1e15 ? "\(Int(value.rounded()))" : significant(value)
  }

  /// 1234567 -> `1 234 567`.
  package static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text.append(" ") }
      text.append(digit)
    }
    return (value < 0 ? "-" : "") + text
  }
}
