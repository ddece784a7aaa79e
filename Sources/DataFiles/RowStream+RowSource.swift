import LinearAlgebra

extension RowStream: RowSource {
  /// Of an array, without reading it.
  public func countRows() throws -> Int {
    if case .array(_, let range) = rows { return range.count }
    var count = 0
    try forEachBlock { (piece: Matrix) in count += piece.rows }
    return count
  }

  /// An array's rows, no others where they lie far apart; text and arrays stored column by column are read from end to end.
  public func rows(at indices: [Int]) throws -> Matrix {
    guard case .array(let array, let range) = rows, !array.isColumnMajor else { return try collected(at: indices) }
    let found = try array.rows(at: indices.map { range.lowerBound + $0 })
    if let index = found.storage.firstIndex(where: { !$0.isFinite }) {
      throw named(row: indices[index / columns], column: index % columns, value: found.storage[index])
    }
    return found
  }

  /// The `part`th of `parts` shares: of as many rows where they are an array's, of about as many bytes where they are text, which is
  /// read as far as the share's end to find it. A share of text may have no rows; passes over it throw then.
  public func share(_ part: Int, of parts: Int) -> RowStream {
    precondition(part >= 0 && part < parts, "share \(part) of \(parts)")
    switch rows {
    case .array(let array, let range):
      let cut = { range.lowerBound + range.count * $0 / parts }
      return RowStream(self, rows: .array(array, cut(part)..<cut(part + 1)))
    case .text(let text, let columns):
      return RowStream(self, rows: .text(text.share(part, of: parts), columns))
    }
  }

  public func unsound(row: Int, column: Int, value: Double) -> (any Error)? {
    named(row: row, column: column, value: value)
  }

  /// An array's next block is read while `body` works on the last one, unless the pass is one of `.reading`; those refuse missing and
  /// infinite numbers. Memory: two blocks of rows, as they are in the file and, where that is another type than the processor's
  /// doubles, as doubles; one for `.reading`.
  public func pass(ofRows size: Int, _ use: RowBlock.Use, _ body: (RowBlock) throws -> Void) throws {
    precondition(size > 0, "blocks of \(size) rows")
    guard case .array(let array, let range) = rows else {
      return try passText(size) { first, block in
        if use == .reading {
          try RowBlock.lending(block, first: first, to: body)
        } else {
          try RowBlock.copying(block, first: first, to: body)
        }
      }
    }
    if use == .reading {
      return try forEachBlock(of: array, range, rows: size) { start, block in
        try RowBlock.lending(block, first: start - range.lowerBound) { block in
          try block.checkFinite()
          try body(block)
        }
      }
    }
    let blocks = ReadAhead(array, range, rows: size)
    while let (start, rows) = try blocks.block() {
      try body(RowBlock(first: start - range.lowerBound, columns: columns, entries: rows))
    }
  }

  /// Text's rows again in blocks of equal size, whatever pieces the file is read in.
  private func passText(_ size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void) throws {
    var (pending, first) = ([Double](), 0)
    try forEachBlock { (piece: Matrix) in
      pending += piece.storage
      var used = 0
      while pending.count - used >= size * columns {
        try body(first, Matrix(rows: size, columns: columns, storage: Array(pending[used..<used + size * columns])))
        used += size * columns
        first += size
      }
      pending.removeFirst(used)
    }
    let rest = pending.count / columns
    if rest > 0 { try body(first, Matrix(rows: rest, columns: columns, storage: pending)) }
    if first + rest == 0 { throw DataFileError.noRows(source) }
  }
}
