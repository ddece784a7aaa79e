import LinearAlgebra

/// A text of words, dates and numbers with gaps: as numbers to fit on, and written again with its gaps filled in.
///
/// Categories are indicator columns, of which the most frequent word's is left out; what is predicted for them fills a gap with the word
/// whose indicator is largest, 1 less all indicators being the most frequent word's: the most probable one under a linear model of the
/// probabilities. Truths are filled in where their number is at least a half. Numbers with units are written with them. A word among
/// numbers counts as a gap, but stays, too: it may say more than a number can ("<0.5"). Gaps of dates and times, of columns that are no
/// features, and those for which rare words together are the most probable, stay as they are.
public struct FillableTable: Sendable {
  private let raw: RawTable
  private let text: DelimitedText
  private let interpretation: TableInterpretation
  /// Columns of the table that the interpretation is of.
  private let columns: [Int]
  private let training: Matrix?
  /// With NaN where something is missing, a column for each of `names`.
  public let values: Matrix
  public let uses: [ColumnUse]
  public let warnings: [DataFileWarning]

  /// Of the numbers' columns.
  public var names: [String] { interpretation.names }
  /// What the fit is on: the rows of the other file, or these.
  public var rowsToFit: Matrix { training ?? values }

  /// What became of the gaps of one column of the table.
  public struct Filled: Sendable, Equatable {
    public let column: String
    public let filled: Int
    public let left: Int
    /// Positions of the numbers' columns that stand for it.
    public let stands: Range<Int>
  }

  /// nil where the file is an array or holds numbers and gaps only.
  /// - Parameters:
  ///   - other: rows of the same columns to fit on.
  ///   - target: a column that is left alone whatever is in it.
  ///   - options: which columns are filled in and fill in others; what they say of gaps does not count.
  /// Memory: 8 bytes a cell, and the words. Throws `DataFileError`.
  public init?(_ path: String, fittedOn other: String? = nil, target: String?, options: TableOptions) throws {
    let source = try DataSource(path)
    guard let text = source.text else { return nil }
    var options = options
    options.exclude += target.map { [$0] } ?? []
    let stream = try RowStream(source, options: ReadOptions())
    let asked = try stream.keeping(stream.positions(options))
    let hasWords =
      try asked.holds().words
      || other.map { try RowStream($0).holds().words } ?? false
    guard hasWords || !options.categories.isEmpty else { return nil }
    let raw = try RawTable(source)
    let columns = try raw.features(options, without: nil)
    let table = raw.choosing(columns)
    try table.checkFinite(Array(0..<table.columns))
    let others = try other.map { path -> RawTable in
      let all = try RawTable(path)
      let places = try all.places(of: table.names ?? (0..<all.columns).map { "x\($0 + 1)" }, hasNames: raw.names != nil)
      return all.choosing(raw.names == nil ? columns : places)
    }
    let named = Set(try raw.positions(options.categories))
    let all = others.map { $0.stacked(above: table) } ?? table
    let first = others?.rows ?? 0
    let found = TableInterpretation(
      all, parts: [0..<first, first..<all.rows].filter { !$0.isEmpty },
      categories: Set(columns.enumerated().filter { named.contains($0.element) }.map(\.offset)), marksGaps: false)
    (self.raw, self.text, self.columns, interpretation) = (raw, text, columns, found)
    guard !found.names.isEmpty else { throw DataFileError.noUsableFeatures(path) }
    values = found.apply(to: table, gaps: .kept).values
    training = others.map { found.apply(to: $0, gaps: .kept).values }
    uses = raw.uses(found.uses, of: columns, groups: nil)
    let (left, made) = (found.uses.filter { !$0.isUsed }, found.uses.filter(\.isInterpreted))
    warnings =
      raw.warnings + (left.isEmpty ? [] : [.columnsLeftOut(left)]) + (made.isEmpty ? [] : [.columnsMade(made)])
  }

  /// Writes the file again with its gaps filled in by `complete`, which is `values` with numbers for the NaN, and says what became of
  /// each column with gaps. Throws `DataFileError`, also for formats that hold no words; no file is left then.
  public func write(_ path: String, as format: RowFile.Format, filling complete: Matrix) throws -> [Filled] {
    precondition(complete.rows == values.rows && complete.columns == values.columns, "other rows")
    guard format.delimiter != nil else { throw DataFileError.wordsInArray(path) }
    let letters = try letters(complete)
    let all = text.columns()
    let writer = FilledText(
      text, columns: columns.map { all[$0] },
      delimiter: FilledText.delimiter(of: text, named: raw.source, as: format))
    let bytes = try writer.head() + writer.records(text.body, rows: raw.rows) { row, slot in letters[slot][row] }
    try AtomicFile.write(bytes, to: path)
    return counts(letters)
  }

