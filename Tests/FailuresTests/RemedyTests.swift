import Failures
import Foundation
import TestSupport
import Testing

@Suite struct RemedyTests {
  private let remedy: Remedy =
    "Leave them out (\(.flag("drop-constant", swift: "ChosenColumns"))) or give \(3) \(.option("size", swift: "sizes"))."

  @Test func everyFrontEndHasItsOwnTerms() {
    #expect(remedy.text(for: .command) == "Leave them out (--drop-constant) or give 3 --size.")
    #expect(remedy.text(for: .python) == "Leave them out (drop_constant=True) or give 3 size.")
    #expect(remedy.text(for: .swift) == "Leave them out (ChosenColumns) or give 3 sizes.")
    #expect("\(remedy)" == remedy.text(for: .swift))
    let missing: Remedy = "\(.option("missing", "drop", swift: "missing: .drop"))"
    #expect(missing.text(for: .command) == "--missing drop" && missing.text(for: .python) == "missing=\"drop\"")
  }

  /// Words are words, however they were put together.
  @Test func textsAreEqualHoweverTheyAreMade() {
    let count = 3
    let whole: Remedy = "Take 3 rows."
    #expect(whole == "Take \(count) rows." && whole == "Take \(count) " + "rows." && whole == Remedy("Take 3 rows."))
    #expect(whole != "Take 4 rows.")
    let options = "Give " + remedy + " Or not."
    #expect(options.text(for: .command) == "Give " + remedy.text(for: .command) + " Or not.")
  }

  @Test func warningsAreWrittenInTheCommandsTerms() throws {
    let warning = Warning(code: "a-code", message: "So it is.", remedy: remedy)
    let bytes = try JSONEncoder().encode(warning)
    let written = try JSONSerialization.jsonObject(with: bytes) as? [String: String]
    #expect(written?["remedy"] == remedy.text(for: .command) && written?.count == 3)
    #expect(try JSONDecoder().decode(Warning.self, from: bytes).remedy == Remedy(remedy.text(for: .command)))
  }

  /// What the library says of a warning names no flag in its words: options are values.
  @Test func remediesOfTheLibraryNameNoFlags() throws {
    let sources = repositoryRoot.appending(path: "Sources")
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter {
      $0.hasSuffix(".swift") && $0.contains("Warning") && !$0.hasPrefix("PretellCommand")
    }
    #expect(files.count >= 5)
    for file in files {
      let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
      #expect(text.firstMatch(of: #/"[^"\n]*--[a-z]/#) == nil, "\(file) names a flag in a text")
    }
  }
}
