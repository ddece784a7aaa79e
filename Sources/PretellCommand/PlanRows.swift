import Pretell

/// Rows of a file that goes with a table of labels: in memory, or read in blocks.
struct PlanRows {
  let path: String
  let count: Int
  let warnings: [DataFileWarning]
  private let rows: any RowSource
  private let align: (LabeledTable) throws -> any RowSource

  init(_ path: String, _ options: ReadOptions, inBlocks: Bool) throws {
    self.path = path
    if inBlocks {
      let file = try RowStream(path, options: options)
      let stream = try file.rereadable()
      (rows, count, warnings) = (stream, try stream.countRows(), file.warnings)
      align = { try stream.aligned(with: $0) }
    } else {
      let table = try DataFile.read(path, options: options)
      (rows, count, warnings) = (table.values, table.values.rows, table.warnings)
      align = { try table.aligned(with: $0) as Matrix }
    }
  }

  /// Rows of a file that has been read.
  init(_ path: String, _ table: DataTable) {
    (self.path, rows, count, warnings) = (path, table.values, table.values.rows, table.warnings)
    align = { _ in table.values }
  }

  /// The columns in the order of the table's.
  func aligned(with table: LabeledTable) throws -> any RowSource { try align(table) }

  /// One for each unlabeled row, all of which are in a file of their own.
  func partners(of table: LabeledTable, count unlabeled: Int) throws -> any RowSource {
    let found = try aligned(with: table)
    guard count == unlabeled, table.labels.allSatisfy({ $0 != nil }) else {
      throw CommandFailure(
        status: .badData,
        message: "\(path): \(count) partners for \(unlabeled) unlabeled rows. Give one for each, in their order.")
    }
    return found
  }

  /// A row for each of `before` unlabeled rows and each of the table's: reordered so that labeled ones come last.
  func embedding(of table: LabeledTable, after before: Int) throws -> any RowSource {
    let expected = before + table.labels.count
    guard count == expected else {
      throw CommandFailure(
        status: .badData,
        message:
          "\(path): \(count) rows of features for \(expected) rows of data. Give one for each row of the unlabeled file, "
          + "then one for each row of the labeled file, in their order.")
    }
    let blank = table.labels.indices.filter { table.labels[$0] == nil }.map { before + $0 }
    if blank.isEmpty { return rows }
    let known = table.labels.indices.filter { table.labels[$0] != nil }.map { before + $0 }
    let unlabeled = Array(0..<before) + blank
    if let rows = rows.inMemory { return rows.rows(at: unlabeled + known) }
    return StackedRows(RowSelection(rows, at: unlabeled), above: try rows.rows(at: known))
  }

  /// In memory where both are.
  static func stacked(_ upper: any RowSource, above lower: Matrix) -> any RowSource {
    if let upper = upper.inMemory { return upper.stacked(above: lower) }
    return lower.rows == 0 ? upper : StackedRows(upper, above: lower)
  }
}
