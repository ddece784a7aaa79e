/// Elements of a drawing whose places are given in cm from its lower left corner, in user units of 1/40 cm, y downward.
struct SVGElements {
  private(set) var parts: [String] = []
  let paint: SVGPaint
  /// Of the drawing, in cm.
  let height: Double

  static let unit = 40.0
  /// A point of type in user units.
  private static let point = 40 * TextWidth.centimetersPerPoint

  init(_ paint: SVGPaint, height: Double) { (self.paint, self.height) = (paint, height) }

  var text: String { parts.joined(separator: "\n") }

  func across(_ centimeters: Double) -> String { Self.number(centimeters * Self.unit) }
  func down(_ centimeters: Double) -> String { Self.number((height - centimeters) * Self.unit) }

  /// To a tenth of a unit.
  static func number(_ value: Double) -> String {
    let rounded = Self.rounded(value)
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }

  private static func rounded(_ value: Double) -> Double { (min(max(value, -1e6), 1e6) * 10).rounded() / 10 }

  mutating func add(_ element: String) { parts.append(element) }

  mutating func line(_ from: (Double, Double), _ to: (Double, Double), _ style: String) {
    add("<line x1=\"\(across(from.0))\" y1=\"\(down(from.1))\" x2=\"\(across(to.0))\" y2=\"\(down(to.1))\" \(style)/>")
  }

  /// Its edges are rounded, not its size: rectangles that touch have the same edge.
  mutating func box(_ place: Rectangle, _ style: String) {
    let (left, right) = (Self.rounded(place.left * Self.unit), Self.rounded(place.right * Self.unit))
    let (top, bottom) = (
      Self.rounded((height - place.top) * Self.unit), Self.rounded((height - place.bottom) * Self.unit)
    )
    add(
      "<rect x=\"\(Self.number(left))\" y=\"\(Self.number(top))\" width=\"\(Self.number(max(right - left, 0)))\" "
        + "height=\"\(Self.number(max(bottom - top, 0)))\" \(style)/>")
  }

  mutating func path(_ points: [(Double, Double)], _ style: String) { shape("polyline", points, style) }
  mutating func area(_ points: [(Double, Double)], _ style: String) { shape("polygon", points, style) }

  private mutating func shape(_ name: String, _ points: [(Double, Double)], _ style: String) {
    let list = points.map { "\(across($0.0)),\(down($0.1))" }.joined(separator: " ")
    add("<\(name) points=\"\(list)\" \(style)/>")
  }

  /// What `draw` adds, as far as it lies in a rectangle. A nested element, since a page may hold several drawings and names would clash.
  mutating func clipped(to place: Rectangle, _ draw: (inout SVGElements) -> Void) {
    let (x, y) = (across(place.left), down(place.top))
    let (width, height) = (across(place.width), across(place.height))
    add(
      "<svg x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" viewBox=\"\(x) \(y) \(width) \(height)\" "
        + "overflow=\"hidden\">")
    draw(&self)
    add("</svg>")
  }

  // MARK: words

  enum Anchor: String { case start, middle, end }

  /// A line of words about the height `y`.
  mutating func words(
    _ content: String, _ x: Double, _ y: Double, size: Double, anchor: Anchor = .start, isBold: Bool = false,
    turned degrees: Double? = nil
  ) {
    write(Self.escaped(content), x, y, size: size, anchor: anchor, isBold: isBold, turned: degrees)
  }

  /// A tick's label, its powers raised.
  mutating func label(_ tick: Tick, _ x: Double, _ y: Double, anchor: Anchor) {
    let raised = Self.escaped(tick.label).replacing("^{", with: "<tspan dy=\"-.5em\" font-size=\"75%\">")
      .replacing("}", with: "</tspan>")
    write(raised, x, y, size: Typography.text, anchor: anchor, isBold: false, turned: nil)
  }

  private mutating func write(
    _ markup: String, _ x: Double, _ y: Double, size: Double, anchor: Anchor, isBold: Bool, turned degrees: Double?
  ) {
    var style = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    if isBold { style += " font-weight=\"700\"" }
    if let degrees { style += " transform=\"rotate(\(Self.number(degrees)) \(across(x)) \(down(y)))\"" }
    add(
      "<text x=\"\(across(x))\" y=\"\(down(y))\" dy=\".35em\" font-size=\"\(Self.number(size * Self.point))\""
        + "\(style)\(paint.words)>\(markup)</text>")
  }

  /// Safe in XML: control characters become spaces.
  static func escaped(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: " "
      default: scalar
      }
    }
    return String(String.UnicodeScalarView(scalars)).escapedForMarkup
  }
}
