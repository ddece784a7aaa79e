import CDataFiles
import LinearAlgebra

/// Text of user, item[, value] rows: names are kept, numbered in order of first appearance; without values every pair counts 1;
/// columns after the third are ignored.
struct TripleText {
  let file: FileBytes
  private let dialect: pdata_dialect
  private let cells: Int
  private let bodyStart: Int

  init(_ file: FileBytes) throws {
    self.file = file
    let start = file.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let head = UnsafeRawBufferPointer(rebasing: file.bytes[start...])
    guard !head.isEmpty, !head.prefix(1 << 12).contains(0) else { throw DataFileError.unknownFormat(file.name) }
    let sniffer = DialectSniffer(head)
    guard let first = sniffer.records.first, first.cells.count >= 2 else {
      throw DataFileError(
        file: file.name, problem: "it is not text of user,item[,value]",
        remedy: "Write one pair per line, the two names separated by a comma or tab")
    }
    dialect = sniffer.dialect
    cells = first.cells.count
    let hasHeader = Self.isHeader(sniffer.records.map(\.cells), decimal: sniffer.dialect.decimal)
    bodyStart = start + (hasHeader ? first.end : 0)
  }

  /// Words over numbers, or the usual words.
  private static func isHeader(_ records: [[String]], decimal: CChar) -> Bool {
    func isNumber(_ cell: String) -> Bool { DelimitedText.classify(cell, decimal: decimal) == pdata_cell_number }
    let first = records[0]
    if first.count >= 3, !isNumber(first[2]) { return true }
    let usual = ["user", "item", "row", "customer", "product", "id", "uid", "iid", "movie"]
    if usual.contains(where: { first[0].lowercased().hasPrefix($0) }), !isNumber(first[1]) { return true }
    guard records.count > 1 else { return false }
    return (0..<min(2, records[1].count)).contains { !isNumber(first[$0]) && isNumber(records[1][$0]) }
  }

  func read() throws -> SparseTable {
    var (users, items) = (NameTable(), NameTable())
    var (row, column, value) = ([Int](), [Int](), [Double]())
    var offset = bodyStart
    var line = bodyStart == 0 ? 0 : Int(pdata_count(pointer(0), Int64(bodyStart), dialect.newline))
    while offset < file.bytes.count {
      line += 1
      let next =
        offset + Int(pdata_next_record(pointer(offset), Int64(file.bytes.count - offset), dialect.newline, false))
      let parts = split(offset..<next)
      offset = next
      if parts.allSatisfy(\.isEmpty) { continue }
      guard parts.count >= 2, !parts[0].isEmpty, !parts[1].isEmpty, parts.count >= min(cells, 3) else {
        throw DataFileError(
          file: file.name, row: line, problem: "a user or an item is missing",
          remedy: "Write user,item\(cells > 2 ? ",value" : "") in every line")
      }
      row.append(users.number(parts[0]))
      column.append(items.number(parts[1]))
      value.append(cells > 2 ? try number(parts[2], line) : 1)
    }
    if row.isEmpty {
      throw DataFileError(
        file: file.name, problem: "it holds no pairs", remedy: "Check that the right file was written")
    }
    return SparseFile.compressed(
      rows: users.names.count, columns: items.names.count, row, column, value, names: (users.names, items.names))
  }

  private func number(_ cell: UnsafeRawBufferPointer, _ line: Int) throws -> Double {
    var value = 0.0
    let start = cell.baseAddress?.assumingMemoryBound(to: CChar.self)
    let kind = start.map { Int(pdata_classify($0, Int64(cell.count), dialect.decimal, &value)) }
    guard !cell.isEmpty, kind == pdata_cell_number, value.isFinite else {
      throw DataFileError(
        file: file.name, row: line, column: "3", value: String(decoding: cell, as: UTF8.self),
        problem: "this is not a finite number", remedy: "Correct the value, or leave the column out")
    }
    return value
  }

  private func pointer(_ offset: Int) -> UnsafePointer<CChar> {
    (file.bytes.baseAddress! + offset).assumingMemoryBound(to: CChar.self)
  }

  /// The first three cells of a line, without blanks and quotes around them.
  private func split(_ range: Range<Int>) -> [UnsafeRawBufferPointer] {
    let delimiter = UInt8(bitPattern: dialect.delimiter)
    var (parts, start) = ([UnsafeRawBufferPointer](), range.lowerBound)
    var index = range.lowerBound
    while index <= range.upperBound, parts.count < 3 {
      let isEnd = index == range.upperBound
      let byte = isEnd ? delimiter : file.bytes[index]
      if isEnd || byte == delimiter || byte == 10 || byte == 13 {
        let cell = trimmed(start..<index)
        if !(dialect.collapse && cell.isEmpty) { parts.append(cell) }
        start = index + 1
        if byte == 10 || byte == 13 { break }
      }
      index += 1
    }
    return parts
  }

  private func trimmed(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    var (low, high) = (range.lowerBound, range.upperBound)
    let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 34 || $0 == 9 || $0 == 13 }
    while low < high, isBlank(file.bytes[low]) { low += 1 }
    while high > low, isBlank(file.bytes[high - 1]) { high -= 1 }
    return UnsafeRawBufferPointer(rebasing: file.bytes[low..<high])
  }
}

/// Numbers names in order of first appearance. Whole numbers, the usual names, are looked up without making strings.
private struct NameTable {
  private(set) var names: [String] = []
  private var byNumber: [Int: Int] = [:]
  private var byText: [String: Int] = [:]

  mutating func number(_ name: UnsafeRawBufferPointer) -> Int {
    if let whole = Self.whole(name) {
      if let known = byNumber[whole] { return known }
      byNumber[whole] = names.count
    } else {
      let text = String(decoding: name, as: UTF8.self)
      if let known = byText[text] { return known }
      byText[text] = names.count
    }
    names.append(String(decoding: name, as: UTF8.self))
    return names.count - 1
  }

  /// A whole number written without sign or leading zeros.
  private static func whole(_ name: UnsafeRawBufferPointer) -> Int? {
    guard name.count <= 18, name[0] != 48 || name.count == 1 else { return nil }
    var value = 0
    for byte in name {
      guard byte >= 48, byte <= 57 else { return nil }
      value = 10 * value + Int(byte - 48)
    }
    return value
  }
}
