import CDataFiles

/// Text of user, item[, value] lines: names are kept, numbered in order of first appearance; without values every pair counts 1.
///
/// Which column is what, `PairColumns` says; further columns are ignored. Names are the same where their bytes are the same.
struct PairText {
  private let layout: TextLayout
  private let columns: PairColumns
  private var file: FileBytes { layout.file }

  /// Throws `DataFileError` for text without two columns.
  init(_ original: FileBytes) throws {
    let layout = try TextLayout(original, isUndecidedHeader: false)
    let kept = (0..<layout.width).filter { !layout.leftOut.contains($0) }
    let numbers = Numbers(layout)
    let found = PairColumns(
      names: layout.names, columns: kept, isNumeric: numbers.areNumbers, isTime: numbers.areTimes)
    guard let found else {
      throw DataFileError(
        file: original.name, problem: "it is not text of user,item[,value]",
        remedy: "Write one pair per line, the two names separated by a comma or tab")
    }
    (self.layout, columns) = (layout, found)
  }

  /// What the first records hold.
  private struct Numbers {
    let layout: TextLayout
    init(_ layout: TextLayout) { self.layout = layout }

    private func values(_ column: Int) -> [Double?] {
      layout.sample.compactMap { column < $0.count && !$0[column].isEmpty ? $0[column] : nil }.map {
        PairText.number(Array($0.text.utf8), layout.dialect, isQuoted: $0.isQuoted)
      }
    }

    func areNumbers(_ column: Int) -> Bool {
      let found = values(column)
      // Without names the third column is the value, whatever it holds.
      return layout.names == nil && column == 2 || (!found.isEmpty && found.allSatisfy { $0 != nil })
    }

    /// Seconds, thousandths or millionths of them since 1970, from 1980 to 2096.
    func areTimes(_ column: Int) -> Bool {
      let found = values(column)
      return !found.isEmpty
        && [1.0, 1e3, 1e6].contains { unit in
          found.allSatisfy { $0.map { $0 / unit >= 3e8 && $0 / unit <= 4e9 } ?? false }
        }
    }
  }

  fileprivate static func number(_ cell: some Collection<UInt8>, _ dialect: pdata_dialect, isQuoted: Bool) -> Double? {
    var value = 0.0
    let kind = cell.withContiguousStorageIfAvailable { bytes in
      bytes.withMemoryRebound(to: CChar.self) { cell in
        cell.baseAddress.map { Int(pdata_classify_in($0, Int64(cell.count), dialect, isQuoted, &value)) }
      }
    }
    return kind == pdata_cell_number && value.isFinite ? value : nil
  }

  /// Throws `DataFileError` with line and column of the first cell that cannot be meant.
  func read() throws -> SparseTable {
    var (users, items) = (NameTable(), NameTable())
    var (row, column, value) = ([Int](), [Int](), [Double]())
    let needed = max(columns.user, columns.item, columns.value ?? 0)
    let text = UnsafeRawBufferPointer(rebasing: file.bytes[layout.body])
    var reader = RecordReader(text, layout.dialect, capacity: needed + 1)
    var start = 0
    while reader.next() {
      defer { start = reader.offset }
      if reader.count == 0 { continue }
      try check(reader, start, needed)
      row.append(users.number(columns.user, of: reader))
      column.append(items.number(columns.item, of: reader))
      value.append(try columns.value.map { try number(reader, $0) } ?? 1)
    }
    guard !row.isEmpty else {
      throw DataFileError(
        file: file.name, problem: "it holds no pairs", remedy: "Check that the right file was written")
    }
    let encodings = [users.encoding, items.encoding]
    let encoding = encodings.contains(.windows1252) ? TextEncoding.windows1252 : layout.encoding
    var table = SparseFile.compressed(
      rows: users.count, columns: items.count, row, column, value,
      names: (users.names(encoding), items.names(encoding)))
    table.warnings = warnings(encoding)
    table.mergeRepeated(isCount: columns.isCount, hasValues: columns.value != nil, file.name)
    ReadingNotes.add(table.warnings)
    return table
  }

  private func warnings(_ encoding: TextEncoding) -> [DataFileWarning] {
    var warnings = layout.warnings
    if encoding == .windows1252 && layout.encoding == .utf8 { warnings.append(.windows1252(file.name)) }
    let kept = (0..<layout.width).filter { !layout.leftOut.contains($0) }
    let chosen = [columns.user, columns.item] + (columns.value.map { [$0] } ?? [])
    if Array(kept.prefix(chosen.count)) != chosen || (columns.value == nil && kept.count > 2) {
      let labels = (user: layout.label(columns.user), item: layout.label(columns.item))
      warnings.append(.pairColumns(file.name, labels, value: columns.value.map(layout.label)))
    }
    return warnings
  }

  private func check(_ reader: RecordReader, _ start: Int, _ needed: Int) throws {
    func line() -> Int {
      Int(pdata_count(pointer(0), Int64(layout.body.lowerBound + start), layout.dialect.newline)) + 1
    }
    let last = min(reader.count, reader.cells.count) - 1
    if reader.status == Int(pdata_open_quote) {
      throw DataFileError.openQuote(file.name, row: line(), column: "\(reader.count)")
    }
    if reader.status == Int(pdata_stray_quote) {
      throw DataFileError.strayQuote(
        file.name, row: line(), column: "\(reader.count)", value: reader.string(last, layout.encoding))
    }
    let isShort = reader.count <= needed
    guard !isShort, !reader.bytes(columns.user).isEmpty, !reader.bytes(columns.item).isEmpty else {
      throw DataFileError(
        file: file.name, row: line(), problem: isShort ? "cells are missing" : "a user or an item is missing",
        remedy: "Write user,item\(columns.value == nil ? "" : ",value") in every line")
    }
  }

  private func number(_ reader: RecordReader, _ column: Int) throws -> Double {
    let cell = reader.bytes(column)
    if let value = Self.number(cell, layout.dialect, isQuoted: reader.cells[column].quoted) { return value }
    let offset = layout.body.lowerBound + Int(reader.cells[column].start)
    throw DataFileError.notAValue(
      file.name, row: Int(pdata_count(pointer(0), Int64(offset), layout.dialect.newline)) + 1,
      column: layout.label(column), value: layout.encoding.decode(cell))
  }

  private func pointer(_ offset: Int) -> UnsafePointer<CChar> {
    (file.bytes.baseAddress! + offset).assumingMemoryBound(to: CChar.self)
  }
}

extension SparseTable {
  /// One entry for each pair: the last, or the sum of counts.
  fileprivate mutating func mergeRepeated(isCount: Bool, hasValues: Bool, _ file: String) {
    var place = [Int](repeating: -1, count: columns)
    var (newOffsets, newIndices, newValues) = ([0], [Int](), [Double]())
    newOffsets.reserveCapacity(rows + 1)
    newIndices.reserveCapacity(indices.count)
    newValues.reserveCapacity(indices.count)
    for row in 0..<rows {
      for k in offsets[row]..<offsets[row + 1] {
        let known = place[indices[k]]
        if known >= newOffsets[row] {
          newValues[known] = isCount ? newValues[known] + values[k] : values[k]
        } else {
          place[indices[k]] = newIndices.count
          newIndices.append(indices[k])
          newValues.append(values[k])
        }
      }
      newOffsets.append(newIndices.count)
    }
    let repeated = indices.count - newIndices.count
    if repeated == 0 { return }
    (offsets, indices, values) = (newOffsets, newIndices, newValues)
    warnings.append(.repeatedPairs(file, count: repeated, isCount: isCount, hasValues: hasValues))
  }
}
