#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Asks the system to back a large fresh buffer with large pages: first touching 1 GB in pages of 4 KB takes as long as reading it.
package func adviseLargePages<T>(_ buffer: UnsafeMutableBufferPointer<T>) {
  #if os(Linux)
    let page = 1 << 21
    guard let base = buffer.baseAddress else { return }
    let start = (UInt(bitPattern: base) + UInt(page) - 1) / UInt(page) * UInt(page)
    let end = UInt(bitPattern: base + buffer.count) / UInt(page) * UInt(page)
    guard end > start, let address = UnsafeMutableRawPointer(bitPattern: start) else { return }
    madvise(address, Int(end - start), 14)  // MADV_HUGEPAGE
  #endif
}

/// Zeros in large pages, first touched by all threads.
package func freshZeros<Scalar: BLASScalar>(count: Int) -> [Scalar] {
  [Scalar](unsafeUninitializedCapacity: count) { buffer, filled in
    adviseLargePages(buffer)
    nonisolated(unsafe) let target = buffer.baseAddress
    let part = 1 << 19
    Parallel.forEach(count: (count + part - 1) / part) { index in
      (target! + index * part).initialize(repeating: 0, count: min(part, count - index * part))
    }
    filled = count
  }
}
