/// Where everything of one panel goes: the frame, ticks, legend and labels of reference lines, in cm.
struct PanelLayout {
  struct Text: Equatable {
    var text: String
    var x: Double
    var y: Double
    var isCentered = false
  }

  let frame: Rectangle
  /// Upper end of the title's first line.
  let titleTop: Double
  let titleLines: [String]
  let xTicks: [Tick]
  let yTicks: [Tick]
  let valueTicks: [Tick]
  let yLabelLines: [String]
  let xLabelLines: [String]
  /// Right end of the tick labels on the y axis.
  let tickWidth: Double
  let valueTickWidth: Double
  let categoriesAreSlanted: Bool
  /// Height of the tick labels on the x axis.
  let tickHeight: Double
  let markLabels: [Text]
  private(set) var legend: [LegendEntry] = []
  private(set) var legendBackground: Rectangle?

  struct LegendEntry: Equatable {
    var series: Int
    var text: String
    /// Left end of the sample and the height of its middle.
    var x: Double
    var y: Double
  }

  /// Panels of one row, with their frames' lower and upper ends in line.
  static func aligned(_ row: [DrawnPanel], cells: [Rectangle]) -> [PanelLayout] {
    var below = 0.0
    var above = 0.0
    var layouts: [PanelLayout] = []
    for _ in 0..<3 {
      layouts = zip(row, cells).map { PanelLayout($0, cell: $1, below: below, above: above) }
      below = zip(layouts, cells).map { $0.frame.bottom - $1.bottom }.max() ?? 0
      above = zip(layouts, cells).map { $1.top - $0.frame.top }.max() ?? 0
    }
    return layouts
  }

  /// - Parameters: `below` and `above` the frame there is at least that much room.
  init(_ drawn: DrawnPanel, cell: Rectangle, below: Double, above: Double) {
    let panel = drawn.panel
    let value = drawn.colorMap?.range
    yTicks = Ticks.choose(drawn.yRange, scale: panel.yAxis.scale, most: 7)
    tickWidth = Self.widest(yTicks.map(\.plain))
    valueTicks = value.map { $0.lowerBound < $0.upperBound ? Ticks.linear($0, most: 6) : [] } ?? []
    valueTickWidth = Self.widest(valueTicks.map(\.plain))

    yLabelLines = TextWidth.lines(panel.yAxis.label, points: Typography.text, width: cell.height - 1.6)
    let left = cell.left + Typography.edge + Double(yLabelLines.count) * Typography.line + tickWidth + 0.3
    let bar = value == nil ? 0 : Typography.colorBar + valueTickWidth + Typography.line + 0.55
    let lastTick = Self.xTicks(drawn, width: cell.right - left).last?.plain ?? ""
    let overhang = value == nil ? max(0, TextWidth.centimeters(lastTick, points: Typography.text) / 2 - 0.2) : 0
    let width = cell.right - Typography.edge - 0.2 - max(bar, overhang) - left
    xTicks = Self.xTicks(drawn, width: width)

    let widestName = Self.widest(
      drawn.categories.map { TextWidth.fitted($0, points: Typography.text, width: Typography.longestName) })
    categoriesAreSlanted =
      !drawn.categories.isEmpty && widestName > 0.92 * width / Double(max(drawn.categories.count, 1))
    tickHeight = categoriesAreSlanted ? 0.58 * widestName + 0.25 : Typography.line
    xLabelLines = TextWidth.lines(panel.xAxis.label, points: Typography.text, width: width + 0.6)
    titleLines = TextWidth.lines(panel.title, points: Typography.title, width: width + 0.3)

    let rows = LegendRows(panel.legend == .hidden ? [] : drawn.series, width: cell.width - 0.4)
    let under =
      cell.bottom + Typography.edge + Double(xLabelLines.count) * Typography.line + tickHeight + 0.24
    let marks = Self.aboveFrame(panel.marks, drawn: drawn, left: left, width: width)
    titleTop = cell.top - Typography.edge
    let room = Double(titleLines.count) * Typography.titleLine + Double(marks.rows) * Typography.smallLine
    let top = min(titleTop - room - (room == 0 ? 0.1 : 0.16), cell.top - above)
    let whole = Rectangle(left: left, bottom: max(under, cell.bottom + below), width: width, height: 0)
      .reaching(top: top)
    var obstacles = Obstacles(drawn)
    for mark in panel.marks where mark.direction == .horizontal && drawn.yRange.contains(mark.value) {
      obstacles.addHorizontal(at: mark.value)
    }
    let corner = rows.entries.isEmpty ? nil : Self.corner(panel.legend, rows, frame: whole, obstacles)
    let isBelow = !rows.entries.isEmpty && corner == nil
    let lifted = isBelow ? Double(rows.lines.count) * Typography.line + 0.12 : 0
    frame = Rectangle(left: left, bottom: max(under + lifted, cell.bottom + below), width: width, height: 0)
      .reaching(top: top)
    if let corner { obstacles.add(corner.fractions(of: frame)) }
    let frame = frame
    markLabels =
      marks.labels.map {
        Text(text: $0.text, x: $0.x, y: frame.top + 0.16 + $0.y * Typography.smallLine, isCentered: true)
      }
      + Self.onLines(panel.marks, frame: frame, obstacles: obstacles)
    if let corner {
      legendBackground = corner
      legend = rows.listed(in: corner)
    } else if isBelow {
      legend = rows.flowing(from: cell.bottom + Typography.edge, center: cell.left + cell.width / 2)
    }
  }

  // MARK: ticks

