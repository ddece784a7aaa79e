import Foundation
import LinearAlgebra
import Ranks
import Synchronization

extension Sweep {
  /// Like `run`, with the work spread over ranks: rank 0 keeps the store, hands out tasks as ranks come free, and works too.
  /// Every rank calls, with the same design; `store` is that of rank 0, nil elsewhere. On other ranks the outcome is nil.
  ///
  /// When a rank dies, `mpirun` ends the others; chunks that were finished are in the store.
  /// Messages: one of 24 bytes a replicate plus 48 from a rank for each chunk, and one of 40 back.
  package static func run(
    _ design: SweepDesign, store: SweepStore?, ranks: RankGroup,
    progress: @escaping @Sendable (Int, Int) -> Bool = { _, _ in true }
  ) throws -> Outcome? {
    guard ranks.isFirst, let store else {
      try work(design, ranks)
      return nil
    }
    if ranks.isAlone { return try run(design, store: store, progress: progress) }
    let queue = try SweepQueue(design, store: store, workers: Parallel.threads * ranks.count, progress: progress)
    try lead(design, queue, ranks)
    return Outcome(isComplete: queue.isComplete, added: queue.done, missing: queue.total)
  }

  /// Microseconds between two looks for messages: longer while none come, so that looking takes nothing from the work beside it.
  private static let (shortestPause, longestPause): (UInt32, UInt32) = (50, 2000)

  /// Rank 0: this thread answers the others while further threads work.
  private static func lead(_ design: SweepDesign, _ queue: SweepQueue, _ ranks: RankGroup) throws {
    let outcome = Mutex<Result<Void, any Error>?>(nil)
    Thread.detachNewThread {
      let result = Result {
        try SweepWorker(design: design, source: queue).run(threads: Parallel.threads) { queue.isStopped }
      }
      if case .failure = result { queue.stop() }
      outcome.withLock { $0 = result }
    }
    var present = ranks.count - 1
    var failure: (any Error)?
    var pause = shortestPause
    while present > 0 || outcome.withLock({ $0 == nil }) {
      guard let (rank, bytes) = try ranks.receive() else {
        usleep(pause)
        pause = min(2 * pause, longestPause)
        continue
      }
      pause = shortestPause
      switch SweepMessage(bytes) {
      case .done(let result):
        var task: SweepTask?
        do { task = try queue.next(after: result) } catch {
          failure = failure ?? error
          queue.stop()
        }
        try ranks.send(SweepMessage.task(task).bytes, to: rank)
      case .leaving(let problem):
        present -= 1
        if let problem {
          failure = failure ?? RankError.rankFailed(rank: rank, problem)
          queue.stop()
        }
      case .task, nil: throw RankError.rankFailed(rank: rank, "it sent what cannot be read")
      }
    }
    if let failure { throw failure }
    try outcome.withLock { $0 }?.get()
  }

  /// Other ranks: tasks come from rank 0.
  private static func work(_ design: SweepDesign, _ ranks: RankGroup) throws {
    let source = RemoteSource(ranks)
    var problem: String?
    do {
      try SweepWorker(design: design, source: source).run(threads: Parallel.threads) { false }
    } catch {
      problem = "\(error)"
    }
    try ranks.send(SweepMessage.leaving(problem: problem).bytes, to: 0)
  }
}

/// Rank 0's queue, seen from another rank; its threads take turns.
final class RemoteSource: TaskSource {
  private let ranks: Mutex<RankGroup>

  init(_ ranks: RankGroup) { self.ranks = Mutex(ranks) }

  func next(after result: SweepResult?) throws -> SweepTask? {
    try ranks.withLock { ranks in
      try ranks.send(SweepMessage.done(result).bytes, to: 0)
      guard case .task(let task) = SweepMessage(try ranks.waitForMessage().bytes) else {
        throw RankError.rankFailed(rank: 0, "it sent what cannot be read")
      }
      return task
    }
  }
}
