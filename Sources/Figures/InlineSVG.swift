import Foundation

extension Panel {
  /// The panel as an SVG element that stands in a page and takes its colours from it; nothing else is needed to draw it.
  ///
  /// Series have the colours of the page's CSS variables `--fig-theory`, `--fig-candidate`, ... by role (`SeriesRole`); the page
  /// styles `svg.figure text` and the classes `axis`, `grid`, `mark` (reference lines) and `ground` (behind the legend): so it
  /// follows a dark scheme. Lines, points, bands, steps and bars are drawn; heat maps are not.
  /// Throws `FigureError` for what cannot be drawn.
  /// - Parameters:
  ///   - description: what is to be seen, for those who cannot.
  ///   - width: in cm, as `height`; the element is as wide as its place.
  public func inlineSVG(description: String, width: Double = 10, height: Double = 6.6) throws(FigureError) -> String {
    let drawn = try DrawnPanel(self, number: 1)
    let cell = Rectangle(left: 0, bottom: 0, width: width, height: height)
    let layout = PanelLayout.aligned([drawn], cells: [cell])[0]
    var svg = InlineSVG(drawn, layout, width: width, height: height)
    svg.draw()
    return svg.element(description)
  }
}

/// One panel in user units of 1/40 cm, y downward.
private struct InlineSVG {
  private let drawn: DrawnPanel
  private let layout: PanelLayout
  private let width: Double
  private let height: Double
  private let places: Obstacles
  private var parts: [String] = []

  private static let unit = 40.0
  /// A point of type in user units.
  private static let point = 40 * 2.54 / 72

  init(_ drawn: DrawnPanel, _ layout: PanelLayout, width: Double, height: Double) {
    (self.drawn, self.layout, self.width, self.height, places) = (drawn, layout, width, height, Obstacles(drawn))
  }

  func element(_ description: String) -> String {
    """
    <svg class="figure" viewBox="0 0 \(text(width * Self.unit)) \(text(height * Self.unit))" role="img" \
    aria-label="\(description.escapedForMarkup.replacing("\"", with: "&quot;"))" xmlns="http://www.w3.org/2000/svg">
    \(parts.joined(separator: "\n"))
    </svg>
    """
  }

  mutating func draw() {
    drawAxes()
    for series in drawn.series { draw(series, fill: Self.color(series.role)) }
    drawMarks()
    drawWords()
  }

  // MARK: places

  private func text(_ value: Double) -> String {
    let rounded = (value * 10).rounded() / 10
    return rounded == rounded.rounded() && abs(rounded) < 1e9 ? "\(Int(rounded))" : "\(rounded)"
  }

  private func across(_ centimeters: Double) -> String { text(centimeters * Self.unit) }
  private func down(_ centimeters: Double) -> String { text((height - centimeters) * Self.unit) }
  private func x(_ value: Double) -> Double { layout.frame.left + layout.frame.width * places.x(value) }
  private func y(_ value: Double) -> Double {
    let share = drawn.panel.yAxis.scale == .log10 && value <= 0 ? 0 : places.y(value)
    return layout.frame.bottom + layout.frame.height * min(max(share, -1), 2)
  }

  private static func color(_ role: SeriesRole) -> String { "var(--fig-\(role == .automatic ? "theory" : "\(role)"))" }

  private mutating func line(_ from: (Double, Double), _ to: (Double, Double), _ style: String) {
    parts.append(
      "<line x1=\"\(across(from.0))\" y1=\"\(down(from.1))\" x2=\"\(across(to.0))\" y2=\"\(down(to.1))\" \(style)/>")
  }

  private mutating func words(
    _ content: String, _ x: Double, _ y: Double, size: Double, anchor: String = "start", more: String = ""
  ) {
    parts.append(
      "<text x=\"\(across(x))\" y=\"\(down(y))\" font-size=\"\(text(size * Self.point))\" text-anchor=\"\(anchor)\" "
        + "dominant-baseline=\"middle\" \(more)>\(content.escapedForMarkup)</text>")
  }

  // MARK: axes

  private mutating func drawAxes() {
    let frame = layout.frame
    for tick in layout.yTicks {
      line((frame.left, y(tick.value)), (frame.right, y(tick.value)), "class=\"grid\"")
      words(tick.plain, frame.left - 0.12, y(tick.value), size: Typography.text, anchor: "end")
    }
    for tick in layout.xTicks {
      line((x(tick.value), frame.bottom), (x(tick.value), frame.top), "class=\"grid\"")
      words(tick.plain, x(tick.value), frame.bottom - 0.25, size: Typography.text, anchor: "middle")
    }
    for (index, name) in drawn.categories.enumerated() {
      let place = x(Double(index))
      let shown = TextWidth.fitted(name, points: Typography.text, width: Typography.longestName)
      let turned = "transform=\"rotate(-35 \(across(place)) \(down(frame.bottom - 0.2)))\""
      words(
        shown, place, frame.bottom - (layout.categoriesAreSlanted ? 0.2 : 0.25), size: Typography.text,
        anchor: layout.categoriesAreSlanted ? "end" : "middle", more: layout.categoriesAreSlanted ? turned : "")
    }
    line((frame.left, frame.bottom), (frame.right, frame.bottom), "class=\"axis\"")
    line((frame.left, frame.bottom), (frame.left, frame.top), "class=\"axis\"")
  }

