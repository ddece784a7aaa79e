import Asymptotics
import LinearAlgebra

/// What is checked of an encoder's runs before anything is computed from them.
enum EncoderChecks {
  /// A pool of fewer rows than these, or than three for each column, says little.
  static let smallestPool = 1000
  static let poolRowsPerColumn = 3

  /// Throws `EncoderError`.
  /// - Parameter labels: how many.
  static func check(_ encoder: TrainedEncoder, labels: Int) throws {
    guard let first = encoder.runs.first else { throw EncoderError.empty(run: encoder.name) }
    for run in encoder.runs {
      guard run.rows > 0, run.labeled.rows > 0, run.labeled.columns > 0 else { throw EncoderError.empty(run: run.name) }
      guard run.labeled.rows == labels else {
        throw EncoderError.labeledRows(run: run.name, found: run.labeled.rows, expected: labels)
      }
      if let entry = run.labeled.storage.firstIndex(where: { !$0.isFinite }) {
        let (row, column) = (entry / run.labeled.columns, entry % run.labeled.columns)
        throw EncoderError.nonFinite(run: run.name, row: row, column: column, value: run.labeled.storage[entry])
      }
      if let entry = run.labeled.storage.firstIndex(where: { abs($0) > PreparedData.largestMagnitude }) {
        let (row, column) = (entry / run.labeled.columns, entry % run.labeled.columns)
        throw EncoderError.tooLarge(run: run.name, row: row, column: column, value: run.labeled.storage[entry])
      }
      guard run.labeled.columnDeviations().contains(where: { $0 > 0 }) else {
        throw EncoderError.constant(run: run.name)
      }
      try checkPool(run, beside: encoder.runs)
    }
    guard encoder.full.count < encoder.runs.count else {
      throw EncoderError.oneSize(name: encoder.name, rows: first.rows)
    }
    try checkParts(encoder)
  }

  private static func checkPool(_ run: EncoderRun, beside runs: [EncoderRun]) throws {
    guard let pool = run.pool else { return }
    guard pool.columns == run.labeled.columns else {
      throw EncoderError.columns(run: run.name, labeled: run.labeled.columns, pool: pool.columns)
    }
    if let other = runs.first(where: { $0.pool != nil }), other.poolCount != run.poolCount {
      throw EncoderError.poolRows(
        run: run.name, found: run.poolCount, other: other.name, expected: other.poolCount)
    }
    if let matrix = pool.inMemory, let entry = matrix.storage.firstIndex(where: { !$0.isFinite }) {
      throw EncoderError.nonFinite(
        run: run.name + ", pool", row: entry / matrix.columns, column: entry % matrix.columns,
        value: matrix.storage[entry])
    }
  }

  /// Every part once, those of one size and seed disjoint, each beside a full run of its seed.
  private static func checkParts(_ encoder: TrainedEncoder) throws {
    let runs = encoder.runs
    let seeds = Set(encoder.full.map(\.seed))
    if let run = runs.first(where: { $0.part == "full" && !EncoderCurve.isSameSize($0.rows, encoder.rowCount) }) {
      throw EncoderError.notFull(run: run.name, rows: run.rows, other: runs[0].name, most: runs[0].rows)
    }
    for (position, run) in runs.enumerated() {
      if let other = runs[..<position].first(where: {
        $0.part == run.part && $0.seed == run.seed && EncoderCurve.isSameSize($0.rows, run.rows)
      }) {
        throw EncoderError.repeated(run: run.name, other: other.name)
      }
      guard seeds.contains(run.seed) else {
        throw EncoderError.seed(run: run.name, seed: run.seed, full: seeds.sorted())
      }
    }
    for cell in EncoderCurve.cells(runs.map(\.place)) {
      let rows = cell.map { runs[$0].rows }
      // Rounding may give each part of an odd number a row more.
      guard rows.reduce(0, +) <= encoder.rowCount + cell.count else {
        throw EncoderError.overlap(
          name: encoder.name, parts: cell.map { runs[$0].part }, rows: rows.max()!, all: encoder.rowCount)
      }
    }
  }

  /// The runs within reach of the full one, and a warning where some are not.
  static func withinReach(_ encoder: TrainedEncoder) -> (TrainedEncoder, [Warning]) {
    // Sixteenths of rows that 16 does not divide are meant, too.
    let kept = encoder.runs.filter { Double($0.rows + 1) >= EncoderCurve.least * Double(encoder.rowCount) }
    guard kept.count < encoder.runs.count else { return (encoder, []) }
    let left = encoder.runs.count - kept.count
    return (
      TrainedEncoder(name: encoder.name, budget: encoder.budget, runs: kept),
      [.runsTooSmall(left, full: encoder.rowCount)]
    )
  }

  // MARK: warnings

  /// Of the runs themselves: sizes, pool.
  static func warnings(_ encoder: TrainedEncoder, seed: UInt64) throws -> [Warning] {
    var result: [Warning] = []
    if encoder.sizes.count == 2 { result.append(.twoSizes(encoder.rowCount)) }
    guard let run = encoder.full.first, let pool = run.pool else { return result + [.noPool()] }
    let needed = max(smallestPool, poolRowsPerColumn * pool.columns)
    if run.poolCount < needed { result.append(.smallPool(run.poolCount, needed: needed)) }
    if let level = try DataChecks.driftLevel(
      labeled: run.labeled, unlabeled: pool, count: run.poolCount, seed: seed)
    {
      result.append(.poolDrift(level))
    }
    return result
  }

  /// Of what the curve says.
  static func warnings(_ curve: EncoderCurve) -> [Warning] {
    var result: [Warning] = []
    if curve.spreadDegrees < 2 { result.append(.spreadUncertain(curve.spreadDegrees)) }
    let doubling = curve.lastDoubling
    if doubling.quantile(0.95) < 0 { result.append(.rowsHurt(-doubling.mean / curve.risks[0])) }
    return result
  }
}
