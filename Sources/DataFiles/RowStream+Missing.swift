import LinearAlgebra

extension RowStream {
  /// Consecutive rows with missing cells as NaN, about `blockBytes` of the file at once, and the index of each block's first row.
  /// Memory: at most 8 times `blockBytes`. Throws `DataFileError` for infinite numbers, for cells that are text and for no rows.
  public func forEachBlockWithMissing(
    blockBytes: Int = 1 << 22, _ body: (_ first: Int, _ block: Matrix) throws -> Void
  ) throws {
    var first = 0
    try forEachBlock(policy: .keepMissing, blockBytes: blockBytes) { block in
      try checkNotInfinite(block, first)
      try body(first, block)
      first += block.rows
    }
    if first == 0 { throw DataFileError.noRows(source) }
  }

  func checkNotInfinite(_ block: Matrix, _ first: Int) throws {
    guard let index = block.storage.firstIndex(where: \.isInfinite) else { return }
    throw DataFileError.notFinite(
      source, row: first + index / columns + 1, column: index % columns + 1, value: block.storage[index])
  }

  /// The rows without a missing cell, to be read again and again: the file's own where none has one, else a temporary copy, as
  /// `rereadable` makes it, how many they are, and of how many. nil where every row misses something. Cost: one or two passes. Memory: a block.
  public func completeRows() throws -> (rows: RowStream, count: Int, all: Int)? {
    var (complete, all) = (0, 0)
    try forEachBlockWithMissing { _, block in
      complete += block.completeRows.count
      all += block.rows
    }
    if complete == 0 { return nil }
    if complete == all { return (try rereadable(), complete, all) }
    let rows = try copied { append in
      try forEachBlockWithMissing { _, block in
        var rows = block.rows(at: block.completeRows)
        try rows.storage.withUnsafeMutableBufferPointer { try append($0) }
      }
    }
    return (rows, complete, all)
  }
}

extension Matrix {
  /// Indices of the rows without NaN.
  fileprivate var completeRows: [Int] {
    storage.withUnsafeBufferPointer { entries in
      (0..<rows).filter { i in !entries[i * columns..<(i + 1) * columns].contains(where: \.isNaN) }
    }
  }
}
