import ArgumentParser
import Foundation
import Pretell

struct MaskedImputeVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "impute", abstract: "Fill in missing entries from the other columns.",
    discussion: """
      Example:  pretell masked impute table.csv --output filled.csv

      Rows are read, filled in and written block by block; the file may be larger than memory. Without --model and --train \
      its complete rows are copied to the folder for temporary files (TMPDIR) for the fit. Where fewer than three rows are \
      complete, the fit is on all rows with their gaps, in memory, by expectation and maximisation.

      Text with words or dates is held in memory. A gap among words gets the word whose indicator is predicted largest \
      (1 less all others for the most frequent one), a gap among truths the one that is nearer; gaps of dates, times and \
      columns of names stay. What is not a gap is written as it stands.
      """)

  @Argument(help: ArgumentHelp("Rows with empty cells, NA or NaN where something is missing.", valueName: "data"))
  var data: String

  @OptionGroup var preparation: MaskedPreparationOptions
  @OptionGroup var ridge: RidgeOption
  @OptionGroup var columns: MaskedColumnOptions
  @OptionGroup var common: CommonOptions

  @Option(
    name: .long, help: ArgumentHelp("A model written by masked fit; without it one is fitted.", valueName: "file"))
  var model: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Complete rows to fit on; the complete rows of the data without it.", valueName: "file"))
  var train: String?

  @Option(
    name: .long,
    help: ArgumentHelp("A column to leave alone: neither filled in nor used to fill in others.", valueName: "column"))
  var target: String?

  @Option(name: .long, help: ArgumentHelp("Draw what to expect of each filled column.", valueName: "file"))
  var figure: String?

  static var answers: [any Codable.Type] { [WithUses<Body>.self] }

  var files: FileUse {
    .input(data, "DATA") + .input(model, "--model") + .input(train, "--train") + ridge.files + common.files
      + .figure(figure)
  }

  var memoryLimit: MemorySize? { preparation.memory }

  func validate() throws {
    if common.output == "-" { throw ValidationError("--output FILE is needed: where the filled rows go.") }
    if RowFile.Format(path: common.output) == nil {
      throw ValidationError("--output \(common.output): use .csv, .tsv, .npy or .npz.")
    }
    if model != nil, train != nil { throw ValidationError("--model and --train exclude each other.") }
    if model != nil { try preparation.leaveToModel(ridge) }
    if columns.missing != nil { throw ValidationError("--missing is for other verbs: here gaps are filled in.") }
    if model != nil, target != nil {
      throw ValidationError("--model is a fit already: leave --target out, or fit without that column.")
    }
  }

  func run() throws {
    common.begin()
    if let words = try FillableTable(data, fittedOn: train, target: target, options: columns.options) {
      return try run(words)
    }
    let (rows, target, left) = try rowsToFill()
    let (fitted, errors, fitWarnings) = try DataFileError.naming(train ?? data, columns: names(rows, but: target)) {
      try predictor(rows, target)
    }
    let places = try fitted.columns.places(
      in: rows.columnNames, count: rows.columns, of: data, model: model ?? train ?? data)
    let counts = try fill(rows, places, by: fitted.model)
    let body = Body(
      counts, places: places, r2: errors?.columnR2, names: rows.columnNames, file: common.output, target: self.target,
      left: left)
    try finish(body, uses: nil, fitWarnings + (errors?.warnings ?? []).map(JSONWarning.init))
  }

  /// Prints what was done; the file is written.
  func finish(_ body: Body, uses: [ColumnUse]?, _ warnings: [JSONWarning]) throws {
    var printed = common
    printed.output = "-"
    try printed.finish(
      "masked impute", json: WithUses(body: body, columnsUsed: uses), text: body.text,
      warnings: warnings + body.warnings,
      files: [.figure(figure) { MaskedFigures.imputation(body.columns.map { ($0.column, $0.missing, $0.r2) }) }])
  }

  /// The columns asked for. A target of words is no longer among them; its name follows where it has gaps.
  private func rowsToFill() throws -> (rows: RowStream, target: String?, left: [String]) {
    let file = try RowStream(data)
    let asked = try file.positions(columns.options)
    if file.isArray, asked.count < file.columns {
      throw ValidationError("--columns and --exclude are for text here: an array's columns are all written.")
    }
    let rows = file.keeping(asked)
    guard target != nil, !rows.isArray else { return (rows, target, []) }
    let kept = try columnsToFill(rows.columnNames, count: rows.columns, of: data, but: target)
    guard let place = Set(0..<rows.columns).subtracting(kept).first else { return (rows, target, []) }
    let found = try rows.keeping([place]).holds()
    if !found.words { return (rows, target, []) }
    return (rows.keeping(kept), nil, found.gaps ? [rows.columnNames?[place] ?? "\(place + 1)"] : [])
  }

  typealias Predictor = (MaskedModelFile, MaskedErrors?, [JSONWarning])

  /// `target` stands among the columns of `rows`.
  private func predictor(_ rows: RowStream, _ target: String?) throws -> Predictor {
    if let model { return (try MaskedModelFile(model), nil, []) }
    let kept = try columnsToFill(rows.columnNames, count: rows.columns, of: data, but: target)
    let isWhole = kept.count == rows.columns && (train == nil || self.target == nil && columns.isWhole)
    if isWhole, let complete = try train.map({ try RowStream($0).rereadable() }) ?? completeRows(rows) {
      let columns = preparation.dropConstant ? try MaskedData.varying(complete, of: train ?? data) : nil
      return try fitted(ChosenColumns(complete, columns), total: complete.columns, names: complete.columnNames, columns)
    }
    let source = try train.map { try trainingRows($0, keepsTarget: target != nil) } ?? rows
    let chosen =
      train == nil ? kept : try columnsToFill(source.columnNames, count: source.columns, of: train ?? data, but: target)
    let all = try gathered(source, chosen)
    let complete = all.rows(at: (0..<all.rows).filter { i in !all.row(i).contains { $0.isNaN } })
    if complete.rows >= 3 {
      let varying = preparation.dropConstant ? try MaskedData.varying(complete, of: train ?? data) : nil
      let columns = varying.map { $0.map { chosen[$0] } } ?? chosen
      return try fitted(
        ChosenColumns(complete, varying), total: source.columns, names: source.columnNames, columns)
    }
    let covered = CoveredColumns(positions: chosen, total: source.columns, names: source.columnNames)
    let (fitted, warnings) = try fittedWithGaps(all, covered)
    return (MaskedModelFile(fitted, covered, isImplicit: false), nil, warnings)
  }

  /// The columns asked for of another file.
  private func trainingRows(_ path: String, keepsTarget: Bool) throws -> RowStream {
    let file = try RowStream(path)
    var options = columns.options
    if !keepsTarget, let target, file.columnNames?.contains(target) ?? true { options.exclude.append(target) }
    return file.keeping(try file.positions(options))
  }

  /// Names of the columns a fit is on, where the file has them.
  private func names(_ rows: RowStream, but target: String?) -> [String] {
    (rows.columnNames ?? []).filter { $0 != target }
  }

  /// Positions of all columns but the target.
  private func columnsToFill(
    _ names: [String]?, count: Int, of file: String, but target: String?
  ) throws -> [Int] {
    guard let target else { return Array(0..<count) }
    let found = names.map { names in names.indices.filter { names[$0] == target } } ?? []
    if found.count > 1 {
      throw DataFileError(
        file: file, column: "'\(target)'", problem: "\(found.count) columns have this name",
        remedy: "Give its number, counted from 1")
    }
    let place = found.first ?? Int(target).map { $0 - 1 }
    guard let place, (0..<count).contains(place) else {
      throw DataFileError(
        file: file, column: "'\(target)'", problem: "there is no such column", remedy: "Give a name or a number from 1")
    }
    return (0..<count).filter { $0 != place }
  }

  private func fitted(
    _ rows: ChosenColumns<some RowSource>, total: Int, names: [String]?, _ columns: [Int]?
  ) throws -> Predictor {
    let centered = preparation.preparation(isSparse: false)
    let fit = try MaskedFit(
      rows: rows, ridge: try ridge.choice(divisor: Double(rows.countRows() - (centered.centers ? 1 : 0))),
      preparation: centered, memory: preparation.limit)
    let covered = CoveredColumns(positions: columns ?? rows.chosen, total: total, names: names)
    return (MaskedModelFile(fit.model, covered, isImplicit: false), fit.errors, [])
  }

  /// On rows with gaps, none of which need be complete.
  func fittedWithGaps(_ rows: Matrix, _ covered: CoveredColumns) throws -> (model: MaskedRidge, [JSONWarning]) {
    let centered = preparation.preparation(isSparse: false)
    let penalty = try ridge.number(divisor: Double(rows.rows - (centered.centers ? 1 : 0)))
    let empty = (0..<rows.columns).filter { j in !(0..<rows.rows).contains { !rows[$0, j].isNaN } }
    if let first = empty.first {
      throw DataFileError(
        file: data,
        column: covered.names.map { _ in "'\(covered.coveredNames[first])'" } ?? covered.coveredNames[first],
        problem: "it has no entry to learn from", remedy: "Leave the column out (--exclude)")
    }
    let fit = try IncompleteRowsFit(rows, ridge: penalty, preparation: centered)
    var warnings = [
      JSONWarning(
        code: "no-complete-rows",
        message: "Fewer than 3 rows are complete: the fit is on all \(rows.rows) rows with their gaps, "
          + "at ridge \(NumberText.optional(fit.model.sharedRidge)); it has no leave-one-out error.",
        remedy: "What is missing must not depend on its value given the rest of the row.")
    ]
    if !fit.isConverged {
      warnings.append(
        JSONWarning(
          code: "not-converged", message: "The moments still move after \(fit.iterations) iterations.",
          remedy: "Give a larger ridge penalty."))
    }
    return (fit.model, warnings)
  }

  /// Some columns of all rows, NaN where something is missing. Throws where they need more memory than allowed.
  private func gathered(_ rows: RowStream, _ columns: [Int]) throws -> Matrix {
    var storage: [Double] = []
    try rows.forEachBlockWithMissing { _, block in
      storage += block.columns(at: columns).storage
      // The rows, their completed copy and as much for the work.
      try preparation.limit.check(.rowsWithGaps(rows: storage.count / max(1, columns.count), columns: columns.count))
    }
    return Matrix(rows: storage.count / max(1, columns.count), columns: columns.count, storage: storage)
  }

  /// Complete rows; nil where there are fewer than 3.
  private func completeRows(_ rows: RowStream) throws -> RowStream? {
    guard let complete = try rows.completeRows(), complete.count >= 3 else { return nil }
    return complete.rows
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
}

extension Matrix {
  /// With other entries in the columns at `places`.
  fileprivate func replacing(columns places: [Int], by other: Matrix) -> Matrix {
    var result = self
    for i in 0..<rows { for (position, j) in places.enumerated() { result[i, j] = other[i, position] } }
    return result
  }
}
