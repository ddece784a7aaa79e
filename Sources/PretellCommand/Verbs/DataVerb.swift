import ArgumentParser
import Pretell

struct DataVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Look at data files, and make rows of images.",
    subcommands: [DescribeVerb.self, PatchesVerb.self])
}

struct DescribeVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Shape, columns, missing cells, constant and duplicate columns of a file.",
    discussion: "Example:  pretell data describe Examples/diabetes.csv")

  @Argument(help: ArgumentHelp("A .csv, .npy, .npz or .safetensors file; file[name] for one array.", valueName: "file"))
  var file: String

  @OptionGroup var common: CommonOptions

  private static let shownColumns = 40

  static var answers: [any Codable.Type] { [WithColumns<DataDescription>.self] }

  var files: FileUse { .input(file, "FILE") + common.files }

  func run() throws {
    common.begin()
    let description = try DataDescription(file)
    let uses = try uses(description)
    try common.finish(
      "data describe", json: WithColumns(body: description, columnsUsed: uses, classes: nil),
      text: text(description, uses), warnings: warnings(description))
  }

  /// What `plan` makes of each column, where the file fits into a quarter of the memory.
  private func uses(_ description: DataDescription) throws -> [ColumnUse]? {
    let bytes = 8 * Double(description.rows) * Double(description.columns)
    return bytes < Double(MemoryLimit.physical.bytes) / 4 ? try ColumnUse.ofFile(file) : nil
  }

  private func text(_ description: DataDescription, _ uses: [ColumnUse]?) -> String {
    var table = TextTable(header: ["column", "minimum", "mean", "maximum", "missing", ""], leftAligned: [0, 5])
    table.rows = description.details.prefix(Self.shownColumns).enumerated().map { index, column in
      [
        column.name, NumberText.optional(column.minimum), NumberText.optional(column.mean),
        NumberText.optional(column.maximum), column.missing == 0 ? "" : NumberText.count(column.missing),
        note(column, uses.flatMap { index < $0.count ? $0[index] : nil }),
      ]
    }
    let type = description.elementType.map { ", \($0)" } ?? ""
    let hidden = description.columns - table.rows.count
    let more = hidden > 0 ? "\n\(NumberText.count(hidden)) more columns" : ""
    return """
      \(description.file): \(description.format)\(type), \(NumberText.count(description.rows)) rows, \
      \(NumberText.count(description.columns)) columns

      \(table.rendered(.output))\(more)
      """
  }

  private func note(_ column: DataDescription.Column, _ use: ColumnUse?) -> String {
    if let use, !use.note.isEmpty, use.kind != .number || column.text > 0 { return "\(use.kind.rawValue): \(use.note)" }
    if column.text > 0 { return "\(NumberText.count(column.text)) cells are not numbers" }
    if column.infinite > 0 { return "\(NumberText.count(column.infinite)) cells are infinite" }
    return column.isConstant ? "constant" : ""
  }

  private func warnings(_ description: DataDescription) -> [JSONWarning] {
    description.warnings.map(JSONWarning.init)
      + description.duplicates.map { pair in
        JSONWarning(
          code: "duplicate-columns", message: "Columns \(pair[0]) and \(pair[1]) are equal in every row.",
          remedy: "Remove one of them.")
      }
  }
}
