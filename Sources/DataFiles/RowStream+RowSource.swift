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
}
