/// What nearly all words of a column mean together, and the few that mean nothing beside them: a note, a code for what is not known.
///
/// Few are those in at most a fifth of the rows where more than ten different things stand beside them, in at most a twentieth else. Words
/// that mean the same in another way (a date with the month first, another unit) are none of those few.
struct WordsMeaning {
  let meaning: ColumnRule.Meaning
  let kind: ColumnUse.Kind
  let note: String
  /// In order of appearance.
  let strays: [String]
  /// In how many rows they stand.
  let strayRows: Int

  /// nil where words are just words. Cost: a few readings of each different word; of those that are not read, of the first thousand or so.
  init?(_ raw: RawTable, _ column: Int) {
    guard let words = raw.words[column] else { return nil }
    var counts = [Int](repeating: 0, count: words.all.count)
    for code in words.codes where code >= 0 { counts[Int(code)] += 1 }
    let numbers = raw.numbers.column(column).filter { !$0.isNaN }
    let search = WordSearch(
      words: words.all, counts: counts, numberRows: numbers.count, distinctNumbers: Set(numbers).count,
      enough: ColumnFit.enough(raw.rows))
    let ways = numbers.isEmpty ? [search.truths, search.dates, search.times] : []
    let found = ways.compactMap { $0() } + [search.dressed(commaFirst: raw.hasDecimalComma)].compactMap(\.self)
    guard let best = found.first(where: \.strays.isEmpty) ?? found.first else { return nil }
    (meaning, kind, note) = (best.meaning, best.kind, best.note)
    strays = best.strays.map { words.all[$0] }
    strayRows = best.strays.reduce(0) { $0 + counts[$1] }
  }

  /// That these words, in `rows` cells, are gaps; nil for no cell.
  static func note(_ strays: [String], rows: Int) -> String? {
    if rows == 0 { return nil }
    let shown = strays.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (strays.count > 3 ? ", ..." : "")
    return rows == 1 ? "1 cell that is a word (\(shown)) is a gap" : "\(rows) cells that are words (\(shown)) are gaps"
  }

  /// Whether so few rows hold strays that they may be gaps.
  static func areFew(strayRows: Int, others: Int, distinct: Int) -> Bool {
    others >= 4 * strayRows && (distinct > 10 || others >= 19 * strayRows && distinct > 2)
  }
}

/// The ways in which words are looked at, one after the other.
private struct WordSearch {
  let words: [String]
  let counts: [Int]
  let numberRows: Int
  let distinctNumbers: Int
  let enough: Int

  typealias Found = (meaning: ColumnRule.Meaning, kind: ColumnUse.Kind, note: String, strays: [Int])

  func truths() -> Found? {
    guard let strays = strays({ ColumnRule.truths[$0.lowercased()] != nil }) else { return nil }
    let rows = strays.reduce(0) { $0 + counts[$1] }
    let others = Set(others(than: strays).map { ColumnRule.truths[$0.lowercased()] })
    // A third word in enough rows is a category.
    guard strays.isEmpty || others.count == 2 && rows < enough && counts.reduce(0, +) >= 20 * rows else { return nil }
    return (.boolean, .boolean, "1 for true, 0 for false", strays)
  }

  func dates() -> Found? {
    if let way = CalendarDate.format(of: words) { return date(way, strays: []) }
    for way in CalendarDate.allCases {
      guard let strays = strays({ way.days($0) != nil }), areFew(strays),
        !strays.contains(where: { place in CalendarDate.allCases.contains { $0.days(words[place]) != nil } })
      else { continue }
      return date(way, strays: strays)
    }
    return nil
  }

  private func date(_ way: CalendarDate, strays: [Int]) -> Found {
    let order = way.isAmbiguous(others(than: strays)) ? ", the day taken to stand before the month" : ""
    return (.date(way), .date, "dates as years since 1970" + order, strays)
  }

  func times() -> Found? {
    guard let strays = strays({ ClockTime.value($0) != nil }), strays.isEmpty || areFew(strays),
      let unit = ClockTime.unit(of: others(than: strays))
    else { return nil }
    return (.clock, .number, "times as \(unit)", strays)
  }

  func dressed(commaFirst: Bool) -> Found? {
    var partial: Found?
    for decimal: Character in commaFirst ? [",", "."] : [".", ","] {
      guard let strays = strays({ DressedNumber($0, decimal: decimal) != nil }),
        let unit = DressedNumber.unit(of: others(than: strays), decimal: decimal), numberRows == 0 || unit.isEmpty
      else { continue }
      let isComma = decimal == ","
      let note =
        (unit.isEmpty ? "numbers with marks in them" : "numbers in \(unit)") + (isComma ? ", with a decimal comma" : "")
      let found = (ColumnRule.Meaning.dressed(comma: isComma), ColumnUse.Kind.number, note, strays)
      if strays.isEmpty { return found }
      let isOther = strays.contains { DressedNumber(words[$0], decimal: isComma ? "." : ",") != nil }
      if partial == nil, !isOther, areFew(strays) { partial = found }
    }
    return partial
  }

  /// Places of the words that are not read; nil where they are many.
  private func strays(_ isRead: (String) -> Bool) -> [Int]? {
    var (found, rows) = ([Int](), 0)
    let most = (counts.reduce(0, +) + numberRows) / 5
    for (place, word) in words.enumerated() where !isRead(word) {
      found.append(place)
      rows += counts[place]
      if rows > most || found.count > 1_000 && 2 * found.count > place { return nil }
    }
    return found.count < words.count ? found : nil
  }

  private func others(than strays: [Int]) -> [String] {
    let left = Set(strays)
    return words.indices.filter { !left.contains($0) }.map { words[$0] }
  }

  private func areFew(_ strays: [Int]) -> Bool {
    let rows = strays.reduce(0) { $0 + counts[$1] }
    return WordsMeaning.areFew(
      strayRows: rows, others: counts.reduce(0, +) + numberRows - rows,
      distinct: words.count - strays.count + distinctNumbers)
  }
}
