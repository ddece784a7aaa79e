/// Labels from a column of numbers or of words.
struct TargetColumn {
  /// NaN where blank; the class's number where `classes` has names.
  let values: [Double]
  /// In the order of the numbers: as truths, else by name.
  let classes: [String]?
  /// Numbers that stand for dates, times or numbers with marks.
  private(set) var isMade = false
  private var note = "the target"

  /// Throws `DataFileError` for infinite numbers, and for words among numbers.
  init(_ raw: RawTable, _ column: Int) throws {
    let numbers = raw.numbers.column(column)
    if let row = numbers.firstIndex(where: \.isInfinite) {
      throw DataFileError.infiniteLabel(
        raw.source, target: raw.label(column), row: row + raw.firstRow, value: "\(numbers[row])")
    }
    guard let words = raw.words[column] else {
      (values, classes) = (numbers, nil)
      return
    }
    let known = numbers.filter { !$0.isNaN }
    let wordRows = words.codes.count { $0 >= 0 }
    if let found = WordsMeaning(raw, column), found.suitsTarget(distinct: max(words.all.count, known.count)) {
      if let stray = found.strays.first.flatMap({ words.all.firstIndex(of: $0) }),
        let row = words.codes.firstIndex(of: Int32(stray))
      {
        throw DataFileError.strayLabel(
          raw.source, row: row + raw.firstRow, column: raw.label(column), value: words.all[stray], others: found.note)
      }
      (values, classes) = (ColumnRule.values(raw, column, found.meaning), nil)
      isMade = true
      note = "the target; " + found.note
      return
    }
    if known.count > wordRows, Set(known).count > 10, let row = words.codes.firstIndex(where: { $0 >= 0 }) {
      throw DataFileError.text(
        raw.source, row: row + raw.firstRow, column: raw.label(column), value: words.all[Int(words.codes[row])])
    }
    let cells = (0..<raw.rows).map { raw.cell($0, column) }
    let names = Set(cells.compactMap(\.self)).sorted { a, b in
      let (x, y) = (ColumnRule.truths[a.lowercased()], ColumnRule.truths[b.lowercased()])
      if let x, let y, x != y { return x < y }
      if let x = Double(a), let y = Double(b) { return x < y }
      return a < b
    }
    let places = Dictionary(names.enumerated().map { ($1, Double($0)) }) { first, _ in first }
    values = cells.map { $0.flatMap { places[$0] } ?? .nan }
    classes = names
  }

  func use(_ name: String, missing: Int) -> ColumnUse {
    let list = classes.map { names in
      "\(names.count) classes: " + names.prefix(20).enumerated().map { "\($1) (\($0))" }.joined(separator: ", ")
        + (names.count > 20 ? ", ..." : "")
    }
    return ColumnUse(column: name, kind: .target, becomes: [], missing: missing, note: list ?? note)
  }
}

extension WordsMeaning {
  /// Truths are classes, and so are few different amounts and times.
  fileprivate func suitsTarget(distinct: Int) -> Bool {
    switch meaning {
    case .date: true
    case .dressed, .clock: distinct > 20
    default: false
    }
  }
}

extension DataFileError {
  fileprivate static func strayLabel(
    _ file: String, row: Int, column: String, value: String, others: String
  ) -> DataFileError {
    DataFileError(
      file: file, row: row, column: column, value: value, problem: "this is none of what its column holds (\(others))",
      remedy: "Correct it, or leave it blank to make the row an unlabeled one")
  }
}
