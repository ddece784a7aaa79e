import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import Report
import TestSupport
import Testing

/// A small world with numbers or two classes as labels, and its page.
enum WhatIfWorld {
  static func request(_ head: PlanHead, purchase: Purchase? = nil) -> PlanRequest {
    var stream = RandomStream(seed: 81)
    let rows = stream.normalMatrix(rows: 460, columns: 6).scalingColumns(by: [3, 2, 1, 0.8, 0.6, 0.5])
    let scores = (400..<460).map { rows[$0, 0] - rows[$0, 1] + stream.normals(1)[0] }
    return PlanRequest(
      unlabeled: rows.rows(0..<400), features: rows.rows(400..<460),
      labels: head == .linear ? scores : scores.map { $0 > 0 ? 1 : 0 }, methods: [PrincipalComponents()],
      sizes: [1, 2, 3], purchase: purchase, head: head, classNames: head == .linear ? nil : ["<no>", "yes & more"])
  }

  static func plan(_ head: PlanHead, purchase: Purchase? = nil) throws -> Plan {
    var plan = try Planner.plan(request(head, purchase: purchase))
    plan.rank(at: [(1000, 250), (50, 90)])
    return plan
  }

  /// Raw columns that say nothing, and an encoder that sees the target the better the more rows it has.
  static func encoderPlan(_ purchase: Purchase) throws -> Plan {
    var stream = RandomStream(seed: 82)
    let (raw, signal) = (stream.normalMatrix(rows: 60, columns: 3), stream.normals(60))
    let labels = zip(signal, stream.normals(60)).map { $0 + 0.3 * $1 }
    let parts = [("full", 400), ("half-0", 200), ("half-1", 200)] + (0..<4).map { ("quarter-\($0)", 100) }
    let runs = parts.map { part, rows in
      let blur = 6 / Double(rows).squareRoot()
      return EncoderRun(
        rows: rows, part: part,
        labeled: Matrix(signal.map { [$0 + blur * stream.normals(1)[0], 0.1 * stream.normals(1)[0]] }))
    }
    return try Planner.plan(
      PlanRequest(
        unlabeled: Matrix(rows: 0, columns: 3), features: raw, labels: labels, methods: [], sizes: [],
        purchase: purchase, encoders: [TrainedEncoder(name: "mine", runs: runs)]))
  }

  static func page(_ plan: Plan, purchase: Purchase? = nil) throws -> String {
    try PlanPage(plan: plan, target: "y", command: "pretell plan", version: "0", purchase: purchase).html()
  }
}

/// The page's sliders, in a browser, say what the plan says.
@Suite struct WhatIfTests {
  /// Moves to every place and reads the table.
  private static let everyPlace = """
    const data = JSON.parse(document.getElementById("what-if-data").textContent);
    const [n, m] = ["labels", "rows"].map((name) => document.getElementById("what-if-" + name));
    const places = [];
    for (let i = 0; i < data.labels.length; i += 1) for (let j = 0; j < data.rows.length; j += 1) {
      n.value = i; m.value = j; n.dispatchEvent(new Event("input", { bubbles: true }));
      const lines = data.candidates.map((_, k) => document.getElementById("what-if-" + k));
      places.push({ labels: data.labels[i], rows: data.rows[j],
        cells: lines.map((line) => [...line.cells].map((cell) => cell.textContent)),
        chosen: lines.filter((line) => line.classList.contains("chosen")).map((line) => line.cells[0].textContent),
        answer: document.getElementById("what-if-answer").textContent, value: document.getElementById("what-if-labels-value").textContent });
    }
    return places;
    """

  private struct Place: Decodable {
    let labels: Int
    let rows: Int
    let cells: [[String]]
    let chosen: [String]
    let answer: String
    let value: String
  }

  private func text(_ value: Double) -> String {
    if abs(value) >= 1000 { return String(format: "%.0f", value) }
    return String(format: "%.4g", value)
  }

