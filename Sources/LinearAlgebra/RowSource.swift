/// Rows of one width that can be read again and again, in order, in blocks: a matrix in memory, or a file larger than memory.
public protocol RowSource: Sendable {
  var columns: Int { get }
  /// How many rows there are; reads them all where nothing says so.
  func countRows() throws -> Int
  /// Calls `body` with consecutive blocks of `size` rows (the last may have fewer) and the index of each block's first row.
  /// Reads from the first row each time it is called.
  func forEachBlock(ofRows size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void) throws
  /// The same blocks, row-major in memory that `body` may overwrite and that the next block takes over: the fastest way through a
  /// file. Entries may be NaN or infinite: a `LinearAlgebraError.nonFinite` that `body` throws for its block leaves as what the
  /// source says of that entry.
  func forEachScratchBlock(
    ofRows size: Int, _ body: (_ first: Int, _ rows: UnsafeMutableBufferPointer<Double>) throws -> Void
  ) throws
  /// The rows with these indices, in this order; indices may repeat. Memory: these rows and a block.
  func rows(at indices: [Int]) throws -> Matrix
}

extension RowSource {
  /// Rows of a pass that nothing else asks for: 32 MB of them.
  public var passRows: Int { max(1, (1 << 22) / max(1, columns)) }

  public func rows(at indices: [Int]) throws -> Matrix { try collected(at: indices) }

  /// The same in one pass over all rows.
  public func collected(at indices: [Int]) throws -> Matrix {
    let (order, d) = (indices.indices.sorted { indices[$0] < indices[$1] }, columns)
    var storage = [Double](repeating: 0, count: indices.count * d)
    var next = 0
    try storage.withUnsafeMutableBufferPointer { target in
      try forEachScratchBlock(ofRows: passRows) { first, rows in
        while next < order.count, indices[order[next]] < first + rows.count / d {
          let from = rows.baseAddress! + (indices[order[next]] - first) * d
          (target.baseAddress! + order[next] * d).update(from: from, count: d)
          next += 1
        }
      }
    }
    precondition(next == order.count, "row \(next < order.count ? indices[order[next]] : 0) is beyond the last one")
    return Matrix(rows: indices.count, columns: d, storage: storage)
  }

  /// Everything, in memory.
  public func matrix() throws -> Matrix {
    if let matrix = self as? Matrix { return matrix }
    var storage: [Double] = []
    storage.reserveCapacity(try countRows() * columns)
    try forEachScratchBlock(ofRows: passRows) { storage += $1 }
    return Matrix(rows: storage.count / columns, columns: columns, storage: storage)
  }

  /// `forEachBlock` of a source that knows scratch blocks: a copy of each.
  func forEachCopiedBlock(ofRows size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void) throws {
    try forEachScratchBlock(ofRows: size) { first, rows in
      try body(first, Matrix(rows: rows.count / columns, columns: columns, storage: Array(rows)))
    }
  }

  /// Blocks to read only, of `size` rows each but for the last one; a matrix in memory comes whole and is not copied.
  public func forEachReadBlock(
    ofRows size: Int, _ body: (_ first: Int, _ rows: UnsafeBufferPointer<Double>) throws -> Void
  ) throws {
    if let matrix = self as? Matrix {
      if matrix.rows > 0 { try matrix.storage.withUnsafeBufferPointer { try body(0, $0) } }
    } else {
      try forEachScratchBlock(ofRows: size) { try body($0, UnsafeBufferPointer($1)) }
    }
  }

  /// A pass over the rows.
  public func countRows() throws -> Int {
    var count = 0
    try forEachBlock(ofRows: passRows) { _, block in count += block.rows }
    return count
  }

  /// Copies every block.
  public func forEachScratchBlock(
    ofRows size: Int, _ body: (_ first: Int, _ rows: UnsafeMutableBufferPointer<Double>) throws -> Void
  ) throws {
    var scratch: [Double] = []
    try forEachBlock(ofRows: size) { first, block in
      if scratch.count < block.storage.count { scratch = [Double](repeating: 0, count: size * columns) }
      try scratch.withUnsafeMutableBufferPointer { scratch in
        let rows = UnsafeMutableBufferPointer(rebasing: scratch[..<block.storage.count])
        block.storage.withUnsafeBufferPointer { rows.baseAddress!.update(from: $0.baseAddress!, count: rows.count) }
        do {
          try body(first, rows)
        } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
          throw LinearAlgebraError.nonFinite(row: first + row, column: column, value: value)
        }
      }
    }
  }
}

extension Matrix: RowSource {
  public func countRows() -> Int { rows }

  public func forEachBlock(ofRows size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void) throws {
    precondition(size > 0, "blocks of \(size) rows")
    for first in stride(from: 0, to: rows, by: size) {
      let last = min(first + size, rows)
      try body(first, first == 0 && last == rows ? self : rows(first..<last))
    }
  }

  /// Copied by all threads.
  public func forEachScratchBlock(
    ofRows size: Int, _ body: (_ first: Int, _ rows: UnsafeMutableBufferPointer<Double>) throws -> Void
  ) throws {
    precondition(size > 0, "blocks of \(size) rows")
    let part = 1 << 17
    var scratch: [Double] = freshZeros(count: min(size, rows) * columns)
    try scratch.withUnsafeMutableBufferPointer { scratch in
      nonisolated(unsafe) let target = scratch.baseAddress
      for first in stride(from: 0, to: rows, by: size) {
        let (start, count) = (first * columns, (min(first + size, rows) - first) * columns)
        Parallel.forEach(count: (count + part - 1) / part) { index in
          let range = index * part..<min((index + 1) * part, count)
          storage.withUnsafeBufferPointer {
            (target! + range.lowerBound).update(from: $0.baseAddress! + start + range.lowerBound, count: range.count)
          }
        }
        do {
          try body(first, UnsafeMutableBufferPointer(rebasing: scratch[..<count]))
        } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
          throw LinearAlgebraError.nonFinite(row: first + row, column: column, value: value)
        }
      }
    }
  }
}
