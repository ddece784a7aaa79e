import LinearAlgebra

/// Finds what a column means from its cells over all rows; the target is never looked at.
struct ColumnFit {
  let raw: RawTable
  let column: Int
  /// Which rows have a label: what none of them has can get no coefficient.
  let isLabeled: [Bool]
  /// Rows of one file each.
  let parts: [Range<Int>]
  let isCategory: Bool
  /// Asked for: used although it looks like an identifier.
  let isAsked: Bool
  /// Gaps are filled in, and may get a column of their own; otherwise they stay.
  let mayMark: Bool

  /// Own columns at most.
  static let mostLevels = 30

  /// Rows that a level or a gap needs to get a column of its own: 5, in small tables a tenth of the rows, in large ones 1 %.
  static func enough(_ rows: Int) -> Int { max(2, min(5, rows / 10), (rows + 99) / 100) }

  private var name: String { raw.name(column) }
  private var labeledCount: Int { isLabeled.count { $0 } }
  private var enough: Int { Self.enough(raw.rows) }

  func rule() -> ColumnRule {
    let words = raw.words[column]
    let missing = (0..<raw.rows).count { raw.isMissing($0, column) }
    if missing == raw.rows { return leftOut(.empty, missing, "every cell is missing") }
    if isCategory { return levels(missing) }
    guard let words else { return number(missing, .number, note: nil) }
    let wordRows = words.codes.count { $0 >= 0 }
    if wordRows == 0 { return number(missing, .number, note: nil) }
    if let found = WordsMeaning(raw, column) {
      let gaps = missing + found.strayRows
      let strays = WordsMeaning.note(found.strays, rows: found.strayRows)
      let note = [found.note, strays].compactMap(\.self).joined(separator: "; ")
      let rule =
        switch found.meaning {
        case .boolean: boolean(gaps, note)
        case .date: measured(found.meaning, .date, ColumnRule.values(raw, column, found.meaning), gaps, note)
        default: number(gaps, found.meaning, note: note)
        }
      return rule.telling(strays)
    }
    let numbers = raw.numbers.column(column).filter { !$0.isNaN }
    if WordsMeaning.areFew(strayRows: wordRows, others: numbers.count, distinct: Set(numbers).count) {
      let strays = WordsMeaning.note(words.all, rows: wordRows)
      return number(missing + wordRows, .number, note: strays).telling(strays)
    }
    return levels(missing)
  }

  private func leftOut(_ kind: ColumnUse.Kind, _ missing: Int, _ note: String) -> ColumnRule {
    ColumnRule(
      meaning: .leftOut, fill: 0, marksGaps: false,
      use: ColumnUse(column: name, kind: kind, becomes: [], missing: missing, note: "left out: " + note))
  }

  // MARK: numbers

  private func number(_ missing: Int, _ meaning: ColumnRule.Meaning, note: String?) -> ColumnRule {
    let values = ColumnRule.values(raw, column, meaning)
    if missing == 0, !raw.isArray, let reason = IdentifierRule.reason(values, name: name, parts: parts) {
      if !isAsked { return leftOut(.identifier, 0, reason) }
      return measured(meaning, .number, values, missing, "\(reason); used as asked")
    }
    return measured(meaning, .number, values, missing, note)
  }

  /// The mean stands in for gaps; they are marked where enough rows have one and enough have none, labeled ones among both.
  private func measured(
    _ meaning: ColumnRule.Meaning, _ kind: ColumnUse.Kind, _ values: [Double], _ missing: Int, _ note: String?
  ) -> ColumnRule {
    let known = values.filter { !$0.isNaN }
    // About the first value, so that a large common part costs no digits.
    let origin = known.first ?? 0
    let sum = known.reduce(0) { $0 + ($1 - origin) }
    let count = Double(max(known.count, 1))
    let mean = sum.isFinite ? origin + sum / count : known.reduce(0) { $0 + $1 / count }
    let gaps = values.indices.filter { values[$0].isNaN }
    let labeledGaps = gaps.count { isLabeled[$0] }
    let marks =
      mayMark && gaps.count >= enough && known.count >= enough && labeledGaps >= 2
      && labeledCount - labeledGaps >= 2
    let filled =
      gaps.isEmpty || !mayMark
      ? nil : "\(gaps.count) gaps \(ColumnUse.byMean)" + (marks ? " and marked in a column of their own" : "")
    var use = ColumnUse(
      column: name, kind: kind, becomes: [name] + (marks ? ["\(name) is missing"] : []), missing: missing,
      note: [note, filled].compactMap(\.self).joined(separator: "; "))
    use.isUnusual = kind == .number && note != nil
    return ColumnRule(meaning: meaning, fill: mean, marksGaps: marks, use: use)
  }

