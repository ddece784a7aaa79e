import ArgumentParser
import Foundation
import Pretell

struct MaskedImputeVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "impute", abstract: "Fill in missing entries from the other columns.",
    discussion: """
      Example:  pretell masked impute table.csv --output filled.csv

      Rows are read, filled in and written block by block; the file may be larger than memory. Without --model and --train \
      its complete rows are copied to the folder for temporary files (TMPDIR) for the fit.
      """)

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
    if common.output == "-" { throw ValidationError("--output FILE is needed: where the filled rows go.") }
    if RowFile.Format(path: common.output) == nil {
      throw ValidationError("--output \(common.output): use .csv, .tsv, .npy or .npz.")
    }
    if model != nil, train != nil { throw ValidationError("--model and --train exclude each other.") }
    if model != nil { try preparation.leaveToModel(ridge) }
  }

  func run() throws {
    common.begin()
    let rows = try RowStream(data)
    let (fitted, errors) = try predictor(rows)
    let places = try fitted.columns.places(
      in: rows.columnNames, count: rows.columns, of: data, model: model ?? train ?? data)
    let counts = try fill(rows, places, by: fitted.model)
    let body = Body(counts, places: places, r2: errors?.columnR2, names: rows.columnNames, file: common.output)
    if let figure {
      try MaskedFigures.imputation(body.columns.map { ($0.column, $0.missing, $0.r2) }).write(to: figure)
    }
    var printed = common
    printed.output = "-"
    try printed.finish(
      "masked impute", json: body, text: body.text,
      warnings: (errors?.warnings ?? []).map(JSONWarning.init) + body.warnings)
  }

  private func predictor(_ rows: RowStream) throws -> (MaskedModelFile, MaskedErrors?) {
    if let model { return (try MaskedModelFile(model), nil) }
    let given = try train.map { try RowStream($0).rereadable() } ?? completeRows(rows)
    let columns = preparation.dropConstant ? try MaskedData.varying(given, of: train ?? data) : nil
    let kept = ChosenColumns(given, columns)
    let centered = preparation.preparation(isSparse: false)
    let fit = try MaskedFit(
      rows: kept, ridge: try ridge.choice(divisor: Double(kept.countRows() - (centered.centers ? 1 : 0))),
      preparation: centered, memory: preparation.limit)
    let covered = CoveredColumns(positions: kept.chosen, total: given.columns, names: given.columnNames)
    return (MaskedModelFile(fit.model, covered, isImplicit: false), fit.errors)
  }

  private func completeRows(_ rows: RowStream) throws -> RowStream {
    let complete = try rows.completeRows()
    let count = try complete?.countRows() ?? 0
    guard let complete, count >= 3 else {
      throw DataFileError(
        file: data, problem: "only \(count) rows are complete; a fit needs 3",
        remedy: "Give complete rows with --train, or a model with --model")
    }
    return complete
  }

  /// Writes the filled rows, a block at a time; nothing when stopped.
  private func fill(_ rows: RowStream, _ places: [Int], by model: MaskedRidge) throws -> MissingCounts {
    var counts = MissingCounts(columns: rows.columns)
    guard let format = RowFile.Format(path: common.output) else { return counts }
    try rows.write(common.output, as: format) { block in
      if Interruption.requested { throw Interruption.failure }
      counts.add(block)
      return block.replacing(columns: places, by: try model.imputed(block.columns(at: places)))
    }
    return counts
  }

  /// How many entries of each column are missing.
  struct MissingCounts {
    private(set) var rows = 0
    private(set) var columns: [Int]

    init(columns: Int) { self.columns = [Int](repeating: 0, count: columns) }

    mutating func add(_ block: Matrix) {
      rows += block.rows
      for (index, value) in block.storage.enumerated() where value.isNaN { columns[index % block.columns] += 1 }
    }
  }

  struct Body: Encodable {
    let rows: Int
    /// Entries filled in.
    let missing: Int
    let file: String
    let columns: [Column]
    /// Columns with missing entries that the model does not cover.
    let leftMissing: [String]?

    struct Column: Encodable {
      let column: String
      let missing: Int
      /// Leave-one-out R2 of this column in the rows fitted on; absent with a saved model.
      let r2: Double?
    }

    /// `places`: where the model's columns stand.
    init(_ missing: MissingCounts, places: [Int], r2: [Double?]?, names: [String]?, file: String) {
      rows = missing.rows
      self.file = file
      let counts = missing.columns
      func name(_ column: Int) -> String { names?[column] ?? "\(column + 1)" }
      let position = Dictionary(uniqueKeysWithValues: zip(places, places.indices))
      let known = counts.indices.filter { counts[$0] > 0 && position[$0] != nil }
      columns = known.map { Column(column: name($0), missing: counts[$0], r2: r2?[position[$0]!]) }
      self.missing = columns.reduce(0) { $0 + $1.missing }
      let unknown = counts.indices.filter { counts[$0] > 0 && position[$0] == nil }
      leftMissing = unknown.isEmpty ? nil : unknown.map(name)
    }

    var warnings: [JSONWarning] {
      guard let leftMissing else { return [] }
      return [
        JSONWarning(
          code: "left-missing",
          message: "Missing entries stay in columns that the model leaves out: \(leftMissing.joined(separator: ", ")).",
          remedy: "Fit without --drop-constant to fill them, too.")
      ]
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

extension Matrix {
  /// With other entries in the columns at `places`.
  fileprivate func replacing(columns places: [Int], by other: Matrix) -> Matrix {
    var result = self
    for i in 0..<rows { for (position, j) in places.enumerated() { result[i, j] = other[i, position] } }
    return result
  }
}
