import Synchronization

/// Counts finished steps.
final class Meter: Sendable {
  private let steps: Int
  private let done = Atomic<Int>(0)
  private let report: Planner.Progress?

  init(steps: Int, report: Planner.Progress?) {
    self.steps = steps
    self.report = report
  }

  func tick() {
    let count = done.wrappingAdd(1, ordering: .relaxed).newValue
    report?(min(Double(count) / Double(steps), 1))
  }
}
