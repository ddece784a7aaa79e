import LinearAlgebra

extension RowStream: RowSource {
  /// Of an array, without reading it.
  public func countRows() throws -> Int {
    if case .array(_, let range) = rows { return range.count }
    var count = 0
    try forEachBlock { (piece: Matrix) in count += piece.rows }
    return count
  }

  /// The `part`th of `parts` equal shares of an array's rows; nil for text, whose rows cannot be found without reading it.
  public func share(_ part: Int, of parts: Int) -> RowStream? {
    precondition(part >= 0 && part < parts, "share \(part) of \(parts)")
    guard case .array(let array, let range) = rows else { return nil }
    let cut = { range.lowerBound + range.count * $0 / parts }
    return RowStream(self, rows: .array(array, cut(part)..<cut(part + 1)))
  }

  /// The rows again in blocks of equal size, whatever pieces the file is read in.
  public func forEachBlock(ofRows size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void) throws {
    precondition(size > 0, "blocks of \(size) rows")
    if try forEachArrayBlock(rows: size, body) { return }
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

  /// An array's next block is read while `body` works on the last one. Memory: two blocks of rows, as they are in the file and,
  /// where that is another type than the processor's doubles, as doubles.
  public func forEachScratchBlock(
    ofRows size: Int, _ body: (_ first: Int, _ rows: UnsafeMutableBufferPointer<Double>) throws -> Void
  ) throws {
    guard case .array(let array, let range) = rows else {
      try forEachBlock(ofRows: size) { first, block in
        var storage = block.storage
        try storage.withUnsafeMutableBufferPointer { try body(first, $0) }
      }
      return
    }
    let blocks = ReadAhead(array, range, rows: size)
    while let (start, rows) = try blocks.block() {
      do {
        try body(start - range.lowerBound, rows)
      } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
        throw DataFileError.notFinite(source, row: start + row + 1, column: column + 1, value: value)
      }
    }
  }
}
