import Foundation
import TestSupport
import Testing

/// What a newcomer sees: short, no wider than a terminal, and without contradictions.
@Suite struct FirstMinutesTests {
  private static let narrow = ["COLUMNS": "80"]

  private static let files = [
    "plan --unlabeled Examples/diabetes_unlabeled.csv --labeled Examples/diabetes_labeled.csv --target progression",
    "plan --data Examples/diabetes_partly_labeled.csv --target progression",
    "plan --data Examples/digits_x.npy --target Examples/digits_y.npy --head softmax --methods pca --size 20",
    "plan --data Examples/diabetes.csv --target sex --head softmax --size 1:3",
    "plan --data Examples/diabetes_x.npy --target Examples/diabetes_y.npy --size 2:4 --methods pca,factor-analysis",
  ]

  private func run(_ line: String) throws -> CommandRun {
    try pretell(line.split(separator: " ").map(String.init), environment: Self.narrow)
  }

  @Test(arguments: files)
  func planFitsOnAScreen(_ line: String) throws {
    let run = try run(line)
    #expect(run.status == 0, "\(run.errors)")
    let lines = (run.output + run.errors).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.count <= 25, "\(lines.count) lines:\n\(lines.joined(separator: "\n"))")
    for text in lines { #expect(text.count <= 80, "\(text.count): \(text)") }
    #expect(run.errors.components(separatedBy: "warning [").count - 1 <= 2)
  }

  /// What is left out is named, and shown with --all.
  @Test func allShowsTheRest() throws {
    let line = Self.files[2]
    let (brief, all) = (try run(line), try run(line + " --all"))
    let codes = { (text: String) in Set(text.matches(of: #/warning \[([a-z-]+)\]/#).map { String($0.1) }) }
    #expect(codes(brief.errors).isSubset(of: codes(all.errors)) && codes(all.errors).count > 2)
    let json = try pretell((line + " --json --quiet").split(separator: " ").map(String.init)).json()
    let said = (json["warnings"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
    #expect(said.count > 2)
    for code in said { #expect(brief.errors.contains(code) && all.errors.contains(code), "\(code)") }
    #expect(all.output.contains("pre-training") && all.output.contains("pays below"))
    #expect(!brief.output.contains("pays below"))
  }

  @Test func backtestFitsOnAScreen() throws {
    let run = try run("backtest --data Examples/diabetes.csv --target progression --size 4:5 --repeats 2")
    for text in run.output.split(separator: "\n") { #expect(text.count <= 80, "\(text.count): \(text)") }
    #expect(run.output.contains("pca-correlation-4"))
  }

  /// The last column is about what is recommended: where a representation is said to be worse than ridge now, it does not always pay.
  @Test func paysBelowDoesNotContradictTheGain() throws {
    var said = 0
    for line in Self.files.prefix(2) + ["demo"] {
      let json = try pretell((line + " --json --quiet").split(separator: " ").map(String.init)).json()
      let plan = json["plan"] as? [String: Any] ?? json
      let labeled = try #require((plan["rows"] as? [String: Any])?["labeled"] as? Double)
      for candidate in try #require(plan["candidates"] as? [[String: Any]]) where candidate["size"] != nil {
        guard let below = candidate["pays_below"], let gain = candidate["gain_over_raw"] as? [String: Any],
          let probability = gain["probability_positive"] as? Double
        else { continue }
        said += 1
        if let count = below as? Double {
          #expect((count > labeled) == (probability > 0.5), "\(candidate["method"]!) \(count) \(probability)")
        } else {
          #expect(below as? String == "always" && probability > 0.5)
        }
      }
    }
    #expect(said > 3)
  }

  /// The advice has its numbers with their intervals.
  @Test func sentencesHaveNumbersAndIntervals() throws {
    for line in Self.files {
      let json = try pretell((line + " --json --quiet").split(separator: " ").map(String.init)).json()
      let why = try #require((json["recommendation"] as? [String: Any])?["why"] as? String)
      #expect(
        why.contains(#/\([-0-9.e]+ \.\. [0-9.e]+\)/#) && why.contains(#/probability of a gain [0-9.]+ %\)/#), "\(why)")
      #expect(why.contains(#/wice the (labels|unlabeled rows) would take /#), "\(why)")
    }
  }

  @Test func defaultMethodsDiffer() throws {
    let json = try pretell((Self.files[0] + " --size 2:6 --json --quiet").split(separator: " ").map(String.init)).json()
    let candidates = try #require(json["candidates"] as? [[String: Any]])
    let twins = candidates.filter { candidate in
      (candidate["warnings"] as? [[String: Any]] ?? []).contains { $0["code"] as? String == "same-predictor" }
    }
    #expect(twins.isEmpty && Set(candidates.compactMap { $0["method"] as? String }).count == 4)
  }
}