  /// What fills the gaps of each column, by row.
  private func letters(_ complete: Matrix) throws -> [[Int: [UInt8]]] {
    let plain = FilledText(text, columns: [], delimiter: nil)
    var first = 0
    return try interpretation.rules.enumerated().map { position, rule in
      defer { first += rule.width }
      let writer = GapWriter(rule, raw, columns[position])
      var found: [Int: [UInt8]] = [:]
      for row in 0..<raw.rows where raw.isMissing(row, columns[position]) {
        let numbers = (first..<first + rule.width).map { complete[row, $0] }
        switch writer.fill(numbers) {
        case .number(let value): found[row] = plain.number(value)
        case .word(let word):
          guard let bytes = text.layout.encoding.encode(word) else {
            throw DataFileError.unclearRecords(raw.source)
          }
          found[row] = bytes
        case nil: break
        }
      }
      return found
    }
  }

  private func counts(_ letters: [[Int: [UInt8]]]) -> [Filled] {
    var first = 0
    let stands = interpretation.rules.map { rule -> Range<Int> in
      defer { first += rule.width }
      return first..<first + rule.width
    }
    return (0..<raw.columns).compactMap { column in
      let position = columns.firstIndex(of: column)
      let gaps =
        position.map { interpretation.rules[$0].gaps(raw, column).count { $0 } }
        ?? (0..<raw.rows).count { raw.isMissing($0, column) }
      if gaps == 0 { return nil }
      let filled = position.map { letters[$0].count } ?? 0
      return Filled(
        column: raw.names?[column] ?? "\(column + 1)", filled: filled, left: gaps - filled,
        stands: position.map { stands[$0] } ?? 0..<0)
    }
  }
}

/// What stands in a gap's place, from the numbers that are predicted for it.
private struct GapWriter {
  private let meaning: ColumnRule.Meaning
  /// Of truths: the most frequent word for false and for true.
  private var truths: [String?] = [nil, nil]
  /// Of numbers in words: one of them.
  private var example: DressedNumber?

  enum Cell {
    case number(Double)
    case word(String)
  }

  init(_ rule: ColumnRule, _ raw: RawTable, _ column: Int) {
    meaning = rule.meaning
    guard let words = raw.words[column] else { return }
    switch meaning {
    case .boolean:
      var counts = [Int](repeating: 0, count: words.all.count)
      for code in words.codes where code >= 0 { counts[Int(code)] += 1 }
      for truth in 0...1 {
        truths[truth] = words.all.indices.filter { ColumnRule.truths[words.all[$0].lowercased()] == Double(truth) }
          .max { counts[$0] < counts[$1] }.map { words.all[$0] }
      }
    case .dressed(let comma): example = words.all.first.flatMap { DressedNumber($0, decimal: comma ? "," : ".") }
    default: break
    }
  }

  /// nil where the gap stays.
  func fill(_ numbers: [Double]) -> Cell? {
    guard let number = numbers.first, numbers.allSatisfy(\.isFinite) else { return nil }
    switch meaning {
    case .number: return .number(number)
    case .dressed: return example.map { .word($0.text(number)) } ?? .number(number)
    case .boolean: return truths[number >= 0.5 ? 1 : 0].map { .word($0) }
    case .date, .clock, .leftOut: return nil
    case .levels(let own, let reference, _, _):
      // Those of `own`, of all others together where there is such a column, of the most frequent word.
      let all = numbers + [1 - numbers.reduce(0, +)]
      let best = all.indices.max { all[$0] < all[$1] } ?? 0
      if best < own.count { return .word(own[best]) }
      return best == all.count - 1 ? reference.first.map { .word($0) } : nil
    }
  }
}

extension ColumnUse {
  /// Words, dates and the like, and numbers that the reader should hear of.
  var isInterpreted: Bool { isUsed && (kind != .number || isUnusual) }
}

extension DataFileError {
  static func wordsInArray(_ path: String) -> DataFileError {
    DataFileError(
      file: path, problem: "the rows hold words, which arrays do not", remedy: "Write .csv or .tsv", kind: .usage)
  }
}
