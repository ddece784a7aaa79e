import Figures
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// SVG files, drawn without another program; read back as XML.
@Suite struct FigureSVGTests {
  @Test func needsNoProgram() throws {
    let folder = try TemporaryFolder.make()
    let written = try Gallery.plan.write(to: "\(folder)/a.svg", searchPath: "/nowhere")
    #expect(written.paths == ["\(folder)/a.svg", "\(folder)/a.figure.csv"])
    #expect(try String(contentsOfFile: "\(folder)/a.svg", encoding: .utf8) == Gallery.plan.svg())
    #expect(throws: FigureError.self) { try Gallery.plan.write(to: "\(folder)/a.png", searchPath: "/nowhere") }
  }

  /// On either axis, between the lines that the frame is drawn with.
  @Test(arguments: [Axis.Scale.linear, .log10]) func pointStandsAtItsCoordinates(_ scale: Axis.Scale) throws {
    let range = scale == .linear ? 0.0...1.0 : 1.0...16.0
    let (x, y) = scale == .linear ? (0.25, 0.75) : (2.0, 8.0)
    let panel = Panel(
      xAxis: Axis("x", scale: scale, range: range), yAxis: Axis("y", scale: scale, range: range),
      series: [.points("", x: [x], y: [y], role: .theory)])
    let drawing = try Drawing(Figure(panels: [panel]).svg())
    let axes = drawing.all("line").suffix(2)
    let (bottom, left) = (try #require(axes.first), try #require(axes.last))
    let point = try #require(drawing.all("circle").first)
    let across = (point["cx"] - bottom["x1"]) / (bottom["x2"] - bottom["x1"])
    let up = (left["y1"] - point["cy"]) / (left["y1"] - left["y2"])
    #expect(abs(across - 0.25) < 1e-3 && abs(up - 0.75) < 1e-3)
    #expect(drawing.all("circle").count == 1)
  }

  /// Powers of ten are raised, in files and in pages.
  @Test func powersAreRaised() throws {
    let panel = Panel(
      xAxis: Axis("x", scale: .log10), yAxis: Axis("y"), series: [.line("", x: [1, 1e8], y: [0, 4e6])])
    for text in [try Figure(panels: [panel]).svg(), try panel.inlineSVG(description: "")] {
      let drawing = try Drawing(text)
      let raised = drawing.all("tspan").filter { $0.attributes["dy"]?.hasPrefix("-") == true }.map(\.text)
      #expect(raised.contains("8") && raised.contains("6"), "\(raised)")
      #expect(drawing.all("text").contains { $0.text == "10" } && !text.contains("10^") && !text.contains("{"))
      #expect(!drawing.all("text").contains { ["108", "106"].contains($0.text) })
    }
  }

  /// There is no rank 1.5; numbers that are not whole have such ticks.
  @Test func ticksOfWholeNumbersAreWhole() throws {
    func ticks(_ x: [Double]) throws -> [String] {
      let panel = Panel(
        xAxis: Axis("rank"), yAxis: Axis("", range: 0...1), series: [.line("", x: x, y: x.map { _ in 0.5 })])
      return try Drawing(Figure(panels: [panel]).svg()).all("text").map(\.text)
    }
    #expect(try ticks([1, 2, 3]).contains("2") && !ticks([1, 2, 3]).contains("1.5"))
    #expect(try ticks([1, 2.25, 3]).contains("1.5"))
  }

  /// Letters mean themselves; what is no character of XML is a space.
  @Test func wordsAreWords() throws {
    let text = try Drawing(Gallery.hostile.svg()).all("text").map(\.text).joined(separator: " ")
    for word in ["$(id)", "`id`", "{a}_b^2", "\\n", "<&>", "\"q\"", "é"] {
      #expect(text.contains(word), "\(word)")
    }
    let odd = Figure(
      title: "a\u{0}b\u{FFFE}c\u{1B}",
      panels: [Panel(xAxis: Axis("x"), yAxis: Axis("y"), series: [.line("", x: [0, 1], y: [0, 1])])])
    let drawing = try Drawing(odd.svg())
    #expect(
      drawing.all("title").map(\.text) == ["a b c "] && drawing.all("text").contains { $0.text.hasPrefix("a b c") })
  }

