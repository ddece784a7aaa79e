import CDataFiles

/// Guesses how delimited text is written from its first records.
struct DialectSniffer {
  struct Record {
    let cells: [TextCell]
    /// Where it starts and ends.
    let range: Range<Int>
  }

  /// Numbers with points.
  let dialect: pdata_dialect
  /// The first records that are not blank.
  let records: [Record]

  private static let looked = 20
  /// Records that are looked at once the delimiter is known.
  private static let kept = 400
  /// Records, and cells of each, whose contents are looked at for each delimiter.
  private static let judged = 8
  private static let candidates: [(byte: UInt8, collapse: Bool)] = [
    (UInt8(ascii: ","), false), (UInt8(ascii: "\t"), false), (UInt8(ascii: ";"), false), (UInt8(ascii: "|"), false),
    (UInt8(ascii: " "), true),
  ]

  /// Looks at as much of `text` from `start` on as two records take, at least 64 KB.
  init(
    _ text: UnsafeRawBufferPointer, from start: Int, newline: UInt8, delimiter: UInt8?, comment: UInt8,
    encoding: TextEncoding
  ) {
    var size = 1 << 16
    while true {
      let head = UnsafeRawBufferPointer(rebasing: text[..<min(start + size, text.count)])
      let isWhole = head.count == text.count
      var candidates = delimiter.map { [(byte: $0, collapse: $0 == 32)] } ?? Self.candidates
      if delimiter == nil, Self.hasDoubleColons(head[start...], newline) { candidates = [(UInt8(ascii: ":"), true)] }
      func records(_ candidate: (byte: UInt8, collapse: Bool), _ most: Int) -> [Record] {
        let dialect = pdata_dialect(
          delimiter: candidate.byte, newline: newline, collapse: candidate.collapse, comment: comment)
        return Self.records(head, dialect, from: start, most: most, isWhole: isWhole, encoding)
      }
      let scores = candidates.map { Self.score(records($0, Self.looked), $0.byte) }
      let chosen = candidates[scores.firstIndex(of: scores.max()!)!]
      let found = records(chosen, Self.kept)
      if isWhole || found.count >= 2 {
        dialect = pdata_dialect(
          delimiter: chosen.byte, newline: newline, collapse: chosen.collapse, comment: comment)
        self.records = found
        return
      }
      size *= 8
    }
  }

  /// MovieLens' `::` in the first record, and no single colon.
  private static func hasDoubleColons(_ head: Slice<UnsafeRawBufferPointer>, _ newline: UInt8) -> Bool {
    let line = String(decoding: head.prefix { $0 != newline }.prefix(1000), as: UTF8.self)
    return line.contains("::") && !line.replacing("::", with: "").contains(where: ":,;\t|".contains)
  }

  /// Records that are not blank; the last may be cut off, and counts only if there is no other.
  private static func records(
    _ head: UnsafeRawBufferPointer, _ dialect: pdata_dialect, from start: Int, most: Int, isWhole: Bool,
    _ encoding: TextEncoding
  ) -> [Record] {
    var reader = RecordReader(head, dialect, from: start, capacity: 1 << 10)
    var records: [Record] = []
    while records.count < most {
      let begin = reader.offset
      guard reader.next() else { break }
      if reader.count > reader.cells.count {
        reader = RecordReader(head, dialect, from: begin, capacity: reader.count)
        _ = reader.next()
      }
      if reader.count == 0 { continue }
      if reader.offset == head.count && !isWhole && !records.isEmpty { break }
      let cells = (0..<reader.count).map { index in
        TextCell(
          reader.string(index, encoding).trimmingBlanks, isQuoted: reader.cells[index].quoted)
      }
      records.append(Record(cells: cells, range: begin..<reader.offset))
    }
    return records
  }

  /// How well this delimiter explains the records: 0 if it splits none; more for rows of equal width and for cells that are
  /// numbers, with whatever decimal mark the delimiter leaves free.
  private static func score(_ records: [Record], _ delimiter: UInt8) -> Int {
    let widths = records.map(\.cells.count)
    guard let width = widths.last, width > 1 else { return 0 }
    let agreeing = widths.count { $0 == width }
    let shown = records.suffix(judged).flatMap { $0.cells.prefix(judged) }
    let numbers = shown.count { cell in
      cell.kind != .word && cell.kind != .digits && !(delimiter == 44 && cell.text.contains(","))
    }
    let equal = agreeing == widths.count ? 2000 : 1000 * agreeing / widths.count
    return equal + 2000 * numbers / shown.count + min(width, 500)
  }
}

extension String {
  /// Without blanks and line ends around it.
  var trimmingBlanks: String {
    let blank: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" }
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !blank($0) }), let last = scalars.lastIndex(where: { !blank($0) })
    else { return "" }
    return String(scalars[first...last])
  }
}
