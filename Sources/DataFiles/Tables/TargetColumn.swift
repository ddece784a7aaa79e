/// Labels from a column of numbers or of words.
struct TargetColumn {
  /// NaN where blank; the class's number where `classes` has names.
  let values: [Double]
  /// In the order of the numbers: as truths, else by name.
  let classes: [String]?
  /// Numbers that stand for dates.
  private(set) var isDate = false
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
    let numberRows = numbers.count { !$0.isNaN }
    if words.all.count > 20 || numberRows > 20,
      let (decimal, unit) = DressedNumber.style(of: words.all, commaFirst: raw.hasDecimalComma),
      numberRows == 0 || unit.isEmpty
    {
      (values, classes) = (ColumnRule.values(raw, column, .dressed(comma: decimal == ",")), nil)
      return
    }
    let wordRows = words.codes.count { $0 >= 0 }
    let distinct = Set(numbers.filter { !$0.isNaN })
    if numberRows > wordRows, distinct.count > 10, let row = words.codes.firstIndex(where: { $0 >= 0 }) {
      throw DataFileError.text(
        raw.source, row: row + raw.firstRow, column: raw.label(column), value: words.all[Int(words.codes[row])])
    }
    if numberRows == 0, let way = CalendarDate.format(of: words.all) {
      (values, classes) = (ColumnRule.values(raw, column, .date(way)), nil)
      let order = way.isAmbiguous(words.all) ? ", the day taken to stand before the month" : ""
      isDate = true
      note = "the target; dates as years since 1970" + order
      return
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
