extension Matrix: RowSource {
  public func countRows() -> Int { rows }

  public var inMemory: Matrix? { self }

  public func part(at indices: [Int]) -> any RowSource { rows(at: indices) }

  /// Nothing is copied to be read; scratch is copied by all threads.
  public func pass(ofRows size: Int, _ use: RowBlock.Use, _ body: (RowBlock) throws -> Void) throws {
    precondition(size > 0, "blocks of \(size) rows")
    switch use {
    case .readingAtOnce: if rows > 0 { try RowBlock.lending(self, to: body) }
    case .reading: try passReading(size, body)
    case .scratch: try passScratch(size, body)
    }
  }

  private func passReading(_ size: Int, _ body: (RowBlock) throws -> Void) throws {
    if rows > 0, rows <= size { return try RowBlock.lending(self, to: body) }
    try storage.withUnsafeBufferPointer { entries in
      let all = UnsafeMutableBufferPointer(mutating: entries)
      for range in (0..<rows).parts(of: size) {
        let part = UnsafeMutableBufferPointer(rebasing: all[range.lowerBound * columns..<range.upperBound * columns])
        try body(RowBlock(first: range.lowerBound, columns: columns, entries: part))
      }
    }
  }

  private func passScratch(_ size: Int, _ body: (RowBlock) throws -> Void) throws {
    let piece = 1 << 17
    var scratch: [Double] = freshZeros(count: min(size, rows) * columns)
    try scratch.withUnsafeMutableBufferPointer { scratch in
      nonisolated(unsafe) let target = scratch.baseAddress
      for range in (0..<rows).parts(of: size) {
        let (start, count) = (range.lowerBound * columns, range.count * columns)
        Parallel.forEach(count: (count + piece - 1) / piece) { index in
          let share = index * piece..<Swift.min((index + 1) * piece, count)
          storage.withUnsafeBufferPointer {
            (target! + share.lowerBound).update(from: $0.baseAddress! + start + share.lowerBound, count: share.count)
          }
        }
        try body(
          RowBlock(
            first: range.lowerBound, columns: columns, entries: UnsafeMutableBufferPointer(rebasing: scratch[..<count]))
        )
      }
    }
  }
}