  private static func widest(_ texts: [String]) -> Double {
    texts.map { TextWidth.centimeters($0, points: Typography.text) }.max() ?? 0
  }

  /// As many as fit beside each other; whole ones where all numbers drawn are whole, such as ranks.
  private static func xTicks(_ drawn: DrawnPanel, width: Double) -> [Tick] {
    guard drawn.categories.isEmpty else { return [] }
    let isWhole = drawn.series.allSatisfy { $0.rows.allSatisfy { $0.left == nil && $0.x == $0.x.rounded() } }
    for most in stride(from: 8, through: 2, by: -1) {
      let ticks = Ticks.choose(drawn.xRange, scale: drawn.panel.xAxis.scale, most: most)
      let needed = ticks.reduce(0) { $0 + TextWidth.centimeters($1.plain, points: Typography.text) + 0.3 }
      let isSound = !isWhole || ticks.count < 3 || ticks.allSatisfy { $0.value == $0.value.rounded() }
      if needed <= width && isSound { return ticks }
    }
    return Ticks.choose(drawn.xRange, scale: drawn.panel.xAxis.scale, most: 2)
  }

  // MARK: reference lines

  /// Labels of vertical lines above the frame, in as many rows as keep them apart.
  private static func aboveFrame(
    _ marks: [ReferenceLine], drawn: DrawnPanel, left: Double, width: Double
  ) -> (labels: [Text], rows: Int) {
    let places = Obstacles(drawn)
    var ends: [Double] = []
    var labels: [Text] = []
    let visible = marks.filter { $0.direction == .vertical && !$0.label.isEmpty && drawn.xRange.contains($0.value) }
    for mark in visible.sorted(by: { $0.value < $1.value }) {
      let text = TextWidth.fitted(mark.label, points: Typography.small, width: width)
      let half = TextWidth.centimeters(text, points: Typography.small) / 2
      let x = min(max(left + width * places.x(mark.value), left + half), left + width - half)
      let row = ends.firstIndex { $0 < x - half } ?? ends.count
      if row == ends.count { ends.append(0) }
      ends[row] = x + half + 0.15
      labels.append(Text(text: text, x: x, y: Double(row)))
    }
    return (labels, ends.count)
  }

  /// Labels of horizontal lines on the line, where the fewest data are.
  private static func onLines(_ marks: [ReferenceLine], frame: Rectangle, obstacles: Obstacles) -> [Text] {
    var taken = obstacles
    var labels: [Text] = []
    for mark in marks where mark.direction == .horizontal && !mark.label.isEmpty && mark.value.isFinite {
      let height = obstacles.y(mark.value) * frame.height
      guard (0...frame.height).contains(height) else { continue }
      let text = TextWidth.fitted(mark.label, points: Typography.small, width: frame.width - 0.2)
      let width = TextWidth.centimeters(text, points: Typography.small)
      let places = [height + 0.04, height - 0.04 - Typography.smallLine]
        .filter { $0 >= 0 && $0 + Typography.smallLine <= frame.height }
        .flatMap { bottom in
          (0...10).reversed().map { step in
            Rectangle(
              left: 0.08 + (frame.width - width - 0.16) * Double(step) / 10, bottom: bottom, width: width,
              height: Typography.smallLine)
          }
        }
      let counts = places.map { taken.count(in: $0.scaled(to: frame)) }
      guard let fewest = counts.min(), let index = counts.firstIndex(of: fewest) else { continue }
      let best = places[index]
      taken.add(best.scaled(to: frame))
      labels.append(
        Text(text: text, x: frame.left + best.left, y: frame.bottom + best.bottom + Typography.smallLine / 2))
    }
    return labels
  }

  // MARK: legend

  /// The wanted corner, or the emptiest; nil puts the legend below.
  private static func corner(
    _ position: LegendPosition, _ rows: LegendRows, frame: Rectangle, _ obstacles: Obstacles
  ) -> Rectangle? {
    let size = rows.listSize
    let left = frame.left + 0.12
    let right = frame.right - 0.08 - size.width
    let bottom = frame.bottom + 0.12
    let top = frame.top - 0.05 - size.height
    func at(_ x: Double, _ y: Double) -> Rectangle {
      Rectangle(left: x, bottom: y, width: size.width, height: size.height)
    }
    switch position {
    case .topLeft: return at(left, top)
    case .topRight: return at(right, top)
    case .bottomLeft: return at(left, bottom)
    case .bottomRight: return at(right, bottom)
    case .below, .hidden: return nil
    case .automatic:
      let places = [at(right, top), at(left, top), at(right, bottom), at(left, bottom)]
      return places.first { place in
        place.left >= frame.left && place.bottom >= frame.bottom
          && obstacles.count(in: place.fractions(of: frame)) == 0
      }
    }
  }
}

extension Rectangle {
  /// In fractions of another rectangle.
  func fractions(of frame: Rectangle) -> Rectangle {
    Rectangle(
      left: (left - frame.left) / frame.width, bottom: (bottom - frame.bottom) / frame.height,
      width: width / frame.width, height: height / frame.height)
  }

  /// The same with another upper end.
  func reaching(top: Double) -> Rectangle {
    Rectangle(left: left, bottom: bottom, width: width, height: top - bottom)
  }

  /// In fractions of a frame whose corner is this rectangle's origin.
  func scaled(to frame: Rectangle) -> Rectangle {
    Rectangle(
      left: left / frame.width, bottom: bottom / frame.height, width: width / frame.width,
      height: height / frame.height)
  }
}
