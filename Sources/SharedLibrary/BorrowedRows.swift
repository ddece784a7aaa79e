import LinearAlgebra
import MaskedRegression

/// Rows in the caller's memory, read in blocks and never copied as a whole. Valid for the length of one call.
struct BorrowedRows<Scalar: BinaryFloatingPoint>: RowSource, @unchecked Sendable {
  let start: UnsafePointer<Scalar>
  let rows: Int
  let columns: Int

  func countRows() -> Int { rows }

  /// The caller's doubles are read where they lie.
  func pass(ofRows size: Int, _ use: RowBlock.Use, _ body: (RowBlock) throws -> Void) throws {
    let scratch = UnsafeMutableBufferPointer<Double>.allocate(capacity: use == .reading ? 0 : min(size, rows) * columns)
    defer { scratch.deallocate() }
    for first in stride(from: 0, to: rows, by: size) {
      let count = min(size, rows - first)
      if use != .scratch, let own = start as? UnsafePointer<Double> {
        let entries = UnsafeBufferPointer(start: own + first * columns, count: count * columns)
        try body(RowBlock(first: first, columns: columns, entries: UnsafeMutableBufferPointer(mutating: entries)))
      } else if use == .reading {
        let entries = [Double](unsafeUninitializedCapacity: count * columns) { target, filled in
          copy(first, count, to: target.baseAddress!)
          filled = count * columns
        }
        try RowBlock.lending(Matrix(rows: count, columns: columns, storage: entries), first: first, to: body)
      } else {
        copy(first, count, to: scratch.baseAddress!)
        let entries = UnsafeMutableBufferPointer(rebasing: scratch[..<(count * columns)])
        try body(RowBlock(first: first, columns: columns, entries: entries))
      }
    }
  }

  private func copy(_ first: Int, _ count: Int, to target: UnsafeMutablePointer<Double>) {
    let part = UnsafeBufferPointer(start: start + first * columns, count: count * columns)
    if Scalar.self == Double.self {
      UnsafeMutableRawPointer(target).copyMemory(
        from: UnsafeRawPointer(part.baseAddress!), byteCount: part.count * MemoryLayout<Double>.stride)
    } else {
      for index in part.indices { target[index] = Double(part[index]) }
    }
  }
}
