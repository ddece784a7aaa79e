/// Some rows of a source, in the source's order: a pass over them is a pass over the source.
public struct RowSelection: RowSource {
  private let source: any RowSource
  /// Ascending.
  private let indices: [Int]

  /// - Parameter indices: of the rows, ascending, none twice.
  public init(_ source: any RowSource, at indices: [Int]) {
    precondition(zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 }, "rows of a selection must be ascending")
    self.source = source
    self.indices = indices
  }

  public var columns: Int { source.columns }

  public func countRows() -> Int { indices.count }

  public func forEachBlock(ofRows size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void) throws {
    try forEachCopiedBlock(ofRows: size, body)
  }

  /// Memory: a block beside the source's own.
  public func forEachScratchBlock(
    ofRows size: Int, _ body: (_ first: Int, _ rows: UnsafeMutableBufferPointer<Double>) throws -> Void
  ) throws {
    precondition(size > 0, "blocks of \(size) rows")
    if indices.isEmpty { return }
    let d = columns
    let kept = UnsafeMutableBufferPointer<Double>.allocate(capacity: min(size, indices.count) * d)
    defer { kept.deallocate() }
    var (position, filled) = (0, 0)
    func emit() throws {
      let first = position - filled
      do {
        try body(first, UnsafeMutableBufferPointer(rebasing: kept[..<(filled * d)]))
      } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
        throw Unsound(row: indices[first + row], column: column, value: value)
      }
      filled = 0
    }
    do {
      try source.forEachScratchBlock(ofRows: size) { first, rows in
        let end = first + rows.count / d
        do {
          while position < indices.count, indices[position] < end {
            (kept.baseAddress! + filled * d).update(from: rows.baseAddress! + (indices[position] - first) * d, count: d)
            position += 1
            filled += 1
            if filled == size { try emit() }
          }
          if position == indices.count, filled > 0 { try emit() }
        } catch let error as Unsound {
          // In the source's own words where the row is one of this block's.
          throw LinearAlgebraError.nonFinite(row: error.row - first, column: error.column, value: error.value)
        }
      }
    } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
      throw LinearAlgebraError.nonFinite(
        row: indices.firstIndex(of: row) ?? row, column: column, value: value)
    }
    precondition(position == indices.count, "row \(indices[min(position, indices.count - 1)]) of \(position) rows")
  }

  public func rows(at positions: [Int]) throws -> Matrix { try source.rows(at: positions.map { indices[$0] }) }

  /// An entry of the source's row that is NaN or infinite.
  private struct Unsound: Error {
    let row: Int
    let column: Int
    let value: Double
  }
}
