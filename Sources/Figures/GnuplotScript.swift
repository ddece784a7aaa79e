/// The whole figure as one gnuplot script that writes a PDF; labels are never interpreted.
struct GnuplotScript {
  private(set) var text = ""
  private let width: Double
  private let height: Double

  init(_ figure: Figure, output: String) throws(FigureError) {
    let arranged = try FigureLayout(figure)
    (width, height) = (arranged.width, arranged.height)
    writeHead(output: output)
    for line in arranged.titles + arranged.captions {
      let font = "\(Typography.font)\(line.isBold ? ":Bold" : ""),\(Int(line.size))"
      label(line.text, line.x, line.y, "left font '\(font)'")
    }
    for (panel, layout) in arranged.panels { write(panel, layout) }
    add("unset multiplot")
    add("unset output")
  }

  // MARK: figure

  private mutating func writeHead(output: String) {
    add("set encoding utf8")
    add(
      "set terminal pdfcairo enhanced color background rgb '#FFFFFF' size \(width)cm,\(short(height))cm "
        + "fontscale 0.75 font '\(Typography.font),8' linewidth 1")
    add("set output \(Self.quoted(output))")
    add("set multiplot")
    add("unset key")
    add("unset colorbox")
    add("set style line 100 lc rgb '\(Typography.grid)' lw 0.8 dt solid")
  }

  // MARK: panel

  private mutating func write(_ drawn: DrawnPanel, _ layout: PanelLayout) {
    let frame = layout.frame
    writeMargins(frame)
    add("set border 3 lc rgb '\(Typography.frame)' lw 1.2")
    add("set tics out nomirror scale 0.5,0.25 textcolor rgb '\(Typography.ink)'")
    writeAxis("x", drawn.panel.xAxis, drawn.xRange, layout.xTicks)
    writeAxis("y", drawn.panel.yAxis, drawn.yRange, layout.yTicks)
    if !drawn.categories.isEmpty { writeCategories(drawn.categories, slanted: layout.categoriesAreSlanted) }
    add(drawn.valueRange == nil ? "set grid xtics ytics back ls 100, ls 100" : "unset grid")
    if !drawn.categories.isEmpty { add("set grid noxtics") }
    writeTexts(drawn, layout)
    if let map = drawn.colorMap {
      add("set palette defined (\(map.gradient))")
      add("set cbrange [\(map.range.lowerBound):\(map.range.upperBound)]")
    }
    writeMarks(drawn)
    writeLegend(drawn, layout)
    let data = SeriesData(drawn)
    for block in data.blocks { add(block) }
    add("plot \\\n  " + data.plots.joined(separator: ", \\\n  "))
    add("unset label")
    add("unset arrow")
    add("unset object")
    if let map = drawn.colorMap { writeColorBar(map, layout) }
  }

  private mutating func writeMargins(_ frame: Rectangle) {
    add("set lmargin at screen \(across(frame.left))")
    add("set rmargin at screen \(across(frame.right))")
    add("set bmargin at screen \(up(frame.bottom))")
    add("set tmargin at screen \(up(frame.top))")
  }

  private mutating func writeAxis(_ name: String, _ axis: Axis, _ range: ClosedRange<Double>, _ ticks: [Tick]) {
    add(axis.scale == .log10 ? "set logscale \(name) 10" : "unset logscale \(name)")
    add("set \(name)range [\(range.lowerBound):\(range.upperBound)]")
    var places = ticks.map { "'\($0.label)' \($0.value)" }
    if axis.scale == .log10 {
      places += Ticks.between(range, labeled: ticks).map { "'' \($0) 1" }
    }
    add(
      places.isEmpty
        ? "unset \(name)tics" : "set \(name)tics norotate right offset 0,0 (\(places.joined(separator: ", ")))")
    if name == "x", !places.isEmpty { add("set xtics nomirror center enhanced offset 0,0.25") }
    if name == "y", !places.isEmpty { add("set ytics nomirror enhanced offset 0.4,0") }
  }

  private mutating func writeCategories(_ names: [String], slanted: Bool) {
    let places = names.enumerated().map { index, name in
      let text = TextWidth.fitted(name, points: Typography.text, width: Typography.longestName)
      return "\(Self.quoted(text.replacing("%", with: "%%"))) \(index)"
    }
    add(
      "set xtics noenhanced \(slanted ? "rotate by 35 right offset 0.6,0.2" : "norotate center offset 0,0.25") scale 0 nomirror "
        + "textcolor rgb '\(Typography.ink)' (\(places.joined(separator: ", ")))")
  }

  private mutating func writeTexts(_ drawn: DrawnPanel, _ layout: PanelLayout) {
    let frame = layout.frame
    for (index, line) in layout.titleLines.enumerated() {
      label(
        line, frame.left, layout.titleTop - Typography.titleLine * (Double(index) + 0.5),
        "left font '\(Typography.font):Bold,\(Int(Typography.title))'")
    }
    for (index, line) in layout.xLabelLines.enumerated() {
      let y = frame.bottom - 0.17 - layout.tickHeight - Typography.line * (Double(index) + 0.5)
      label(line, frame.left + frame.width / 2, y, "center")
    }
    for (index, line) in layout.yLabelLines.reversed().enumerated() {
      let x = frame.left - layout.tickWidth - 0.24 - Typography.line * (Double(index) + 0.5)
      label(line, x, frame.bottom + frame.height / 2, "center rotate by 90")
    }
    for mark in layout.markLabels {
      label(
        mark.text, mark.x, mark.y,
        "\(mark.isCentered ? "center" : "left") font '\(Typography.font),\(Int(Typography.small))'")
    }
  }

