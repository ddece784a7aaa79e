import Figures
import Foundation
import Planning

extension PlanPage {
  /// How often left-out probabilities come true and which classes are told from each other; nothing where labels are numbers.
  func classes() throws -> String {
    guard let calibration = plan.calibration, let confusion = plan.confusion else { return "" }
    let isSmall = (confusion.classes?.count ?? Self.mostBeside) < Self.mostBeside
    return """
      <h2>Classes told by \(escaped(calibration.label))</h2>
      <p>\(escaped(Self.sentence(calibration)))</p>
      <div class="figures">
      <figure>\(try Self.picture(calibration).inlineSVG(description: Self.alternative(calibration)))
      <figcaption>Labeled rows when left out, in parts of equal size. Below the line probabilities promise too much.</figcaption></figure>
      \(isSmall ? "<div>\(Self.matrix(confusion))</div>\n</div>" : "</div>\n\(Self.matrix(confusion))")
      """
  }

  /// Fewer classes than these stand beside the picture.
  private static let mostBeside = 7

  private static func share(_ value: Double) -> String { String(format: "%.0f %%", 100 * value) }

  static func sentence(_ calibration: Calibration) -> String {
    let off = calibration.bins.filter { $0.predicted < $0.right.low || $0.predicted > $0.right.high }.count
    let rows = calibration.bins.reduce(0) { $0 + $1.rows }
    return "Of \(rows) left-out rows in \(calibration.bins.count) parts, probability and share told right differ by "
      + "\(share(calibration.error)) on average; in \(off == 0 ? "none" : "\(off)") of the parts by more than the 90 % interval allows."
  }

  private static func alternative(_ calibration: Calibration) -> String {
    "Share of rows told right against the probability that was predicted: "
      + calibration.bins.map { "\(share($0.predicted)) predicted, \(share($0.right.estimate)) right" }
      .joined(separator: "; ")
  }

  private static func picture(_ calibration: Calibration) -> Panel {
    let bins = calibration.bins
    let low = min(bins.map { min($0.predicted, $0.right.low) }.min() ?? 0, 0.9)
    let start = (low * 10).rounded(.down) / 10
    return Panel(
      title: "Calibration", xAxis: Axis("probability of the class told", range: start...1),
      yAxis: Axis("share told right", range: start...1),
      series: [
        .line("as promised", x: [start, 1], y: [start, 1], role: .baseline),
        .points(
          "left-out rows", x: bins.map(\.predicted), y: bins.map(\.right.estimate), low: bins.map(\.right.low),
          high: bins.map(\.right.high), role: .candidate),
      ])
  }

  private static func matrix(_ confusion: Confusion) -> String {
    guard let names = confusion.classes, let counts = confusion.counts else { return pairs(confusion) }
    let head = names.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
    let body = zip(names, counts).enumerated().map { own, line in
      let total = max(line.1.reduce(0, +), 1)
      let cells = line.1.enumerated().map { told, count in
        let percent = Int((100 * Double(count) / Double(total)).rounded())
        let color = told == own ? "candidate" : "observed"
        // Text stays readable on the deepest of these.
        let depth = Int((0.36 * Double(percent)).rounded())
        let ground = "background: color-mix(in srgb, var(--fig-\(color)) \(depth)%, var(--paper))"
        let title = "\(count) of \(total) rows of \(names[own]) told as \(names[told])"
        if count == 0 { return "<td class=\"none\" title=\"\(escaped(title))\">0</td>" }
        return "<td\(told == own ? " class=\"own\"" : "") style=\"\(ground)\" title=\"\(escaped(title))\">\(count)"
          + "<br/><small>\(percent) %</small></td>"
      }
      return "<tr><th scope=\"row\">\(escaped(line.0))</th>\(cells.joined())</tr>"
    }
    return """
      <div class="scroll"><table class="confusion">
      <thead><tr><th scope="col">class</th>\(head)</tr></thead>
      <tbody>
      \(body.joined(separator: "\n"))
      </tbody></table></div>
      <p class="soft">Left-out rows by their class (down) and the class told (across), with their share of the class.</p>
      """
  }

  private static func pairs(_ confusion: Confusion) -> String {
    table(
      remark: "Left-out rows told wrong, the most frequent pairs of classes first.",
      header: ["class", "told as", "rows", "of the class"],
      rows: confusion.pairs.map { [$0.actual, $0.told, "\($0.rows)", share($0.share)] })
  }
}
