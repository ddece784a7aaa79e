import CDataFiles
import Foundation
import LinearAlgebra

/// Comma- or tab-separated numbers with an optional header, mapped and parsed in parallel.
///
/// The delimiter (comma, tab, semicolon, bar or blanks), the header and a decimal comma are recognized from the first rows.
/// Missing tokens: empty, NA, NaN, null, None, ? and the like. Blank lines are skipped, also where there is one column.
/// Memory: 8 bytes a cell, so at most 8 times the file.
struct DelimitedText {
  let file: FileBytes
  let dialect: pdata_dialect
  /// Of all columns, also those left out.
  let names: [String]?
  /// Columns of the file.
  let width: Int
  /// Columns that hold no data: row numbers that another program wrote, an empty one after a last delimiter.
  let leftOut: Set<Int>
  let warnings: [DataFileWarning]
  /// The rows of numbers.
  private(set) var body: Range<Int>

  /// What one thread reads at once.
  private static let piece = 1 << 20

  init(_ file: FileBytes) throws {
    self.file = file
    let start = file.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard file.bytes.count > start else { throw DataFileError.empty(file.name) }
    let text = UnsafeRawBufferPointer(rebasing: file.bytes[start...])
    guard !text.prefix(1 << 12).contains(0) else { throw DataFileError.unknownFormat(file.name) }
    let sniffer = DialectSniffer(text)
    guard !sniffer.records.isEmpty else { throw DataFileError.empty(file.name) }
    let header = Header(sniffer, file: file.name)
    dialect = sniffer.dialect
    (names, width, leftOut) = (header.names, header.width, header.leftOut)
    warnings =
      header.warnings + (dialect.decimal == CChar(44) ? [DataFileWarning.decimalComma(file.name)] : [])
    body = start + (names == nil ? 0 : sniffer.records[0].end)..<file.bytes.count
  }

  static func classify(_ cell: String, decimal: CChar) -> Int32 {
    var value = 0.0
    let bytes = Array(cell.utf8CString)
    return Int32(pdata_classify(bytes, Int64(bytes.count - 1), decimal, &value))
  }

  /// Name of column `index` (from 0), in quotes, or its number.
  func label(_ index: Int) -> String { names.map { "'\($0[index])'" } ?? "\(index + 1)" }

  /// Positions of the columns that hold data, but for those with these names.
  func columns(leavingOut unwanted: [String] = []) -> [Int] {
    (0..<width).filter { index in
      !leftOut.contains(index) && !(names.map { unwanted.contains($0[index]) } ?? false)
    }
  }

  // MARK: reading

  struct Columns {
    /// One column for each that was asked for.
    let values: Matrix
    /// Empty when no label column was asked for; NaN where missing.
    let labels: [Double]
  }

  /// Which columns, and what to do about cells that are not finite numbers.
  struct Request {
    /// Positions, ascending.
    let columns: [Int]
    var label: Int?
    var policy = Policy.refuse

    enum Policy {
      /// Anything but finite numbers is an error; a missing label never is.
      case refuse
      /// Missing cells are NaN, infinite ones infinite, text is an error.
      case keepMissing
      /// Text becomes NaN too, with the bits `pdata_text_bits`.
      case keepAll
    }
  }

  /// The records of `range`, which starts and ends at the ends of records.
  func read(_ request: Request, in range: Range<Int>) throws -> Columns {
    var (pieces, capacities) = pieces(of: range)
    // Each cell takes a byte with its delimiter: if not, rows are blank or too short.
    let (cells, overflow) = capacities.reduce(0, +).multipliedReportingOverflow(by: width)
    if overflow || cells > range.count + 1 {
      let results = parse(request, pieces, capacities: [Int](repeating: 0, count: pieces.count), nil, nil)
      try check(results, pieces, request)
      capacities = results.map { Int($0.records) }
    }
    let total = capacities.reduce(0, +)
    let columns = request.columns.count
    var results: [pdata_records] = []
    var labels = [Double](repeating: .nan, count: request.label == nil ? 0 : total)
    let starts = capacities.reduce(into: [0]) { $0.append($0.last! + $1) }
    let values = [Double](unsafeUninitializedCapacity: total * columns) { buffer, count in
      adviseLargePages(buffer)
      labels.withUnsafeMutableBufferPointer { labels in
        results = parse(request, pieces, capacities: capacities, buffer.baseAddress, labels.baseAddress)
        if !labels.isEmpty { _ = compact(labels, results, starts: starts, width: 1) }
      }
      count = compact(buffer, results, starts: starts, width: columns)
    }
    try check(results, pieces, request)
    let rows = results.reduce(0) { $0 + Int($1.records) }
    labels.removeLast(labels.isEmpty ? 0 : total - rows)
    return Columns(values: Matrix(rows: rows, columns: columns, storage: values), labels: labels)
  }

