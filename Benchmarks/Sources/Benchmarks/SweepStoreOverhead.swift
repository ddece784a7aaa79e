import Foundation
import Pretell

/// What keeping replicates of 1 ms in a store costs, one thread: the same work with a store on the disk and without any.
enum SweepStoreOverhead: Benchmark {
  static let name = "sweep-store"
  private static let replicates = 2000

  static func run(data: URL) throws {
    Parallel.threads = 1
    let world = BusyWorld()
    let experiment = Experiment(unlabeled: 100, labeled: 10)
    let (bare, _) = try best(of: 3) {
      try Simulation(world, experiment: experiment, replicates: replicates, seed: 1)
    }
    let path = data.appending(path: "sweep-store.sqlite").path
    let design = SweepDesign(cells: [SweepCell([])], replicates: replicates, seed: 1) { _ in .init(world, experiment) }
    let identity = SweepIdentity(version: "benchmark", seed: 1, sampler: "busy", fixed: [:], varied: [])
    let (kept, _) = try best(of: 3) {
      try? FileManager.default.removeItem(atPath: path)
      return try Sweep.run(design, store: SweepStore.write(path, identity: identity))
    }
    for (contestant, seconds) in [("Pretell", kept), ("Pretell, nothing kept", bare)] {
      try Measurement(
        measure: "replicates of 1 ms kept in SQLite, one thread, per replicate", contestant: contestant,
        seconds: seconds / Double(replicates), amount: 1, unit: "replicates"
      ).print()
    }
  }

  /// Burns one millisecond a replicate.
  private struct BusyWorld: TwoStageWorld {
    func law() throws -> LimitLaw {
      LimitLaw(
        noiseVariance: 1, effectiveDimension: 1, baseDimension: 2,
        interaction: try GeneralizedChiSquare(terms: [.init(weight: 1)]))
    }

    func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
      let end = ContinuousClock.now + .milliseconds(1)
      var drawn = 0.0
      while ContinuousClock.now < end { drawn = stream.uniform() }
      return RiskDecomposition(representation: drawn, leakage: 0, variance: 1)
    }
  }
}
