import LinearAlgebra
import MaskedRegression

/// Rows in the caller's memory, read in blocks and never copied as a whole. Valid for the length of one call.
struct BorrowedRows<Scalar: BinaryFloatingPoint>: RowSource, @unchecked Sendable {
  let start: UnsafePointer<Scalar>
  let rows: Int
  let columns: Int

  func countRows() -> Int { rows }

  func forEachBlock(ofRows size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void) throws {
    for first in stride(from: 0, to: rows, by: size) {
      let count = min(size, rows - first)
      let entries = [Double](unsafeUninitializedCapacity: count * columns) { target, filled in
        copy(first, count, to: target.baseAddress!)
        filled = count * columns
      }
      try body(first, Matrix(rows: count, columns: columns, storage: entries))
    }
  }

  func forEachScratchBlock(
    ofRows size: Int, _ body: (_ first: Int, _ rows: UnsafeMutableBufferPointer<Double>) throws -> Void
  ) throws {
    let scratch = UnsafeMutableBufferPointer<Double>.allocate(capacity: min(size, rows) * columns)
    defer { scratch.deallocate() }
    for first in stride(from: 0, to: rows, by: size) {
      let count = min(size, rows - first)
      copy(first, count, to: scratch.baseAddress!)
      do {
        try body(first, UnsafeMutableBufferPointer(rebasing: scratch[..<(count * columns)]))
      } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
        throw MaskedRegressionError.nonFinite(row: first + row, column: column, value: value)
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
