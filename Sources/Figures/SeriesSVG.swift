/// One series drawn as SVG elements.
struct SeriesSVG {
  private let series: Series
  private let drawn: DrawnPanel
  private let paint: SVGPaint

  init(_ series: Series, _ drawn: DrawnPanel, _ paint: SVGPaint) {
    (self.series, self.drawn, self.paint) = (series, drawn, paint)
  }

  private var color: String { paint.color(series.role) }

  private var stroke: String {
    let isSolid = series.shape == .steps || series.role.dash == "solid"
    let dash = isSolid ? "" : " stroke-dasharray=\"\(series.role.dash.dropFirst().dropLast())\""
    return "fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\" stroke-linejoin=\"round\"\(dash)"
  }

  private var fill: String {
    let opacity = series.shape == .band ? ".2" : series.isHistogram ? ".45" : nil
    return "fill=\"\(color)\"" + (opacity.map { " fill-opacity=\"\($0)\"" } ?? "")
  }

  /// All but points, in cm.
  func draw(x: (Double) -> Double, y: (Double) -> Double, on svg: inout SVGElements) {
    let rows = series.rows
    switch series.shape {
    case .line, .linePoints: svg.path(rows.map { (x($0.x), y($0.y ?? 0)) }, stroke)
    case .steps: svg.path(steps.map { (x($0.0), y($0.1)) }, stroke)
    case .points:
      for row in rows {
        guard let low = row.low, let high = row.high else { continue }
        svg.line((x(row.x), y(low)), (x(row.x), y(high)), "stroke=\"\(color)\" stroke-width=\"1.6\"")
      }
    case .band:
      svg.area(rows.map { (x($0.x), y($0.high ?? 0)) } + rows.reversed().map { (x($0.x), y($0.low ?? 0)) }, fill)
    case .bars, .boxes:
      for row in rows {
        guard let left = row.left, let right = row.right else { continue }
        // A bar's low and high are its error bar, a box's its ends.
        let isBar = series.shape == .bars
        let ends = isBar ? [y(0), y(row.y ?? 0)] : [y(row.low ?? 0), y(row.high ?? row.y ?? 0)]
        svg.box(
          Rectangle(
            left: x(left), bottom: min(ends[0], ends[1]), width: x(right) - x(left), height: abs(ends[1] - ends[0])),
          fill)
        if isBar, let low = row.low, let high = row.high {
          svg.line((x(row.x), y(low)), (x(row.x), y(high)), paint.ink)
        }
      }
    case .cells: drawCells(x: x, y: y, on: &svg)
    }
  }

  /// (x, y) of an empirical distribution function from one end of the axis to the other.
  private var steps: [(Double, Double)] {
    guard let first = series.rows.first, let last = series.rows.last else { return [] }
    var points = [(min(drawn.xRange.lowerBound, first.x), 0.0)]
    for row in series.rows {
      points.append((row.x, points[points.count - 1].1))
      points.append((row.x, row.y ?? 0))
    }
    return points + [(max(drawn.xRange.upperBound, last.x), last.y ?? 1)]
  }

  /// Neighbors in a row that look the same are one rectangle.
  private func drawCells(x: (Double) -> Double, y: (Double) -> Double, on svg: inout SVGElements) {
    guard let map = drawn.colorMap else { return }
    let (low, high) = (map.range.lowerBound, map.range.upperBound)
    var run: (place: Rectangle, color: String)?
    func finish(_ svg: inout SVGElements) {
      if let run { svg.box(run.place, "fill=\"\(run.color)\"") }
    }
    svg.add("<g shape-rendering=\"crispEdges\">")
    for row in series.rows {
      guard let value = row.value, let left = row.left, let right = row.right else { continue }
      let ends = [y(row.low ?? 0), y(row.high ?? 0)]
      let place = Rectangle(
        left: x(left), bottom: min(ends[0], ends[1]), width: x(right) - x(left), height: abs(ends[1] - ends[0]))
      let color = map.color(at: (value - low) / (high - low))
      if let before = run, before.color == color, before.place.bottom == place.bottom,
        before.place.height == place.height, abs(before.place.right - place.left) < 1e-6
      {
        run?.place.width = place.right - before.place.left
      } else {
        finish(&svg)
        run = (place, color)
      }
    }
    finish(&svg)
    svg.add("</g>")
  }

  // MARK: points

  /// Those in the frame.
  func drawPoints(
    x: (Double) -> Double, y: (Double) -> Double, on svg: inout SVGElements, where isShown: (Double, Double) -> Bool
  ) {
    guard series.shape == .points || series.shape == .linePoints else { return }
    for row in series.rows {
      let place = (x(row.x), y(row.y ?? 0))
      if isShown(place.0, place.1) { point(place.0, place.1, on: &svg) }
    }
  }

  /// Disc, square, triangles, diamond, and open forms: roles are told apart without colors.
  private func point(_ x: Double, _ y: Double, on svg: inout SVGElements) {
    let role = series.role
    let r = Self.radius
    let isOpen = role == .secondary || role == .baseline
    let style = isOpen ? "fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.4\"" : "fill=\"\(color)\""
    switch role {
    case .automatic, .theory, .secondary:
      svg.add(
        "<circle cx=\"\(svg.across(x))\" cy=\"\(svg.down(y))\" r=\"\(SVGElements.number(r * SVGElements.unit))\" \(style)/>"
      )
    case .observed, .baseline:
      svg.box(Rectangle(left: x - r * 0.88, bottom: y - r * 0.88, width: 1.76 * r, height: 1.76 * r), style)
    case .candidate:
      svg.area([(x, y + 1.25 * r), (x - 1.1 * r, y - 0.7 * r), (x + 1.1 * r, y - 0.7 * r)], style)
    case .bound: svg.area([(x, y - 1.25 * r), (x - 1.1 * r, y + 0.7 * r), (x + 1.1 * r, y + 0.7 * r)], style)
    case .rival: svg.area([(x, y + 1.3 * r), (x + 1.3 * r, y), (x, y - 1.3 * r), (x - 1.3 * r, y)], style)
    }
  }

  /// In cm.
  private static let radius = 0.085

  // MARK: legend

  /// How it looks, between two places on a line of the legend.
  func sample(from left: Double, to right: Double, at height: Double, on svg: inout SVGElements) {
    let middle = (left + right) / 2
    switch series.shape {
    case .line, .linePoints, .steps: svg.line((left, height), (right, height), stroke)
    case .band, .bars, .boxes, .cells:
      svg.box(Rectangle(left: left + 0.08, bottom: height - 0.1, width: right - left - 0.16, height: 0.2), fill)
    case .points:
      if series.rows.contains(where: { $0.low != nil }) {
        svg.line((middle, height - 0.14), (middle, height + 0.14), "stroke=\"\(color)\" stroke-width=\"1.6\"")
      }
    }
    if series.shape == .points || series.shape == .linePoints { point(middle, height, on: &svg) }
  }
}
