import Foundation
import LinearAlgebra
import Synchronization

/// Laws and replicates over a grid of worlds, kept in a store as they are finished.
///
/// Work already in the store is not done again; what is added is what an uninterrupted run would have added, to the bit. So an
/// interrupted sweep is continued, and a finished one gets more replicates or more cells, by running it again.
public enum Sweep {
  /// How a run ended.
  public struct Outcome: Sendable {
    /// Nothing is missing any more.
    public let isComplete: Bool
    /// Laws and replicates added.
    public let added: Int
    /// Laws and replicates that were missing.
    public let missing: Int
  }

  /// Adds to `store` what it lacks of `design`, on all threads. `progress` is called with the number of laws and replicates
  /// done and missing at the start; it returns false to stop.
  public static func run(
    _ design: SweepDesign, store: SweepStore, progress: @escaping @Sendable (Int, Int) -> Bool = { _, _ in true }
  ) throws -> Outcome {
    let queue = try SweepQueue(design, store: store, workers: Parallel.threads, progress: progress)
    try SweepWorker(design: design, source: queue).run(threads: Parallel.threads) { queue.isStopped }
    return Outcome(isComplete: queue.isComplete, added: queue.done, missing: queue.total)
  }
}

/// Threads that take tasks until there are none.
struct SweepWorker: Sendable {
  let design: SweepDesign
  let source: any TaskSource

  /// Returns when every thread has been told that there is nothing to do; throws the first error of any.
  func run(threads: Int, isStopped: @escaping @Sendable () -> Bool) throws {
    let failure = Mutex<(any Error)?>(nil)
    let worlds = WorldCache(design, capacity: 2 * threads)
    Parallel.forEach(count: threads) { _ in
      do {
        try work(worlds) { isStopped() || failure.withLock { $0 != nil } }
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private func work(_ worlds: WorldCache, isStopped: () -> Bool) throws {
    var result: SweepResult?
    while let task = try source.next(after: result) {
      result = try task.result(of: design, world: try worlds.world(task.cell), isStopped: isStopped)
      if isStopped() {
        _ = try source.next(after: result)
        return
      }
    }
  }
}

/// Worlds of the cells in work, built once.
final class WorldCache: Sendable {
  private let design: SweepDesign
  private let capacity: Int
  private let worlds = Mutex<[(cell: Int, world: SweepDesign.World)]>([])

  init(_ design: SweepDesign, capacity: Int) {
    self.design = design
    self.capacity = capacity
  }

  func world(_ cell: Int) throws -> SweepDesign.World {
    if let known = worlds.withLock({ $0.first { $0.cell == cell }?.world }) { return known }
    let world = try design.world(design.cells[cell])
    worlds.withLock { worlds in
      if worlds.count >= capacity { worlds.removeFirst() }
      worlds.append((cell, world))
    }
    return world
  }
}
