import Asymptotics
import Pretraining

extension SweepStore {
  /// All cells, in order of their settings.
  public func cells() throws -> [StoredCell] {
    var cells: [StoredCell] = []
    let query = try database.prepare("SELECT * FROM cells")
    while try query.step() {
      guard let cell = StoredCell(query) else { throw StoreError.damaged(path, "a cell cannot be read") }
      cells.append(cell)
    }
    return cells.sorted { $0.cell < $1.cell }
  }

  /// Number of replicates.
  public func replicateCount() throws -> Int { try database.integer("SELECT coalesce(sum(count), 0) FROM chunks") }

  /// Number of replicates of each cell that has any.
  public func replicateCounts() throws -> [SweepCell: Int] {
    let names = Dictionary(try cells().map { ($0.stream, $0.cell) }, uniquingKeysWith: { first, _ in first })
    var counts: [SweepCell: Int] = [:]
    let query = try database.prepare("SELECT cell, sum(count) FROM chunks GROUP BY cell")
    while try query.step() {
      if let cell = names[UInt64(bitPattern: Int64(query.integer(0)))] { counts[cell] = query.integer(1) }
    }
    return counts
  }

  /// Replicates `range` of a cell that are there, by number; nil where one gave no answer.
  public func replicates(
    of cell: SweepCell, in range: Range<Int> = 0..<Int.max
  ) throws -> [(replicate: Int, risk: RiskDecomposition?)] {
    let query = try database.prepare(
      "SELECT replicate, representation, leakage, variance FROM replicates WHERE cell = ? AND replicate >= ? "
        + "AND replicate < ? ORDER BY replicate")
    query.bind(1, Int(Int64(bitPattern: cell.stream)))
    query.bind(2, range.lowerBound)
    query.bind(3, range.upperBound)
    var found: [(Int, RiskDecomposition?)] = []
    while try query.step() { found.append((query.integer(0), Self.risk(query, from: 1))) }
    return found
  }

  /// Numbers below `count` that a cell still lacks.
  func missing(of cell: SweepCell, below count: Int) throws -> [Range<Int>] {
    let query = try database.prepare("SELECT first, count FROM chunks WHERE cell = ? ORDER BY first")
    query.bind(1, Int(Int64(bitPattern: cell.stream)))
    var (missing, next): ([Range<Int>], Int) = ([], 0)
    while try query.step() {
      let first = query.integer(0)
      if first > next && next < count { missing.append(next..<min(first, count)) }
      next = max(next, first + query.integer(1))
    }
    if next < count { missing.append(next..<count) }
    return missing
  }

  private static func risk(_ row: Statement, from column: Int32) -> RiskDecomposition? {
    guard let representation = row.double(column), let leakage = row.double(column + 1),
      let variance = row.double(column + 2)
    else { return nil }
    return RiskDecomposition(representation: representation, leakage: leakage, variance: variance)
  }

  // MARK: soundness

  /// Throws `StoreError` when the file's structure, or the checksum of any chunk, is wrong. Cost: reads everything.
  public func verify() throws {
    let answer = try database.text("PRAGMA quick_check(1)")
    guard answer == "ok" else { throw StoreError.damaged(path, answer ?? "it does not answer") }
    _ = try cells()
    try database.snapshot { try checkChunks() }
  }

  private func checkChunks() throws {
    let chunks = try database.prepare("SELECT cell, first, count, digest FROM chunks ORDER BY cell, first")
    let rows = try database.prepare(
      "SELECT replicate, representation, leakage, variance FROM replicates WHERE cell = ? AND replicate >= ? "
        + "AND replicate < ? ORDER BY replicate")
    var total = 0
    while try chunks.step() {
      let (cell, first, count) = (chunks.integer(0), chunks.integer(1), chunks.integer(2))
      rows.bind(1, cell)
      rows.bind(2, first)
      rows.bind(3, first &+ count)
      var (digest, found, isInOrder) = (ReplicateDigest(), 0, true)
      digest.add(UInt64(bitPattern: Int64(cell)))
      digest.add(UInt64(bitPattern: Int64(first)))
      while try rows.step() {
        digest.add(Self.risk(rows, from: 1))
        isInOrder = isInOrder && rows.integer(0) == first &+ found
        found += 1
      }
      rows.reset()
      guard isInOrder, found == count, digest.value == UInt64(bitPattern: Int64(chunks.integer(3))) else {
        throw StoreError.damaged(
          path, "\(count) replicates of a cell, from number \(first) on, are not what was written")
      }
      total &+= count
    }
    guard try database.integer("SELECT count(*) FROM replicates") == total else {
      throw StoreError.damaged(path, "there are replicates that no chunk accounts for")
    }
  }

  /// Hash of everything the store says, not of how it came about: equal for equal experiments, however they were interrupted.
  public func fingerprint() throws -> UInt64 {
    var hash = ReplicateDigest()
    for (name, value) in try facts().sorted(by: { $0.key < $1.key }) { hash.add(FNV.hash("\(name)=\(value)".utf8)) }
    for cell in try cells() {
      hash.add(cell.digest)
      for (replicate, risk) in try replicates(of: cell.cell) {
        hash.add(UInt64(bitPattern: Int64(replicate)))
        hash.add(risk)
      }
    }
    return hash.value
  }
}
