/// Whether the first record names the columns: one rule for all text.
///
/// Evidence for names: words over numbers; quotes that the numbers below do not have; the usual words of user, item, rating files;
/// an empty first name over row numbers; 0, 1, 2, ... For data: cells that stand in their column again, numbers over numbers, decimals.
/// Where the evidence is not plain, what was decided is said.
struct HeaderRule {
  let isHeader: Bool
  /// Nobody could take it for the other.
  let isPlain: Bool
  /// Whole numbers are the names.
  let isNumbered: Bool

  /// `shift`: by how many cells the records below are ahead (row names under no name). `isUndecidedHeader`: the answer where words stand
  /// over words and nothing tells.
  init(_ first: [TextCell], over body: [[TextCell]], shift: Int = 0, isUndecidedHeader: Bool) {
    let columns = first.indices.map { j in body.compactMap { j + shift < $0.count ? $0[j + shift] : nil } }
    let numbered = Self.wholeNumbers(first) != nil
    func header(plain: Bool) -> (Bool, Bool, Bool) { (true, plain, numbered) }
    func data(plain: Bool) -> (Bool, Bool, Bool) { (false, plain, false) }
    let votes = Votes(first, columns)
    let hasWord = first.contains { $0.kind == .word }
    (isHeader, isPlain, isNumbered) = {
      if PairColumns.areNames(first) && votes.repeated == 0 { return header(plain: true) }
      if body.isEmpty { return isUndecidedHeader && hasWord ? header(plain: true) : data(plain: !hasWord) }
      if Self.quotesTell(first, columns) { return header(plain: !numbered) }
      if votes.decimals > 0 && votes.decimals >= votes.names { return data(plain: !hasWord) }
      if votes.names > votes.repeated + (votes.repeated > 0 ? votes.numbers : 0) {
        return header(plain: votes.names > votes.numbers)
      }
      if votes.repeated > 0 { return data(plain: false) }
      if Self.hasIndex(first, columns, body) { return header(plain: !numbered) }
      if shift > 0 && body.count > 1 && (numbered || hasWord) { return header(plain: hasWord) }
      if Self.counts(first, columns) { return header(plain: false) }
      if votes.numbers > 0 {
        if Self.isCrossTable(first, columns) { return header(plain: false) }
        return data(plain: !hasWord && !Self.mayCount(first, body))
      }
      guard hasWord else { return data(plain: true) }
      let isHeader = isUndecidedHeader || 2 * votes.odd > votes.words
      return isHeader ? header(plain: false) : data(plain: false)
    }()
  }

  /// What each column says.
  private struct Votes {
    /// Words over numbers.
    var names = 0
    /// Numbers over numbers, and those that are not whole.
    var numbers = 0
    var decimals = 0
    /// Cells that stand in their column again.
    var repeated = 0
    /// Words over words, and those unlike all below.
    var words = 0
    var odd = 0

    init(_ first: [TextCell], _ columns: [[TextCell]]) {
      for (cell, column) in zip(first, columns) {
        let known = column.filter { $0.kind != .missing }
        if known.isEmpty || cell.kind == .missing { continue }
        let hasNumbers = 2 * known.count(where: \.isNumberLike) > known.count
        let isAgain = known.contains { $0.text.utf8.elementsEqual(cell.text.utf8) }
        switch (cell.kind, hasNumbers) {
        case (.word, true): names += 1
        case (_, true):
          numbers += 1
          if cell.kind == .number { decimals += 1 }
        case (_, false) where isAgain: repeated += 1
        case (.word, false):
          words += 1
          if Self.isOdd(cell.text, over: known.map(\.text)) { odd += 1 }
        default: break
        }
      }
    }

    /// All below have digits, or one length, or only a few values, and this one differs.
    private static func isOdd(_ name: String, over column: [String]) -> Bool {
      func hasDigit(_ text: String) -> Bool { text.utf8.contains { (48...57).contains($0) } }
      if !hasDigit(name) && column.allSatisfy(hasDigit) { return true }
      let lengths = Set(column.map(\.utf8.count))
      if column.count >= 3 && lengths.count == 1 && !lengths.contains(name.utf8.count) { return true }
      return column.count >= 6 && 3 * Set(column).count <= column.count
    }
  }

