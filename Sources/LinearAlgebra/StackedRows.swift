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

  public func unsound(row: Int, column: Int, value: Double) -> (any Error)? {
    guard let cut = try? upper.countRows() else { return nil }
    return row < cut
      ? upper.unsound(row: row, column: column, value: value)
      : lower.unsound(row: row - cut, column: column, value: value)
  }

  /// Memory: two blocks beside the sources' own.
  public func pass(ofRows size: Int, _ use: RowBlock.Use, _ body: (RowBlock) throws -> Void) throws {
    let d = columns
    let waiting = UnsafeMutableBufferPointer<Double>.allocate(capacity: size * d)
    defer { waiting.deallocate() }
    var (first, filled) = (0, 0)
    func emit() throws {
      try body(RowBlock(first: first, columns: d, entries: UnsafeMutableBufferPointer(rebasing: waiting[..<filled])))
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
    try upper.pass(ofRows: size, .scratch) { block in
      guard block.entries.count == size * d else { return try take(block.entries) }
      try body(block)
      first = block.first + size
    }
    try lower.pass(ofRows: size, .scratch) { try take($0.entries) }
    if filled > 0 { try emit() }
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
}
