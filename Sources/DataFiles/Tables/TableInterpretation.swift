import Failures
import LinearAlgebra

/// What the columns of a table mean, found once on all rows and applied to any others of the same columns: to unlabeled and labeled
/// files alike, and to new rows later.
public struct TableInterpretation: Sendable, Equatable, Codable {
  /// One for each column of the table, in its order.
  public private(set) var rules: [ColumnRule]
  /// Columns that are matched by name; by position where false.
  let hasNames: Bool

  /// What was made of each column.
  public var uses: [ColumnUse] { rules.map(\.use) }
  /// Names of the numbers' columns.
  public var names: [String] { rules.flatMap(\.use.becomes) }
  /// Nothing is left out, filled in or made of words.
  var isPlain: Bool { rules.allSatisfy { $0.meaning == .number && $0.use.missing == 0 } }

  /// - Parameters:
  ///   - isLabeled: which rows have a label; all where nil.
  ///   - parts: rows of one file each.
  ///   - categories: positions of columns whose cells are names whatever they look like.
  ///   - isChosen: the columns were asked for, identifiers among them.
  ///   - marksGaps: gaps get columns of their own where there are enough of them.
  package init(
    _ raw: RawTable, isLabeled: [Bool]? = nil, parts: [Range<Int>], categories: Set<Int> = [], isChosen: Bool = false,
    marksGaps: Bool = true
  ) {
    let isLabeled = isLabeled ?? [Bool](repeating: true, count: raw.rows)
    hasNames = raw.names != nil
    var rules = (0..<raw.columns).map { column in
      ColumnFit(
        raw: raw, column: column, isLabeled: isLabeled, parts: parts, isCategory: categories.contains(column),
        isAsked: isChosen, mayMark: marksGaps
      ).rule()
    }
    Self.joinGaps(&rules, raw)
    if rules.allSatisfy({ !$0.use.isUsed }) {
      // A running number is better than nothing.
      for (column, rule) in rules.enumerated() where rule.use.kind == .identifier && raw.words[column] == nil {
        var use = ColumnUse(
          column: rule.use.column, kind: .number, becomes: [rule.use.column], missing: rule.use.missing,
          note: "looks like an identifier, but there is no other column")
        use.isUnusual = true
        rules[column] = ColumnRule(meaning: .number, fill: 0, marksGaps: false, use: use)
      }
    }
    self.rules = rules
  }

  /// Columns with the same gaps share the indicator of the first one.
  private static func joinGaps(_ rules: inout [ColumnRule], _ raw: RawTable) {
    var first: [[Bool]: String] = [:]
    for (column, rule) in rules.enumerated() where rule.marksGaps {
      let gaps = rule.gaps(raw, column)
      guard let other = first[gaps] else {
        first[gaps] = rule.use.column
        continue
      }
      let use = rule.use
      var meaning = rule.meaning
      if case .levels(let own, let reference, let hasOther, _) = meaning {
        meaning = .levels(own: own, reference: reference, other: hasOther, gaps: false)
      }
      let become = Array(use.becomes.dropLast())
      if become.isEmpty { continue }
      var shared = ColumnUse(
        column: use.column, kind: use.kind, becomes: become, missing: use.missing,
        note: use.note.replacing("marked in a column of their own", with: "marked with those of '\(other)'"))
      shared.isUnusual = use.isUnusual
      rules[column] = ColumnRule(meaning: meaning, fill: rule.fill, marksGaps: false, use: shared)
    }
  }

  /// The numbers that stand for rows of the same columns, and words that no rule knows, by column.
  package func apply(to raw: RawTable) -> (values: Matrix, unknown: [(column: String, words: [String])]) {
    apply(to: raw, gaps: .filled)
  }

  func apply(
    to raw: RawTable, gaps: ColumnRule.Gaps
  ) -> (values: Matrix, unknown: [(column: String, words: [String])]) {
    var result = Matrix(rows: raw.rows, columns: names.count)
    var unknown: [(String, [String])] = []
    var first = 0
    for (column, rule) in rules.enumerated() {
      let words = rule.write(raw, column, to: &result, from: first, gaps: gaps)
      if !words.isEmpty { unknown.append((rule.use.column, words)) }
      first += rule.width
    }
    return (result, unknown)
  }

  /// Which rows have a gap in a column that is used: an empty cell, or a word that counts as one.
  func rowsWithGaps(_ raw: RawTable) -> [Bool] {
    var result = [Bool](repeating: false, count: raw.rows)
    for (column, rule) in rules.enumerated() where rule.use.isUsed {
      for (row, isGap) in rule.gaps(raw, column).enumerated() where isGap { result[row] = true }
    }
    return result
  }

