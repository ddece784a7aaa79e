/// A figure: panels in a grid, with a title above and a caption below.
///
///     let figure = Figure(title: "Risk", panels: [
///       Panel(xAxis: Axis("labeled rows n", scale: .log10), yAxis: Axis("excess risk"), series: [
///         .line("law", x: n, y: law, role: .theory),
///         .points("simulated", x: n, y: mean, low: low, high: high, role: .observed)])])
///     try figure.write(to: "risk.pdf")      // and risk.figure.csv beside it
///
/// A figure is plain values; nothing is drawn before `write(to:)`.
public struct Figure: Sendable, Equatable {
  public var title: String
  public var caption: String?
  public var panels: [Panel]
  /// Panels side by side; further ones go to the next row.
  public var columns: Int
  /// Width in cm: 10 for one column, 17.4 (two columns of a journal page) for more, unless given.
  public var width: Double
  /// Height of one row of panels in cm, without title and caption.
  public var panelHeight: Double

  public init(
    title: String = "", caption: String? = nil, panels: [Panel], columns: Int? = nil, width: Double? = nil,
    panelHeight: Double = 6.6
  ) {
    let count = columns ?? min(max(panels.count, 1), 2)
    precondition(count > 0, "a figure of \(count) columns")
    self.title = title
    self.caption = caption
    self.panels = panels
    self.columns = count
    self.width = width ?? (count == 1 ? 10 : 17.4)
    self.panelHeight = panelHeight
  }
}