  private mutating func drawWords() {
    let frame = layout.frame
    for (index, content) in layout.titleLines.enumerated() {
      words(
        content, frame.left, layout.titleTop - Typography.titleLine * (Double(index) + 0.4), size: Typography.title,
        more: "font-weight=\"600\"")
    }
    let below = frame.bottom - layout.tickHeight - 0.12
    for (index, content) in layout.xLabelLines.enumerated() {
      words(
        content, frame.left + frame.width / 2, below - Typography.line * (Double(index) + 0.5), size: Typography.text,
        anchor: "middle")
    }
    // At the edge: a page's font may be wider than the one that ticks were measured in.
    let middle = frame.bottom + frame.height / 2
    for (index, content) in layout.yLabelLines.enumerated() {
      let place = 0.2 + Typography.line * Double(index)
      words(
        content, place, middle, size: Typography.text, anchor: "middle",
        more: "transform=\"rotate(-90 \(across(place)) \(down(middle)))\"")
    }
    for label in layout.markLabels {
      words(label.text, label.x, label.y, size: Typography.small, anchor: label.isCentered ? "middle" : "start")
    }
    if let ground = layout.legendBackground { box(ground, "class=\"ground\"") }
    for entry in layout.legend {
      let series = drawn.series[entry.series]
      let end = entry.x + Typography.sample
      switch series.shape {
      case .line, .linePoints, .steps: line((entry.x, entry.y), (end, entry.y), stroke(series.role))
      case .points: dot(entry.x + Typography.sample / 2, entry.y, series.role)
      case .band, .bars, .boxes, .cells:
        box(
          Rectangle(left: entry.x, bottom: entry.y - 0.1, width: Typography.sample, height: 0.2),
          "fill=\"\(Self.color(series.role))\"" + (series.shape == .band ? " opacity=\".25\"" : ""))
      }
      words(entry.text, end + 0.14, entry.y, size: Typography.text)
    }
  }

  private mutating func drawMarks() {
    let frame = layout.frame
    for mark in drawn.panel.marks {
      if mark.direction == .vertical, drawn.xRange.contains(mark.value) {
        line((x(mark.value), frame.bottom), (x(mark.value), frame.top), "class=\"mark\"")
      } else if mark.direction == .horizontal, drawn.yRange.contains(mark.value) {
        line((frame.left, y(mark.value)), (frame.right, y(mark.value)), "class=\"mark\"")
      }
    }
  }

  // MARK: series

  private func stroke(_ role: SeriesRole) -> String {
    let dash = role.dash == "solid" ? "" : " stroke-dasharray=\"\(role.dash.dropFirst().dropLast())\""
    return "fill=\"none\" stroke=\"\(Self.color(role))\" stroke-width=\"2\"\(dash)"
  }

  private mutating func dot(_ x: Double, _ y: Double, _ role: SeriesRole) {
    parts.append("<circle cx=\"\(across(x))\" cy=\"\(down(y))\" r=\"3\" fill=\"\(Self.color(role))\"/>")
  }

  private mutating func box(_ place: Rectangle, _ style: String) {
    parts.append(
      "<rect x=\"\(across(place.left))\" y=\"\(down(place.top))\" width=\"\(across(max(place.width, 0)))\" "
        + "height=\"\(across(max(place.height, 0)))\" \(style)/>")
  }

  private mutating func path(_ points: [(Double, Double)], _ style: String) {
    let list = points.map { "\(across($0.0)),\(down($0.1))" }.joined(separator: " ")
    parts.append("<polyline points=\"\(list)\" \(style)/>")
  }

  private mutating func draw(_ series: Series, fill: String) {
    let rows = series.rows
    switch series.shape {
    case .line, .linePoints:
      path(rows.map { (x($0.x), y($0.y ?? 0)) }, stroke(series.role))
      if series.shape == .linePoints { for row in rows { dot(x(row.x), y(row.y ?? 0), series.role) } }
    case .steps:
      var points: [(Double, Double)] = []
      for row in rows {
        if let last = points.last { points.append((x(row.x), last.1)) }
        points.append((x(row.x), y(row.y ?? 0)))
      }
      path(points, stroke(series.role))
    case .points:
      for row in rows {
        if let low = row.low, let high = row.high { line((x(row.x), y(low)), (x(row.x), y(high)), stroke(series.role)) }
        dot(x(row.x), y(row.y ?? 0), series.role)
      }
    case .band:
      let around = rows.map { (x($0.x), y($0.high ?? 0)) } + rows.reversed().map { (x($0.x), y($0.low ?? 0)) }
      let list = around.map { "\(across($0.0)),\(down($0.1))" }.joined(separator: " ")
      parts.append("<polygon points=\"\(list)\" fill=\"\(fill)\" opacity=\".18\"/>")
    case .bars, .boxes:
      for row in rows {
        guard let left = row.left, let right = row.right else { continue }
        // A bar's low and high are its error bar, a box's its ends.
        let (low, high) = series.shape == .bars ? (y(0), y(row.y ?? 0)) : (y(row.low ?? 0), y(row.high ?? row.y ?? 0))
        box(
          Rectangle(left: x(left), bottom: min(low, high), width: x(right) - x(left), height: abs(high - low)),
          "fill=\"\(fill)\"")
      }
    case .cells: break
    }
  }
}
