/// One panel drawn as SVG elements, with `SVGPaint` for its looks.
struct PanelSVG {
  private let drawn: DrawnPanel
  private let layout: PanelLayout
  private let places: Obstacles

  init(_ drawn: DrawnPanel, _ layout: PanelLayout) {
    (self.drawn, self.layout, places) = (drawn, layout, Obstacles(drawn))
  }

  func draw(on svg: inout SVGElements) {
    drawGrid(&svg)
    drawMarks(&svg)
    drawSeries(&svg)
    drawAxes(&svg)
    drawLegend(&svg)
    drawWords(&svg)
    if let map = drawn.colorMap { drawColorBar(map, &svg) }
  }

  private var frame: Rectangle { layout.frame }
  private func x(_ value: Double) -> Double { frame.left + frame.width * min(max(places.x(value), -2), 3) }
  private func y(_ value: Double) -> Double {
    let share = drawn.panel.yAxis.scale == .log10 && value <= 0 ? -1 : places.y(value)
    return frame.bottom + frame.height * min(max(share, -2), 3)
  }

  // MARK: axes

  private func drawGrid(_ svg: inout SVGElements) {
    if drawn.valueRange != nil { return }
    for tick in layout.yTicks {
      svg.line((frame.left, y(tick.value)), (frame.right, y(tick.value)), svg.paint.grid)
    }
    for tick in layout.xTicks {
      svg.line((x(tick.value), frame.bottom), (x(tick.value), frame.top), svg.paint.grid)
    }
  }

  private func drawAxes(_ svg: inout SVGElements) {
    let paint = svg.paint
    for tick in layout.yTicks {
      svg.line((frame.left - Self.tick, y(tick.value)), (frame.left, y(tick.value)), paint.axis)
      svg.label(tick, frame.left - 0.14, y(tick.value), anchor: .end)
    }
    for tick in layout.xTicks {
      svg.line((x(tick.value), frame.bottom - Self.tick), (x(tick.value), frame.bottom), paint.axis)
      svg.label(tick, x(tick.value), frame.bottom - 0.27, anchor: .middle)
    }
    if drawn.panel.yAxis.scale == .log10 {
      for value in Ticks.between(drawn.yRange, labeled: layout.yTicks) {
        svg.line((frame.left - Self.tick / 2, y(value)), (frame.left, y(value)), paint.axis)
      }
    }
    if drawn.panel.xAxis.scale == .log10, drawn.categories.isEmpty {
      for value in Ticks.between(drawn.xRange, labeled: layout.xTicks) {
        svg.line((x(value), frame.bottom - Self.tick / 2), (x(value), frame.bottom), paint.axis)
      }
    }
    for (index, name) in drawn.categories.enumerated() {
      let shown = TextWidth.fitted(name, points: Typography.text, width: Typography.longestName)
      if layout.categoriesAreSlanted {
        svg.words(shown, x(Double(index)), frame.bottom - 0.2, size: Typography.text, anchor: .end, turned: -35)
      } else {
        svg.words(shown, x(Double(index)), frame.bottom - 0.27, size: Typography.text, anchor: .middle)
      }
    }
    svg.line((frame.left, frame.bottom), (frame.right, frame.bottom), paint.axis)
    svg.line((frame.left, frame.bottom), (frame.left, frame.top), paint.axis)
  }

  /// Length of a tick, in cm.
  private static let tick = 0.08

  private func drawMarks(_ svg: inout SVGElements) {
    for mark in drawn.panel.marks {
      if mark.direction == .vertical, drawn.xRange.contains(mark.value) {
        svg.line((x(mark.value), frame.bottom), (x(mark.value), frame.top), svg.paint.mark)
      } else if mark.direction == .horizontal, drawn.yRange.contains(mark.value) {
        svg.line((frame.left, y(mark.value)), (frame.right, y(mark.value)), svg.paint.mark)
      }
    }
  }

  // MARK: words

  private func drawWords(_ svg: inout SVGElements) {
    for (index, content) in layout.titleLines.enumerated() {
      svg.words(
        content, frame.left, layout.titleTop - Typography.titleLine * (Double(index) + 0.5), size: Typography.title,
        isBold: true)
    }
    let below = frame.bottom - layout.tickHeight - 0.14
    for (index, content) in layout.xLabelLines.enumerated() {
      svg.words(
        content, frame.left + frame.width / 2, below - Typography.line * (Double(index) + 0.5),
        size: Typography.text, anchor: .middle)
    }
    let left = frame.left - layout.tickWidth - 0.38
    for (index, content) in layout.yLabelLines.reversed().enumerated() {
      svg.words(
        content, left - Typography.line * (Double(index) + 0.5), frame.bottom + frame.height / 2,
        size: Typography.text, anchor: .middle, turned: -90)
    }
    for mark in layout.markLabels {
      svg.words(mark.text, mark.x, mark.y, size: Typography.small, anchor: mark.isCentered ? .middle : .start)
    }
  }

  private func drawLegend(_ svg: inout SVGElements) {
    if let ground = layout.legendBackground { svg.box(ground, svg.paint.ground) }
    for entry in layout.legend {
      let series = SeriesSVG(drawn.series[entry.series], drawn, svg.paint)
      series.sample(from: entry.x, to: entry.x + Typography.sample, at: entry.y, on: &svg)
      svg.words(entry.text, entry.x + Typography.sample + 0.1, entry.y, size: Typography.text)
    }
  }

  // MARK: data

  private func drawSeries(_ svg: inout SVGElements) {
    let paint = svg.paint
    svg.clipped(to: frame) { svg in
      for series in drawn.series { SeriesSVG(series, drawn, paint).draw(x: x, y: y, on: &svg) }
    }
    // Whole where their middle is in the frame.
    let reach = (across: frame.left - 1e-9...frame.right + 1e-9, up: frame.bottom - 1e-9...frame.top + 1e-9)
    for series in drawn.series {
      SeriesSVG(series, drawn, paint).drawPoints(x: x, y: y, on: &svg) {
        reach.across.contains($0) && reach.up.contains($1)
      }
    }
  }

  private func drawColorBar(_ map: ColorMap, _ svg: inout SVGElements) {
    let left = frame.right + 0.22
    let steps = 64
    svg.add("<g shape-rendering=\"crispEdges\">")
    for step in 0..<steps {
      let share = (Double(step) + 0.5) / Double(steps)
      let bottom = frame.bottom + frame.height * Double(step) / Double(steps)
      svg.box(
        Rectangle(
          left: left, bottom: bottom, width: Typography.colorBar, height: frame.height / Double(steps) + 0.01),
        "fill=\"\(map.color(at: share))\"")
    }
    svg.add("</g>")
    let (low, high) = (map.range.lowerBound, map.range.upperBound)
    let right = left + Typography.colorBar
    for tick in layout.valueTicks {
      let height = frame.bottom + frame.height * (tick.value - low) / (high - low)
      svg.line((right, height), (right + Self.tick, height), svg.paint.axis)
      svg.label(tick, right + 0.14, height, anchor: .start)
    }
    let label = TextWidth.fitted(map.label, points: Typography.text, width: frame.height + 0.8)
    svg.words(
      label, right + layout.valueTickWidth + 0.28 + Typography.line / 2, frame.bottom + frame.height / 2,
      size: Typography.text, anchor: .middle, turned: -90)
  }
}