  /// Names in quotes over numbers without, as R and Python's csv write them.
  private static func quotesTell(_ first: [TextCell], _ columns: [[TextCell]]) -> Bool {
    guard first.allSatisfy({ $0.isQuoted || $0.isEmpty }) else { return false }
    return zip(first, columns).contains { cell, column in
      let known = column.filter { $0.kind != .missing }
      return cell.isQuoted && !cell.isEmpty && !known.isEmpty
        && known.allSatisfy { !$0.isQuoted && $0.kind != .word }
    }
  }

  /// The whole numbers, different from each other, behind an empty first cell perhaps; nil where something else is there.
  private static func wholeNumbers(_ first: [TextCell]) -> [Int]? {
    let cells = first.first?.isEmpty == true ? first.dropFirst() : first[...]
    let numbers = cells.compactMap { $0.kind == .whole ? Int($0.text) : nil }
    return numbers.count == cells.count && numbers.count > 1 && Set(numbers).count == numbers.count ? numbers : nil
  }

  /// An empty first name over cells that are never empty: row numbers or row names.
  private static func hasIndex(_ first: [TextCell], _ columns: [[TextCell]], _ body: [[TextCell]]) -> Bool {
    guard first.count > 1, first[0].isEmpty, columns[0].allSatisfy({ !$0.isEmpty }) else { return false }
    if first.dropFirst().allSatisfy({ $0.kind == .word || $0.isEmpty }) { return first.contains { $0.kind == .word } }
    guard first.dropFirst().allSatisfy({ $0.kind == .word || $0.kind == .whole }) else { return false }
    return columns[0].contains { $0.kind == .word } || isCounting(columns[0])
  }

  /// 0, 1, 2, ... or 1, 2, 3, ...
  static func isCounting(_ column: [TextCell]) -> Bool {
    guard let start = column.first.flatMap({ Int($0.text) }), start == 0 || start == 1 else { return false }
    return column.enumerated().allSatisfy { Int($1.text) == start + $0 }
  }

  /// 0, 1, 2, ... as pandas names the columns of an array; two only over a column of decimals. Other equal steps (years) over decimals
  /// alone.
  private static func counts(_ first: [TextCell], _ columns: [[TextCell]]) -> Bool {
    guard let numbers = wholeNumbers(first), let step = step(numbers) else { return false }
    let decimals = columns.suffix(numbers.count).count { column in
      let known = column.filter { $0.kind != .missing }
      return !known.isEmpty && known.allSatisfy { $0.kind == .number }
    }
    if numbers[0] == 0 && step == 1 && (numbers.count >= 3 || decimals > 0) { return true }
    return decimals == numbers.count && (columns.first?.count ?? 0) >= 3
  }

  private static func step(_ numbers: [Int]) -> Int? {
    let (step, overflow) = numbers[1].subtractingReportingOverflow(numbers[0])
    let isEven = zip(numbers, numbers.dropFirst()).allSatisfy { $0.addingReportingOverflow(step).partialValue == $1 }
    return !overflow && isEven ? step : nil
  }

  /// Whole numbers in equal steps that no row below continues: they may be names.
  private static func mayCount(_ first: [TextCell], _ body: [[TextCell]]) -> Bool {
    guard let numbers = wholeNumbers(first), let step = step(numbers) else { return false }
    if numbers.count == 2 { return numbers == [0, 1] }
    return !body.contains { row in wholeNumbers(row).flatMap(Self.step) == step }
  }

  /// A word over words, then numbers that count 0, 1, 2, ... or 1, 2, 3, ... over decimals, or years over numbers that are none.
  private static func isCrossTable(_ first: [TextCell], _ columns: [[TextCell]]) -> Bool {
    guard first[0].kind == .word, columns[0].allSatisfy({ $0.kind == .word }) else { return false }
    guard let numbers = wholeNumbers(Array(first.dropFirst())), let step = step(numbers), step > 0 else { return false }
    let below = columns.dropFirst().joined()
    let years = 1500...2200
    if numbers.allSatisfy(years.contains) { return !below.contains { Int($0.text).map(years.contains) ?? false } }
    return step == 1 && (0...1).contains(numbers[0]) && below.allSatisfy { $0.kind == .number || $0.kind == .missing }
  }
}
