extension Panel {
  /// The panel as an SVG element that stands in a page and takes its colours from it; nothing else is needed to draw it.
  ///
  /// Series have the colours of the page's CSS variables `--fig-theory`, `--fig-candidate`, ... by role (`SeriesRole`); the page
  /// styles `svg.figure text` and the classes `axis`, `grid`, `mark` (reference lines) and `ground` (behind the legend): so it
  /// follows a dark scheme. Throws `FigureError` for what cannot be drawn.
  /// - Parameters:
  ///   - description: what is to be seen, for those who cannot.
  ///   - width: in cm, as `height`; the element is as wide as its place.
  public func inlineSVG(description: String, width: Double = 10, height: Double = 6.6) throws(FigureError) -> String {
    let drawn = try DrawnPanel(self, number: 1)
    let cell = Rectangle(left: 0, bottom: 0, width: width, height: height)
    var svg = SVGElements(.page, height: height)
    PanelSVG(drawn, PanelLayout.aligned([drawn], cells: [cell])[0]).draw(on: &svg)
    return """
      <svg class="figure" viewBox="0 0 \(svg.across(width)) \(svg.across(height))" role="img" \
      aria-label="\(SVGElements.escaped(description).replacing("\"", with: "&quot;"))" xmlns="http://www.w3.org/2000/svg">
      \(svg.text)
      </svg>
      """
  }
}

extension Figure {
  /// The figure as an SVG file's text, words as words; equal figures give equal texts. Throws `FigureError` for what cannot be drawn.
  public func svg() throws(FigureError) -> String {
    let arranged = try FigureLayout(self)
    var svg = SVGElements(.file, height: arranged.height)
    for line in arranged.titles + arranged.captions {
      svg.words(line.text, line.x, line.y, size: line.size, isBold: line.isBold)
    }
    for (panel, layout) in arranged.panels { PanelSVG(panel, layout).draw(on: &svg) }
    let description = caption ?? panels.map(\.title).filter { !$0.isEmpty }.joined(separator: "; ")
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(arranged.width)cm" height="\(SVGElements.number(arranged.height * 10))mm" \
      viewBox="0 0 \(svg.across(arranged.width)) \(svg.across(arranged.height))" role="img" \
      font-family="'Liberation Sans', Arial, Helvetica, sans-serif">
      <title>\(SVGElements.escaped(title))</title>
      <desc>\(SVGElements.escaped(description))</desc>
      <rect width="100%" height="100%" fill="#FFFFFF"/>
      \(svg.text)
      </svg>

      """
  }
}
