import Foundation

/// Asks the system to back a large fresh buffer with large pages: first touching 1 GB in pages of 4 KB takes as long as reading it.
func adviseLargePages<T>(_ buffer: UnsafeMutableBufferPointer<T>) {
  #if os(Linux)
    let page = 1 << 21
    guard let base = buffer.baseAddress else { return }
    let start = (UInt(bitPattern: base) + UInt(page) - 1) / UInt(page) * UInt(page)
    let end = UInt(bitPattern: base + buffer.count) / UInt(page) * UInt(page)
    guard end > start, let address = UnsafeMutableRawPointer(bitPattern: start) else { return }
    madvise(address, Int(end - start), 14)  // MADV_HUGEPAGE
  #endif
}