  @Test(arguments: [PlanHead.linear, .logistic]) func everyPlaceSaysWhatThePlanSays(_ head: PlanHead) throws {
    guard let browser = Browser() else { return }
    let plan = try WhatIfWorld.plan(head)
    let visit = try browser.visit(WhatIfWorld.page(plan), script: Self.everyPlace)
    #expect(!visit.complaints.contains("CONSOLE"), "\(visit.complaints)")
    let places = try JSONDecoder().decode([Place].self, from: visit.answer)
    #expect(places.count > 300)
    // What a plan prints is among the places.
    for (n, m) in [(60, 400), (240, 400), (30, 400), (60, 1600), (250, 1000), (90, 50), (180, 400)] {
      #expect(places.contains { $0.labels == n && $0.rows == m }, "\(n) \(m)")
    }
    var differing = Set<String>()
    for place in places {
      let all = plan.at(unlabeled: place.rows, labeled: place.labels)
      let rival = all.candidates.first { $0.label == "ridge" }?.predictedRisk.estimate
      #expect(place.chosen == (all.best.map { [$0.label] } ?? []), "\(place.labels) \(place.rows)")
      for cells in place.cells {
        guard let entry = all.candidates.first(where: { $0.label == cells[0] }) else {
          #expect(cells[1] == "–" && cells[2] == "–", "\(cells)")
          continue
        }
        #expect(cells[1] == text(entry.predictedRisk.estimate), "\(cells) \(place.labels) \(place.rows)")
        #expect(cells[2] == "\(text(entry.predictedRisk.low)) to \(text(entry.predictedRisk.high))", "\(cells)")
        if let gain = entry.gainOverRaw, let rival, entry.label != "ridge" {
          let tenths = (1000 * gain.estimate / rival).rounded() / 10
          #expect(cells[4].replacing(" %", with: "") == String(format: "%+.1f", tenths + 0), "\(cells) \(gain)")
          #expect(cells[5] == "\(Int((100 * gain.probabilityPositive).rounded())) %")
        }
        if let accuracy = entry.accuracy {
          let ends = [accuracy.estimate, accuracy.low, accuracy.high].map { Int((100 * $0).rounded()) }
          #expect(cells[6] == "\(ends[0]) % (\(ends[1]) to \(ends[2]))")
        }
        differing.insert(cells[1])
      }
      if let best = all.best {
        #expect(place.answer.hasPrefix("Use \(best.label): predicted risk \(text(best.risk)) "))
      }
    }
    #expect(differing.count > 100, "sliders move numbers")
    #expect(places.contains { $0.answer.contains(" more labels and ") })
  }

  /// The best split of the money on the page, at the costs of a purchase, against the plan's own search.
  @Test func theBestSplitIsThePlans() throws {
    guard let browser = Browser() else { return }
    let plan = try WhatIfWorld.plan(.linear)
    let visit = try browser.visit(WhatIfWorld.page(plan), script: Self.everyPlace)
    let places = try JSONDecoder().decode([Place].self, from: visit.answer)
    var (judged, split) = (0, 0)
    for (n, m) in [(120, 1600), (240, 3200), (480, 400), (250, 1000)] {
      let place = try #require(places.first { $0.labels == n && $0.rows == m })
      let cost = Double(n - 60) + 0.01 * Double(max(0, n + m - 460))
      let own = try Planner.plan(
        WhatIfWorld.request(
          .linear, purchase: try Purchase(costPerLabel: 1, costPerRow: 0.01, goal: .budget(cost))))
      let best = try #require(own.recommendation.predictedRisk)
      if let match = place.answer.firstMatch(of: #/: risk ([0-9.]+) with/#) {
        split += 1
        #expect(abs(Double(match.1)! / best - 1) < 2e-3, "\(place.answer) \(best)")
      } else {
        let here = try #require(plan.at(unlabeled: m, labeled: n).best).risk
        #expect(here < best * 1.002, "\(place.answer) \(best)")
      }
      judged += 1
    }
    #expect(judged == 4 && split > 0)
  }

  /// With a purchase advised the page starts with its costs and has it as a place: labels, rows, cost and risk are the advice's.
  @Test func theAdvisedPurchaseIsAPlace() throws {
    guard let browser = Browser() else { return }
    let purchase = try Purchase(costPerLabel: 3, costPerRow: 0.07, goal: .budget(500))
    let plan = try WhatIfWorld.plan(.linear, purchase: purchase)
    let advice = plan.recommendation
    let script = """
      [...document.querySelectorAll("button")].find((b) => b.textContent === "the purchase advised").click();
      return document.getElementById("what-if-answer").textContent;
      """
    let visit = try browser.visit(WhatIfWorld.page(plan, purchase: purchase), script: script)
    let answer = String(decoding: visit.answer, as: UTF8.self).replacing("\u{202f}", with: "")
    #expect(answer.contains("predicted risk \(text(try #require(advice.predictedRisk)))"), "\(answer)")
    let bought = try #require(advice.labels)
    #expect(bought > 1 && answer.contains("\(bought) more labels"), "\(answer)")
    let rows = try #require(advice.unlabeled)
    #expect(answer.contains("\(rows) new row") == (rows > 0), "\(answer)")
    let cost = String(format: "%.2f", try #require(advice.cost)).replacing(#/\.?0+$/#, with: "")
    #expect(
      answer.contains("cost \(cost).") && answer.contains("No other split of that money does better."), "\(answer)")
  }

