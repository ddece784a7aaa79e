import CDataFiles

/// A cell of one of the first records.
struct TextCell: Equatable {
  /// Without quotes and blanks around it.
  let text: String
  let isQuoted: Bool
  let kind: Kind

  enum Kind: Equatable {
    /// Empty, NA and the like.
    case missing
    /// Digits alone.
    case whole
    /// Any other number.
    case number
    /// It begins as numbers do: dates, sums of money, many identifiers.
    case digits
    case word
  }

  init(_ text: String, isQuoted: Bool = false) {
    self.text = text
    self.isQuoted = isQuoted
    kind = Self.kind(text)
  }

  var isEmpty: Bool { text.isEmpty }

  var isNumberLike: Bool { kind == .whole || kind == .number || kind == .digits }

  private static func kind(_ text: String) -> Kind {
    switch Int(DelimitedText.classify(text, decimal: 46)) {
    case pdata_cell_missing: return .missing
    case pdata_cell_number: return text.utf8.allSatisfy { (48...57).contains($0) } ? .whole : .number
    default: break
    }
    if Int(DelimitedText.classify(text, decimal: 44)) == pdata_cell_number { return .number }
    let start = text.unicodeScalars.first { !"+-−$€£¥.,'\"(<>~# ".unicodeScalars.contains($0) }
    return start.map { ("0"..."9").contains($0) } ?? false ? .digits : .word
  }
}

extension pdata_dialect {
  /// Of a text of records without quotes, marks or comments that matter.
  init(delimiter: UInt8, newline: UInt8, collapse: Bool, comment: UInt8 = 0) {
    self.init(
      delimiter: CChar(bitPattern: delimiter), newline: CChar(bitPattern: newline), decimal: 46, thousands: 0,
      comment: CChar(bitPattern: comment), collapse: collapse)
  }
}