  /// The color bar, a plot of its own: overlapping boxes, so that no viewer shows seams between them.
  private mutating func writeColorBar(_ map: ColorMap, _ layout: PanelLayout) {
    let frame = layout.frame
    let left = frame.right + 0.22
    let (low, high) = (map.range.lowerBound, map.range.upperBound)
    let boxes = (0..<128).map { step in
      let bottom = low + (high - low) * Double(step) / 128
      return "0.5 \(bottom) 0 1 \(bottom) \(high) \(bottom + (high - low) / 256)"
    }
    add("$colors << EOD\n\(boxes.joined(separator: "\n"))\nEOD")
    writeMargins(Rectangle(left: left, bottom: frame.bottom, width: Typography.colorBar, height: frame.height))
    add("unset border")
    add("unset logscale")
    add("unset xtics")
    add("unset ytics")
    add("set xrange [0:1]")
    add("set yrange [\(low):\(high)]")
    add("set y2range [\(low):\(high)]")
    let places = layout.valueTicks.map { "'\($0.label)' \($0.value)" }.joined(separator: ", ")
    add("set y2tics enhanced scale 0.5 offset -0.4,0 (\(places))")
    label(
      TextWidth.fitted(map.label, points: Typography.text, width: frame.height + 0.8),
      left + Typography.colorBar + layout.valueTickWidth + 0.28 + Typography.line / 2, frame.bottom + frame.height / 2,
      "center rotate by 90")
    add("plot $colors using 1:2:3:4:5:6:7 with boxxyerror fc palette fs solid 1 noborder")
    add("unset label")
    add("unset y2tics")
  }

  private mutating func writeMarks(_ drawn: DrawnPanel) {
    for mark in drawn.panel.marks {
      let isVertical = mark.direction == .vertical
      guard (isVertical ? drawn.xRange : drawn.yRange).contains(mark.value) else { continue }
      let ends =
        isVertical
        ? "from first \(mark.value), graph 0 to first \(mark.value), graph 1"
        : "from graph 0, first \(mark.value) to graph 1, first \(mark.value)"
      add("set arrow \(ends) nohead back lc rgb '\(Typography.frame)' lw 1.2 dt (4,3)")
    }
  }

  // MARK: legend

  private mutating func writeLegend(_ drawn: DrawnPanel, _ layout: PanelLayout) {
    if let box = layout.legendBackground {
      add(
        "set object rectangle from \(screen(box.left, box.bottom)) to \(screen(box.right, box.top)) "
          + "front fc rgb '#FFFFFF' fs transparent solid 0.8 noborder")
    }
    for entry in layout.legend {
      let series = drawn.series[entry.series]
      sample(series, entry.x, entry.y)
      label(entry.text, entry.x + Typography.sample + 0.1, entry.y, "left")
    }
  }

  private mutating func sample(_ series: Series, _ x: Double, _ y: Double) {
    let role = series.role
    let end = x + Typography.sample
    switch series.shape {
    case .line, .linePoints, .steps:
      add(
        "set arrow from \(screen(x, y)) to \(screen(end, y)) nohead front \(SeriesData.lineStyle(role, solid: series.shape == .steps))"
      )
    case .band, .bars, .boxes, .cells:
      let fill = SeriesData.fill(series.shape, isHistogram: series.isHistogram)
      add(
        "set object rectangle from \(screen(x + 0.1, y - 0.09)) to \(screen(end - 0.1, y + 0.09)) "
          + "front fc rgb '\(role.color)' \(fill)")
    case .points:
      let hasBars = series.rows.contains { $0.low != nil }
      if hasBars {
        add(
          "set arrow from \(screen(x + 0.31, y - 0.13)) to \(screen(x + 0.31, y + 0.13)) nohead front "
            + "lc rgb '\(role.color)' lw 1.4")
      }
    }
    if series.shape == .points || series.shape == .linePoints {
      add("set label '' at \(screen(x + Typography.sample / 2, y)) front point \(SeriesData.pointStyle(role))")
    }
  }

  // MARK: words

  private mutating func add(_ line: String) { text += line + "\n" }

  private mutating func label(_ words: String, _ x: Double, _ y: Double, _ style: String) {
    add(
      "set label \(Self.quoted(words)) at \(screen(x, y)) \(style) noenhanced front textcolor rgb '\(Typography.ink)'")
  }

  private func screen(_ x: Double, _ y: Double) -> String { "screen \(across(x)), screen \(up(y))" }
  private func across(_ x: Double) -> String { short(x / width) }
  private func up(_ y: Double) -> String { short(y / height) }
  private func short(_ value: Double) -> String { "\((value * 1e5).rounded() / 1e5)" }

  /// Between single quotes gnuplot reads nothing but the doubled quote; control characters become spaces.
  static func quoted(_ text: String) -> String {
    let plain = text.replacing("\r\n", with: " ").unicodeScalars.map { scalar -> Character in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: " "
      default: Character(scalar)
      }
    }
    return "'" + String(plain).replacing("'", with: "''") + "'"
  }
}
