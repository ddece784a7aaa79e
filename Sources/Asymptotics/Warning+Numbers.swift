import CMath

extension Double {
  /// The number in a sentence: so many significant digits, `857`, `0.0031` or `1.4e-05`.
  package func inWords(_ digits: Int = 3) -> String {
    if !isFinite || self == 0 { return self == 0 ? "0" : "\(self)" }
    let exponent = Int(floor(log10(magnitude))) - digits + 1
    // The decimal text is parsed, so that 0.3 does not become 0.30000000000000004.
    let leading = (self * pow(10, -Double(exponent))).rounded()
    let rounded = leading.isFinite ? Double("\(Int(leading))e\(exponent)") ?? self : self
    // The largest numbers round to infinity.
    let text = "\(rounded.isFinite ? rounded : self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
