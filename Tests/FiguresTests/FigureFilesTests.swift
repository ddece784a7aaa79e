import Figures
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct FigureFilesTests {
  /// Set FIGURE_GALLERY to a folder to keep the pictures and look at them.
  @Test(arguments: Gallery.all.indices) func everyKindIsDrawn(_ index: Int) throws {
    let (name, figure) = Gallery.all[index]
    let kept = ProcessInfo.processInfo.environment["FIGURE_GALLERY"]
    let folder = try kept ?? TemporaryFolder.make()
    for format in ["pdf", "png", "svg"] {
      let path = "\(folder)/\(name).\(format)"
      #expect(try figure.write(to: path).paths == [path, "\(folder)/\(name).figure.csv"])
    }
    let pdf = try Data(contentsOf: URL(filePath: "\(folder)/\(name).pdf"))
    #expect(pdf.starts(with: Data("%PDF-1.".utf8)) && pdf.suffix(8).contains(Data("%%EOF".utf8)))
    let png = try Data(contentsOf: URL(filePath: "\(folder)/\(name).png"))
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    let pixels = png[16..<20].reduce(0) { $0 << 8 + Int($1) }
    #expect(abs(Double(pixels) - figure.width / 2.54 * 300) <= 5)
    let parser = XMLParser(data: try Data(contentsOf: URL(filePath: "\(folder)/\(name).svg")))
    #expect(parser.parse())
    #expect(try String(contentsOfFile: "\(folder)/\(name).figure.csv", encoding: .utf8) == figure.csv())
  }

  @Test(arguments: ["pdf", "png", "svg"]) func sameFigureSameBytes(_ format: String) throws {
    let folder = try TemporaryFolder.make()
    let first = try bytes(Gallery.plan, "\(folder)/a.\(format)")
    // PDF dates have a resolution of one second.
    if format == "pdf" { Thread.sleep(forTimeInterval: 1.1) }
    #expect(try bytes(Gallery.plan, "\(folder)/b.\(format)") == first)
  }

  @Test(arguments: ["pdf", "png", "svg"]) func otherNumbersOrWordsOtherBytes(_ format: String) throws {
    let folder = try TemporaryFolder.make()
    func panel(_ y: Double, _ label: String) -> Figure {
      Figure(panels: [
        Panel(
          xAxis: Axis("x"), yAxis: Axis("y", range: 0...1),
          series: [.line(label, x: [0, 1, 2], y: [0, y, 0.3])])
      ])
    }
    let first = try bytes(panel(0.5, "law"), "\(folder)/a.\(format)")
    #expect(try bytes(panel(0.52, "law"), "\(folder)/b.\(format)") != first)
    #expect(try bytes(panel(0.5, "lav"), "\(folder)/c.\(format)") != first)
  }

  /// The ink is where the numbers say: a point at (0.25, 0.75) has its color there and not at the mirrored places.
  @Test(arguments: [Axis.Scale.linear, .log10]) func pointStandsAtItsCoordinates(_ scale: Axis.Scale) throws {
    let range = scale == .linear ? 0.0...1.0 : 1.0...16.0
    let (x, y) = scale == .linear ? (0.25, 0.75) : (2.0, 8.0)
    let figure = Figure(panels: [
      Panel(
        xAxis: Axis("x", scale: scale, range: range), yAxis: Axis("y", scale: scale, range: range),
        series: [.points("", x: [x], y: [y], role: .observed)])
    ])
    let script = try figure.gnuplotScript()
    let margins = try ["lmargin", "rmargin", "bmargin", "tmargin"].map { name in
      let line = try #require(script.split(separator: "\n").first { $0.contains("set \(name) at screen") })
      return try #require(Double(line.split(separator: " ").last ?? ""))
    }
    let folder = try TemporaryFolder.make()
    try figure.write(to: "\(folder)/a.pdf")
    try PortablePixels.run("pdftoppm", ["-r", "200", "-singlefile", "\(folder)/a.pdf", "\(folder)/a"])
    let pixels = try PortablePixels(path: "\(folder)/a.ppm")
    func isOrange(_ x: Double, _ y: Double) -> Bool {
      let across = margins[0] + x * (margins[1] - margins[0])
      let up = margins[2] + y * (margins[3] - margins[2])
      return pixels.color(across, 1 - up) == [0xD5, 0x5E, 0x00]
    }
    #expect(isOrange(0.25, 0.75))
    #expect(!isOrange(0.75, 0.25) && !isOrange(0.75, 0.75) && !isOrange(0.25, 0.25))
  }

  @Test func csvAloneNeedsNoPrograms() throws {
    let folder = try TemporaryFolder.make()
    let written = try Gallery.plan.write(to: "\(folder)/numbers.csv", searchPath: "/nowhere")
    #expect(written.paths == ["\(folder)/numbers.csv"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["numbers.csv"])
  }

  private func bytes(_ figure: Figure, _ path: String) throws -> Data {
    try figure.write(to: path)
    return try Data(contentsOf: URL(filePath: path))
  }
}
