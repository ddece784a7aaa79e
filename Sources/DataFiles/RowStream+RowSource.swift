import LinearAlgebra

extension RowStream: RowSource {
  /// The rows again in blocks of equal size, whatever pieces the file is read in.
  public func forEachBlock(ofRows size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void) throws {
    precondition(size > 0, "blocks of \(size) rows")
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
