import Asymptotics
import Foundation
import LinearAlgebra
import Pretraining
import Randomness
import Replication
import Synchronization
import TestSupport
import Testing

@Suite struct SweepTests {
  private let cells = SweepCell.grid([
    ("samples.unlabeled", ["300", "1000"]), ("samples.labeled", ["40", "80", "120"]),
  ])
  private let identity = SweepIdentity(
    version: "1", seed: 5, sampler: "gaussian", fixed: ["dimension": "10"],
    varied: ["samples.unlabeled", "samples.labeled"])

  private func design(_ replicates: Int, cells: [SweepCell]? = nil) -> SweepDesign {
    SweepDesign(cells: cells ?? self.cells, replicates: replicates, seed: 5) { cell in
      let sizes = Dictionary(cell.settings.map { ($0.key, Int($0.value)!) }, uniquingKeysWith: { $1 })
      let factor = try FactorPopulation(dimension: 10, strengths: [4, 0.5], coefficients: [1, 1], labelNoise: 0.5)
      return .init(
        factor, Experiment(unlabeled: sizes["samples.unlabeled"]!, labeled: sizes["samples.labeled"]!))
    }
  }

  private func fingerprint(_ replicates: Int) throws -> UInt64 {
    let store = try SweepStore.inMemory(identity)
    #expect(try Sweep.run(design(replicates), store: store).isComplete)
    return try store.fingerprint()
  }

  // MARK: grids and names

  @Test func gridHasAllCombinationsLastKeyFastest() {
    #expect(cells.count == 6)
    #expect(cells[1].settings.map(\.value) == ["300", "80"] && cells[3].settings.map(\.value) == ["1000", "40"])
    #expect(SweepCell.grid([]).map(\.name) == [""])
    #expect(cells.shuffled().sorted().map(\.name) == cells.sorted().map(\.name))
    #expect(cells.sorted()[0].settings.map(\.value) == ["300", "40"], "80 comes before 120: numbers by size")
  }

  /// The last is FNV-1a of "=", by Python's integers; the order of the keys does not matter.
  @Test func streamsAreNamedByWhatTheCellIs() {
    let turned = SweepCell(cells[0].settings.reversed())
    #expect(turned.stream == cells[0].stream && turned != cells[0])
    #expect(Set(cells.map(\.stream)).count == 6)
    #expect(SweepCell([]).stream == 0xcbf2_9ce4_8422_2325)
    let letter = SweepCell([.init(key: "", value: "")])
    #expect(letter.stream == UInt64("0xaf63b04c8601a1c8".dropFirst(2), radix: 16))
  }

  // MARK: runs

  /// The sweep's replicates are those of `Simulation` under the cell's stream; the law is the population's.
  @Test func cellsAreSimulationsOfTheirOwn() throws {
    let store = try SweepStore.inMemory(identity)
    _ = try Sweep.run(design(60), store: store)
    let world = try design(0).world(cells[4])
    let alone = try Simulation(
      world.population, experiment: world.experiment, replicates: 60, seed: 5, cell: cells[4].stream)
    #expect(try store.replicates(of: cells[4]).map(\.risk) == alone.risks)
    let summary = try store.summaries(of: [cells[4]])[0]
    #expect(summary.z == alone.z && summary.simulated?.sample.sorted == alone.scaledExcessRisk.sorted)
    #expect(summary.law?.interaction.terms == alone.law.interaction.terms)
    #expect(summary.law?.crossoverRatio == alone.law.crossoverRatio && summary.failed == 0)
    #expect(summary.simulated?.kolmogorovDistance == alone.kolmogorovDistances().total)
    #expect(summary.simulated?.parts == alone.scaledParts)
  }

  /// Cells say what a simulation of their own says; without replicates rows and labels are counted.
  @Test func cellsCarryTheirDistanceFromTheLimit() throws {
    let cells = SweepCell.grid([("samples.unlabeled", ["20000"]), ("samples.labeled", ["12", "30", "400"])])
    func flags(_ replicates: Int) throws -> [Bool] {
      let store = try SweepStore.inMemory(identity)
      _ = try Sweep.run(design(replicates, cells: cells), store: store)
      return try store.summaries(of: cells).map { $0.warnings.map(\.code) == ["far-from-limit"] }
    }
    #expect(try flags(400) == [true, true, false])
    #expect(try flags(0) == [true, true, false])
    for cell in cells {
      let world = try design(0).world(cell)
      let alone = try Simulation(
        world.population, experiment: world.experiment, replicates: 400, seed: 5, cell: cell.stream)
      let store = try SweepStore.inMemory(identity)
      _ = try Sweep.run(design(400, cells: cells), store: store)
      #expect(try store.summaries(of: [cell])[0].warnings == alone.warnings)
    }
  }

