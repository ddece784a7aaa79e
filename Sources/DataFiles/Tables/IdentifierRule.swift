/// Numbers that name rows rather than measure them, by the column's name and their being all different. A running number under
/// another name may be time or size: it stays.
enum IdentifierRule {
  private static let fewest = 5
  private static let names: Set = [
    "id", "ids", "index", "idx", "rownames", "rowname", "row.names", "rowid", "row_id", "uuid", "guid", "isbn",
    "isbn10", "isbn13", "key", "unnamed: 0", "obs", "obsno", "case", "caseid", "no", "no.", "nr", "sno", "serial",
    "subject",
  ]

  /// Why the column is one; nil where it is not.
  /// - Parameter parts: of rows of one file each.
  static func reason(_ values: [Double], name: String, parts: [Range<Int>]) -> String? {
    guard values.count >= fewest, values.allSatisfy({ $0 == $0.rounded() && $0.isFinite }) else { return nil }
    if isNamed(name.lowercased(), name), values.allSatisfy({ abs($0) >= 0x1p53 }) {
      return "whole numbers of more digits than can be told apart, under an identifier's name"
    }
    let isDistinct = parts.allSatisfy { Set(values[$0]).count == $0.count }
    guard isDistinct else { return nil }
    let lower = name.lowercased()
    if isNamed(lower, name), parts.contains(where: { $0.count >= fewest }), parts.allSatisfy({ isRunning(values[$0]) })
    {
      return "a running number"
    }
    if isNamed(lower, name) { return "all values are different and its name is that of an identifier" }
    if values.allSatisfy(isISBN) { return "ISBN numbers" }
    return nil
  }

  private static func isNamed(_ lower: String, _ name: String) -> Bool {
    names.contains(lower) || lower.hasSuffix("_id") || lower.hasSuffix(" id") || lower.hasSuffix(".id")
      || name.hasSuffix("Id") || name.hasSuffix("ID") && name.count > 2
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
