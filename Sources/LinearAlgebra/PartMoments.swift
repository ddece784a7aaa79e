extension RowMoments {
  /// Accumulators and rows on their way into them take about this much in one pass; more parts take more passes.
  private static let passBytes = 1 << 27

  /// Moments of several parts of the rows, which may overlap, from few passes: row i belongs to part p where bit p of `parts(i)` is set.
  /// The same bits as those of each part's rows alone. Cost: rows columns^2 flops a part; memory: 128 MB and
  /// what one part takes. Throws what the source throws.
  package static func ofParts(
    _ source: any RowSource, count: Int, _ parts: @Sendable (_ row: Int) -> UInt32
  ) throws -> [RowMoments] {
    precondition(count <= UInt32.bitWidth, "\(count) parts")
    let bytes = Part.bytes(columns: source.columns)
    let atOnce = max(1, (passBytes + bytes - 1) / bytes)
    return try stride(from: 0, to: count, by: atOnce).flatMap { first in
      try pass(source, first..<min(first + atOnce, count), parts)
    }
  }

  private static func pass(
    _ source: any RowSource, _ chosen: Range<Int>, _ parts: @Sendable (_ row: Int) -> UInt32
  ) throws -> [RowMoments] {
    let d = source.columns
    let found = chosen.map { Part(columns: d, bit: 1 << UInt32($0)) }
    try source.forEachReadBlock(ofRows: source.passRows) { first, rows in
      try RowBlock.checkFinite(rows, columns: d, first: first)
      nonisolated(unsafe) let rows = rows
      _ = try Parallel.map(count: found.count) { try found[$0].add(rows, from: first, parts) }
    }
    return try found.map { try $0.finish() }
  }
}

/// Rows of one part, gathered until all lanes of its accumulator have their panel. One thread at a time.
private final class Part: @unchecked Sendable {
  private let bit: UInt32
  private let columns: Int
  private var moments: GramAccumulator
  private let waiting: UnsafeMutableBufferPointer<Double>
  private var filled = 0

  init(columns: Int, bit: UInt32) {
    (self.bit, self.columns) = (bit, columns)
    moments = GramAccumulator(columns: columns)
    waiting = .allocate(capacity: moments.blockRows * columns)
  }

  deinit { waiting.deallocate() }

  /// Whole panels are multiplied where they wait: the accumulator's own stay empty until the last.
  static func bytes(columns: Int) -> Int {
    max(GramAccumulator.bytes(columns: columns), GramAccumulator.blockBytes(columns: columns))
  }

  func add(_ rows: UnsafeBufferPointer<Double>, from first: Int, _ parts: (_ row: Int) -> UInt32) throws {
    for row in 0..<rows.count / columns where parts(first + row) & bit != 0 {
      (waiting.baseAddress! + filled).update(from: rows.baseAddress! + row * columns, count: columns)
      filled += columns
      if filled == waiting.count { try multiply() }
    }
  }

  private func multiply() throws {
    try moments.add(scratch: UnsafeMutableBufferPointer(rebasing: waiting[..<filled]))
    filled = 0
  }

  func finish() throws -> RowMoments {
    try multiply()
    return moments.take()
  }
}
