import LinearAlgebra

/// One file without a target as numbers, where its cells are not all numbers.
public struct InterpretedFile: Sendable {
  /// The numbers, to be read again and again.
  public let rows: RowStream
  public let uses: [ColumnUse]
  public let warnings: [DataFileWarning]
  /// Of the file, those without a gap.
  let keptRows: [Int]

  /// nil where the first million bytes of the file hold no words: it is read as it stands then. Rows with a gap are left out: a column that
  /// is predicted from the others must not have been made up. Memory: 8 bytes a cell. Throws `DataFileError`.
  public init?(_ path: String) throws {
    let source = try DataSource(path)
    guard source.text != nil, try Self.hasWords(RowStream(source, options: ReadOptions())) else { return nil }
    try self.init(RawTable(source), named: path)
  }

  /// Columns with words among them, however many.
  init(_ raw: RawTable, named path: String) throws {
    try raw.checkFinite(Array(0..<raw.columns))
    let found = TableInterpretation(raw, parts: [0..<raw.rows])
    uses = found.uses
    guard !found.names.isEmpty else { throw DataFileError.noUsableFeatures(path) }
    let used = found.rules.indices.filter { found.rules[$0].use.isUsed }
    let complete = (0..<raw.rows).filter { row in !used.contains { raw.isMissing(row, $0) } }
    guard !complete.isEmpty else { throw DataFileError.noCompleteRow(path) }
    keptRows = complete
    // Without gaps no indicator of gaps varies.
    let kept = raw.rows(at: complete)
    let rules = TableInterpretation(kept, parts: [0..<kept.rows])
    guard !rules.names.isEmpty else { throw DataFileError.noUsableFeatures(path) }
    let (left, made) = (rules.uses.filter { !$0.isUsed }, rules.uses.filter { $0.isUsed && !$0.note.isEmpty })
    warnings =
      raw.warnings + (left.isEmpty ? [] : [.columnsLeftOut(left)]) + (made.isEmpty ? [] : [.columnsMade(made)])
      + (complete.count < raw.rows ? [.droppedRows(path, count: raw.rows - complete.count)] : [])
    rows = try RowStream(rules.apply(to: kept).values, names: rules.names, of: path, warnings: warnings)
  }

  private struct Enough: Error {}

  private static func hasWords(_ stream: RowStream) throws -> Bool {
    var found = false
    do {
      try stream.forEachBlock(policy: .keepAll, blockBytes: 1 << 20) { block in
        found = !block.columnsWithWords.isEmpty
        throw Enough()
      }
    } catch is Enough {}
    return found
  }
}

extension DataFileError {
  static func noCompleteRow(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "every row has a gap in some column",
      remedy: "Fill them in, or leave out columns that have many")
  }
}

extension ColumnUse {
  /// What `plan` would make of each column of a text file, the target aside; nil for arrays.
  /// Memory: 8 bytes a cell. Throws `DataFileError`.
  public static func ofFile(_ path: String) throws -> [ColumnUse]? {
    let source = try DataSource(path)
    guard source.text != nil else { return nil }
    let raw = try RawTable(source)
    return TableInterpretation(raw, parts: [0..<raw.rows]).uses
  }
}
