/// Where a figure's title, caption and panels go, in cm from its lower left corner; the same in every format.
struct FigureLayout {
  struct Line: Equatable {
    let text: String
    let x: Double
    /// Of its middle.
    let y: Double
    let size: Double
    let isBold: Bool
  }

  let width: Double
  let height: Double
  let titles: [Line]
  let captions: [Line]
  let panels: [(drawn: DrawnPanel, layout: PanelLayout)]

  init(_ figure: Figure) throws(FigureError) {
    guard !figure.panels.isEmpty else { throw .noPanels }
    var drawn: [DrawnPanel] = []
    for (index, panel) in figure.panels.enumerated() { drawn.append(try DrawnPanel(panel, number: index + 1)) }
    let textWidth = figure.width - 0.4
    let titles = TextWidth.lines(figure.title, points: Self.titleSize, width: textWidth)
    let captions = TextWidth.lines(figure.caption ?? "", points: Typography.text, width: textWidth)
    let above = titles.isEmpty ? 0 : Double(titles.count) * Self.titleLine + 0.1
    let below = captions.isEmpty ? 0 : Double(captions.count) * Typography.line + 0.15
    let rows = (drawn.count + figure.columns - 1) / figure.columns
    width = figure.width
    let height = above + below + Double(rows) * figure.panelHeight
    self.height = height
    self.titles = titles.enumerated().map { index, text in
      Line(
        text: text, x: 0.2, y: height - 0.14 - Self.titleLine * (Double(index) + 0.4), size: Self.titleSize,
        isBold: true)
    }
    self.captions = captions.enumerated().map { index, text in
      Line(
        text: text, x: 0.2, y: below - 0.02 - Typography.line * (Double(index) + 0.4), size: Typography.text,
        isBold: false)
    }
    let cellWidth = figure.width / Double(figure.columns)
    panels = (0..<rows).flatMap { row in
      let first = row * figure.columns
      let inRow = Array(drawn[first..<min(first + figure.columns, drawn.count)])
      let cells = inRow.indices.map { column in
        Rectangle(
          left: Double(column) * cellWidth, bottom: below + Double(rows - 1 - row) * figure.panelHeight,
          width: cellWidth, height: figure.panelHeight)
      }
      return Array(zip(inRow, PanelLayout.aligned(inRow, cells: cells)))
    }
  }

  private static let titleSize = 10.0
  private static let titleLine = 0.46
}
