/// Where the parts of a drawing take their looks from: a page that it stands in, or itself.
struct SVGPaint {
  /// Of series.
  let color: @Sendable (SeriesRole) -> String
  /// Attributes of the frame's lines, of grid lines, of reference lines, of what is behind a legend, of text and of error bars on bars.
  let axis: String
  let grid: String
  let mark: String
  let ground: String
  let words: String
  let ink: String

  /// CSS variables `--fig-theory`, `--fig-candidate`, ... and classes, which follow a dark scheme.
  static let page = SVGPaint(
    color: { "var(--fig-\($0 == .automatic ? "theory" : "\($0)"))" }, axis: "class=\"axis\"", grid: "class=\"grid\"",
    mark: "class=\"mark\"", ground: "class=\"ground\"", words: "", ink: "class=\"axis\"")

  /// On white, with nothing to look up.
  static let file = SVGPaint(
    color: { $0.color }, axis: "stroke=\"\(Typography.frame)\" stroke-width=\"1.2\"",
    grid: "stroke=\"\(Typography.grid)\"",
    mark: "stroke=\"\(Typography.frame)\" stroke-width=\"1.2\" stroke-dasharray=\"4 3\"",
    ground: "fill=\"#FFFFFF\" opacity=\".8\"", words: " fill=\"\(Typography.ink)\"",
    ink: "stroke=\"\(Typography.ink)\" stroke-width=\"1.6\"")
}
