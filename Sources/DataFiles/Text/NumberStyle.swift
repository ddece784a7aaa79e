import CDataFiles

/// Which marks stand in numbers, as far as the first rows show.
///
/// Only columns all of whose cells are digits and marks count. `1,234` may be 1234 or 1.234: it is the first where other numbers have
/// a point, several groups or no mark at all, the second where they have a comma that cannot stand between groups.
struct NumberStyle {
  var decimal = UInt8(ascii: ".")
  var thousands: UInt8 = 0
  /// A cell whose reading the marks decide.
  var example: String?
  /// The other reading cannot be ruled out.
  var isDoubtful = false

  /// What a column's cells are.
  private struct Evidence {
    var groupedComma: String?
    var severalCommas: String?
    var decimalComma: String?
    var groupedPoint: String?
    var severalPoints: String?
    var decimalPoint = false
    var apostrophe: String?
    var blank: String?
    /// Whole numbers of at most three digits beside grouped ones.
    var plain = false
  }

  init(_ columns: [[String]]) {
    let found = columns.compactMap(Self.evidence)
    func first(_ key: KeyPath<Evidence, String?>) -> String? { found.lazy.compactMap { $0[keyPath: key] }.first }
    let hasPoint = found.contains(where: \.decimalPoint)
    if let cell = first(\.severalCommas) {
      (thousands, example) = (44, cell)
    } else if let cell = first(\.severalPoints), !hasPoint {
      (decimal, thousands, example) = (44, 46, cell)
    } else if let cell = first(\.decimalComma), !hasPoint {
      (decimal, example) = (44, cell)
      if let grouped = first(\.groupedPoint) { (thousands, example) = (46, grouped) }
    } else if let cell = first(\.groupedComma) {
      let isGrouped = hasPoint || found.contains { $0.groupedComma != nil && $0.plain }
      example = cell
      if isGrouped { thousands = 44 } else { (decimal, isDoubtful) = (44, true) }
    } else if let cell = first(\.apostrophe) {
      (thousands, example) = (39, cell)
    } else if let cell = first(\.blank) {
      (thousands, example) = (32, cell)
    }
  }

  /// nil for a column with a cell that is no number in any style.
  private static func evidence(_ cells: [String]) -> Evidence? {
    var evidence = Evidence()
    for cell in cells where !cell.isEmpty {
      guard let marks = Marks(cell) else {
        if Int(DelimitedText.classify(cell, decimal: 46)) == pdata_cell_text { return nil }
        continue
      }
      switch (marks.commas, marks.points) {
      case (0, 0):
        if marks.other == nil {
          if marks.digits <= 3 { evidence.plain = true }
        } else if !marks.isGrouped {
          return nil
        } else if marks.other == 39 {
          evidence.apostrophe = cell
        } else {
          evidence.blank = cell
        }
      case (let commas, 0):
        if marks.isGrouped {
          if commas > 1 { evidence.severalCommas = cell } else { evidence.groupedComma = cell }
        } else if commas == 1 {
          evidence.decimalComma = cell
        } else {
          return nil
        }
      case (0, let points):
        if points > 1 && !marks.isGrouped { return nil }
        if points > 1 {
          evidence.severalPoints = cell
        } else if marks.isGrouped {
          evidence.groupedPoint = cell
        } else {
          evidence.decimalPoint = true
        }
      case (let commas, let points):
        if points == 1 && marks.last == 46 {
          evidence.severalCommas = cell
        } else if commas == 1 && marks.last == 44 {
          evidence.severalPoints = cell
        } else {
          return nil
        }
      }
    }
    return evidence
  }

  /// Where marks stand between the digits of a cell.
  private struct Marks {
    var commas = 0
    var points = 0
    var digits = 0
    /// An apostrophe or a blank.
    var other: UInt8?
    var last: UInt8 = 0
    private var groups: [Int] = [0]
    private var startsWithZero: Bool
    private var hasExponent = false

    /// nil for cells that are not digits and marks with a sign before and an exponent behind.
    init?(_ cell: String) {
      var bytes = Array(cell.utf8)[...]
      if let sign = bytes.first, sign == 43 || sign == 45 { bytes = bytes.dropFirst() }
      startsWithZero = bytes.first == 48
      while let byte = bytes.popFirst() {
        switch byte {
        case 48...57:
          digits += 1
          groups[groups.count - 1] += 1
          continue
        case 44: commas += 1
        case 46: points += 1
        case 39, 32:
          if other ?? byte != byte { return nil }
          other = byte
        case 69, 101:
          hasExponent = true
          if let sign = bytes.first, sign == 43 || sign == 45 { bytes = bytes.dropFirst() }
          guard !bytes.isEmpty, bytes.allSatisfy({ (48...57).contains($0) }) else { return nil }
          bytes = []
          continue
        default: return nil
        }
        last = byte
        groups.append(0)
      }
      if digits == 0 { return nil }
    }

    /// Groups of three digits behind one of up to three that does not start with 0.
    var isGrouped: Bool {
      !startsWithZero && !hasExponent && (1...3).contains(groups[0]) && groups.dropFirst().allSatisfy { $0 == 3 }
    }
  }
}
