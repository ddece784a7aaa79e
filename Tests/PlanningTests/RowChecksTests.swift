import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// Repeated rows, targets that the columns give exactly, numbers far from 0 or too large, halves that fail.
struct RowChecksTests {
  private static func table(_ rows: Int, _ columns: Int = 4, noise level: Double = 1, seed: UInt64 = 91) -> (
    Matrix, [Double]
  ) {
    var stream = RandomStream(seed: seed)
    let x = stream.normalMatrix(rows: rows, columns: columns)
    let noise = stream.normals(rows)
    return (x, (0..<rows).map { x[$0, 0] - x[$0, columns - 1] + level * noise[$0] })
  }

  private static func plan(
    _ x: Matrix, _ y: [Double], unlabeled: Matrix? = nil, methods: [any PretrainingMethod] = [PrincipalComponents()]
  ) throws -> Plan {
    try Planner.plan(
      PlanRequest(
        unlabeled: unlabeled ?? Matrix(rows: 0, columns: x.columns), features: x, labels: y, methods: methods,
        sizes: [1, 2]))
  }

  private func codes(_ plan: Plan) -> Set<String> { Set(plan.warnings.map(\.code)) }

  /// Each row six times: the plan of the different rows, and a warning. With unlabeled rows, too.
  @Test(arguments: [0, 50]) func copiesAreCountedOnce(unlabeled: Int) throws {
    let (x, y) = Self.table(30)
    let pool = Self.table(max(unlabeled, 1), seed: 92).0.rows(0..<unlabeled)
    let once = try Self.plan(x, y, unlabeled: pool)
    let order = (0..<180).map { $0 % 30 }
    let six = try Self.plan(x.rows(at: order), order.map { y[$0] }, unlabeled: pool)
    #expect(six.candidates.map(\.predictedRisk) == once.candidates.map(\.predictedRisk))
    #expect(six.warnings.first { $0.code == "repeated-rows" }!.message.contains("150 of 180"))
    #expect(!codes(once).contains("repeated-rows") && six.rows.labeled == 30)
  }

  /// Rows of two binary columns and classes repeat by chance; draws with replacement from a table repeat unlabeled
  /// ones, too.
  @Test func repeatsByChanceStay() throws {
    var stream = RandomStream(seed: 93)
    let x = Matrix(rows: 120, columns: 2, storage: (0..<240).map { _ in stream.uniform() < 0.5 ? 1 : 0 })
    let y = (0..<120).map { stream.uniform() < 0.3 + 0.3 * x[$0, 0] ? 1.0 : 0 }
    let discrete = try Self.plan(x, y)
    #expect(!codes(discrete).contains("repeated-rows") && discrete.rows.labeled == 120)
    let (population, labels) = Self.table(300)
    let (labeled, unlabeled) = (stream.resample(100, of: 300), stream.resample(400, of: 300))
    let drawn = try Self.plan(
      population.rows(at: labeled), labeled.map { labels[$0] }, unlabeled: population.rows(at: unlabeled))
    #expect(!codes(drawn).contains("repeated-rows") && drawn.rows.labeled == 100)
  }

  /// A target that is a sum of columns: named, and no advice to buy anything.
  @Test func exactCombinationsAreNamed() throws {
    let (x, y) = Self.table(60, noise: 0)
    let plan = try Self.plan(x, y)
    #expect(codes(plan).contains("leaking-combination"))
    #expect(plan.recommendation.next == .neither && plan.recommendation.why.contains("exactly"))
    #expect(plan.candidates.allSatisfy { $0.gainOverRaw == nil } && plan.bestByLabels.isEmpty)
    let (rows, noisy) = Self.table(60, noise: 1e-3)
    #expect(!codes(try Self.plan(rows, noisy)).contains("leaking-combination"))
  }

  /// Columns 4e10 deviations from 0 and 4e12: the risks of the same columns about 0, up to the digits that the entries lack.
  @Test(arguments: [1e11, 1e13]) func meansFarFromZero(_ shift: Double) throws {
    let (x, y) = Self.table(60)
    var near = x
    for i in 0..<60 { for j in 0..<4 { near[i, j] = (2.5 * x[i, j] + shift) - shift } }
    var far = near
    for i in 0..<60 { for j in 0..<4 { far[i, j] += shift } }
    let (a, b) = (try Self.plan(near, y), try Self.plan(far, y))
    for name in ["none", "ridge"] {
      let (one, other) = (a.candidate(name)!.predictedRisk!.estimate, b.candidate(name)!.predictedRisk!.estimate)
      // Means have the spacing of the entries, here against deviations of 2.5.
      #expect(relativeDifference(one, other) < max(1e-4, shift.ulp / 2.5), "\(name): \(other) for \(one)")
    }
  }