  // MARK: words

  private func boolean(_ missing: Int, _ note: String) -> ColumnRule {
    let all = raw.words[column]?.all ?? []
    let truths = Set(all.compactMap { ColumnRule.truths[$0.lowercased()] })
    if truths.count == 1, missing == 0 { return leftOut(.constant, 0, "every cell is '\(all[0])'") }
    return measured(.boolean, .boolean, ColumnRule.values(raw, column, .boolean), missing, note)
  }

  private func levels(_ missing: Int) -> ColumnRule {
    var (counts, labeledCounts) = ([String: Int](), [String: Int]())
    for row in 0..<raw.rows {
      guard let word = ColumnRule.level(raw, row, column) else { continue }
      counts[word, default: 0] += 1
      if isLabeled[row] { labeledCounts[word, default: 0] += 1 }
    }
    let present = raw.rows - missing
    if counts.count == 1, missing == 0 { return leftOut(.constant, 0, "every cell is '\(counts.keys.first ?? "")'") }
    if present >= 10, 2 * counts.count > present {
      // Names and remarks: hardly a word comes back.
      let kind = 10 * counts.count >= 9 * present ? ColumnUse.Kind.identifier : .text
      return leftOut(kind, missing, "\(counts.count) different words in \(present) rows")
    }
    let ranked = counts.keys.sorted { (counts[$1]!, $0) < (counts[$0]!, $1) }
    let top = ranked[0]
    guard counts[top]! >= enough else {
      return leftOut(.text, missing, "\(counts.count) different words, none of them in \(enough) rows")
    }
    let own = ranked.dropFirst().prefix(Self.mostLevels).filter {
      counts[$0]! >= enough && labeledCounts[$0, default: 0] >= 2
    }
    let rest = ranked.dropFirst().filter { !own.contains($0) }
    let hasOther =
      rest.reduce(0) { $0 + counts[$1]! } >= enough && rest.reduce(0) { $0 + labeledCounts[$1, default: 0] } >= 2
    if own.isEmpty, !hasOther, missing < enough || !mayMark {
      return leftOut(.constant, missing, "hardly a row differs from '\(top)'")
    }
    let names = own.map { "\(name) = \($0)" } + (hasOther ? ["\(name) = other"] : [])
    let unseen = rest.filter { labeledCounts[$0] == nil }
    let together =
      rest.isEmpty
      ? nil
      : "\(rest.count) rare ones " + (hasOther ? "together as other" : "together with '\(top)'")
        + (unseen.isEmpty || labeledCount == raw.rows ? "" : ", \(unseen.count) of them in no labeled row")
    return indicators(
      own: Array(own), reference: [top] + (hasOther ? [] : rest), other: hasOther, names: names,
      missing: missing,
      note: ["\(counts.count) words; 0 for '\(top)'", together].compactMap(\.self).joined(separator: "; "))
  }

  private func indicators(
    own: [String], reference: [String], other: Bool, names: [String], missing: Int, note: String
  ) -> ColumnRule {
    let labeledGaps = isLabeled.indices.count { isLabeled[$0] && raw.isMissing($0, column) }
    let marks = mayMark && missing >= enough && labeledGaps >= 2 && labeledCount - labeledGaps >= 2
    let gaps =
      missing == 0 || !mayMark
      ? nil : marks ? "\(missing) gaps marked in a column of their own" : "\(missing) gaps count as 0"
    let become = names + (marks ? ["\(name) is missing"] : [])
    if become.isEmpty { return leftOut(.constant, missing, "nothing varies enough") }
    return ColumnRule(
      meaning: .levels(own: own, reference: reference, other: other, gaps: marks), fill: 0, marksGaps: marks,
      use: ColumnUse(
        column: name, kind: .category, becomes: become, missing: missing,
        note: [note, gaps].compactMap(\.self).joined(separator: "; ")))
  }
}
