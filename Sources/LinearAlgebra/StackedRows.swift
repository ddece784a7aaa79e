/// The rows of one source above those of another.
public struct StackedRows: RowSource {
  private let upper: any RowSource
  private let lower: any RowSource

  public init(_ upper: any RowSource, above lower: any RowSource) {
    precondition(
      upper.columns == lower.columns, "\(upper.columns) and \(lower.columns) columns cannot be stacked")
    (self.upper, self.lower) = (upper, lower)
  }

  public var columns: Int { upper.columns }

  public func countRows() throws -> Int { try upper.countRows() + lower.countRows() }

  public func forEachBlock(ofRows size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void) throws {
    try forEachCopiedBlock(ofRows: size, body)
  }

  /// Memory: two blocks beside the sources' own.
  public func forEachScratchBlock(
    ofRows size: Int, _ body: (_ first: Int, _ rows: UnsafeMutableBufferPointer<Double>) throws -> Void
  ) throws {
    let d = columns
    let waiting = UnsafeMutableBufferPointer<Double>.allocate(capacity: size * d)
    defer { waiting.deallocate() }
    var (first, filled) = (0, 0)
    func emit() throws {
      do {
        try body(first, UnsafeMutableBufferPointer(rebasing: waiting[..<filled]))
      } catch LinearAlgebraError
        .nonFinite(let row, let column, let value)
      { throw Unsound(error: .nonFinite(row: first + row, column: column, value: value)) }
      first += filled / d
      filled = 0
    }
    func take(_ rows: UnsafeMutableBufferPointer<Double>) throws {
      var used = 0
      while used < rows.count {
        let count = min(rows.count - used, size * d - filled)
        (waiting.baseAddress! + filled).update(from: rows.baseAddress! + used, count: count)
        filled += count
        used += count
        if filled == size * d { try emit() }
      }
    }
    do {
      try upper.forEachScratchBlock(ofRows: size) { start, rows in
        guard rows.count == size * d else { return try take(rows) }
        try body(start, rows)
        first = start + size
      }
      try lower.forEachScratchBlock(ofRows: size) { try take($1) }
      if filled > 0 { try emit() }
    } catch let error as Unsound {
      throw error.error
    }
  }

  public func rows(at indices: [Int]) throws -> Matrix {
    let cut = try upper.countRows()
    let above = indices.indices.filter { indices[$0] < cut }
    let below = indices.indices.filter { indices[$0] >= cut }
    let rows = try upper.rows(at: above.map { indices[$0] }).stacked(
      above: lower.rows(at: below.map { indices[$0] - cut }))
    var place = [Int](repeating: 0, count: indices.count)
    for (position, index) in (above + below).enumerated() { place[index] = position }
    return rows.rows(at: place)
  }

  /// Of the stack's row, which no source may call its own.
  private struct Unsound: Error {
    let error: LinearAlgebraError
  }
}
