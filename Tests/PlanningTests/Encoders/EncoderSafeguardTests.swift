import Failures
import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

/// Every safeguard with its text: what is wrong, and what to do.
@Suite struct EncoderSafeguardTests {
  private static let (labels, columns) = (60, 3)

  /// Runs of random embeddings that hold some of the target.
  private static func run(
    _ part: String, rows: Int, seed: Int = 0, labeled: Int = labels, pool: Int? = 1000, poolColumns: Int = columns,
    _ change: (inout Matrix) -> Void = { _ in }
  ) -> EncoderRun {
    var stream = RandomStream(
      seed: UInt64(rows), replicate: UInt64(seed), purpose: UInt32(part.utf8.reduce(0) { $0 &+ Int($1) }))
    var rows_ = stream.normalMatrix(rows: labeled, columns: columns)
    // More rows see the target more clearly.
    let blur = 10 / Double(rows).squareRoot()
    for i in 0..<min(labeled, labels) { rows_[i, 0] = blur * rows_[i, 0] + target[i] }
    change(&rows_)
    return EncoderRun(
      rows: rows, part: part, seed: seed, labeled: rows_,
      pool: pool.map { stream.normalMatrix(rows: $0, columns: poolColumns) })
  }

  private static let target: [Double] = {
    var stream = RandomStream(seed: 51)
    return stream.normals(labels)
  }()

  private static var good: [EncoderRun] {
    [
      run("full", rows: 400), run("half-0", rows: 200), run("half-1", rows: 200), run("quarter-0", rows: 100),
      run("quarter-1", rows: 100),
    ]
  }

  private static func plan(_ runs: [EncoderRun], labels: [Double] = target) throws -> Plan {
    try Planner.plan(
      EncoderPlanTests.request([TrainedEncoder(name: "e", runs: runs)], Matrix(rows: labels.count, columns: 0), labels))
  }

  private static func error(_ runs: [EncoderRun]) -> EncoderError? {
    do {
      _ = try plan(runs)
      return nil
    } catch { return error as? EncoderError }
  }

  @Test func errorsNameRunPlaceAndRemedy() throws {
    let good = Self.good
    #expect(Self.error(good) == nil)
    let cases: [(runs: [EncoderRun], words: [String])] = [
      ([Self.run("full", rows: 400) { $0[2, 1] = .nan }] + good.dropFirst(), ["full", "row 3, column 2 is nan"]),
      (
        [Self.run("full", rows: 400, labeled: 59)] + good.dropFirst(),
        ["59 labeled rows for 60 labels", "give one for each"]
      ),
      (
        [Self.run("full", rows: 400, poolColumns: 2)] + good.dropFirst(),
        ["3 columns and the pool 2", "the same encoder"]
      ),
      ([Self.run("full", rows: 400, pool: 900)] + good.dropFirst(), ["1000", "900", "encode the same rows"]),
      (
        [Self.run("full", rows: 400)],
        ["was trained on 400 rows", "two disjoint halves of these (200 rows each) and four quarters (100 rows each)"]
      ),
      (good + [Self.run("half-1", rows: 200)], ["same part", "give each once"]),
      (good + [Self.run("half-2", rows: 200)], ["half-0, half-1, half-2", "there are 400 in all", "disjoint rows"]),
      (
        Array(good.dropLast()) + [Self.run("quarter-1", rows: 100, seed: 7)],
        ["seed 7", "the full run with 0", "the seed of a full run"]
      ),
      ([Self.run("half-0", rows: 800)] + good, ["full (400 rows", "is called full", "half-0 (800 rows"]),
      ([Self.run("full", rows: 400) { $0 = 0 * $0 }] + good.dropFirst(), ["do not vary", "check that"]),
      ([], ["e: no embeddings"]),
    ]
    for (runs, words) in cases {
      let found = try #require(Self.error(runs), "\(words)")
      for word in words { #expect(found.description.contains(word), "\(found) lacks \(word)") }
      #expect(found.kind == .badInput)
    }
    let far = EncoderError.beyondReach(name: "e", rows: 30_000, all: 400)
    #expect(far.kind == .usage && far.description.contains("64 times the 400"))
  }

  private static func codes(_ runs: [EncoderRun], labels: [Double] = target) throws -> [String] {
    try plan(runs, labels: labels).candidates[0].warnings.map(\.code)
  }

  @Test func warningsAreSaidWhereTheyApply() throws {
    let good = Self.good
    #expect(try Self.codes(good) == [])
    #expect(try Self.codes(Array(good[..<3])) == ["two-sizes", "spread-uncertain"])
    #expect(try Self.codes([good[0], good[1], good[3]]).contains("spread-uncertain"))
    #expect(try Self.codes(good + [Self.run("crumb", rows: 20)]) == ["runs-too-small"])
    let parts = [("full", 400), ("half-0", 200), ("half-1", 200), ("quarter-0", 100), ("quarter-1", 100)]
    #expect(try Self.codes(parts.map { Self.run($0.0, rows: $0.1, pool: nil) }) == ["no-pool"])
    #expect(try Self.codes(parts.map { Self.run($0.0, rows: $0.1, pool: 900) }) == ["small-pool"])
    let shifted = parts.map { part in
      Self.run(part.0, rows: part.1) { $0 = $0 + Matrix(rows: $0.rows, columns: 3, repeating: 1.5) }
    }
    #expect(try Self.codes(shifted) == ["pool-drift"])
    // The more rows, the less of the target is left.
    let lost = parts.map { part in
      Self.run(part.0, rows: part.1) { rows in
        let blur = part.1 == 400 ? 12 : part.1 == 200 ? 2 : 0.3
        for i in 0..<Self.labels { rows[i, 0] = Self.target[i] + blur * (rows[i, 0] - Self.target[i]) }
      }
    }
    let hurt = try Self.codes(lost)
    #expect(hurt.contains("rows-hurt"))
  }

  @Test func fewLabelsForTheHeadAreSaid() throws {
    let runs = Self.good.map { run -> EncoderRun in
      var stream = RandomStream(seed: 52, replicate: UInt64(run.rows))
      // Every column holds a little of the target: a head needs them all.
      var wide = 0.05 * stream.normalMatrix(rows: Self.labels, columns: 40)
      let hidden = stream.normalMatrix(rows: 40, columns: 1)
      for i in 0..<Self.labels {
        for j in 0..<40 { wide[i, j] += 0.3 * Self.target[i] * hidden[j, 0] * (j % 2 == 0 ? 1 : 0.01) }
      }
      wide = wide + stream.normalMatrix(rows: Self.labels, columns: 40)
      return EncoderRun(rows: run.rows, part: run.part, labeled: wide)
    }
    let codes = try Self.codes(runs)
    #expect(codes.contains("no-pool"))
    let parameters = try RidgeHead(RidgeRows(runs[0].labeled), labels: Self.target).parameterCount
    #expect(codes.contains("few-labels-per-parameter") == (3 * parameters > Double(Self.labels)))
  }

  /// Runs whose labeled rows are fewer than a plan's repeated rows would keep are refused, not read beyond their end.
  @Test func labelsOfOneValueAreRefused() {
    #expect(throws: PlanError.constantTarget(value: 1)) {
      try Self.plan(Self.good, labels: [Double](repeating: 1, count: Self.labels))
    }
  }
}
