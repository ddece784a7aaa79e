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

  public func unsound(row: Int, column: Int, value: Double) -> (any Error)? {
    source.unsound(row: indices[row], column: column, value: value)
  }

  /// Memory: a block beside the source's own.
  public func pass(ofRows size: Int, _ use: RowBlock.Use, _ body: (RowBlock) throws -> Void) throws {
    precondition(size > 0, "blocks of \(size) rows")
    if indices.isEmpty { return }
    let d = columns
    let kept = UnsafeMutableBufferPointer<Double>.allocate(capacity: min(size, indices.count) * d)
    defer { kept.deallocate() }
    var (position, filled) = (0, 0)
    try source.pass(ofRows: size, .scratch) { block in
      let end = block.first + block.rows
      while position < indices.count, indices[position] < end {
        let row = block.entries.baseAddress! + (indices[position] - block.first) * d
        (kept.baseAddress! + filled * d).update(from: row, count: d)
        position += 1
        filled += 1
        if filled == size || position == indices.count {
          try body(
            RowBlock(
              first: position - filled, columns: d, entries: UnsafeMutableBufferPointer(rebasing: kept[..<(filled * d)])
            )
          )
          filled = 0
        }
      }
    }
    precondition(position == indices.count, "row \(indices[min(position, indices.count - 1)]) of \(position) rows")
  }

  public func rows(at positions: [Int]) throws -> Matrix { try source.rows(at: positions.map { indices[$0] }) }
}
