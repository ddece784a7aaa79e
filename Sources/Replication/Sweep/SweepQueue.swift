import Foundation
import Synchronization

/// Where a worker gets its next task and leaves what became of the last one.
protocol TaskSource: Sendable {
  /// nil when there is nothing more to do for this worker.
  func next(after result: SweepResult?) throws -> SweepTask?
}

/// The tasks that a store still lacks, handed out as workers come free; every result is kept before the next task goes out.
final class SweepQueue: TaskSource {
  private struct State {
    /// Laws first, then replicates, cell by cell; taken from the end.
    var waiting: [SweepTask] = []
    /// Replicates in `waiting`.
    var replicatesLeft = 0
    var inWork = 0
    var done = 0
    var isStopped = false
    /// Of the latest chunk.
    var secondsPerReplicate: Double?
  }

  /// A chunk should take this long: much longer than a transaction, short enough to lose; longer when there are so many workers
  /// that the queue would have no peace.
  private static func chunkSeconds(workers: Int) -> Double { max(0.25, 1e-3 * Double(workers)) }
  private static let largestChunk = 4096

  private let design: SweepDesign
  private let store: SweepStore
  private let workers: Int
  private let progress: @Sendable (_ done: Int, _ total: Int) -> Bool
  private let state: Mutex<State>
  /// Laws and replicates that were missing at the start.
  let total: Int

  init(
    _ design: SweepDesign, store: SweepStore, workers: Int, progress: @escaping @Sendable (Int, Int) -> Bool
  ) throws {
    self.design = design
    self.store = store
    self.workers = workers
    self.progress = progress
    let tasks = try Self.missing(design, store)
    let replicates = tasks.reduce(0) { $0 + ($1.replicates?.count ?? 0) }
    total = replicates + tasks.count { $0.replicates == nil }
    state = Mutex(State(waiting: tasks.reversed(), replicatesLeft: replicates))
  }

  /// What a complete store would have and this one has not.
  private static func missing(_ design: SweepDesign, _ store: SweepStore) throws -> [SweepTask] {
    let known = Set(try store.cells().map(\.stream))
    var tasks: [SweepTask] = []
    for (index, cell) in design.cells.enumerated() {
      if !known.contains(cell.stream) { tasks.append(SweepTask(cell: index, replicates: nil)) }
      if design.replicates == 0 { continue }
      tasks += try store.missing(of: cell, below: design.replicates).map { SweepTask(cell: index, replicates: $0) }
    }
    return tasks
  }

  /// Whether everything is in the store.
  var isComplete: Bool { state.withLock { $0.waiting.isEmpty && $0.inWork == 0 } }
  var isStopped: Bool { state.withLock { $0.isStopped } }
  var done: Int { state.withLock { $0.done } }

  /// No further tasks go out.
  func stop() { state.withLock { $0.isStopped = true } }

  func next(after result: SweepResult?) throws -> SweepTask? {
    try state.withLock { state in
      if let result { try finish(result, &state) }
      return state.isStopped ? nil : Self.take(&state, workers: workers)
    }
  }

  private func finish(_ result: SweepResult, _ state: inout State) throws {
    try store.keep(result, of: design.cells[result.task.cell])
    state.inWork -= 1
    switch result.outcome {
    case .law: state.done += 1
    case .replicates(let risks):
      state.done += risks.count
      state.secondsPerReplicate = result.seconds / Double(max(risks.count, 1))
      if let asked = result.task.replicates, risks.count < asked.count {
        let rest = asked.lowerBound + risks.count..<asked.upperBound
        Self.wait(SweepTask(cell: result.task.cell, replicates: rest), &state)
      }
    }
    if !progress(state.done, total) { state.isStopped = true }
  }

  private static func wait(_ task: SweepTask, _ state: inout State) {
    state.waiting.append(task)
    state.replicatesLeft += task.replicates?.count ?? 0
  }

  private static func take(_ state: inout State, workers: Int) -> SweepTask? {
    guard let task = state.waiting.popLast() else { return nil }
    state.inWork += 1
    guard let replicates = task.replicates else { return task }
    let size = min(chunkSize(state, workers: workers), replicates.count)
    state.replicatesLeft -= size
    let cut = replicates.lowerBound + size
    if cut < replicates.upperBound {
      state.waiting.append(SweepTask(cell: task.cell, replicates: cut..<replicates.upperBound))
    }
    return SweepTask(cell: task.cell, replicates: replicates.lowerBound..<cut)
  }

  /// As many as fit `chunkSeconds`, fewer towards the end so that all workers finish together.
  private static func chunkSize(_ state: State, workers: Int) -> Int {
    let wanted = state.secondsPerReplicate.map { chunkSeconds(workers: workers) / max($0, 1e-9) } ?? 4
    let share = (state.replicatesLeft + 2 * workers - 1) / (2 * workers)
    return max(1, min(Int(min(wanted, Double(largestChunk))), share))
  }
}
