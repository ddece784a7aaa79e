import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import Report
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

private enum Page {
  /// Two strong directions of six, the target on them.
  static func plan(methods: [any PretrainingMethod] = [PrincipalComponents()]) throws -> Plan {
    var stream = RandomStream(seed: 81)
    let scales = [3, 2, 1, 0.8, 0.6, 0.5]
    let rows = stream.normalMatrix(rows: 460, columns: 6).scalingColumns(by: scales)
    let labels = (400..<460).map { rows[$0, 0] - rows[$0, 1] }
    return try Planner.plan(
      PlanRequest(
        unlabeled: rows.rows(0..<400), features: rows.rows(400..<460),
        labels: zip(labels, stream.normals(60)).map(+), methods: methods, sizes: [1, 2, 3],
        backtestRepeats: 2))
  }

  static let html = Result {
    try PlanPage(plan: plan(), target: "<b>& \"yield\"", command: "pretell plan --target '<b>'", version: "0").html()
  }
}

/// Remembers elements and attributes.
private final class Outline: NSObject, XMLParserDelegate {
  var elements: [(name: String, attributes: [String: String])] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) { elements.append((name, attributes)) }
}

@Suite struct PlanPageTests {
  private func outline() throws -> Outline {
    let outline = Outline()
    let text = try Page.html.get().replacing("<!doctype html>", with: "")
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = outline
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    return outline
  }

  /// Every element is closed, whatever the names in the user's file.
  @Test func isWellFormed() throws {
    let elements = try outline().elements
    let names = elements.map(\.name)
    #expect(names.filter { $0 == "h2" }.count >= 5)
    #expect(elements.count { $0.attributes["class"] == "figure" } == 4 && !names.contains("img"))
    #expect(!names.contains("b") && names.count { $0 == "script" } == 2)
  }

  /// Nothing comes from elsewhere, every picture has words, and every picture its numbers.
  @Test func isSelfContained() throws {
    for element in try outline().elements {
      for key in ["src", "href"] {
        if let address = element.attributes[key] { #expect(address.hasPrefix("data:"), "\(element.name) \(key)") }
      }
      if element.attributes["class"] == "figure" { #expect((element.attributes["aria-label"] ?? "").count > 40) }
    }
    let downloads = try outline().elements.compactMap { $0.attributes["download"] }
    #expect(downloads == ["risk-against-labels.csv", "risk-against-rows.csv", "risk-in-parts.csv", "eigenvalues.csv"])
    #expect(try !Page.html.get().contains("url("))
  }

  /// Factors span the principal components: rounding does not decide which of the two is drawn.
  @Test func twinsAreNotDrawn() throws {
    let plan = try Page.plan(methods: [PrincipalComponents(), FactorModel()])
    #expect(plan.candidates.contains { $0.method == "factor" && $0.isTwin })
    let drawn = PlanPictures(plan).all[0].panel.series.map(\.label)
    #expect(drawn.contains { $0.hasPrefix("pca") } && !drawn.contains { $0.hasPrefix("factor") })
  }

  @Test func answersFirst() throws {
    let html = try Page.html.get()
    let order = [
      "class=\"answer\"", "<h2>Candidates", "id=\"what-if-title\"", "<p>Backtest on the labeled rows",
      "<h2>The best at other numbers of labels",
      "<h2>The best at other numbers of unlabeled rows", "<h2>Pictures", "<h2>How this",
      "<h2>To get this page",
    ]
    let places = order.map { html.range(of: $0)?.lowerBound }
    #expect(places.allSatisfy { $0 != nil })
    #expect(zip(places, places.dropFirst()).allSatisfy { $0! < $1! })
    #expect(html.contains("&lt;b&gt;&amp; &quot;yield&quot;"))
  }

  /// WCAG 2.2: 4.5 : 1 for text, in both schemes.
  @Test func contrastIsEnough() throws {
    let html = try Page.html.get()
    func colors(_ name: String) -> [Double] {
      html.matches(of: try! Regex("--\(name): #([0-9a-f]{6})")).map { match in
        let value = Int(match.output[1].substring!, radix: 16)!
        let bytes: [Int] = [value >> 16, (value >> 8) & 255, value & 255]
        let parts = bytes.map(linear)
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
      }
    }
    func linear(_ byte: Int) -> Double {
      let share = Double(byte) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    for text in ["ink", "soft"] {
      for ground in ["paper", "mark"] where !(text == "soft" && ground == "mark") {
        for (a, b) in zip(colors(text), colors(ground)) {
          #expect((max(a, b) + 0.05) / (min(a, b) + 0.05) > 4.5, "\(text) on \(ground)")
        }
      }
    }
    #expect(colors("ink").count == 2)
    // 3 : 1 for what is drawn.
    for role in ["theory", "observed", "candidate", "rival", "bound", "secondary", "baseline"] {
      let drawn = colors("fig-\(role)")
      #expect(drawn.count == 2 && html.contains("--fig-\(role)"))
      for (a, b) in zip(drawn, colors("paper")) {
        #expect((max(a, b) + 0.05) / (min(a, b) + 0.05) > 3, "\(role)")
      }
    }
  }

  /// Pictures are drawn here, in the page's colours: every line within its frame, every role one that the page has a colour for.
  @Test func picturesAreDrawnInThePage() throws {
    let elements = try outline().elements
    let boxes = elements.filter { $0.attributes["class"] == "figure" }.compactMap { $0.attributes["viewBox"] }
    #expect(boxes.allSatisfy { $0 == "0 0 400 264" } && boxes.count == 4)
    let drawn = elements.filter { ["polyline", "polygon"].contains($0.name) }
    #expect(drawn.count >= 8)
    for line in drawn {
      let numbers = (line.attributes["points"] ?? "").split { $0 == " " || $0 == "," }.compactMap { Double($0) }
      #expect(numbers.count >= 4 && numbers.count % 2 == 0)
      for (index, value) in numbers.enumerated() { #expect(value >= 0 && value <= (index % 2 == 0 ? 400 : 264)) }
    }
    let style = try Page.html.get()
    for match in style.matches(of: #/var\(--(fig-[a-z]+)\)/#) {
      #expect(style.contains("--\(match.1): #"), "\(match.1)")
    }
    #expect(try Page.html.get().utf8.count < 300_000)
  }

  /// Where a browser is installed, the page opens without a complaint and shows its headings.
  @Test func opensInABrowser() throws {
    guard let browser = Browser() else { return }
    let visit = try browser.visit(try Page.html.get(), script: "return document.body.innerHTML;")
    let page = String(decoding: visit.answer, as: UTF8.self)
    #expect(page.contains("Candidates") && page.contains("risk-against-labels.csv"))
    #expect(!visit.complaints.contains("CONSOLE"))
  }
}
