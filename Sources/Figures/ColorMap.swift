/// A heat map's colors: the gradient and the values at its ends.
struct ColorMap {
  let label: String
  /// At equal distances from the lower to the upper end, as 0xRRGGBB.
  let colors: [UInt32]
  let range: ClosedRange<Double>

  /// As gnuplot's palette is told.
  var gradient: String {
    colors.enumerated().map { "\($0) '\(Self.text($1))'" }.joined(separator: ", ")
  }

  /// At a share of the way from the lower to the upper end, by linear interpolation.
  func color(at share: Double) -> String {
    let place = min(max(share, 0), 1) * Double(colors.count - 1)
    let index = min(Int(place), colors.count - 2)
    let rest = place - Double(index)
    let mixed = [16, 8, 0].reduce(UInt32(0)) { sum, shift in
      let ends = [colors[index], colors[index + 1]].map { Double($0 >> shift & 255) }
      return sum | UInt32((ends[0] + rest * (ends[1] - ends[0])).rounded()) << shift
    }
    return Self.text(mixed)
  }

  private static func text(_ color: UInt32) -> String {
    let digits = String(color, radix: 16, uppercase: true)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}

extension DrawnPanel {
  /// Of the first heat map in the panel.
  var colorMap: ColorMap? {
    guard let values = valueRange else { return nil }
    for one in series {
      guard case .cells(let scale) = one.shape else { continue }
      switch scale {
      case .sequential:
        let top = max(values.upperBound, values.lowerBound + max(abs(values.lowerBound), 1) * 1e-9)
        return ColorMap(label: one.label, colors: Self.viridis, range: values.lowerBound...top)
      case .diverging(let center):
        let reach = max(abs(values.upperBound - center), abs(center - values.lowerBound), 1e-12)
        return ColorMap(label: one.label, colors: Self.blueToOrange, range: (center - reach)...(center + reach))
      }
    }
    return nil
  }

  private static let viridis: [UInt32] = [
    0x440154, 0x482878, 0x3E4989, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6DCD59, 0xB4DE2C, 0xFDE725,
  ]
  private static let blueToOrange: [UInt32] = [0x0072B2, 0x8DBEDC, 0xF7F7F7, 0xEFB081, 0xD55E00]
}
