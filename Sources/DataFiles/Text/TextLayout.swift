import CDataFiles

/// How a delimited text is written: encoding, marks, names of its columns and where its records start. Tables of numbers and user, item
/// lines are read by the same rules.
struct TextLayout {
  /// The bytes that the records are in.
  let file: FileBytes
  let dialect: pdata_dialect
  /// Of the first rows.
  let encoding: TextEncoding
  /// Of all columns, also those left out.
  let names: [String]?
  /// Columns of the file.
  let width: Int
  /// Columns that hold no data: row numbers that another program wrote.
  let leftOut: Set<Int>
  /// The first records below the names.
  let sample: [[TextCell]]
  let warnings: [DataFileWarning]
  /// Where the records are.
  let body: Range<Int>

  /// Throws `DataFileError` for no text at all and for bytes that are no text. `isUndecidedHeader` as in `HeaderRule`.
  init(_ original: FileBytes, isUndecidedHeader: Bool) throws {
    let (file, start, isUTF16) = try TextEncoding.withoutMark(original)
    guard file.bytes.count > start else { throw DataFileError.empty(file.name) }
    let text = UnsafeRawBufferPointer(rebasing: file.bytes[start...])
    let head = UnsafeRawBufferPointer(rebasing: text.prefix(1 << 16))
    guard !head.prefix(1 << 12).contains(0) else { throw DataFileError.unknownFormat(file.name) }
    let newline: UInt8 = head.contains(10) || !head.contains(13) ? 10 : 13
    encoding = TextEncoding.of(Self.lines(head, newline, isWhole: head.count == text.count))
    let preamble = Preamble(text, newline: newline)
    let encoding = encoding
    func sniff(_ comment: UInt8) -> DialectSniffer {
      DialectSniffer(
        text, from: comment == 0 ? preamble.endWithoutComments : preamble.end, newline: newline,
        delimiter: preamble.delimiter, comment: comment, encoding: encoding)
    }
    var sniffer = sniff(preamble.comment)
    var top = Top(sniffer, commented: preamble.lastComment, isUndecidedHeader: isUndecidedHeader)
    if preamble.comment != 0, preamble.isTight, !top.namesAreCommented, top.fits(preamble.lastComment, sniffer) {
      // What looked like comments are records whose first cell begins with the mark.
      sniffer = sniff(0)
      top = Top(sniffer, commented: nil, isUndecidedHeader: isUndecidedHeader)
    }
    guard !sniffer.records.isEmpty else { throw DataFileError.empty(file.name) }
    let records = sniffer.records
    sample = records.dropFirst(top.isFirstRecord ? 1 : 0).map(\.cells)
    (names, width, leftOut) = (top.names, top.width, top.leftOut)
    let style = NumberStyle(Self.columns(sample, top.width))
    var dialect = sniffer.dialect
    (dialect.decimal, dialect.thousands) = (CChar(style.decimal), CChar(style.thousands))
    self.dialect = dialect
    let first = top.isFirstRecord ? records[0].range.upperBound : records[0].range.lowerBound
    body = start + first..<file.bytes.count
    warnings =
      top.warnings(records[0].cells, file.name) + style.warnings(file.name)
      + (isUTF16 ? [.utf16(file.name)] : []) + (encoding == .utf8 ? [] : [.windows1252(file.name)])
    self.file = file
    ReadingNotes.add(warnings)
  }

  /// Whole lines of `head`, so that no letter is cut.
  private static func lines(_ head: UnsafeRawBufferPointer, _ newline: UInt8, isWhole: Bool) -> UnsafeRawBufferPointer {
    if isWhole { return head }
    // A letter takes at most four bytes.
    let end = head.lastIndex(of: newline) ?? head.suffix(4).firstIndex { $0 < 0x80 || $0 >= 0xC0 } ?? head.count
    return UnsafeRawBufferPointer(rebasing: head[..<end])
  }

  private static func columns(_ sample: [[TextCell]], _ width: Int) -> [[String]] {
    (0..<width).map { j in sample.compactMap { j < $0.count ? $0[j].text : nil } }
  }

  /// Name of column `index` (from 0), in quotes, or its number.
  func label(_ index: Int) -> String { names.map { "'\($0[index])'" } ?? "\(index + 1)" }
}

/// What stands at the top of the columns.
private struct Top {
  var names: [String]?
  var width: Int
  var leftOut: Set<Int> = []
  /// The names are the first record.
  var isFirstRecord = false
  /// The names are in a comment.
  var namesAreCommented = false
  private var rule: HeaderRule?
  private var hasIndex = false

