import Asymptotics
import Distributions
import Foundation
import Report
import TestSupport
import Testing

/// The page of a law, in a browser, says what the law says.
@Suite struct LawPageTests {
  private static let noises = [0.5, 1, 20]

  private static func laws() throws -> [LimitLaw] {
    try noises.map {
      LimitLaw(
        noiseVariance: $0, effectiveDimension: 2, baseDimension: 7,
        interaction: try GeneralizedChiSquare(weights: [4, 1.5]))
    }
  }

  private static func page() throws -> String {
    try LawPage(
      model: "factor", unlabeled: 3000, labeled: 200,
      worlds: zip(noises, laws()).map { .init(value: "\($0)", law: $1) }, start: 1, key: "downstream.noise",
      panels: [], text: "n (R - sigma^2) -> <>", command: "pretell law", version: "0"
    ).html()
  }

  private struct Place: Decodable {
    let n: Int
    let m: Int
    let world: Int
    let cells: [[String]]
    let chosen: Bool
    let answer: String
  }

  private func text(_ value: Double) -> String { String(format: value >= 1000 ? "%.0f" : "%.4g", value) }

  @Test func everyPlaceSaysWhatTheLawSays() throws {
    guard let browser = Browser() else { return }
    let script = """
      const data = JSON.parse(document.getElementById("law-data").textContent);
      const [n, m, w] = ["labeled", "unlabeled", "world"].map((name) => document.getElementById("law-" + name));
      const places = [];
      for (let i = 0; i < data.labeled.length; i += 4) for (let j = 0; j < data.unlabeled.length; j += 4)
        for (let k = 0; k < data.laws.length; k += 1) {
          n.value = i; m.value = j; w.value = k; w.dispatchEvent(new Event("input", { bubbles: true }));
          const lines = ["law-line-two", "law-line-alone"].map((name) => document.getElementById(name));
          places.push({ n: data.labeled[i], m: data.unlabeled[j], world: k, chosen: lines[0].classList.contains("chosen"),
            cells: lines.map((line) => [...line.cells].map((cell) => cell.textContent)),
            answer: document.getElementById("law-answer").textContent });
        }
      return places;
      """
    let visit = try browser.visit(Self.page(), script: script)
    #expect(!visit.complaints.contains("CONSOLE"), "\(visit.complaints)")
    let places = try JSONDecoder().decode([Place].self, from: visit.answer)
    let laws = try Self.laws()
    #expect(places.count == 7 * 7 * 3 && places.contains { $0.n == 200 && $0.m == 3000 })
    var answers = (does: 0, doesNot: 0)
    for place in places {
      let law = laws[place.world]
      let scaled = law.scaledExcessRisk(ratio: Double(place.m) / Double(place.n)).scaled(by: 1 / Double(place.n))
      let (two, alone) = (place.cells[0], place.cells[1])
      func close(_ shown: String, _ value: Double) -> Bool { abs((Double(shown) ?? .nan) / value - 1) < 6e-4 }
      #expect(close(two[1], law.noiseVariance + scaled.mean) && close(two[2], scaled.mean), "\(place)")
      let ends = two[3].components(separatedBy: " to ")
      #expect(close(ends[0], scaled.quantile(0.05)) && close(ends[1], scaled.quantile(0.95)), "\(place)")
      #expect(close(alone[2], law.baseLabelTerm / Double(place.n)), "\(place)")
      let beats = Double(place.m) / Double(place.n) > law.crossoverRatio!
      #expect(place.chosen == beats && place.answer.hasSuffix(beats ? "it does." : "it does not."), "\(place)")
      if beats { answers.does += 1 } else { answers.doesNot += 1 }
    }
    #expect(answers.does > 20 && answers.doesNot > 20, "\(answers)")
  }

  @Test(arguments: [(390, false), (390, true), (1280, false), (1280, true)])
  func looks(_ width: Int, _ isDark: Bool) throws {
    guard let browser = Browser() else { return }
    let visit = try browser.visit(Self.page(), width: width, isDark: isDark, script: Browser.looks)
    let looks = try JSONDecoder().decode(Browser.Looks.self, from: visit.answer)
    #expect(looks.window == width && looks.page <= width && looks.ratio >= 4.5 && looks.unnamed == 0, "\(looks)")
    #expect(!visit.complaints.contains("CONSOLE"), "\(visit.complaints)")
    #expect(try Self.page().contains("n (R - sigma^2) -&gt; &lt;&gt;"))
  }
}
