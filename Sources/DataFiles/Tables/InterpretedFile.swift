import LinearAlgebra

/// One file without a target as numbers: as it stands where its cells are numbers without gaps, else interpreted.
///
/// Rows with a gap are left out: a column that is predicted from the others must not have been made up.
public struct InterpretedFile: Sendable {
  /// Some of its columns are the features; to be read again and again.
  public let rows: RowStream
  /// Positions of the features among the columns of `rows`.
  public let features: [Int]
  /// What was made of each column of the file; nil where it is read as it stands.
  public let uses: [ColumnUse]?
  /// The groups of the rows that are left, where groups were asked for.
  public let groups: Partition?
  /// What was made of words, dates and gaps.
  public let notes: [DataFileWarning]

  /// - Parameter options: `missing` as in `TableOptions`, but that `impute` drops rows, too.
  /// Cost: text is looked through for words and gaps first. Memory: 8 bytes a cell and the words; blocks where the file is numbers.
  /// Throws `DataFileError`, for a gap where those are refused, and for words that do not fit into memory.
  public init(_ path: String, options: TableOptions = TableOptions()) throws {
    let source = try DataSource(path)
    let stream = try RowStream(source, options: ReadOptions())
    let asked = try stream.positions(options)
    let isArray = source.text == nil
    if options.groups == nil, options.categories.isEmpty {
      let part = isArray ? stream : stream.keeping(asked)
      let found = try part.looked()
      if !found.words {
        let drops = found.gaps && options.missing != .refuse || isArray && options.missing == .drop
        let (rows, dropped) = drops ? try part.withoutGaps() : (found.numbers ?? part, 0)
        self.init(
          rows, features: isArray ? asked : Array(0..<rows.columns),
          notes: dropped > 0 ? [.droppedRows(path, count: dropped)] : [])
        return
      }
    }
    try self.init(RawTable(source), options)
  }

  /// As it stands.
  private init(_ rows: RowStream, features: [Int], notes: [DataFileWarning]) {
    (self.rows, self.features, self.notes) = (rows, features, notes)
    (uses, groups) = (nil, nil)
  }

  private init(_ table: RawTable, _ options: TableOptions) throws {
    let groups = try options.groups.map { try RowGroups($0, of: table) }
    let columns = try table.features(options, without: groups?.column)
    let raw = table.choosing(columns)
    try raw.checkFinite(Array(0..<raw.columns))
    if options.missing == .refuse { try raw.refuseGaps() }
    let categories = Set(try table.positions(options.categories))
    let named = Set(columns.indices.filter { categories.contains(columns[$0]) })
    let isPlain = raw.words.isEmpty && named.isEmpty
    func interpreted(_ raw: RawTable) -> TableInterpretation? {
      if isPlain { return nil }
      return TableInterpretation(raw, parts: [0..<raw.rows], categories: named, isChosen: options.columns != nil)
    }
    let found = interpreted(raw)
    let used = found?.rules.indices.filter { found!.rules[$0].use.isUsed } ?? Array(0..<raw.columns)
    guard !used.isEmpty else { throw DataFileError.noUsableFeatures(table.source) }
    if options.missing == .refuse { try found?.refuseWordsForGaps(raw) }
    let hasGap = found?.rowsWithGaps(raw) ?? (0..<raw.rows).map { row in used.contains { raw.isMissing(row, $0) } }
    let complete = hasGap.indices.filter { !hasGap[$0] }
    guard !complete.isEmpty else { throw DataFileError.noCompleteRow(raw, used) }
    let kept = raw.rows(at: complete)
    // Without gaps no indicator of gaps varies.
    let rules = found.flatMap { found in interpreted(kept)?.counting(found) }
    guard rules.map({ !$0.names.isEmpty }) ?? true else { throw DataFileError.noUsableFeatures(table.source) }
    let dropped = raw.rows - complete.count
    notes = Self.notes(rules?.uses ?? []) + (dropped > 0 ? [.droppedRows(table.source, count: dropped)] : [])
    uses = rules.map { table.uses($0.uses, of: columns, groups: groups?.column) }
    rows = try RowStream(
      rules?.apply(to: kept).values ?? kept.numbers, names: rules?.names ?? kept.names, of: table.source,
      warnings: table.warnings)
    features = Array(0..<rows.columns)
    self.groups = groups?.partition.restricted(to: complete)
  }

  private static func notes(_ uses: [ColumnUse]) -> [DataFileWarning] {
    let (left, made) = (uses.filter { !$0.isUsed }, uses.filter { $0.isUsed && !$0.note.isEmpty })
    return (left.isEmpty ? [] : [.columnsLeftOut(left)]) + (made.isEmpty ? [] : [.columnsMade(made)])
  }
}

extension RowStream {
  /// Positions of the columns that are asked for, ascending. Throws `DataFileError` for names and numbers that are not there.
  package func positions(_ options: TableOptions) throws -> [Int] {
    let found = ColumnPlaces(names: columnNames, count: columns, source: source)
    let excluded = Set(try found.positions(options.exclude))
    let chosen = try options.columns.map { Set(try found.positions($0)) }
    let kept = (0..<columns).filter { !excluded.contains($0) && chosen?.contains($0) ?? true }
    if kept.isEmpty { throw DataFileError.noColumnLeft(source) }
    return kept
  }

