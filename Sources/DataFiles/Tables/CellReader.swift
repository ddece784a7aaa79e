import CDataFiles
import LinearAlgebra

/// The cells of some columns as they are written, record by record.
struct CellReader {
  let text: DelimitedText

  /// Calls `body` with the record's number, the column's position in `columns` and the cell, blanks and quotes around it taken off.
  /// Blank lines are no records. Cost: a pass over the file. Returns the number of records.
  func forEachCell(of columns: [Int], _ body: (_ record: Int, _ position: Int, _ cell: ArraySlice<UInt8>) -> Void)
    -> Int
  {
    let positions = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    let places = (0..<text.width).map { positions[$0] }
    let delimiter = UInt8(bitPattern: text.dialect.delimiter)
    let newline = UInt8(bitPattern: text.dialect.newline)
    let bytes = UnsafeRawBufferPointer(rebasing: text.file.bytes[text.body])
    var (record, start) = (0, 0)
    while start < bytes.count {
      var (column, cell, offset) = (0, start, start)
      var (isQuoted, isBlank) = (false, true)
      func close(_ end: Int) {
        if column < places.count, let place = places[column] { body(record, place, Self.content(bytes[cell..<end])) }
        column += 1
      }
      while offset < bytes.count {
        let byte = bytes[offset]
        if byte == 34 { isQuoted.toggle() }
        if byte == newline, !isQuoted { break }
        if byte != 32, byte != 9, byte != 13 { isBlank = false }
        if byte == delimiter, !isQuoted {
          if !text.dialect.collapse || offset > cell { close(offset) }
          cell = offset + 1
        }
        offset += 1
      }
      if !isBlank {
        if !text.dialect.collapse || offset > cell { close(offset) }
        record += 1
      }
      start = offset + 1
    }
    return record
  }

  private static func content(_ cell: Slice<UnsafeRawBufferPointer>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
    var bytes = ArraySlice(cell)
    func trim() {
      while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
      while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    }
    trim()
    guard bytes.count >= 2, bytes.first == 34, bytes.last == 34 else { return bytes }
    bytes = bytes.dropFirst().dropLast()
    if bytes.contains(34) {
      var (single, previous) = ([UInt8](), false)
      for byte in bytes {
        if byte == 34, previous { previous = false } else { single.append(byte); previous = byte == 34 }
      }
      bytes = ArraySlice(single)
    }
    trim()
    return bytes
  }
}
