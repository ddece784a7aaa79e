import Figures
import Foundation
import Testing

/// Every text word for word, and nothing left on disk.
@Suite struct FigureErrorTests {
  private let line = Series.line("law", x: [1, 2], y: [1, 2])

  private func message(
    _ figure: Figure, name: String = "a.pdf", searchPath: String? = nil
  ) throws -> String {
    let folder = try TemporaryFolder.make()
    let path = "\(folder)/\(name)"
    let error = #expect(throws: FigureError.self) {
      if let searchPath { try figure.write(to: path, searchPath: searchPath) } else { try figure.write(to: path) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    return error.map { "\($0)".replacing(folder + "/", with: "") } ?? ""
  }

  private func panel(_ series: [Series], x: Axis = Axis("m/n"), y: Axis = Axis("risk"), marks: [ReferenceLine] = [])
    -> Figure
  {
    Figure(panels: [Panel(title: "Law", xAxis: x, yAxis: y, series: series, marks: marks)])
  }

  @Test func unknownExtension() throws {
    #expect(
      try message(panel([line]), name: "a.jpg")
        == "a.jpg: cannot draw '.jpg'; use .svg, .pdf or .png, or .csv for the numbers alone")
    #expect(
      try message(panel([line]), name: "a")
        == "a: cannot draw without an extension; use .svg, .pdf or .png, or .csv for the numbers alone")
  }

  @Test func missingPrograms() throws {
    let none = try TemporaryFolder.make()
    #expect(
      try message(panel([line]), searchPath: none)
        == "gnuplot is not installed, which .png and .pdf need; run ./setup, or 'apt-get install gnuplot-nox' on Debian "
        + "and Ubuntu, 'brew install gnuplot' on macOS; .svg and .csv need nothing")
    let gnuplot = try PortablePixels.run("which", ["gnuplot"]).trimmingCharacters(in: .whitespacesAndNewlines)
    try FileManager.default.createSymbolicLink(atPath: "\(none)/gnuplot", withDestinationPath: gnuplot)
    #expect(
      try message(panel([line]), name: "a.png", searchPath: none)
        == "pdftocairo is not installed, which .png and .pdf need; run ./setup, or 'apt-get install poppler-utils' on "
        + "Debian and Ubuntu, 'brew install poppler' on macOS; .svg and .csv need nothing")
  }

  @Test func failingProgramIsQuoted() throws {
    let folder = try TemporaryFolder.make()
    let program = "\(folder)/gnuplot"
    try "#!/bin/sh\necho 'no such terminal' >&2\nexit 3\n".write(toFile: program, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    #expect(try message(panel([line]), searchPath: folder) == "gnuplot could not draw the figure: no such terminal")
    try "#!/bin/sh\n".write(toFile: program, atomically: false, encoding: .utf8)
    #expect(
      try message(panel([line]), searchPath: folder)
        == "gnuplot could not draw the figure: it ended without writing figure.pdf")
  }

  @Test func nothingToDraw() throws {
    #expect(try message(Figure(panels: [])) == "the figure has no panels; give at least one")
    #expect(
      try message(panel([])) == "panel 1 'Law': nothing to draw; give at least one series with values")
    #expect(
      try message(panel([.line("a", x: [1, 2], y: [.nan, .infinity]), .points("b", x: [.nan], y: [1])]))
        == "panel 1 'Law': nothing to draw, all 3 rows have NaN or infinite values")
  }

  @Test func logarithmicAxes() throws {
    let log = Axis("risk", scale: .log10)
    #expect(
      try message(panel([line, .line("zero", x: [1, 2], y: [1, 0])], y: log))
        == "panel 1, series 'zero': 0.0 on the logarithmic axis 'risk'; leave out values <= 0 or use a linear axis")
    #expect(
      try message(panel([.line("left", x: [-1, 2], y: [1, 1])], x: Axis("m/n", scale: .log10)))
        == "panel 1, series 'left': -1.0 on the logarithmic axis 'm/n'; leave out values <= 0 or use a linear axis")
    #expect(
      try message(panel([.points("bar", x: [1], y: [1], low: [-0.5], high: [2])], y: log)).contains(
        "series 'bar': -0.5"))
    #expect(try message(panel([line], y: log, marks: [.horizontal(at: 0, label: "floor")])).contains("series 'floor'"))
    #expect(
      try message(panel([line], y: Axis("risk", scale: .log10, range: 0...1)))
        == "panel 1, axis 'risk': the range 0.0 to 1.0 is empty, not finite, or not positive on a logarithmic axis; "
        + "give another or none")
  }

  @Test func placeThatCannotBeWritten() throws {
    let folder = try TemporaryFolder.make()
    let error = #expect(throws: FigureError.self) { try panel([line]).write(to: "\(folder)/missing/a.csv") }
    #expect("\(error, default: "")".hasPrefix("\(folder)/missing/a.csv: cannot be written ("))
  }

  @Test func droppedRowsAreReported() throws {
    let folder = try TemporaryFolder.make()
    let some = Series.points("simulated", x: [1, 2, 3, .infinity], y: [1, .nan, 2, 3])
    let sample = Series.steps("sample", sample: [1, .nan, 2])
    let written = try panel([line, some, sample]).write(to: "\(folder)/a.csv")
    #expect(
      written.dropped.map(\.description) == [
        "panel 1, series 'simulated': 2 rows with NaN or infinite values not drawn",
        "panel 1, series 'sample': 1 row with NaN or infinite values not drawn",
      ])
  }
}
