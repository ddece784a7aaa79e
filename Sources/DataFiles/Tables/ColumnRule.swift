import LinearAlgebra

/// What one column means and which columns of numbers stand for it: found on some rows, applied to any.
public struct ColumnRule: Sendable, Equatable, Codable {
  enum Meaning: Sendable, Equatable, Codable {
    /// Numbers; words are gaps.
    case number
    /// Numbers, some with units or marks, with a decimal point or a decimal comma.
    case dressed(comma: Bool)
    /// Times, in units of what stands first.
    case clock
    case date(CalendarDate)
    /// 1 for true, yes, t, y in any case, 0 for their opposites.
    case boolean
    /// An indicator for each of `own`, one for all words that are neither there nor in `reference` where `other`, and one for gaps.
    case levels(own: [String], reference: [String], other: Bool, gaps: Bool)
    case leftOut
  }

  let meaning: Meaning
  /// Stands in for a gap.
  let fill: Double
  /// A further column is 1 where there is a gap.
  let marksGaps: Bool
  public internal(set) var use: ColumnUse

  /// How many columns stand for it.
  var width: Int { use.becomes.count }

  static let truths: [String: Double] = [
    "true": 1, "false": 0, "yes": 1, "no": 0, "t": 1, "f": 0, "y": 1, "n": 0,
  ]

  /// Of levels: the word that stands in each row; nil where it is missing.
  static func level(_ raw: RawTable, _ row: Int, _ column: Int) -> String? { raw.cell(row, column) }

  /// The number in each row; NaN where it is missing.
  static func values(_ raw: RawTable, _ column: Int, _ meaning: Meaning) -> [Double] {
    let decoded: [Double] =
      raw.words[column]?.all.map { word in
        switch meaning {
        case .dressed(let comma): DressedNumber(word, decimal: comma ? "," : ".")?.value ?? .nan
        case .clock: ClockTime.value(word) ?? .nan
        case .date(let way): way.days(word).map { $0 / CalendarDate.daysInYear } ?? .nan
        case .boolean: truths[word.lowercased()] ?? .nan
        default: .nan
        }
      } ?? []
    return (0..<raw.rows).map { row in
      let number = raw.numbers[row, column]
      guard number.isNaN, let code = raw.words[column]?.codes[row], code >= 0 else { return number }
      return decoded[Int(code)]
    }
  }

  /// Which cells it has no number or word for.
  func gaps(_ raw: RawTable, _ column: Int) -> [Bool] {
    switch meaning {
    case .leftOut, .levels: (0..<raw.rows).map { raw.isMissing($0, column) }
    case .number, .dressed, .clock, .date, .boolean: Self.values(raw, column, meaning).map(\.isNaN)
    }
  }

  /// With what is said of words that count as gaps.
  func telling(_ strays: String?) -> ColumnRule {
    var result = self
    result.use.wordsForGaps = strays
    return result
  }

  /// What a gap becomes in the columns that stand for it.
  enum Gaps {
    /// The mean, or 0 where these are indicators.
    case filled
    /// NaN where a number stands, else as `filled`.
    case keptAmongNumbers
    /// NaN.
    case kept
  }

  /// Which of its columns are no indicators of gaps.
  var values: Range<Int> { 0..<width - (marksGaps ? 1 : 0) }

  /// Its columns for rows of `raw`, written to `result` from column `first` on. Returns the words that it did not know.
  func write(_ raw: RawTable, _ column: Int, to result: inout Matrix, from first: Int, gaps kept: Gaps) -> [String] {
    let fill = kept == .filled ? self.fill : Double.nan
    switch meaning {
    case .leftOut: return []
    case .number, .dressed, .clock, .date, .boolean:
      for (row, value) in Self.values(raw, column, meaning).enumerated() {
        result[row, first] = value.isNaN ? fill : value
        if marksGaps { result[row, first + 1] = value.isNaN ? 1 : 0 }
      }
      return []
    case .levels(let own, let reference, let other, let gaps):
      let places = Dictionary(own.enumerated().map { ($1, $0) }) { first, _ in first }
      let known = Set(reference)
      var unknown = Set<String>()
      for row in 0..<raw.rows {
        let isGap = raw.isMissing(row, column)
        for position in 0..<width { result[row, first + position] = isGap && kept == .kept ? .nan : 0 }
        guard let word = Self.level(raw, row, column) else {
          if gaps { result[row, first + width - 1] = 1 }
          continue
        }
        if let place = places[word] {
          result[row, first + place] = 1
        } else if !known.contains(word) {
          if other { result[row, first + own.count] = 1 } else { unknown.insert(word) }
        }
      }
      return unknown.sorted()
    }
  }
}
