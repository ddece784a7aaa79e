import Asymptotics
import Foundation
import Pretraining

extension SweepStore {
  /// Everything that `sources` hold, in a new store: all must be sound and of one experiment, and agree where they overlap.
  /// Throws `StoreError`. Nothing is left at `path` then. Memory: the replicates of one cell.
  public static func merge(_ sources: [String], to path: String) throws {
    precondition(!sources.isEmpty, "no stores to merge")
    guard !FileManager.default.fileExists(atPath: path) else { throw StoreError.exists(path) }
    let stores = try sources.map { source in
      let store = try read(source)
      try store.verify()
      return store
    }
    let facts = try stores[0].facts()
    for store in stores.dropFirst() {
      let differences = SweepIdentity.differences(stored: try store.facts(), now: facts, place: "in \(stores[0].path)")
      guard differences.isEmpty else { throw StoreError.different(store.path, differences) }
    }
    let temporary = "\(path).\(getpid()).partial"
    defer { for suffix in ["", "-wal", "-shm"] { unlink(temporary + suffix) } }
    try unite(stores, facts: facts, at: temporary)
    guard rename(temporary, path) == 0 else { throw StoreError.cannotWrite(path, String(cString: strerror(errno))) }
  }

  private static func unite(_ stores: [SweepStore], facts: [String: String], at path: String) throws {
    let target = SweepStore(path: path, database: try Database(path, .write), lock: nil)
    try target.useLog()
    try target.create(facts)
    let cells = try stores.map { try $0.cells() }
    var known: [UInt64: StoredCell] = [:]
    for (store, cells) in zip(stores, cells) {
      for cell in cells {
        if let first = known[cell.stream] {
          guard first == cell else { throw StoreError.contradicting(store.path, "laws of the cell \(cell.cell.name)") }
        } else {
          known[cell.stream] = cell
          try target.insert(cell)
        }
      }
    }
    let all = Set(cells.flatMap { $0 }.map(\.cell)).sorted()
    for cell in all { try target.unite(cell, from: stores) }
  }

  /// Replicates of one cell, in chunks without gaps.
  private func unite(_ cell: SweepCell, from stores: [SweepStore]) throws {
    var risks: [Int: RiskDecomposition?] = [:]
    for store in stores {
      for (replicate, risk) in try store.replicates(of: cell) {
        if let known = risks[replicate], known != risk {
          throw StoreError.contradicting(store.path, "replicate \(replicate) of the cell \(cell.name)")
        }
        risks[replicate] = .some(risk)
      }
    }
    var chunk: [RiskDecomposition?] = []
    for replicate in risks.keys.sorted() {
      chunk.append(risks[replicate]!)
      if risks[replicate + 1] == nil || chunk.count == 4096 {
        try insert(chunk, of: cell.stream, from: replicate - chunk.count + 1)
        chunk = []
      }
    }
  }
}
