import CDataFiles
import Foundation
import LinearAlgebra

/// A table of numbers as text, mapped and parsed in parallel. How it is written, `TextLayout` finds out.
///
/// Missing tokens: empty, NA, NaN, null, None, ? and the like. Blank lines are skipped, also where there is one column.
/// Memory: 8 bytes a cell, so at most 8 times the file.
struct DelimitedText {
  let layout: TextLayout
  /// The rows of numbers.
  private(set) var body: Range<Int>

  var file: FileBytes { layout.file }
  var dialect: pdata_dialect { layout.dialect }
  var names: [String]? { layout.names }
  var width: Int { layout.width }
  var leftOut: Set<Int> { layout.leftOut }
  var warnings: [DataFileWarning] { layout.warnings }

  /// What one thread reads at once.
  static let piece = 1 << 20

  init(_ file: FileBytes) throws {
    layout = try TextLayout(file, isUndecidedHeader: true)
    body = layout.body
  }

  static func classify(_ cell: String, decimal: CChar) -> Int32 {
    var value = 0.0
    let bytes = Array(cell.utf8CString)
    return Int32(pdata_classify(bytes, Int64(bytes.count - 1), decimal, &value))
  }

  /// Name of column `index` (from 0), in quotes, or its number.
  func label(_ index: Int) -> String { layout.label(index) }

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

  /// All records.
  func read(_ request: Request) throws -> Columns {
    try read(request, pieces(from: body.lowerBound, near: body.upperBound))
  }

  /// The records from `start`, where one starts, to the one in which byte `target` lies, and where that ends.
  func read(_ request: Request, from start: Int, near target: Int) throws -> (columns: Columns, end: Int) {
    let cut = pieces(from: start, near: target)
    return (try read(request, cut), cut.pieces.last?.upperBound ?? start)
  }

  private func read(_ request: Request, _ cut: (pieces: [Range<Int>], capacities: [Int])) throws -> Columns {
    let pieces = cut.pieces
    var capacities = cut.capacities
    let length = (pieces.last?.upperBound ?? 0) - (pieces.first?.lowerBound ?? 0)
    // Each cell takes a byte with its delimiter: if not, rows are blank or too short.
    let (cells, overflow) = capacities.reduce(0, +).multipliedReportingOverflow(by: width)
    if overflow || cells > length + 1 {
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

  /// The same text, other records of it.
  func with(body: Range<Int>) -> DelimitedText {
    var copy = self
    copy.body = body
    return copy
  }
}