  private func parse(
    _ request: Request, _ pieces: [Range<Int>], capacities: [Int], _ values: UnsafeMutablePointer<Double>?,
    _ labels: UnsafeMutablePointer<Double>?
  ) -> [pdata_records] {
    var slots = [Int32](repeating: -1, count: width)
    for (slot, column) in request.columns.enumerated() { slots[column] = Int32(slot) }
    if let label = request.label { slots[label] = -2 }
    let starts = capacities.reduce(into: [0]) { $0.append($0.last! + $1) }
    let columns = request.columns.count
    let slotsOfColumns = slots
    nonisolated(unsafe) let (values, labels) = (values, request.label == nil ? nil : labels)
    return Parallel.map(count: pieces.count) { index in
      pdata_parse(
        pointer(pieces[index].lowerBound), Int64(pieces[index].count), dialect, Int64(width), slotsOfColumns,
        Int64(columns), Int64(capacities[index]), request.policy == .keepAll,
        values.map { $0 + starts[index] * columns }, labels.map { $0 + starts[index] })
    }
  }

  /// Closes the gaps that blank lines leave between pieces; the number of entries in use.
  private func compact(
    _ buffer: UnsafeMutableBufferPointer<Double>, _ results: [pdata_records], starts: [Int], width: Int
  ) -> Int {
    var next = 0
    for (index, result) in results.enumerated() {
      let (from, count) = (starts[index] * width, Int(result.records) * width)
      if from != next, count > 0, let base = buffer.baseAddress { memmove(base + next, base + from, 8 * count) }
      next += count
    }
    return next
  }

  // MARK: cutting

  private func pointer(_ offset: Int) -> UnsafePointer<CChar> {
    (file.bytes.baseAddress! + offset).assumingMemoryBound(to: CChar.self)
  }

  private func newlines(_ range: Range<Int>) -> Int {
    Int(pdata_count(pointer(range.lowerBound), Int64(range.count), dialect.newline))
  }

  /// The `part`th of `parts` stretches of about the same length, cut at the ends of records. Quotes before it are counted: whether a
  /// line end stands inside quotes follows from their number. Cost: reading the file so far, at the memory's speed.
  func share(_ part: Int, of parts: Int) -> DelimitedText {
    var (copy, quotes, seen) = (self, 0, body.lowerBound)
    func cut(_ index: Int) -> Int {
      if index == 0 { return body.lowerBound }
      let target = body.lowerBound + body.count * index / parts
      if index == parts || target <= seen { return index == parts ? body.upperBound : seen }
      while seen < target {
        let end = min(seen + (1 << 25), target)
        quotes += self.quotes(seen..<end)
        file.release(seen..<end)
        seen = end
      }
      return recordEnd(after: target, isQuoted: quotes % 2 == 1)
    }
    let start = cut(part)
    copy.body = start..<max(start, cut(part + 1))
    return copy
  }

  private func quotes(_ range: Range<Int>) -> Int {
    let count = (range.count + Self.piece - 1) / Self.piece
    return Parallel.map(count: count) { index in
      let from = range.lowerBound + index * Self.piece
      return Int(pdata_count(pointer(from), Int64(min(Self.piece, range.upperBound - from)), 34))
    }.reduce(0, +)
  }

  /// The end of the record in which byte `target` lies, where `start` is the start of one.
  func recordEnd(after target: Int, from start: Int) -> Int {
    recordEnd(after: target, isQuoted: quotes(start..<target) % 2 == 1)
  }

  private func recordEnd(after target: Int, isQuoted: Bool) -> Int {
    target + Int(pdata_next_record(pointer(target), Int64(body.upperBound - target), dialect.newline, isQuoted))
  }

  /// `range` cut at the ends of records near multiples of the piece size, with at least the number of records in each.
  ///
  /// Whether a line end stands inside quotes follows from the number of quotes before it; where quotes are misplaced, the
  /// first piece with such a cell is an error.
  private func pieces(of range: Range<Int>) -> (pieces: [Range<Int>], capacities: [Int]) {
    let targets = Array(stride(from: range.lowerBound, to: range.upperBound, by: Self.piece))
    let counts = Parallel.map(count: targets.count) { index in
      var quotes: Int64 = 0
      let length = Int64(min(Self.piece, range.upperBound - targets[index]))
      return (pdata_count_two(pointer(targets[index]), length, dialect.newline, 34, &quotes), quotes)
    }
    var pieces: [Range<Int>] = []
    var capacities: [Int] = []
    var start = range.lowerBound
    var quotesBefore: Int64 = 0
    for (target, (lines, quotes)) in zip(targets, counts) {
      quotesBefore += quotes
      let next = min(target + Self.piece, range.upperBound)
      if next <= start { continue }
      let end = next == range.upperBound ? next : recordEnd(after: next, isQuoted: quotesBefore % 2 == 1)
      let isOpen = file.bytes[end - 1] != UInt8(bitPattern: dialect.newline)
      pieces.append(start..<end)
      capacities.append(Int(lines) - newlines(target..<start) + newlines(next..<end) + (isOpen ? 1 : 0))
      start = end
    }
    return (pieces, capacities)
  }

