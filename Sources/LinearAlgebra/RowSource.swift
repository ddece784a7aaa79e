/// Rows of one width that can be read again and again, in order, in blocks: a matrix in memory, a file larger than memory, a view of
/// either.
public protocol RowSource: Sendable {
  var columns: Int { get }
  /// How many rows there are; reads them all where nothing says so.
  func countRows() throws -> Int
  /// Calls `body` with consecutive blocks of `size` rows (the last may have fewer), from the first row each time it is called.
  ///
  /// Entries may be NaN or infinite, but for those of a file in a pass of `.reading`. Who finds one that may not be throws
  /// `LinearAlgebraError.nonFinite` with its row counted from the pass's first: a view leaves it as it is, and whoever began the pass
  /// (`forEachBlock`, `forEachScratchBlock`, `forEachReadBlock`) asks `unsound` for the source's own words.
  func pass(ofRows size: Int, _ use: RowBlock.Use, _ body: (RowBlock) throws -> Void) throws
  /// What the source says of an entry of a pass that may not be NaN or infinite: file, row and column in its own words. nil where it
  /// has none: the error then stays as it was thrown.
  func unsound(row: Int, column: Int, value: Double) -> (any Error)?
  /// The rows with these indices, in this order; indices may repeat. Memory: these rows and a block.
  func rows(at indices: [Int]) throws -> Matrix
  /// Some rows, ascending: a copy of rows in memory, else a way to read them.
  func part(at indices: [Int]) -> any RowSource
  /// The rows, where they lie in memory.
  var inMemory: Matrix? { get }
}

extension RowSource {
  /// Rows of a pass that nothing else asks for: 32 MB of them.
  public var passRows: Int { max(1, (1 << 22) / max(1, columns)) }

  public var inMemory: Matrix? { nil }

  public func unsound(row: Int, column: Int, value: Double) -> (any Error)? { nil }

  public func rows(at indices: [Int]) throws -> Matrix { try collected(at: indices) }

  public func part(at indices: [Int]) -> any RowSource { RowSelection(self, at: indices) }

  /// `rows(at:)` in one pass over all rows.
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
    if let inMemory { return inMemory }
    var storage: [Double] = []
    storage.reserveCapacity(try countRows() * columns)
    try forEachScratchBlock(ofRows: passRows) { storage += $1 }
    return Matrix(rows: storage.count / columns, columns: columns, storage: storage)
  }

  /// A pass over the rows.
  public func countRows() throws -> Int {
    var count = 0
    try forEachReadBlock(ofRows: passRows) { count += $1.count / columns }
    return count
  }

  // MARK: passes

  /// Blocks as matrices, and the index of each one's first row.
  public func forEachBlock(ofRows size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void) throws {
    try named { try pass(ofRows: size, .reading) { try body($0.first, $0.matrix()) } }
  }

  /// Blocks in memory that `body` may overwrite and that the next one takes over: the fastest way through a file.
  public func forEachScratchBlock(
    ofRows size: Int, _ body: (_ first: Int, _ rows: UnsafeMutableBufferPointer<Double>) throws -> Void
  ) throws {
    try named { try pass(ofRows: size, .scratch) { try body($0.first, $0.entries) } }
  }

  /// Blocks to read only; a matrix in memory comes whole and is not copied.
  public func forEachReadBlock(
    ofRows size: Int, _ body: (_ first: Int, _ rows: UnsafeBufferPointer<Double>) throws -> Void
  ) throws {
    try named { try pass(ofRows: size, .readingAtOnce) { try body($0.first, UnsafeBufferPointer($0.entries)) } }
  }

  /// The one place where an entry gets its name.
  private func named(_ pass: () throws -> Void) throws {
    do {
      try pass()
    } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
      throw unsound(row: row, column: column, value: value)
        ?? LinearAlgebraError.nonFinite(row: row, column: column, value: value)
    }
  }
}
