/// Numbers with something around them: 12 kg, 45 %, $1,200, <0.5 is none.
struct DressedNumber: Equatable {
  let value: Double
  /// What stands before and behind.
  let prefix: String
  let unit: String

  /// nil where `text` is no number in words that hold no other digit.
  init?(_ text: String) {
    let characters = Array(text)
    guard let first = characters.firstIndex(where: { $0.isASCII && $0.isNumber }) else { return nil }
    var start = first
    if start > 0, characters[start - 1] == "." { start -= 1 }
    if start > 0, "-+".contains(characters[start - 1]), start == 1 || !characters[start - 2].isLetter { start -= 1 }
    var end = first
    while end < characters.count, characters[end].isASCII, characters[end].isNumber || ".,".contains(characters[end]) {
      end += 1
    }
    while end > first, ".,".contains(characters[end - 1]) { end -= 1 }
    let digits = Self.withoutGroups(String(characters[start..<end]))
    guard let digits, let value = Double(digits) else { return nil }
    let before = String(characters[..<start]).trimmed
    let behind = String(characters[end...]).trimmed
    let isPlainPrefix =
      before.isEmpty || before.allSatisfy { "$€£¥".contains($0) } || ["USD", "EUR", "GBP"].contains(before)
    guard isPlainPrefix, behind.count <= 8, !behind.contains(where: { $0.isNumber || "<>?-:;".contains($0) }) else {
      return nil
    }
    (self.value, prefix, unit) = (value, before, behind)
  }

  /// 1,234,567.8 without its commas; nil where commas stand elsewhere than between groups of three digits.
  private static func withoutGroups(_ text: String) -> String? {
    guard text.contains(",") else { return text }
    let whole = text.split(separator: ".", omittingEmptySubsequences: false)
    guard whole.count <= 2 else { return nil }
    let groups = whole[0].split(separator: ",", omittingEmptySubsequences: false)
    let first = groups[0].drop { "-+".contains($0) }
    guard (1...3).contains(first.count), groups.dropFirst().allSatisfy({ $0.count == 3 }),
      whole.count == 1 || !whole[1].contains(",")
    else { return nil }
    return text.replacing(",", with: "")
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