  /// Text of which only these columns are looked at; arrays as they are.
  package func keeping(_ positions: [Int]) -> RowStream {
    guard positions.count < columns, case .text(let text, let columns) = rows else { return self }
    return RowStream(
      self, names: columnNames.map { names in positions.map { names[$0] } }, text, positions.map { columns[$0] })
  }

  /// Whether text holds words, and gaps above the first of them; arrays are not looked at. Cost: a pass, to the first word.
  package func holds() throws -> (words: Bool, gaps: Bool) {
    if isArray { return (false, false) }
    var found = (words: false, gaps: false)
    do {
      try forEachBlock(policy: .keepAll, blockBytes: 1 << 22) { block in
        for value in block.storage where value.isNaN {
          if value.bitPattern == Self.wordBits { found.words = true } else { found.gaps = true }
        }
        if found.words { throw Enough() }
      }
    } catch is Enough {}
    return found
  }

  /// What text holds, as `holds` says, and the numbers of long text in a temporary copy, where they would fit into memory, so that
  /// they are parsed once. No copy where there are gaps or infinite numbers: the text says where they stand.
  func looked() throws -> (words: Bool, gaps: Bool, numbers: RowStream?) {
    var isPlain = true
    if case .text(let text, _) = rows, textBytes > 1 << 20,
      8 * Double(text.recordsAtMost) * Double(columns) < Double(AllowedMemory.bytes)
    {
      let copy = try? copied { append in
        try forEachBlock(policy: .keepAll, blockBytes: 1 << 22) { block in
          isPlain = isPlain && block.storage.allSatisfy(\.isFinite)
          if !isPlain { throw Enough() }
          var block = block
          try block.storage.withUnsafeMutableBufferPointer { try append($0) }
        }
      }
      if let copy { return (false, false, copy) }
    }
    // Words, gaps, a full disk, broken records.
    let found = try holds()
    return (found.words, found.gaps, nil)
  }

  /// The rows without a gap, and how many have one.
  func withoutGaps() throws -> (rows: RowStream, dropped: Int) {
    guard let complete = try completeRows() else { throw DataFileError.noCompleteRow(source) }
    return (complete.rows, complete.all - complete.count)
  }
}

extension RawTable {
  /// Positions of the columns that are asked for, but for one that says which rows belong together.
  func features(_ options: TableOptions, without groups: Int?) throws -> [Int] {
    let excluded = Set(try positions(options.exclude))
    let chosen = try options.columns.map { Set(try positions($0)) }
    let kept = (0..<columns).filter { $0 != groups && !excluded.contains($0) && chosen?.contains($0) ?? true }
    if kept.isEmpty { throw DataFileError.noColumnLeft(source) }
    return kept
  }

  /// What was made of each column, of which those at `columns` were looked at.
  func uses(_ found: [ColumnUse], of looked: [Int], groups: Int?) -> [ColumnUse] {
    (0..<columns).map { column in
      if let position = looked.firstIndex(of: column) { return found[position] }
      return ColumnUse(
        column: name(column), kind: .excluded, becomes: [],
        missing: (0..<rows).count { isMissing($0, column) },
        note: column == groups ? "left out: says which rows belong together" : "left out: as asked")
    }
  }

  /// Throws for the first gap.
  func refuseGaps() throws {
    let gaps = (0..<rows).lazy.flatMap { row in
      (0..<columns).lazy.filter { isMissing(row, $0) }.map { (row, $0) }
    }
    guard let (row, column) = gaps.first else { return }
    throw DataFileError.missingCell(source, row: row + firstRow, column: label(column), total: Array(gaps).count)
  }
}

extension DataFileError {
  static func noCompleteRow(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "every row has a gap in some column",
      remedy: "Fill them in, or leave out columns that have many")
  }

  /// With the columns that have most gaps.
  static func noCompleteRow(_ table: RawTable, _ columns: [Int]) -> DataFileError {
    let gaps = columns.map { column in (column, (0..<table.rows).count { table.isMissing($0, column) }) }
      .sorted { $0.1 > $1.1 }.prefix(3).map { "'\(table.name($0.0))' \($0.1)" }
    return DataFileError(
      file: table.source,
      problem: "every row has a gap in some column (of \(table.rows): \(gaps.joined(separator: ", ")))",
      remedy: "Fill them in (masked impute), or leave out columns that have many (--exclude)")
  }

  static func noColumnLeft(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "no column is left", remedy: "Leave out fewer, or name at least one")
  }
}

extension ColumnUse {
  /// What `plan` would make of each column of a text file, the target aside; nil for arrays.
  /// Memory: 8 bytes a cell. Throws `DataFileError`.
  public static func ofFile(_ path: String) throws -> [ColumnUse]? {
    let source = try DataSource(path)
    guard source.text != nil else { return nil }
    let raw = try RawTable(source)
    return TableInterpretation(raw, parts: [0..<raw.rows]).sayingSuited(raw).uses
  }
}

/// Ends a pass early.
private struct Enough: Error {}