  /// Throws for the first word that counts as a gap.
  func refuseWordsForGaps(_ raw: RawTable) throws {
    for (column, rule) in rules.enumerated() where rule.use.isUsed {
      guard let row = rule.gaps(raw, column).firstIndex(of: true), let word = raw.cell(row, column) else { continue }
      throw DataFileError.wordForGap(raw.source, row: row + raw.firstRow, column: raw.label(column), value: word)
    }
  }

  /// Found on rows without gaps of a table that `other` was found on: with its gaps counted and its words for gaps said.
  func counting(_ other: TableInterpretation) -> TableInterpretation {
    saying { column, use in
      let found = other.rules[column].use
      use.missing = found.missing
      guard let strays = found.wordsForGaps else { return }
      use.wordsForGaps = strays
      use.note = use.note.isEmpty ? strays : "\(use.note); \(strays)"
      use.isUnusual = use.kind == .number
    }
  }

  /// With what is said of the columns changed.
  func saying(_ change: (_ column: Int, _ use: inout ColumnUse) -> Void) -> TableInterpretation {
    var result = self
    for column in rules.indices { change(column, &result.rules[column].use) }
    return result
  }
}

extension RawTable {
  /// Where these columns stand: by name where both sides have names, else one by one.
  func places(of wanted: [String], hasNames: Bool) throws -> [Int] {
    guard hasNames, let names else {
      guard columns == wanted.count else {
        throw DataFileError.differentWidths(
          source, columns: columns, other: "the labeled file", otherColumns: wanted.count)
      }
      return Array(0..<columns)
    }
    return try wanted.map { name in
      let found = names.indices.filter { names[$0] == name }
      if found.count > 1 { throw DataFileError.ambiguousColumn(source, name, count: found.count) }
      guard let place = found.first else {
        throw DataFileError.noSuchColumn(source, name, names: names, count: columns)
      }
      return place
    }
  }

  /// Positions of columns given by name or number from 1.
  func positions(_ given: [String]) throws -> [Int] {
    try ColumnPlaces(names: names, count: columns, source: source).positions(given)
  }

  /// Throws for infinite numbers in these columns.
  func checkFinite(_ columns: [Int]) throws {
    for column in columns {
      if let row = (0..<rows).first(where: { numbers[$0, column].isInfinite }) {
        throw DataFileError.infiniteCell(
          source, row: row + firstRow, column: label(column), value: "\(numbers[row, column])")
      }
    }
  }
}

extension DataFileWarning {
  private static let allUses = RemedyOption(
    command: "columns_used of --json", swift: "InterpretedTables.uses", python: "values[\"columns_used\"]")

  static func unknownWords(_ file: String, _ column: String, _ words: [String]) -> DataFileWarning {
    let shown = words.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return DataFileWarning(
      code: "unknown-categories",
      message: "\(file) has words in column '\(column)' that the other rows lack: \(shown)"
        + (words.count > 5 ? " and \(words.count - 5) more" : "") + "; they count as the most frequent one.",
      remedy: "Correct them, or give rows that have them.")
  }

  static func columnsLeftOut(_ uses: [ColumnUse]) -> DataFileWarning {
    let shown = uses.prefix(5).map { "'\($0.column)' (\($0.note.replacing("left out: ", with: "")))" }
    return DataFileWarning(
      code: "columns-left-out",
      message: "Left out: \(shown.joined(separator: ", "))" + (uses.count > 5 ? " and \(uses.count - 5) more" : "")
        + ".",
      remedy: "\(Self.allUses) has all; turn a column into numbers to have it used.")
  }

  static func columnsMade(_ uses: [ColumnUse]) -> DataFileWarning {
    let shown = uses.prefix(5).map { "'\($0.column)' (\($0.kind.rawValue): \($0.note))" }
    return DataFileWarning(
      code: "columns-interpreted",
      message: "Read as \(shown.joined(separator: ", "))" + (uses.count > 5 ? " and \(uses.count - 5) more" : "") + ".",
      remedy: """
        Nothing to do if that is what they mean; \(.option("exclude", swift: "TableOptions.exclude")) leaves columns \
        out.
        """)
  }

  static func gapsFilled(_ uses: [ColumnUse]) -> DataFileWarning {
    let shown = uses.prefix(5).map { "'\($0.column)' \($0.missing)" }.joined(separator: ", ")
    let way =
      uses.contains(where: \.isFilledByRegression)
      ? "numbers by masked regression from the row's other features, and "
      : uses.contains { $0.kind != .category } ? "each with the mean of its column over all rows, and " : ""
    return DataFileWarning(
      code: "gaps-filled",
      message: "Gaps in features were filled in (\(shown)"
        + (uses.count > 5 ? " and \(uses.count - 5) more columns" : "")
        + "): \(way)marked where there are enough of them.",
      remedy: """
        \(.option("missing", "drop", swift: "missing: .drop")) leaves such rows out, \
        \(.option("missing", "refuse", swift: "missing: .refuse")) stops at the first.
        """)
  }
}
