import Foundation
import Planning

extension PlanPage {
  /// What more would buy each encoder that was trained elsewhere.
  var encoderTables: String {
    plan.candidates.compactMap { candidate -> String? in
      guard let all = candidate.gainsAt, let runs = candidate.runs, let risk = candidate.predictedRisk?.estimate,
        risk > 0
      else { return nil }
      func share(_ value: Double) -> String { String(format: "%+.1f %%", 100 * value / risk) }
      let found = runs.map { "\($0.part) \(String(format: "%.4g", $0.risk))" }.joined(separator: ", ")
      return "<h2>More for \(escaped(candidate.label))</h2>\n"
        + table(
          remark: "As a share of its risk now, with 90 % intervals. Risk of each run: \(found).",
          header: ["unlabeled rows", "labels", "off the risk", "90 % interval", "P(gain)"],
          rows: all.filter { $0.against == GainAt.present }.map {
            [
              "\($0.unlabeled)", "\($0.labeled)", share($0.gain.estimate),
              "\(share($0.gain.low)) to \(share($0.gain.high))",
              String(format: "%.0f %%", 100 * $0.probabilityPositive),
            ]
          }, marked: nil)
    }.joined(separator: "\n")
  }
}
