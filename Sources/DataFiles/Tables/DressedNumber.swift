/// Numbers with something around them: 12 kg, 45 %, $1,200, € 5,50, -$3, (12), 1 234, ="7", 1.5D+03; <0.5 is none.
struct DressedNumber: Equatable {
  let value: Double
  /// What stands before and behind, without blanks around it.
  let prefix: String
  let unit: String
  /// The same as it is written.
  private let before: String
  private let behind: String
  private let decimal: Character

  private static let signs: [Character: Bool] = ["-": true, "−": true, "+": false]
  private static let groupMarks: Set<Character> = [",", ".", " ", "\u{A0}", "\u{202F}", "'", "’", "_"]
  private static let longestUnit = 8

  /// nil where `text` is no number in words that hold no other digit. `decimal` is a point or a comma; the other may stand between
  /// groups of digits.
  init?(_ text: String, decimal: Character = ".") {
    var cell = Substring(text.trimmed)
    if cell.count > 3, cell.hasPrefix("=\""), cell.hasSuffix("\"") { cell = cell.dropFirst(2).dropLast() }
    var isNegative = false
    if cell.first == "(", cell.last == ")" {
      (cell, isNegative) = (cell.dropFirst().dropLast(), true)
    }
    guard let first = cell.firstIndex(where: Self.isDigit) else { return nil }
    var start = first
    if start > cell.startIndex, cell[cell.index(before: start)] == decimal { start = cell.index(before: start) }
    var (front, signs) = (cell[..<start], 0)
    for fromEnd in [true, false] {
      guard let mark = fromEnd ? front.last : front.first, let found = Self.signs[mark] else { continue }
      front = fromEnd ? front.dropLast() : front.dropFirst()
      isNegative = isNegative != found
      signs += 1
    }
    guard signs < 2, let (digits, end) = Self.digits(cell[start...], decimal), let value = Double(digits) else {
      return nil
    }
    var back = cell[end...]
    if signs == 0, String(back).trimmed == "-" { (back, isNegative) = ("", true) }
    (before, behind, self.decimal) = (String(front), String(back), decimal)
    (prefix, unit) = (before.trimmed, behind.trimmed)
    self.value = isNegative ? -value : value
    let isPlainPrefix =
      prefix.isEmpty || prefix.allSatisfy { "$€£¥".contains($0) } || ["USD", "EUR", "GBP"].contains(prefix)
    guard isPlainPrefix, unit.count <= Self.longestUnit,
      !unit.contains(where: { $0.isNumber || "<>?-:;()".contains($0) })
    else { return nil }
  }

  /// Another number in the same words.
  func text(_ value: Double) -> String {
    let number = "\(abs(value))".replacing(".", with: String(decimal))
    return (value < 0 ? "-" : "") + before + number + behind
  }

  /// The unit of all words ("" for none); nil where one is no number or has another.
  static func unit(of words: [String], decimal: Character) -> String? {
    let found = words.map { DressedNumber($0, decimal: decimal) }
    guard let first = found.first ?? nil,
      found.allSatisfy({ $0?.prefix == first.prefix && $0?.unit == first.unit })
    else { return nil }
    return first.prefix + first.unit
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  /// The number at the start with a point and without marks between its groups, and where it ends; nil where marks stand elsewhere than
  /// between groups of three digits (two in all but the last, as in India).
  private static func digits(_ text: Substring, _ decimal: Character) -> (String, Substring.Index)? {
    var (groups, fraction, mark, place) = ([""], String?.none, Character?.none, text.startIndex)
    while place < text.endIndex {
      let (character, next) = (text[place], text.index(after: place))
      if isDigit(character) {
        if fraction == nil { groups[groups.count - 1].append(character) } else { fraction?.append(character) }
      } else if next == text.endIndex || !isDigit(text[next]) {
        break
      } else if character == decimal, fraction == nil {
        fraction = ""
      } else if groupMarks.contains(character), character != decimal, fraction == nil, mark ?? character == character {
        mark = character
        groups.append("")
      } else {
        break
      }
      place = next
    }
    guard isGrouped(groups) else { return nil }
    var number = groups.joined() + (fraction.map { "." + $0 } ?? "")
    if number.hasPrefix(".") { number = "0" + number }
    if let exponent = exponent(text[place...]) { return (number + exponent.0, exponent.1) }
    return (number, place)
  }

  private static func isGrouped(_ groups: [String]) -> Bool {
    if groups.count == 1 { return true }
    let middle = groups.dropFirst().dropLast()
    return (1...3).contains(groups[0].count) && groups[groups.count - 1].count == 3
      && (middle.allSatisfy { $0.count == 3 } || groups[0].count < 3 && middle.allSatisfy { $0.count == 2 })
  }

  /// e+05, or Fortran's D+05.
  private static func exponent(_ text: Substring) -> (String, Substring.Index)? {
    guard let letter = text.first, "eEdD".contains(letter) else { return nil }
    var rest = text.dropFirst()
    var sign = ""
    if let mark = rest.first, mark == "+" || mark == "-" { (sign, rest) = (String(mark), rest.dropFirst()) }
    let digits = rest.prefix(while: isDigit)
    return digits.isEmpty || digits.count > 3 ? nil : ("e" + sign + digits, digits.endIndex)
  }
}

extension String {
  var trimmed: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