  init(_ sniffer: DialectSniffer, commented: String?, isUndecidedHeader: Bool) {
    let records = sniffer.records.map(\.cells)
    guard let first = records.first else {
      width = 0
      return
    }
    let body = Array(records.dropFirst())
    let rule = Self.rule(first, body, isUndecidedHeader)
    self.rule = rule.rule
    width = max(1, Self.used(records))
    if rule.rule.isHeader {
      isFirstRecord = true
      name(first, shift: rule.shift, body)
    } else if let cells = Self.cells(commented, width: width, sniffer.dialect) {
      let found = Self.rule(cells, records, false)
      if found.rule.isHeader {
        (namesAreCommented, self.rule) = (true, nil)
        name(cells, shift: found.shift, records)
      }
    }
  }

  private static func rule(_ first: [TextCell], _ body: [[TextCell]], _ isUndecidedHeader: Bool) -> (
    rule: HeaderRule, shift: Int
  ) {
    // R writes row names under no header at all; empty cells behind the last are another thing.
    let isAhead = !body.isEmpty && body.allSatisfy { $0.count == first.count + 1 }
    let shift = isAhead && body.allSatisfy { !($0.last?.isEmpty ?? true) } ? 1 : 0
    return (HeaderRule(first, over: body, shift: shift, isUndecidedHeader: isUndecidedHeader), shift)
  }

  private mutating func name(_ cells: [TextCell], shift: Int, _ body: [[TextCell]]) {
    var names = [String](repeating: "", count: shift) + cells.map(\.text)
    let used = Self.used(body)
    while names.count > 1, names[names.count - 1].isEmpty, names.count > used { names.removeLast() }
    width = names.count
    let isAgain = names[0] == "Unnamed: 0" && HeaderRule.isCounting(body.compactMap(\.first))
    hasIndex = width > 1 && (names[0].isEmpty || isAgain)
    if hasIndex { leftOut.insert(0) }
    self.names = names.enumerated().map { $1.isEmpty ? "column \($0 + 1)" : $1 }
  }

  /// Columns up to the last that is not empty in all of the records.
  private static func used(_ records: [[TextCell]]) -> Int {
    records.reduce(0) { most, cells in max(most, (cells.lastIndex { !$0.isEmpty } ?? -1) + 1) }
  }

  /// The words of a comment where there is one for each column.
  private static func cells(_ comment: String?, width: Int, _ dialect: pdata_dialect) -> [TextCell]? {
    guard let comment else { return nil }
    let delimiters: [(UInt8, Bool)] = [
      (UInt8(bitPattern: dialect.delimiter), dialect.collapse), (44, false), (32, true),
    ]
    for (delimiter, collapse) in delimiters {
      let written = pdata_dialect(delimiter: delimiter, newline: 10, collapse: collapse)
      let cells = Array(comment.utf8).withUnsafeBytes { bytes in
        var reader = RecordReader(bytes, written, capacity: width + 1)
        guard reader.next(), (width - 1...width).contains(reader.count), reader.count > 0 else { return [TextCell]() }
        return (0..<reader.count).map { TextCell(reader.string($0, .utf8), isQuoted: reader.cells[$0].quoted) }
      }
      if !cells.isEmpty, cells.count == width || width > 1 { return cells }
    }
    return nil
  }

  /// Whether a comment has as many cells as the records.
  func fits(_ comment: String?, _ sniffer: DialectSniffer) -> Bool {
    Self.cells(comment, width: width, sniffer.dialect)?.count == width
  }

  func warnings(_ first: [TextCell], _ file: String) -> [DataFileWarning] {
    var warnings: [DataFileWarning] = []
    if let rule {
      if rule.isHeader && rule.isNumbered {
        warnings.append(.numberedHeader(file, first.map(\.text)))
      } else if !rule.isPlain {
        warnings.append(.firstLine(file, first.map(\.text), isHeader: rule.isHeader))
      }
    }
    if hasIndex { warnings.append(.rowIndex(file)) }
    return warnings
  }
}

extension NumberStyle {
  fileprivate func warnings(_ file: String) -> [DataFileWarning] {
    guard let example else { return [] }
    if thousands != 0 { return [.thousands(file, example, mark: Character(Unicode.Scalar(thousands)))] }
    return [.decimalComma(file, example, isDoubtful: isDoubtful)]
  }
}
