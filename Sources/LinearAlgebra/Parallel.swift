import Dispatch
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Synchronization

/// How many threads work at once. Answers never depend on it: work is split the same way whatever its value.
public enum Parallel {
  private static let setting = Atomic<Int>(0)
  /// Asked once: the system looks into files for it each time.
  private static let cores = ProcessInfo.processInfo.activeProcessorCount
  /// More than any machine has: room for products of this number.
  private static let mostThreads = 1 << 16

  /// The processor's cores unless set; at least 1.
  public static var threads: Int {
    get {
      let value = setting.load(ordering: .relaxed)
      return value > 0 ? value : cores
    }
    set { setting.store(min(max(1, newValue), mostThreads), ordering: .relaxed) }
  }

  /// Calls `body(0)`, ..., `body(count - 1)`, items handed to threads as they come free.
  public static func forEach(count: Int, _ body: @Sendable (Int) -> Void) {
    if count == 0 { return }
    BLAS.prepare()
    let workers = min(threads, count)
    if workers == 1 {
      for index in 0..<count { body(index) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= count { return }
        body(index)
      }
    }
  }

  /// `(0..<count).map(body)`, items handed to threads as they come free. The error with the lowest index is thrown, whatever
  /// the number of threads; items after it are skipped when they have not started yet.
  public static func map<T: Sendable>(
    count: Int, _ body: @Sendable (Int) throws -> T
  ) throws -> [T] {
    let firstFailure = Atomic<Int>(.max)
    let results = Mutex([Result<T, Error>?](repeating: nil, count: count))
    forEach(count: count) { index in
      if index > firstFailure.load(ordering: .relaxed) { return }
      let result = Result { try body(index) }
      if case .failure = result { firstFailure.min(index, ordering: .relaxed) }
      results.withLock { $0[index] = result }
    }
    let finished = results.withLock { $0 }
    for case .failure(let error)? in finished { throw error }
    return try finished.map { try $0!.get() }
  }

  /// The same for a body that cannot fail.
  public static func map<T: Sendable>(count: Int, _ body: @Sendable (Int) -> T) -> [T] {
    let results = Mutex([T?](repeating: nil, count: count))
    forEach(count: count) { index in
      let result = body(index)
      results.withLock { $0[index] = result }
    }
    return results.withLock { $0 }.map { $0! }
  }
}