  /// Labels drawn, by the sampler's name or by the head: compared with the law of drawn labels.
  @Test func factsTellWhetherLabelsAreDrawn() throws {
    let cell = SweepCell([.init(key: "downstream.head", value: "\"logistic\"")])
    let stored = StoredCell(cell, experiment: Experiment(unlabeled: 90, labeled: 30), law: nil, problem: nil)
    let plain = StoredCell(cells[0], experiment: Experiment(unlabeled: 90, labeled: 30), law: nil, problem: nil)
    let kind = ReplicateKind(stored, facts: ["sampler": "gaussian"])
    #expect(kind.drawsLabels && !kind.isLeastSquares && kind.isGaussian && kind.ratio == 3)
    #expect(ReplicateKind(plain, facts: ["sampler": "t5, labels drawn"]).drawsLabels)
    #expect(!ReplicateKind(plain, facts: ["sampler": "t5"]).isGaussian)
    let ridge = ReplicateKind(plain, facts: ["sampler": "rows", "instance downstream.head": "ridge"])
    #expect(!ridge.drawsLabels && !ridge.isLeastSquares && ridge.isGaussian)
    #expect(
      ReplicateKind(Experiment(unlabeled: 90, labeled: 30)) == ReplicateKind(plain, facts: ["sampler": "gaussian"]))
  }

  /// Every stored property of a law comes back from a store: one with a penalty, one that was integrated, one of a target of 0.
  @Test func storesKeepWholeLaws() throws {
    let factor = try FactorPopulation(dimension: 10, strengths: [4, 0.5], coefficients: [1, 1], labelNoise: 0.5)
    let mixture = try MixturePopulation(
      centers: 2 * .identity(3), slopes: .constant([1, 0.5, 0.2]), intercepts: [1, 0.5, 0.2], labelNoise: 1)
    let nothing = try FactorPopulation(dimension: 10, strengths: [4], coefficients: [0], labelNoise: 0.5)
    let worlds: [(any TwoStagePopulation, DownstreamHead)] = [
      (factor, .ridge(scale: 0.5)), (mixture, .leastSquares), (nothing, .leastSquares),
    ]
    let store = try SweepStore.inMemory(identity)
    let design = SweepDesign(cells: Array(cells[0..<3]), replicates: 0, seed: 5) { [cells] cell in
      let (world, head) = worlds[cells.firstIndex(of: cell)!]
      return .init(world, Experiment(unlabeled: 300, labeled: 40, head: head))
    }
    _ = try Sweep.run(design, store: store)
    func fields(_ law: LimitLaw) -> [String] {
      Mirror(reflecting: law).children.filter { $0.label != "interaction" }.map { "\($0.label ?? ""): \($0.value)" }
    }
    for (index, (world, head)) in worlds.enumerated() {
      let (kept, law) = (try store.summaries(of: [cells[index]])[0].law, try world.law(head: head))
      #expect(try fields(#require(kept)) == fields(law))
      #expect(kept?.interaction.terms == law.interaction.terms)
    }
    #expect(try mixture.law().relativeError != nil && factor.law(head: .ridge(scale: 0.5)).basePenaltyTerm != nil)
  }

  /// Stopped after every few steps, with changing numbers of threads, then continued: as if nothing had happened.
  @Test func interruptionsLeaveNoTrace() throws {
    let store = try SweepStore.inMemory(identity)
    var runs = 0
    while true {
      runs += 1
      Parallel.threads = 1 + runs % 2
      let steps = Atomic<Int>(0)
      let outcome = try Sweep.run(design(150), store: store) { _, _ in
        steps.wrappingAdd(1, ordering: .relaxed).newValue < 3
      }
      if outcome.isComplete { break }
      #expect(outcome.added < outcome.missing)
    }
    Parallel.threads = 2
    #expect(runs > 3)
    try store.verify()
    #expect(try store.fingerprint() == fingerprint(150))
  }

  @Test func moreReplicatesAndMoreCellsAddToWhatIsThere() throws {
    let store = try SweepStore.inMemory(identity)
    _ = try Sweep.run(design(40, cells: Array(cells[1...2])), store: store)
    #expect(try store.replicateCount() == 80)
    let outcome = try Sweep.run(design(100), store: store)
    #expect(outcome.added == 4 + 600 - 80)
    #expect(try store.fingerprint() == fingerprint(100))
    #expect(try Sweep.run(design(70), store: store).added == 0)
    #expect(try store.summaries(of: cells, replicates: 70)[3].simulated?.sample.count == 70)
  }

  /// Replicates without an answer are kept as such, and laws that do not exist say why.
  @Test func worldsWithoutAnswers() throws {
    let odd = SweepDesign(cells: cells, replicates: 20, seed: 5) { _ in
      .init(OddWorld(), Experiment(unlabeled: 10, labeled: 10))
    }
    let store = try SweepStore.inMemory(identity)
    #expect(try Sweep.run(odd, store: store).isComplete)
    let summary = try store.summaries(of: [cells[0]])[0]
    #expect(summary.law == nil && summary.z == nil && summary.stored.problem?.contains("isolated minimum") == true)
    #expect(summary.failed > 0 && summary.failed + (summary.simulated?.sample.count ?? 0) == 20)
    #expect(summary.simulated?.kolmogorovDistance == nil)
    try store.verify()
  }

  /// Every second replicate fails, every fourth is not a number.
  private struct OddWorld: TwoStageWorld {
    func law() throws -> LimitLaw { throw LimitLawError.notAMinimum(leadingMinor: 2) }
    func replicate(
      _ experiment: Experiment, using stream: inout RandomStream
    ) throws -> RiskDecomposition {
      let word = stream.next() % 4
      if word % 2 == 0 { throw LimitLawError.notAMinimum(leadingMinor: 1) }
      return RiskDecomposition(representation: word == 1 ? .nan : 1, leakage: -0.0, variance: 1)
    }
  }
}
