import Foundation
import TestSupport
import Testing

/// Every `pretell …` command that the README and the articles print is run, and does what they say.
@Suite struct ReadmeTests {
  /// Console transcripts: the exit code shown by `$ echo $?` (else 0), and the lines shown, numbers within 2 % (0.3 for percentages).
  @Test func transcriptsComeTrue() throws {
    let transcripts = try DocumentedCommands.transcripts()
    #expect(transcripts.count >= 4)
    #expect(transcripts.contains { $0.status != 0 }, "one transcript has to show a failure")
    for transcript in transcripts {
      try withTemporaryFolder { folder in
        try DocumentedCommands.furnish(folder)
        // Offline only what may not be handed on is missing.
        if transcript.needsMovieLens { guard try DocumentedCommands.fetchMovieLens(into: folder) else { return } }
        let run = try pretell(transcript.arguments, in: folder)
        #expect(run.status == transcript.status, "\(transcript.command): \(run.errors)")
        let printed = TranscriptLines(run.output + "\n" + run.errors)
        for line in transcript.lines { #expect(printed.contain(line), "\(transcript.command) does not print: \(line)") }
        if transcript.status != 0 { #expect(run.output.isEmpty, "\(transcript.command) prints a result") }
      }
    }
  }

  /// Commands in running text and in shell blocks end well; a verb alone is asked for its help.
  @Test func commandsInTheTextRun() throws {
    let commands = try DocumentedCommands.inText()
    #expect(commands.count >= 5)
    for command in commands {
      try withTemporaryFolder { folder in
        try DocumentedCommands.furnish(folder)
        let run = try pretell(command, in: folder)
        #expect(run.status == 0, "pretell \(command.joined(separator: " ")): \(run.errors)")
      }
    }
  }

  /// The comparison notices a wrong number, a wrong word and a missing line.
  @Test func comparisonOfLinesCanFail() {
    let printed = TranscriptLines("risk now  3105.2\ngain  4.1 % of ridge")
    #expect(printed.contain("risk   now 3110") && printed.contain("gain 4.1 % of ridge"))
    #expect(!printed.contain("risk now 3500") && !printed.contain("gain 4.1 % of none") && !printed.contain("labels"))
    #expect(!printed.contain("risk now -3105.2"))
    let shares = TranscriptLines("gain +4.8%")
    #expect(shares.contain("gain 4.9%") && !shares.contain("gain 5.8%") && !shares.contain("gain 4.8"))
  }
}

/// Printed lines; whitespace does not count and numbers may differ by 2 %, percentages by 0.3.
struct TranscriptLines {
  private let lines: [[Substring]]

  init(_ text: String) { lines = text.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) } }

  func contain(_ line: String) -> Bool {
    let words = line.split(whereSeparator: \.isWhitespace)
    return lines.contains { $0.count == words.count && zip($0, words).allSatisfy(Self.agree) }
  }

  private static func agree(_ printed: Substring, _ documented: Substring) -> Bool {
    if printed == documented { return true }
    guard let a = number(printed), let b = number(documented), printed.hasSuffix("%") == documented.hasSuffix("%")
    else { return false }
    return abs(a - b) <= (printed.hasSuffix("%") ? 0.3 : 0.02 * abs(b))
  }

  private static func number(_ word: Substring) -> Double? {
    var digits = word.replacing(",", with: "").trimmingPrefix("+")
    if digits.hasSuffix("%") { digits.removeLast() }
    return Double(digits)
  }
}

/// Commands as the documentation prints them.
enum DocumentedCommands {
  struct Transcript {
    var command: String
    var status: Int32 = 0
    var lines: [String] = []
    var arguments: [String] { Array(words(command).dropFirst()) }
    var needsMovieLens: Bool { arguments.contains(DocumentedCommands.movieLens) }
  }

  /// From blocks marked `console`: a prompt `$ pretell …`, what it prints (a line `…` stands for lines left out).
  static func transcripts() throws -> [Transcript] {
    var found: [Transcript] = []
    for block in try blocks(marked: "console") {
      var waitsForStatus = false
      for line in block.split(separator: "\n", omittingEmptySubsequences: true).map(String.init) {
        if line.hasPrefix("$ pretell ") {
          found.append(Transcript(command: String(line.dropFirst(2))))
        } else if line == "$ echo $?" {
          waitsForStatus = true
        } else if waitsForStatus, !found.isEmpty {
          found[found.count - 1].status = Int32(line) ?? -1
          waitsForStatus = false
        } else if line != "…", !found.isEmpty {
          found[found.count - 1].lines.append(line)
        }
      }
    }
    return found
  }

  /// From `sh` blocks and code spans, without the leading `pretell`.
  static func inText() throws -> [[String]] {
    var commands = Set<[String]>()
    for block in try blocks(marked: "sh") {
      for match in block.matches(of: #/\bpretell ([^\n&|>]+)/#) { commands.insert(words(String(match.1))) }
    }
    for text in try pages() {
      for match in text.matches(of: #/`pretell ([^`\n]+)`/#) {
        let arguments = words(String(match.1))
        let isPlaceholder = arguments.contains {
          $0.contains("…") || $0 == $0.uppercased() && $0.contains(where: \.isLetter)
        }
        if !isPlaceholder { commands.insert(needsArguments.contains(arguments) ? arguments + ["--help"] : arguments) }
      }
    }
    return commands.sorted { $0.joined(separator: " ") < $1.joined(separator: " ") }
  }

  private static let needsArguments: Set<[String]> = [
    ["plan"], ["law"], ["simulate"], ["backtest"], ["data", "describe"], ["masked"], ["flow"],
    ["sweep"], ["components"], ["represent"], ["masked", "impute"], ["store", "show"], ["store", "export"],
    ["store", "merge"],
  ]

  /// Puts the examples where the commands expect them.
  static func furnish(_ folder: URL) throws {
    try FileManager.default.copyItem(
      at: repositoryRoot.appending(path: "Examples"), to: folder.appending(path: "Examples"))
  }

  static let movieLens = "ml-100k.inter"

  /// As the README says; false where it cannot be had.
  static func fetchMovieLens(into folder: URL) throws -> Bool {
    let script = repositoryRoot.appending(path: "Examples/fetch_movielens.py").path
    let patience = ["PIP_RETRIES": "1", "PIP_DEFAULT_TIMEOUT": "20"]
    return try Toolbox.run(["python3", script, folder.path], environment: patience).status == 0
  }

  private static func pages() throws -> [String] {
    try RepositoryFiles.text().filter {
      $0.path == "README.md" || ($0.path.contains(".docc/") || $0.path.hasPrefix("Docs/")) && $0.path.hasSuffix(".md")
    }
    .map(\.text)
  }

  private static func blocks(marked language: String) throws -> [String] {
    try pages().flatMap { page in
      page.components(separatedBy: "\n```\(language)\n").dropFirst().compactMap {
        $0.components(separatedBy: "\n```").first
      }
    }
  }

  private static func words(_ command: String) -> [String] { command.split(separator: " ").map(String.init) }
}
