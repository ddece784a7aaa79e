/// Numbers that name rows rather than measure them.
enum IdentifierRule {
  private static let fewest = 5
  /// Names of columns in which a running number counts time or size.
  private static let measures = [
    "year", "time", "date", "day", "week", "month", "hour", "minute", "second", "quarter", "age", "t", "yr", "period",
    "rank", "order", "trial", "session", "dose", "level", "depth", "distance", "wave", "visit", "generation",
  ]
  private static let names: Set = [
    "id", "ids", "index", "idx", "rownames", "rowname", "row.names", "rowid", "row_id", "uuid", "guid", "isbn",
    "isbn10",
    "isbn13", "key", "unnamed: 0", "obs", "obsno", "case", "caseid", "no", "no.", "nr", "sno", "serial", "subject",
  ]

  /// Why the column is one; nil where it is not.
  /// - Parameter parts: of rows of one file each.
  static func reason(_ values: [Double], name: String, parts: [Range<Int>]) -> String? {
    guard values.count >= fewest, values.allSatisfy({ Int(exactly: $0) != nil }) else { return nil }
    let isDistinct = parts.allSatisfy { Set(values[$0]).count == $0.count }
    guard isDistinct else { return nil }
    let lower = name.lowercased()
    let measured = words(name).contains { measures.contains($0) }
    if parts.contains(where: { $0.count >= fewest }), parts.allSatisfy({ isRunning(values[$0]) }) {
      let isYears = values.allSatisfy { (1500...2200).contains($0) }
      let named = isNamed(lower, name)
      if named || !measured && !isYears { return "a running number" }
    }
    if isNamed(lower, name) { return "all values are different and its name is that of an identifier" }
    if values.allSatisfy(isISBN) { return "ISBN numbers" }
    return nil
  }

  private static func isNamed(_ lower: String, _ name: String) -> Bool {
    names.contains(lower) || lower.hasSuffix("_id") || lower.hasSuffix(" id") || lower.hasSuffix(".id")
      || name.hasSuffix("Id") || name.hasSuffix("ID") && name.count > 2
  }

  /// In small letters, cut at signs and at capitals.
  private static func words(_ name: String) -> [String] {
    var result = [""]
    for character in name {
      if !character.isLetter {
        result.append("")
      } else if character.isUppercase, result.last?.last?.isLowercase == true {
        result.append(String(character))
      } else {
        result[result.count - 1].append(character)
      }
    }
    return result.filter { !$0.isEmpty }.map { $0.lowercased() }
  }

  private static func isRunning(_ values: ArraySlice<Double>) -> Bool {
    zip(values, values.dropFirst()).allSatisfy { $1 - $0 == 1 }
  }

  /// Thirteen digits from 978 or 979 whose check digit is right.
  static func isISBN(_ value: Double) -> Bool {
    guard (9.78e12..<9.8e12).contains(value), let number = Int(exactly: value) else { return false }
    let digits = "\(number)".compactMap(\.wholeNumberValue)
    return digits.enumerated().reduce(0) { $0 + $1.element * ($1.offset % 2 == 0 ? 1 : 3) } % 10 == 0
  }
}
