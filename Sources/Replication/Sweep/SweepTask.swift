import Asymptotics
import Foundation
import Pretraining
import Randomness

/// A piece of work: a cell's law, or some of its replicates.
struct SweepTask: Sendable, Equatable {
  /// Position in the design.
  let cell: Int
  /// nil for the law.
  let replicates: Range<Int>?
}

/// What became of a task.
struct SweepResult: Sendable {
  enum Outcome: Sendable {
    /// The law as the store keeps it, or why there is none.
    case law(text: String?, problem: String?, experiment: Experiment)
    /// Replicates from the first of the task on; nil where one gave no answer. Fewer than asked when stopped.
    case replicates([RiskDecomposition?])
  }

  let task: SweepTask
  let outcome: Outcome
  let seconds: Double
}

extension SweepTask {
  /// Longest time between two looks at the queue.
  private static let patience = 2.0

  /// Does the work. `isStopped` is asked between replicates; a slow chunk is given back half done. Throws `InvalidPopulation`
  /// for a question that this kind of world cannot answer.
  func result(of design: SweepDesign, world: SweepDesign.World, isStopped: () -> Bool) throws -> SweepResult {
    let start = ProcessInfo.processInfo.systemUptime
    guard let replicates else {
      return SweepResult(task: self, outcome: try Self.law(of: world), seconds: 0)
    }
    let stream = design.cells[cell].stream
    var done: [RiskDecomposition?] = []
    for replicate in replicates {
      var random = RandomStream(seed: design.seed, cell: stream, replicate: UInt64(replicate))
      done.append(Self.finite(try? world.population.replicate(world.experiment, using: &random)))
      if isStopped() || ProcessInfo.processInfo.systemUptime - start > Self.patience { break }
    }
    return SweepResult(
      task: self, outcome: .replicates(done), seconds: ProcessInfo.processInfo.systemUptime - start)
  }

  private static func law(of world: SweepDesign.World) throws -> SweepResult.Outcome {
    do {
      let text = try LawRecord(world.population.law(head: world.experiment.head)).text()
      return .law(text: text, problem: nil, experiment: world.experiment)
    } catch let invalid as InvalidPopulation {
      throw invalid
    } catch {
      return .law(text: nil, problem: "\(error)", experiment: world.experiment)
    }
  }

  private static func finite(_ risk: RiskDecomposition?) -> RiskDecomposition? {
    risk.flatMap { $0.representation.isFinite && $0.leakage.isFinite && $0.variance.isFinite ? $0 : nil }
  }
}
