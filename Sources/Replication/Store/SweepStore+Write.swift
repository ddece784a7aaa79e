import Asymptotics
import Pretraining

extension SweepStore {
  /// Keeps one result: everything of it or nothing.
  func keep(_ result: SweepResult, of cell: SweepCell) throws {
    switch result.outcome {
    case .law(let text, let problem, let experiment):
      try insert(StoredCell(cell, experiment: experiment, law: text, problem: problem))
    case .replicates(let risks):
      guard let first = result.task.replicates?.lowerBound, !risks.isEmpty else { return }
      try insert(risks, of: cell.stream, from: first)
    }
  }

  func insert(_ cell: StoredCell) throws {
    let insert = try database.prepare("INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?, ?)")
    insert.bind(1, Int(Int64(bitPattern: cell.stream)))
    insert.bind(2, cell.settingsText)
    insert.bind(3, cell.unlabeled)
    insert.bind(4, cell.labeled)
    insert.bind(5, cell.lawText)
    insert.bind(6, cell.problem)
    insert.bind(7, Int(Int64(bitPattern: cell.digest)))
    try insert.run()
  }

  /// One transaction: the replicates and their checksum.
  func insert(_ risks: [RiskDecomposition?], of stream: UInt64, from first: Int) throws {
    let cell = Int(Int64(bitPattern: stream))
    try database.transaction {
      let insert = try database.prepare("INSERT INTO replicates VALUES (?, ?, ?, ?, ?)")
      insert.bind(1, cell)
      for (offset, risk) in risks.enumerated() {
        insert.bind(2, first + offset)
        insert.bind(3, risk?.representation)
        insert.bind(4, risk?.leakage)
        insert.bind(5, risk?.variance)
        try insert.run()
      }
      let chunk = try database.prepare("INSERT INTO chunks VALUES (?, ?, ?, ?)")
      chunk.bind(1, cell)
      chunk.bind(2, first)
      chunk.bind(3, risks.count)
      chunk.bind(4, Int(Int64(bitPattern: ReplicateDigest.of(risks, cell: stream, from: first))))
      try chunk.run()
    }
  }
}