  // MARK: problems

  /// Throws for what comes first in the file.
  private func check(_ results: [pdata_records], _ pieces: [Range<Int>], _ request: Request) throws {
    let isStrict = request.policy == .refuse
    for (index, result) in results.enumerated() {
      var first = result.status == pdata_ok ? Int64.max : result.offset
      var problem = result.status == pdata_ok ? nil : structuralError
      if isStrict && result.missing > 0 && result.missing_offset < first {
        (first, problem) = (result.missing_offset, { self.missingError($0, $1, results) })
      }
      if isStrict && result.infinite > 0 && result.infinite_offset < first {
        let isLabel = request.label == Int(result.infinite_column)
        (first, problem) = (result.infinite_offset, isLabel ? infiniteLabel : infiniteError)
      }
      if let problem { throw problem(result, pieces[index].lowerBound) }
    }
  }

  /// Number from 1 of the line at byte `offset`.
  private func line(_ offset: Int) -> Int {
    Int(pdata_count(pointer(0), Int64(offset), dialect.newline)) + 1
  }

  private func cell(_ offset: Int, _ length: Int64) -> String {
    String(decoding: file.bytes[offset..<min(offset + Int(length), file.bytes.count)], as: UTF8.self)
  }

  private func structuralError(_ result: pdata_records, _ start: Int) -> DataFileError {
    let offset = start + Int(result.offset)
    let (row, value) = (line(offset), cell(offset, result.length))
    func column() -> String { label(Int(result.column)) }
    return switch Int(result.status) {
    case pdata_text: .text(file.name, row: row, column: column(), value: value)
    case pdata_wrong_fields: .wrongWidth(file.name, row: row, cells: Int(result.fields), expected: width)
    case pdata_stray_quote: .strayQuote(file.name, row: row, column: column(), value: value)
    default: .openQuote(file.name, row: row, column: column())
    }
  }

  private func missingError(_ result: pdata_records, _ start: Int, _ all: [pdata_records]) -> DataFileError {
    .missingCell(
      file.name, row: line(start + Int(result.missing_offset)), column: label(Int(result.missing_column)),
      total: all.reduce(0) { $0 + Int($1.missing) })
  }

  private func infiniteLabel(_ result: pdata_records, _ start: Int) -> DataFileError {
    let offset = start + Int(result.infinite_offset)
    return .infiniteLabel(
      file.name, target: label(Int(result.infinite_column)), row: line(offset),
      value: cell(offset, result.infinite_length))
  }

  private func infiniteError(_ result: pdata_records, _ start: Int) -> DataFileError {
    let offset = start + Int(result.infinite_offset)
    return .infiniteCell(
      file.name, row: line(offset), column: label(Int(result.infinite_column)),
      value: cell(offset, result.infinite_length))
  }
}

/// What the first row says about the columns.
private struct Header {
  var names: [String]?
  var width: Int
  var leftOut: Set<Int> = []
  var warnings: [DataFileWarning] = []

  init(_ sniffer: DialectSniffer, file: String) {
    let first = sniffer.records[0].cells
    let body = sniffer.records.dropFirst().map(\.cells)
    width = first.count
    let isNamed = first.contains { DelimitedText.classify($0, decimal: sniffer.dialect.decimal) == pdata_cell_text }
    let isNumbered = !isNamed && !body.isEmpty && Self.counts(first)
    guard isNamed || isNumbered else { return }
    if isNumbered { warnings.append(.numberedHeader(file)) }
    var names = first
    // R writes row names under no header at all.
    if isNamed && !body.isEmpty && body.allSatisfy({ $0.count == first.count + 1 }) { names.insert("", at: 0) }
    width = names.count
    if names[0].isEmpty && width > 1 {
      leftOut.insert(0)
      warnings.append(.rowIndex(file))
    }
    let last = width - 1
    if last > 0, names[last].isEmpty, body.allSatisfy({ $0.count == width && $0[last].isEmpty }) {
      leftOut.insert(last)
    }
    self.names = names.enumerated().map { $1.isEmpty ? "column \($0 + 1)" : $1 }
  }

  /// 0, 1, 2, ..., as pandas names the columns of an array, perhaps behind the empty name of its row numbers.
  private static func counts(_ cells: [String]) -> Bool {
    let names = cells.first == "" ? cells.dropFirst() : cells[...]
    return names.count >= 3 && names.enumerated().allSatisfy { $1 == "\($0)" }
  }
}
