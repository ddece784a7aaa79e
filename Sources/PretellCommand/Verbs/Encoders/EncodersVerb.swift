import ArgumentParser
import Pretell

struct EncodersVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encoders",
    abstract: "For encoders trained elsewhere: which parts of the rows to train on.",
    discussion: """
      Example:  pretell encoders split --rows 20000 --output splits.npz

      Then pretell plan --runs FOLDER says what twice the rows, more labels or another seed would buy.
      """,
    subcommands: [EncodersSplitVerb.self])
}

struct EncodersSplitVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "split", abstract: "Rows of the parts to train on: full, two halves, four quarters.",
    discussion: """
      Example:  pretell encoders split --rows 20000 --seed 0 --output splits.npz

      Train on each part from the same initial weights with the same order of data; together they cost three trainings on all \
      rows. The least that works is full, half-0, quarter-2 and quarter-3.
      """)

  @Option(name: .long, help: ArgumentHelp("Unlabeled rows that there are.", valueName: "m"))
  var rows: Int

  @OptionGroup var common: CommonOptions
  @OptionGroup var random: SeedOption

  private static let mostRows = 1_000_000_000

  static var answers: [any Codable.Type] { [EncoderSplit.self] }

  var files: FileUse { common.files }

  func validate() throws {
    guard rows >= EncoderParts.fewestRows else {
      throw ValidationError("--rows \(rows): give \(EncoderParts.fewestRows) or more.")
    }
    guard rows <= Self.mostRows else {
      throw ValidationError("--rows \(rows): the parts of at most \(Self.mostRows) rows fit in memory.")
    }
    guard common.output.hasSuffix(".npz") else {
      throw ValidationError("--output \(common.output): the parts are written as .npz.")
    }
  }

  func run() throws {
    common.begin()
    let found = EncoderParts(rows: rows, seed: random.seed)
    try NPZ.write(found.parts.map { ($0.name, .integers($0.rows)) }, to: common.output)
    var printed = common
    printed.output = "-"
    let body = EncoderSplit(found, output: common.output)
    try printed.finish("encoders split", json: body, text: body.text, warnings: [], seed: random.seed)
  }
}

/// The parts, as `encoders split --json` prints them.
struct EncoderSplit: Codable {
  struct Part: Codable {
    let part: String
    let rows: Int
  }

  let rows: Int
  let parts: [Part]
  /// In trainings on all rows.
  let units: Double
  let output: String

  init(_ found: EncoderParts, output: String) {
    parts = found.parts.map { Part(part: $0.name, rows: $0.rows.count) }
    (rows, units, self.output) = (parts[0].rows, found.units, output)
  }

  var text: String {
    let list = parts.map { "\($0.part) (\(NumberText.count($0.rows)))" }.joined(separator: ", ")
    return
      "Parts of \(NumberText.count(rows)) rows in \(output): \(list). At equal epochs they cost \(NumberText.significant(units)) trainings."
  }
}
