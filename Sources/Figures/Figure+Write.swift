import Foundation

/// What `Figure.write(to:)` wrote and what it could not draw.
public struct WrittenFigure: Sendable, Equatable {
  /// Rows of a series that had NaN or infinite values.
  public struct Dropped: Sendable, Equatable, CustomStringConvertible {
    public let panel: Int
    public let series: String
    public let count: Int

    public var description: String {
      "panel \(panel), series '\(series)': \(count) \(count == 1 ? "row" : "rows") with NaN or infinite values not drawn"
    }
  }

  /// The drawing and the CSV beside it.
  public let paths: [String]
  public let dropped: [Dropped]
}

extension Figure {
  /// Draws the figure in the format of the extension, .svg, .pdf or .png (300 dots per inch), and writes the numbers
  /// beside it, those of `law.svg` to `law.figure.csv`. With .csv only the numbers are written, under that name.
  ///
  /// An .svg is drawn here, its words are words. A .pdf is drawn by gnuplot, a .png of it by pdftocairo (0.2 s), which must be installed;
  /// a character that no installed font has is drawn there as `?`. Equal figures give equal bytes with the same versions of these.
  /// Either both files are replaced, each in one step, or an error is thrown and neither is touched (save that the second fails after
  /// the first, on a full disk).
  ///
  /// - Returns: the paths, and how many rows had to be left out.
  /// - Throws: `FigureError`.
  @discardableResult
  public func write(to path: String) throws -> WrittenFigure {
    try write(to: path, programs: Programs())
  }

  /// With gnuplot and pdftocairo looked for in other folders than those of PATH (separated by colons).
  @discardableResult
  package func write(to path: String, searchPath: String) throws -> WrittenFigure {
    try write(to: path, programs: Programs(searchPath: searchPath))
  }

  /// What gnuplot is told.
  package func gnuplotScript() throws(FigureError) -> String {
    try GnuplotScript(self, output: "figure.pdf").text
  }

  private func write(to path: String, programs: Programs) throws -> WrittenFigure {
    let format = try FigureFormat(path: path)
    let words = format == .svg ? try svg() : try gnuplotScript()
    let numbers = Data(csv().utf8)
    let beside = Self.numbersPath(beside: path)
    if format == .csv {
      try Self.replace(path, with: numbers)
      return WrittenFigure(paths: [path], dropped: droppedRows)
    }
    let drawing = format == .svg ? Data(words.utf8) : try programs.draw(words, format: format)
    try Self.replace(path, with: drawing)
    try Self.replace(beside, with: numbers)
    return WrittenFigure(paths: [path, beside], dropped: droppedRows)
  }

  /// Where the numbers of a figure go: `law.figure.csv` for `law.svg`, a name that no table of data is likely to have; `path` itself
  /// where it ends in .csv.
  public static func numbersPath(beside path: String) -> String {
    let ending = URL(filePath: path).pathExtension
    return ending.lowercased() == "csv" ? path : path.dropLast(ending.count + (ending.isEmpty ? 0 : 1)) + ".figure.csv"
  }

  /// Throws before anything is calculated what `write(to: path)` would throw of the format and of the programs that draw it.
  public static func checkFormat(of path: String) throws(FigureError) {
    try Programs().check(FigureFormat(path: path))
  }

  private var droppedRows: [WrittenFigure.Dropped] {
    panels.enumerated().flatMap { index, panel in
      panel.series.filter { $0.dropped > 0 }
        .map { WrittenFigure.Dropped(panel: index + 1, series: $0.label, count: $0.dropped) }
    }
  }

  /// In one step; a device or a pipe is written to, not replaced.
  private static func replace(_ path: String, with data: Data) throws(FigureError) {
    var status = stat()
    let isSpecial = stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
    do {
      try data.write(to: URL(filePath: path), options: isSpecial ? [] : .atomic)
    } catch {
      throw .cannotWrite(path: path, reason: error.localizedDescription)
    }
  }
}

extension String {
  /// Safe between the tags of XML and HTML.
  package var escapedForMarkup: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
