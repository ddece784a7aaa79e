import CDataFiles
import Foundation
import LinearAlgebra

/// Writes text again with some cells filled in; every other cell, and all that stands around them, as it was read.
struct FilledText {
  private let text: DelimitedText
  /// Columns of the file that the numbers are of.
  private let columns: [Int]
  /// Where another delimiter than the file's is wanted: records are joined anew.
  private let delimiter: UInt8?

  /// `delimiter`: what shall stand between cells; nil for what stands there.
  init(_ text: DelimitedText, columns: [Int], delimiter: UInt8?) {
    (self.text, self.columns) = (text, columns)
    self.delimiter = delimiter == UInt8(bitPattern: text.dialect.delimiter) ? nil : delimiter
  }

  /// What shall stand between cells of a file of this format: the file's own delimiter where its name allows it.
  static func delimiter(of text: DelimitedText, named source: String, as format: RowFile.Format) -> UInt8? {
    let own = UInt8(bitPattern: text.dialect.delimiter)
    return format == .csv && (own == UInt8(ascii: ";") || source.hasSuffix(".csv")) ? own : format.delimiter
  }

  /// What stands before the records.
  func head() -> [UInt8] {
    let bytes = text.file.bytes[..<text.body.lowerBound]
    guard delimiter != nil, let names = text.names else { return Array(bytes) }
    let cells = names.indices.map { text.leftOut.contains($0) ? [] : Array(names[$0].utf8) }
    return joined(cells.map { quoted($0) })
  }

  /// The records of `range`, of which `before` are the numbers with NaN where cells are missing and `after` with what fills them.
  func records(_ range: Range<Int>, before: Matrix, after: Matrix) throws -> [UInt8] {
    try records(range, rows: before.rows) { row, slot in
      before[row, slot].isNaN && !after[row, slot].isNaN ? number(after[row, slot]) : nil
    }
  }

  /// The same with the letters of each cell that is filled in, nil for those that stay: of row `row` of the range, column `slot` of
  /// `columns`.
  func records(_ range: Range<Int>, rows: Int, _ filling: (_ row: Int, _ slot: Int) -> [UInt8]?) throws -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count + range.count / 8)
    let base = UnsafeRawBufferPointer(rebasing: text.file.bytes[range])
    var reader = RecordReader(base, text.dialect, capacity: text.width)
    var (row, copied) = (0, 0)
    let isTop = range.lowerBound == text.body.lowerBound && text.names == nil
    while reader.next() {
      if reader.count == 0 { continue }
      guard row < rows, reader.count > columns.last ?? 0 else {
        throw DataFileError.unclearRecords(text.file.name)
      }
      if delimiter == nil {
        for (slot, column) in columns.enumerated() {
          guard let letters = filling(row, slot) else { continue }
          let cell = reader.cells[column]
          // In the first record quotes would make a name of the number.
          if cell.quoted, row == 0, isTop {
            result += base[copied..<Int(cell.start) - 1]
            result += quotedIfNeeded(letters)
            copied = Int(cell.start + cell.length) + 1
            continue
          }
          result += base[copied..<Int(cell.start)]
          result += cell.quoted ? letters.flatMap { $0 == 34 ? [34, 34] : [$0] } : quotedIfNeeded(letters)
          copied = Int(cell.start + cell.length)
        }
      } else {
        var cells = (0..<min(reader.count, text.width)).map { index in
          quoted(reader.cells[index].doubled ? RecordReader.undoubled(reader.bytes(index)) : Array(reader.bytes(index)))
        }
        for (slot, column) in columns.enumerated() {
          if let letters = filling(row, slot) { cells[column] = quoted(letters) }
        }
        result += joined(cells)
      }
      row += 1
    }
    guard row == rows else { throw DataFileError.unclearRecords(text.file.name) }
    if delimiter == nil { result += base[copied...] }
    return result
  }

  /// With the text's decimal mark.
  func number(_ value: Double) -> [UInt8] {
    var number = Array("\(value)".utf8)
    if text.dialect.decimal != 46 {
      for index in number.indices where number[index] == 46 { number[index] = UInt8(bitPattern: text.dialect.decimal) }
    }
    return number
  }

  /// In quotes where the letters need them.
  private func quotedIfNeeded(_ letters: [UInt8]) -> [UInt8] {
    RowFile.quoted(letters, delimiter: UInt8(bitPattern: text.dialect.delimiter))
  }

  private func joined(_ cells: [[UInt8]]) -> [UInt8] { Array(cells.joined(separator: [delimiter ?? 44])) + [10] }

  private func quoted(_ cell: [UInt8]) -> [UInt8] { RowFile.quoted(cell, delimiter: delimiter ?? 44) }
}

extension RowStream {
  /// Writes the rows to `path`, missing cells filled in by `fill`, which is given consecutive rows with NaN where something is missing,
  /// and returns them complete as far as it can. Text that is written as text keeps every observed cell, column and row name as it stands
  /// in the file. Throws `DataFileError`, and what `fill` throws; no file is left then. Memory: a few blocks.
  public func write(_ path: String, as format: RowFile.Format, filling fill: (_ block: Matrix) throws -> Matrix) throws
  {
    guard case .text(let text, let columns) = rows, let delimiter = format.delimiter else {
      try RowFile.write(path, as: format, columns: columns, names: columnNames) { append in
        try forEachBlockWithMissing { _, block in try append(try fill(block)) }
      }
      return
    }
    let kept = FilledText.delimiter(of: text, named: source, as: format) ?? delimiter
    try AtomicFile.write(path) { temporary in
      try RowFile.withBytes(temporary) { append in try fillText(text, columns, separatedBy: kept, append, fill) }
    }
  }

  /// The same text in memory; `delimiter` nil for the file's own. Arrays have no text: nothing.
  package func bytes(separatedBy delimiter: UInt8?, filling fill: (_ block: Matrix) throws -> Matrix) throws -> [UInt8]
  {
    guard case .text(let text, let columns) = rows else { return [] }
    var result: [UInt8] = []
    try fillText(text, columns, separatedBy: delimiter, { result += $0 }, fill)
    return result
  }

  private func fillText(
    _ text: DelimitedText, _ columns: [Int], separatedBy delimiter: UInt8?, _ append: ([UInt8]) throws -> Void,
    _ fill: (_ block: Matrix) throws -> Matrix
  ) throws {
    let filled = FilledText(text, columns: columns, delimiter: delimiter)
    try append(filled.head())
    var first = 0
    try forEachTextBlock(of: text, .init(columns: columns, policy: .keepMissing), 1 << 22) { block, range in
      try checkNotInfinite(block, first)
      try append(try filled.records(range, before: block, after: try fill(block)))
      first += block.rows
    }
    if first == 0 { throw DataFileError.noRows(source) }
  }
}
