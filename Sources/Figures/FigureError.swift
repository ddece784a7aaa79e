/// Why a figure was not written. Nothing is left on disk then.
public enum FigureError: Error, Equatable, CustomStringConvertible {
  /// The file's extension names no format.
  case unknownFormat(path: String, fileExtension: String)
  /// A program that draws is not installed.
  case programMissing(program: String, package: String)
  /// The program ran and failed; `message` is what it said.
  case drawingFailed(program: String, message: String)
  /// There is no panel.
  case noPanels
  /// Nothing finite is left to draw in this panel (1-based).
  case nothingToDraw(panel: Int, title: String, dropped: Int)
  /// A logarithmic axis cannot show this value.
  case nonPositiveOnLogAxis(panel: Int, series: String, axis: String, value: Double)
  /// A given axis range cannot be used.
  case badRange(panel: Int, axis: String, lower: Double, upper: Double)
  /// The file or the CSV beside it cannot be written.
  case cannotWrite(path: String, reason: String)

  public var description: String {
    switch self {
    case .unknownFormat(let path, let fileExtension):
      "\(path): cannot draw \(fileExtension.isEmpty ? "without an extension" : "'.\(fileExtension)'"); "
        + "use .svg, .pdf or .png, or .csv for the numbers alone"
    case .programMissing(let program, let package):
      "\(program) is not installed, which .png and .pdf need; run ./setup, or 'apt-get install \(package)' on Debian and Ubuntu, "
        + "'brew install \(package == "gnuplot-nox" ? "gnuplot" : "poppler")' on macOS; .svg and .csv need nothing"
    case .drawingFailed(let program, let message):
      "\(program) could not draw the figure: \(message)"
    case .noPanels:
      "the figure has no panels; give at least one"
    case .nothingToDraw(let panel, let title, let dropped):
      "panel \(panel)\(title.isEmpty ? "" : " '\(title)'"): nothing to draw"
        + (dropped == 0
          ? "; give at least one series with values" : ", all \(dropped) rows have NaN or infinite values")
    case .nonPositiveOnLogAxis(let panel, let series, let axis, let value):
      "panel \(panel), series '\(series)': \(value) on the logarithmic axis '\(axis)'; "
        + "leave out values <= 0 or use a linear axis"
    case .badRange(let panel, let axis, let lower, let upper):
      "panel \(panel), axis '\(axis)': the range \(lower) to \(upper) is empty, not finite, or not positive on a "
        + "logarithmic axis; give another or none"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written (\(reason)); choose another place"
    }
  }
}
