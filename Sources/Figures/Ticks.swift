import Foundation

/// A tick: its place on the axis and its text, `10^{3}` for a raised 3.
package struct Tick: Equatable {
  package var value: Double
  package var label: String
  /// What the label looks like, for measuring.
  var plain: String { label.replacing("^{", with: "").replacing("}", with: "") }
}

/// Round tick values for a range.
package enum Ticks {
  package static func choose(_ range: ClosedRange<Double>, scale: Axis.Scale, most: Int) -> [Tick] {
    // Where steps between ticks would be subnormal or infinite there are none.
    let span = range.upperBound - range.lowerBound
    guard span > Series.least, span.isFinite, scale == .linear || range.lowerBound > Series.least else { return [] }
    return scale == .linear ? linear(range, most: most) : logarithmic(range, most: most)
  }

  /// Multiples of 1, 2 or 5 times a power of ten; the finest that gives at most `most`.
  static func linear(_ range: ClosedRange<Double>, most: Int) -> [Tick] {
    let span = range.upperBound - range.lowerBound
    var exponent = Int(log10(span / Double(most)).rounded(.down))
    for attempt in 0..<6 {
      let factor = [1.0, 2, 5][attempt % 3]
      if attempt == 3 { exponent += 1 }
      let step = scaled(factor, exponent)
      let first = (range.lowerBound / step - 1e-9).rounded(.up)
      let last = (range.upperBound / step + 1e-9).rounded(.down)
      guard last - first + 1 <= Double(most) else { continue }
      guard first <= last else { break }
      let multiples = stride(from: first, through: last, by: 1).map { Int($0) }
      return multiples.map { label(multiple: $0, factor: factor, exponent: exponent, range: range) }
    }
    return []
  }

  /// Powers of ten, every second or further where there are many; with 2 and 5 between where there are few.
  static func logarithmic(_ range: ClosedRange<Double>, most: Int) -> [Tick] {
    let low = Int((log10(range.lowerBound) - 1e-9).rounded(.up))
    let high = Int((log10(range.upperBound) + 1e-9).rounded(.down))
    if high - low >= 2 || high - low + 1 > most {
      let stride = (high - low) / most + 1
      let exponents = (low...high).filter { $0 % stride == 0 }
      let plain = exponents.allSatisfy { (-3...4).contains($0) }
      return exponents.map { Tick(value: scaled(1, $0), label: power($0, plain: plain)) }
    }
    for factors in [[1.0, 2, 5], [1, 3], [1]] {
      let values = ((low - 1)...(high + 1)).flatMap { exponent in factors.map { scaled($0, exponent) } }
      let inside = values.filter { $0 >= range.lowerBound * (1 - 1e-9) && $0 <= range.upperBound * (1 + 1e-9) }
      if (2...most).contains(inside.count) { return inside.map { Tick(value: $0, label: number($0)) } }
    }
    return linear(range, most: most).filter { $0.value > 0 }
  }

  /// Places of a logarithmic axis without a label: 2, 3, ... 9 times the powers of ten, or the powers where only some of
  /// them have a label.
  static func between(_ range: ClosedRange<Double>, labeled: [Tick]) -> [Double] {
    guard range.lowerBound > Series.least, range.upperBound.isFinite else { return [] }
    let low = Int(log10(range.lowerBound).rounded(.down))
    let high = Int(log10(range.upperBound).rounded(.up))
    let factors = high - low > 8 ? [1.0] : (1...9).map(Double.init)
    return (low...high).flatMap { exponent in factors.map { scaled($0, exponent) } }
      .filter { place in range.contains(place) && !labeled.contains { abs($0.value / place - 1) < 1e-9 } }
  }

  private static func label(multiple: Int, factor: Double, exponent: Int, range: ClosedRange<Double>) -> Tick {
    let value = scaled(Double(multiple) * factor, exponent)
    let largest = max(abs(range.lowerBound), abs(range.upperBound))
    if multiple == 0 { return Tick(value: 0, label: "0") }
    if largest >= 1e6 || largest < 1e-3 {
      let power = Int(log10(largest).rounded(.down))
      let mantissa = fixed(Double(multiple) * scaled(factor, exponent - power), decimals: max(0, power - exponent))
      return Tick(value: value, label: "\(mantissa)×10^{\(signed(power))}")
    }
    return Tick(value: value, label: fixed(value, decimals: max(0, -exponent)))
  }

  /// factor × 10^exponent without the rounding of a power below one.
  private static func scaled(_ factor: Double, _ exponent: Int) -> Double {
    exponent >= 0 ? factor * pow(10, Double(exponent)) : factor / pow(10, Double(-exponent))
  }

  private static func power(_ exponent: Int, plain: Bool) -> String {
    plain ? number(scaled(1, exponent)) : "10^{\(signed(exponent))}"
  }

  private static func number(_ value: Double) -> String {
    if value >= 1e5 || value < 1e-3 {
      let exponent = Int((log10(value) + 1e-9).rounded(.down))
      let mantissa = (value / scaled(1, exponent)).rounded()
      return mantissa == 1 ? "10^{\(signed(exponent))}" : "\(Int(mantissa))×10^{\(signed(exponent))}"
    }
    return fixed(value, decimals: max(0, Int((-log10(value) - 1e-9).rounded(.up))))
  }

  /// Fixed decimals, a true minus sign, spaces between thousands from 10 000 on.
  private static func fixed(_ value: Double, decimals: Int) -> String {
    let digits = String(format: "%.\(decimals)f", abs(value))
    var whole = digits.prefix { $0 != "." }.map(String.init)
    if whole.count > 4 {
      for place in stride(from: whole.count - 3, to: 0, by: -3) { whole.insert(" ", at: place) }
    }
    let fraction = digits.drop { $0 != "." }
    return (value < 0 ? "−" : "") + whole.joined() + fraction
  }

  private static func signed(_ exponent: Int) -> String { exponent < 0 ? "−\(-exponent)" : "\(exponent)" }
}
