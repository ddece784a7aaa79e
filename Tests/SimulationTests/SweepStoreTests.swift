import Foundation
import Pretraining
import Replication
import TestSupport
import Testing

@Suite struct SweepStoreTests {
  private static let cells = SweepCell.grid([("samples.labeled", ["40", "80"])])

  private func identity(seed: UInt64 = 5, dimension: Int = 10) -> SweepIdentity {
    SweepIdentity(
      version: "1", seed: seed, sampler: "gaussian", fixed: ["dimension": "\(dimension)"], varied: ["samples.labeled"])
  }

  private func fill(_ store: SweepStore, _ replicates: Int, cells: [SweepCell] = cells) throws {
    let design = SweepDesign(cells: cells, replicates: replicates, seed: 5) { cell in
      .init(
        try FactorPopulation(dimension: 10, strengths: [4, 0.5], coefficients: [1, 1], labelNoise: 0.5),
        Experiment(unlabeled: 300, labeled: Int(cell.settings[0].value)!))
    }
    #expect(try Sweep.run(design, store: store).isComplete)
  }

  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pretell-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path + "/")
  }

  private func problem(_ body: () throws -> Void) -> StoreError? {
    do {
      try body()
      return nil
    } catch {
      return error as? StoreError
    }
  }

  @Test func filesComeBackAndLeaveNothingBeside() throws {
    try inFolder { folder in
      let path = folder + "s.sqlite"
      do { try fill(.write(path, identity: identity()), 30) }
      let memory = try SweepStore.inMemory(identity())
      try fill(memory, 30)
      do {
        let store = try SweepStore.read(path)
        try store.verify()
        #expect(try store.fingerprint() == memory.fingerprint())
        #expect(try store.cells().map(\.cell.name) == Self.cells.map(\.name))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["s.sqlite"])
      #expect(SweepStore.isStore(path) && !SweepStore.isStore(folder))
    }
  }

  @Test func anotherExperimentIsRefusedWithTheDifference() throws {
    try inFolder { folder in
      let path = folder + "s.sqlite"
      do { try fill(.write(path, identity: identity()), 10) }
      let refusal = problem { _ = try SweepStore.write(path, identity: identity(seed: 6, dimension: 20)) }
      #expect(refusal?.kind == .badInput)
      #expect(refusal?.problem.contains("dimension: 10 in the store, 20 now; seed: 5 in the store, 6 now") == true)
      #expect(problem { try fill(.write(path, identity: identity()), 12) } == nil)
    }
  }

  /// One writer; readers at any time see whole chunks.
  @Test func twoWritersAreRefusedAndReadersAreNot() throws {
    try inFolder { folder in
      let path = folder + "s.sqlite"
      let writer = try SweepStore.write(path, identity: identity())
      let second = problem { _ = try SweepStore.write(path, identity: identity()) }
      #expect(second?.kind == .noAnswer && second?.problem == "another process writes to this store")
      try fill(writer, 10)
      let reader = try SweepStore.read(path)
      #expect(try reader.replicateCount() == 20)
      try fill(writer, 25)
      #expect(try reader.replicateCount() == 50)
      withExtendedLifetime(writer) {}
    }
  }

  /// Every byte of the file matters or is not used: flipped bytes are noticed, or nothing that is read has changed.
  @Test func damageIsNoticed() throws {
    try inFolder { folder in
      let path = folder + "s.sqlite"
      do { try fill(.write(path, identity: identity()), 200) }
      let whole = try Data(contentsOf: URL(filePath: path))
      let fingerprint = try SweepStore.read(path).fingerprint()
      var (noticed, harmless) = (0, 0)
      for step in 0..<300 {
        var bytes = whole
        bytes[(step * 7919) % whole.count] ^= UInt8(1 << (step % 8))
        let damaged = folder + "d.sqlite"
        try bytes.write(to: URL(filePath: damaged))
        let found = problem {
          let store = try SweepStore.read(damaged)
          try store.verify()
          #expect(try store.fingerprint() == fingerprint, "byte \((step * 7919) % whole.count)")
        }
        if found == nil { harmless += 1 } else { noticed += 1 }
      }
      #expect(noticed > 100 && harmless > 0, "\(noticed) noticed, \(harmless) harmless")
      try whole.prefix(whole.count / 2).write(to: URL(filePath: folder + "cut.sqlite"))
      #expect(problem { try SweepStore.read(folder + "cut.sqlite").verify() }?.kind == .badInput)
    }
  }

  @Test func otherFilesAreRefusedAndLeftAlone() throws {
    try inFolder { folder in
      for text in ["hello", String(repeating: "not a database ", count: 400)] {
        let path = folder + "text.sqlite"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(problem { _ = try SweepStore.write(path, identity: identity()) }?.kind == .badInput)
        #expect(problem { _ = try SweepStore.read(path) }?.kind == .badInput)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
      }
      #expect(problem { _ = try SweepStore.read(folder + "nothing.sqlite") }?.kind == .missingInput)
      #expect(
        problem { _ = try SweepStore.write(folder + "no/folder.sqlite", identity: identity()) }?.kind == .unwritable)
    }
  }

  @Test func mergedStoresAreTheStoreOfOneRun() throws {
    try inFolder { folder in
      do {
        try fill(.write(folder + "a", identity: identity()), 30, cells: [Self.cells[0]])
        try fill(.write(folder + "b", identity: identity()), 50)
        try fill(.write(folder + "other", identity: identity(seed: 6)), 5)
      }
      try SweepStore.merge([folder + "a", folder + "b"], to: folder + "ab")
      let memory = try SweepStore.inMemory(identity())
      try fill(memory, 50)
      #expect(try SweepStore.read(folder + "ab").fingerprint() == memory.fingerprint())
      #expect(problem { try SweepStore.merge([folder + "a"], to: folder + "ab") }?.kind == .noAnswer)
      let other = problem { try SweepStore.merge([folder + "a", folder + "other"], to: folder + "x") }
      #expect(other?.problem.contains("seed: 6 in the store, 5 in") == true)
      #expect(!FileManager.default.fileExists(atPath: folder + "x"))
      // A store may also grow from a merged one.
      do { try fill(.write(folder + "ab", identity: identity()), 60) }
      try fill(memory, 60)
      #expect(try SweepStore.read(folder + "ab").fingerprint() == memory.fingerprint())
    }
  }
}
