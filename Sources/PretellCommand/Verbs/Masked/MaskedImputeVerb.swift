import ArgumentParser
import Foundation
import Pretell

struct MaskedImputeVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "impute", abstract: "Fill in missing entries from the other columns.",
    discussion: "Example:  pretell masked impute table.csv --output filled.csv")

  @Argument(help: ArgumentHelp("Rows with empty cells, NA or NaN where something is missing.", valueName: "data"))
  var data: String

  @OptionGroup var preparation: MaskedPreparationOptions
  @OptionGroup var ridge: RidgeOption
  @OptionGroup var common: CommonOptions

  @Option(
    name: .long, help: ArgumentHelp("A model written by masked fit; without it one is fitted.", valueName: "file"))
  var model: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Complete rows to fit on; the complete rows of the data without it.", valueName: "file"))
  var train: String?

  @Option(name: .long, help: ArgumentHelp("Draw what to expect of each filled column.", valueName: "file"))
  var figure: String?

  func validate() throws {
    let known = [".csv", ".npy", ".npz"].contains { common.output.hasSuffix($0) }
    if common.output != "-", !known { throw ValidationError("--output \(common.output): use .csv, .npy or .npz.") }
    if common.output == "-" { throw ValidationError("--output FILE is needed: where the filled rows go.") }
    if model != nil, train != nil { throw ValidationError("--model and --train exclude each other.") }
  }

  func run() throws {
    common.begin()
    let table = try DataFile.readWithMissing(data)
    let (fitted, errors) = try predictor(table)
    let filled = try fitted.imputed(table.values)
    try write(filled, names: table.columnNames)
    let names = table.columnNames ?? (0..<table.values.columns).map { "\($0 + 1)" }
    let body = Body(table.values, errors: errors, names: names, file: common.output)
    if let figure {
      try MaskedFigures.imputation(body.columns.map { ($0.column, $0.missing, $0.r2) }).write(to: figure)
    }
    var printed = common
    printed.output = "-"
    try printed.finish(
      "masked impute", json: body, text: body.text, warnings: (errors?.warnings ?? []).map(JSONWarning.init))
  }

  private func predictor(_ table: DataTable) throws -> (MaskedRidge, MaskedErrors?) {
    if let model {
      let arrays = try NPZ.names(model).map { ($0, try NPZ.read(model, name: $0).matrix()) }
      return (try MaskedRidge(arrays: Dictionary(arrays) { first, _ in first }), nil)
    }
    let rows = try train.map { try DataFile.read($0).values } ?? completeRows(table)
    let centered = preparation.preparation(isSparse: false)
    let fit = try MaskedFit(
      rows: rows, ridge: try ridge.choice(divisor: Double(rows.rows - (centered.centers ? 1 : 0))),
      preparation: centered, memory: preparation.limit)
    return (fit.model, fit.errors)
  }

  private func completeRows(_ table: DataTable) throws -> Matrix {
    let values = table.values
    let complete = (0..<values.rows).filter { !values.row($0).contains(where: \.isNaN) }
    if complete.count < 3 {
      throw DataFileError(
        file: data, problem: "only \(complete.count) rows are complete; a fit needs 3",
        remedy: "Give complete rows with --train, or a model with --model")
    }
    return values.rows(at: complete)
  }

  private func write(_ filled: Matrix, names: [String]?) throws {
    if common.output.hasSuffix(".npy") { return try NPY.write(filled, to: common.output) }
    if common.output.hasSuffix(".npz") { return try NPZ.write([("X", filled)], to: common.output) }
    var lines = names.map { [$0.joined(separator: ",")] } ?? []
    lines += (0..<filled.rows).map { filled.row($0).map { "\($0)" }.joined(separator: ",") }
    try AtomicFile.write(lines.joined(separator: "\n"), to: common.output)
  }

  struct Body: Encodable {
    let rows: Int
    let missing: Int
    let file: String
    let columns: [Column]

    struct Column: Encodable {
      let column: String
      let missing: Int
      /// Leave-one-out R2 of this column in the rows fitted on; absent with a saved model.
      let r2: Double?
    }

    init(_ values: Matrix, errors: MaskedErrors?, names: [String], file: String) {
      rows = values.rows
      self.file = file
      var counts = [Int](repeating: 0, count: values.columns)
      for (index, value) in values.storage.enumerated() where value.isNaN { counts[index % values.columns] += 1 }
      missing = counts.reduce(0, +)
      columns = counts.indices.filter { counts[$0] > 0 }.map {
        Column(column: names[$0], missing: counts[$0], r2: errors?.columnR2[$0])
      }
    }

    var text: String {
      var table = TextTable(header: ["column", "filled", "R2, leave-one-out"])
      table.rows = columns.map { [$0.column, NumberText.count($0.missing), NumberText.optional($0.r2, 3)] }
      return """
        \(NumberText.count(missing)) missing entries of \(NumberText.count(rows)) rows filled in: \(file)

        \(table.rendered(.output))
        """
    }
  }
}
