import Dispatch
import LinearAlgebra

/// Blocks of an array's rows, the next one on its way while the last one is in use: two buffers and one thread.
///
/// Not to be used by two threads at once.
final class ReadAhead: @unchecked Sendable {
  private let array: StoredArray
  private let range: Range<Int>
  private let size: Int
  private let pages: [UnsafeMutableRawPointer]
  private let scratch: [UnsafeMutableBufferPointer<Double>]
  private let reader = DispatchQueue(label: "read ahead", qos: .userInitiated)
  private let arrival = DispatchSemaphore(value: 0)
  /// Written by the reader before it signals, read after that.
  private var pending: Result<UnsafeMutableBufferPointer<Double>, Error>?
  /// The block on its way.
  private var next: Range<Int>
  private var turn = 0

  /// Starts reading the first `size` rows of `range`.
  init(_ array: StoredArray, _ range: Range<Int>, rows size: Int) {
    precondition(size > 0, "blocks of \(size) rows")
    (self.array, self.range, self.size) = (array, range, size)
    let largest = min(size, range.count)
    let (bytes, converted) = (array.pages(forRows: largest), array.isNative ? 0 : largest * array.columns)
    pages = (0..<2).map { _ in UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 4096), alignment: 4096) }
    scratch = (0..<2).map { _ in .allocate(capacity: converted) }
    for memory in pages {
      adviseLargePages(UnsafeMutableRawBufferPointer(start: memory, count: bytes).bindMemory(to: UInt8.self))
    }
    scratch.forEach(adviseLargePages)
    next = range.lowerBound..<range.lowerBound + largest
    start()
  }

  deinit {
    pages.forEach { $0.deallocate() }
    scratch.forEach { $0.deallocate() }
  }

  /// The next block, to be overwritten if need be, valid until the one after it is asked for; nil at the end.
  func block() throws -> (first: Int, rows: UnsafeMutableBufferPointer<Double>)? {
    if next.isEmpty { return nil }
    arrival.wait()
    let first = next.lowerBound
    let rows = try pending!.get()
    next = next.upperBound..<min(next.upperBound + size, range.upperBound)
    turn = 1 - turn
    if !next.isEmpty { start() }
    return (first, rows)
  }

  private func start() {
    let (rows, pages, scratch) = (next, pages[turn], scratch[turn])
    nonisolated(unsafe) let target = (pages, scratch)
    // The closure holds on to `self`: buffers outlive every read into them.
    reader.async { [self] in
      pending = Result { try array.read(rows, pages: target.0, scratch: target.1) }
      arrival.signal()
    }
  }
}