  /// With an encoder that keeps its rows as well: the place, its risk and its cost are those of the plan's own search.
  @Test(arguments: [(1.0, 0.5), (40, 0.01)]) func theAdvisedPurchaseOfAnEncoderIsAPlace(label: Double, row: Double)
    throws
  {
    let purchase = try Purchase(costPerLabel: label, costPerRow: row, goal: .budget(200))
    let plan = try WhatIfWorld.encoderPlan(purchase)
    let advice = plan.recommendation
    #expect(advice.method == "mine")
    let (labels, rows) = (try #require(advice.labels), try #require(advice.unlabeled))
    #expect(labels + rows > 0)
    let own = try #require(plan.candidate("mine", size: 2))
    let there = try #require(own.unlabeled(buying: labels, rows: rows))
    #expect(there == 400 + rows)
    let risk = try #require(own.predictedRisk(unlabeled: there, labeled: 60 + labels)).estimate
    #expect(abs(risk / advice.predictedRisk! - 1) < 1e-9)
    guard let browser = Browser() else { return }
    let script = """
      [...document.querySelectorAll("button")].find((b) => b.textContent === "the purchase advised").click();
      return document.getElementById("what-if-answer").textContent;
      """
    let visit = try browser.visit(WhatIfWorld.page(plan, purchase: purchase), script: script)
    let answer = String(decoding: visit.answer, as: UTF8.self).replacing("\u{202f}", with: "")
    #expect(answer.contains("Use mine-2: predicted risk \(text(risk))"), "\(answer)")
    let cost = String(format: "%.2f", try #require(advice.cost)).replacing(#/\.?0+$/#, with: "")
    #expect(answer.contains("cost \(cost)."), "\(answer) \(advice)")
    #expect(answer.contains("\(labels) more label") == (labels > 0) && answer.contains("\(rows) new row") == (rows > 0))
  }

  /// No sideways scrolling on a phone and on a desk, contrast of 4.5 : 1 of all text in both schemes, a label for every slider.
  @Test(arguments: [(390, false), (390, true), (1280, false), (1280, true)])
  func looks(_ width: Int, _ isDark: Bool) throws {
    guard let browser = Browser() else { return }
    for head in [PlanHead.linear, .logistic] {
      let page = try WhatIfWorld.page(WhatIfWorld.plan(head))
      let visit = try browser.visit(page, width: width, isDark: isDark, script: Browser.looks)
      let looks = try JSONDecoder().decode(Browser.Looks.self, from: visit.answer)
      #expect(looks.window == width && looks.page <= width, "\(looks)")
      #expect(looks.ratio >= 4.5 && looks.texts > 100, "\(looks)")
      #expect(looks.unnamed == 0)
      #expect(!visit.complaints.contains("CONSOLE"), "\(visit.complaints)")
    }
  }

  /// The gate on contrast sees grey on white.
  @Test func contrastIsSeen() throws {
    guard let browser = Browser() else { return }
    let page = try WhatIfWorld.page(WhatIfWorld.plan(.linear)).replacing("--soft: #57606a", with: "--soft: #999999")
    let visit = try browser.visit(page, script: Browser.looks)
    let looks = try JSONDecoder().decode(Browser.Looks.self, from: visit.answer)
    #expect(looks.ratio < 3, "\(looks)")
  }

  /// Without scripts the present numbers stand there; the page is small, and says nothing of elsewhere.
  @Test(arguments: [PlanHead.linear, .logistic]) func standsStill(_ head: PlanHead) throws {
    let plan = try WhatIfWorld.plan(head)
    let page = try WhatIfWorld.page(plan)
    #expect(page.utf8.count < 300_000 && page.contains("<noscript>") && page.contains("What if"))
    for candidate in plan.candidates {
      if let risk = candidate.predictedRisk {
        #expect(page.contains("<td>\(text(risk.estimate))</td>"), "\(candidate.label)")
      }
    }
    #expect(page.contains("class=\"confusion\"") == (head == .logistic))
    #expect(page.contains("&lt;no&gt;") == (head == .logistic) && !page.contains("<no>"))
  }
}