  @Test func numbersTooLargeToSquareAreNamed() throws {
    let (x, y) = Self.table(30)
    #expect(throws: PlanError.tooLarge(part: "labels", row: 0, column: 0, value: 1e200 * y[0])) {
      try Self.plan(x, y.map { 1e200 * $0 })
    }
    // Features have units of their own: theirs is the plan of features of a usual size.
    let (large, usual) = (try Self.plan(1e160 * x, y), try Self.plan(x, y))
    #expect(large.candidates.map(\.label) == usual.candidates.map(\.label))
    for (own, other) in zip(large.candidates, usual.candidates) {
      #expect(relativeDifference(own.predictedRisk!.estimate, other.predictedRisk!.estimate) < 1e-9, "\(own.label)")
    }
    #expect(throws: PlanError.self) { try Self.plan(x, y.map { 1e-200 * $0 }) }
    #expect(impossible(try Self.plan(1e40 * x, y.map { 1e45 * $0 })).isEmpty)
  }

  /// Fails where the fifth column does not vary, or for size 2 where it is told to.
  private struct Delicate: PretrainingMethod {
    let name = "delicate"
    var failsAtTwo = false

    struct Failure: Error, CustomStringConvertible { let description: String }

    func largestSize(rows: Int, columns: Int) -> Int { columns }

    func fit(_ source: some RowSource, sizes: [Int]) throws -> [any Representation] {
      let rows = try source.matrix()
      if (0..<rows.rows).allSatisfy({ rows[$0, 4] == rows[0, 4] }) {
        throw Failure(description: "column 5 is constant")
      }
      if failsAtTwo && sizes.contains(2) { throw Failure(description: "2 is too much") }
      return try PrincipalComponents().fit(rows, sizes: sizes)
    }
  }

  /// A column that varies in one row is constant in half of the halves: these are lost, not the method.
  @Test func halvesThatFailCostThemselves() throws {
    var (x, y) = Self.table(80, 5)
    for i in 0..<80 { x[i, 4] = i == 7 ? 1 : 0 }
    let plan = try Self.plan(x, y, methods: [Delicate()])
    let found = try #require(plan.candidate("delicate", size: 1))
    #expect(found.parts != nil && !codes(plan).contains("method-failed"))
    let warning = try #require(found.warnings.first { $0.code == "half-failed" })
    #expect(warning.message.hasPrefix("10 of 20") && warning.message.contains("column 5 is constant"))
  }

  @Test func sizesThatFailCostThemselves() throws {
    let (x, y) = Self.table(80, 5)
    let plan = try Self.plan(x, y, methods: [Delicate(failsAtTwo: true)])
    #expect(plan.candidate("delicate", size: 1) != nil && plan.candidate("delicate", size: 2) == nil)
    #expect(
      plan.warnings.contains { $0.code == "method-failed" && $0.message.hasPrefix("delicate-2 was left out: 2 is too") }
    )
  }

  /// Variance of the rank sum with ties: of all ways to deal eight scores to two groups.
  @Test func tiesInTheRankSum() {
    let scores: [Double] = [1, 2, 2, 2, 3, 3, 4, 5]
    let ranks: [Double] = [1, 3, 3, 3, 5.5, 5.5, 7, 8]
    var sums = [Double]()
    for mask in 0..<256 where mask.nonzeroBitCount == 4 {
      var sum = 0.0
      for bit in 0..<8 where (mask >> bit) & 1 == 1 { sum += ranks[bit] }
      sums.append(sum)
    }
    let count = Double(sums.count)
    let mean: Double = sums.reduce(0, +) / count
    var variance = 0.0
    for sum in sums { variance += (sum - mean) * (sum - mean) / count }
    let level = DataChecks.rankLevel(Array(scores[4...]), Array(scores[..<4]))
    let own: Double = ranks[4...].reduce(0, +)
    let z = (own - mean) / variance.squareRoot()
    #expect(relativeDifference(level, 0.5 * erfc(z / 2.0.squareRoot())) < 1e-12)
  }

  /// One row of ten is four times as large: E s⁴/(E s²)² = 26.5/6.25 times the Gaussian kurtosis.
  @Test func kurtosisOfHeavyRows() throws {
    var stream = RandomStream(seed: 94)
    var rows = stream.normalMatrix(rows: 20_000, columns: 3)
    for i in stride(from: 0, to: 20_000, by: 10) { for j in 0..<3 { rows[i, j] *= 4 } }
    let (x, y) = Self.table(60, 3)
    let message = try #require(
      try Self.plan(x, y, unlabeled: rows, methods: []).warnings.first { $0.code == "heavy-rows" }?.message)
    let value = try #require(Double(message.split(separator: "kurtosis ")[1].prefix { $0.isNumber || $0 == "." }))
    #expect(abs(value / 4.24 - 1) < 0.1)
  }

  @Test func shareWithinAFactor() {
    #expect(Backtest.Score.shareWithin15([0.6, 0.7, 1, 1.45, 1.55]) == 0.6)
    #expect(Backtest.Score.shareWithin15([]) == nil)
  }

  /// Crossover and exchange rate by their definitions, from the parts; the fitted model has the plan's.
  @Test func ratesFromParts() throws {
    let plan = try Planner.plan(
      PlannerTests.request(unlabeled: 60, labeled: 160, columns: 8, sizes: [3], labelNoise: 1, seed: 4))
    let pca = try #require(plan.candidate("pca", size: 3))
    let parts = try #require(pca.parts)
    #expect(plan.fitted?.pretrainingPart == parts.pretraining && plan.fitted?.labelsPart == parts.labels)
    let rate = try #require(pca.rowsPerLabel)
    #expect(relativeDifference(rate, parts.labels / 160 / (parts.pretraining! / 220)) < 1e-12)
    let crossover = try #require(pca.crossoverRatio)
    guard case .linear(_, let noiseVariance) = plan.fitted?.head else { fatalError("\(plan.fitted as Any)") }
    #expect(relativeDifference(crossover, 220 * parts.pretraining! / (noiseVariance * 5)) < 1e-12)
  }
}
