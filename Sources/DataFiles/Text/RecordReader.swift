import CDataFiles

/// Goes through the records of a text, cell by cell. One reader for all that is not a number.
struct RecordReader {
  let text: UnsafeRawBufferPointer
  let dialect: pdata_dialect
  /// Where the next record starts.
  private(set) var offset: Int
  /// Of the record last read.
  private(set) var cells: [pdata_cell]
  /// Cells of that record, of which the first few are in `cells`.
  private(set) var count = 0
  /// What is wrong with its last cell: pdata_ok, pdata_stray_quote or pdata_open_quote.
  private(set) var status = Int(pdata_ok)

  /// At most `capacity` cells of each record are kept. `offset` is the start of one.
  init(_ text: UnsafeRawBufferPointer, _ dialect: pdata_dialect, from offset: Int = 0, capacity: Int) {
    (self.text, self.dialect, self.offset) = (text, dialect, offset)
    cells = [pdata_cell](repeating: pdata_cell(), count: max(capacity, 1))
  }

  /// Reads one record; false at the end of the text. Blank lines and comments have no cells.
  mutating func next() -> Bool {
    guard offset < text.count, let base = text.baseAddress?.assumingMemoryBound(to: CChar.self) else { return false }
    var (found, problem) = (Int64(0), Int32(0))
    let capacity = Int64(cells.count)
    let (start, length, dialect) = (Int64(offset), Int64(text.count), dialect)
    offset = cells.withUnsafeMutableBufferPointer {
      Int(pdata_split(base, start, length, dialect, $0.baseAddress, capacity, &found, &problem))
    }
    (count, status) = (Int(found), Int(problem))
    return true
  }

  /// The content of a kept cell as it is written, doubled quotes and all.
  func bytes(_ cell: Int) -> UnsafeRawBufferPointer {
    let start = Int(cells[cell].start)
    return UnsafeRawBufferPointer(rebasing: text[start..<start + Int(cells[cell].length)])
  }

  /// The letters of a kept cell.
  func string(_ cell: Int, _ encoding: TextEncoding) -> String {
    guard cells[cell].doubled else { return encoding.decode(bytes(cell)) }
    return encoding.decode(Self.undoubled(bytes(cell)))
  }

  /// With one quote for every two.
  static func undoubled(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var isSecond = false
    for byte in bytes {
      isSecond = byte == 34 && !isSecond
      if !isSecond { result.append(byte) }
    }
    return result
  }
}