  /// What leaves the frame is cut off at it, and a point outside is not drawn.
  @Test func nothingLeavesTheFrame() throws {
    let panel = Panel(
      xAxis: Axis("x", range: 0...1), yAxis: Axis("y", range: 0...1),
      series: [
        .line("", x: [-1, 2], y: [-5, 7], role: .theory),
        .points("", x: [0.5, 2, 0.5], y: [0.5, 0.5, 3], role: .theory),
      ])
    let drawing = try Drawing(Figure(panels: [panel]).svg())
    let line = try #require(drawing.all("polyline").first)
    let window = try #require(drawing.all("svg").last)
    #expect(line.depth == window.depth + 1 && window.attributes["overflow"] == "hidden")
    let axes = drawing.all("line").suffix(2)
    #expect(
      abs(window["x"] - axes.last!["x1"]) < 0.11
        && abs(window["width"] - (axes.first!["x2"] - axes.first!["x1"])) < 0.11)
    #expect(drawing.all("circle").count == 1)
  }

  /// Ends of the scale have its first and last colors, the middle of a diverging one its middle; halfway between two neighbors lies
  /// their mean.
  @Test func colorsOfCells() throws {
    func fills(_ values: [Double], _ colors: ColorScale) throws -> [String] {
      let x = values.indices.map(Double.init)
      let panel = Panel(
        xAxis: Axis("x"), yAxis: Axis("y"),
        series: [.heatMap("v", x: x, y: [0, 1], values: [values, values], colors: colors)])
      let rows = try Drawing(Figure(panels: [panel]).svg()).all("rect").dropFirst()
      return rows.prefix(values.count).compactMap { $0.attributes["fill"] }
    }
    #expect(try fills([0, 9, 3.5], .sequential) == ["#440154", "#FDE725", "#2C758E"])
    #expect(try fills([-2, 0, 1, 2], .diverging(center: 0)) == ["#0072B2", "#F7F7F7", "#EFB081", "#D55E00"])
    // Neighbors share an edge, and are one rectangle where they have one color.
    #expect(try fills([1, 1, 0], .sequential).prefix(2) == ["#FDE725", "#440154"])
  }

  /// Each role by its color, and points also by their shape.
  @Test func rolesAreToldApart() throws {
    let roles = SeriesRole.allCases.filter { $0 != .automatic }
    let series = roles.map { Series.linePoints("\($0)", x: [0, 1], y: [0, 1], role: $0) }
    let drawing = try Drawing(Figure(panels: [Panel(xAxis: Axis("x"), yAxis: Axis("y"), series: series)]).svg())
    let lines = drawing.all("polyline").map { [$0.attributes["stroke"], $0.attributes["stroke-dasharray"]] }
    #expect(Set(lines).count == roles.count)
    #expect(drawing.all("circle").count == 2 * 3 && drawing.all("polygon").count == 3 * 3)
  }
}

/// Elements of an SVG in their order, with attributes and text.
private final class Drawing: NSObject, XMLParserDelegate {
  final class Element {
    let name: String
    let attributes: [String: String]
    let depth: Int
    var text = ""

    init(_ name: String, _ attributes: [String: String], _ depth: Int) {
      (self.name, self.attributes, self.depth) = (name, attributes, depth)
    }

    subscript(_ name: String) -> Double { Double(attributes[name] ?? "") ?? .nan }
  }

  private var elements: [Element] = []
  private var open: [Element] = []

  init(_ text: String) throws {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    try #require(parser.parse())
  }

  func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append(Element(name, attributes, open.count))
    open.append(elements[elements.count - 1])
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { open.last?.text += string }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }
}
