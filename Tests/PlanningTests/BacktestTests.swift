import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

struct BacktestTests {
  @Test func powerLawRecoversItsOwnCurve() throws {
    let sizes = [20.0, 50, 90, 140, 200]
    let law = try #require(PowerLaw(sizes: sizes, errors: sizes.map { 2 + 30 / $0.squareRoot() }))
    #expect(abs(law.exponent - 0.5) < 1e-12)
    #expect(relativeDifference(law.floor, 2) < 1e-9 && relativeDifference(law.scale, 30) < 1e-9)
    #expect(relativeDifference(law(1000), 2 + 30 / 1000.0.squareRoot()) < 1e-9)
  }

  @Test func powerLawStaysInItsBounds() throws {
    let rising = try #require(PowerLaw(sizes: [10, 20, 40], errors: [1, 2, 3]))
    #expect(rising.scale == 0 && relativeDifference(rising.floor, 2) < 1e-12)
    let steep = try #require(PowerLaw(sizes: [10, 20, 40], errors: [100, 1, 1e-3]))
    #expect(steep.floor >= 0 && steep(1e6) >= 0)
    #expect(PowerLaw(sizes: [10, 20], errors: [2, 1]) == nil)
  }

  @Test func learningCurveNeverTestsOnTrainingRows() {
    let curve = LearningCurve(rows: 53, smallest: 7, seed: 1, replicate: 0) { train, test in
      #expect(Set(train).isDisjoint(with: test) && Set(train).count == train.count)
      return Double(train.count)
    }
    #expect(curve.sizes == [13, 23, 32, 42])
    #expect(curve.errors == curve.sizes)
  }

  /// Forecast 60 labels ahead on data where the theory holds: near the truth, sign right more often than the rival.
  @Test func forecastsComeTrueOnFactorData() throws {
    let world = PlannerTests.request(unlabeled: 0, labeled: 400, sizes: [2, 3])
    let request = try BacktestRequest(
      features: world.features, labels: world.labels, methods: [PrincipalComponents()], sizes: [2, 3], hide: 0.75,
      repeats: 10, seed: 4)
    let result = try Backtester.run(request)
    #expect(result.pilotLabels == 75)
    #expect(result.cells.count == 8)
    #expect(Set(result.cells.map(\.labeled)) == [150, 300])
    #expect(result.cells.allSatisfy { $0.unlabeled + $0.labeled == 300 })
    let scores = result.scores
    #expect(abs(scores.pretell.medianRatio! - 1) < 0.1)
    #expect(scores.pretell.coverage! > 0.85)
    #expect(scores.pretell.answered == 1)
    #expect(scores.powerLaw.coverage == nil)
    #expect(scores.pretell.signRight! > scores.powerLaw.signRight!)
    #expect(result.verdict.contains("Pretell won"))
    #expect(try Backtester.run(request) == result)
  }

  /// Half of the rows come from another world: what is forecast on some does not come true on the others, and the plan says so.
  @Test func planSaysWhenItsIntervalsFail() throws {
    func codes(_ labels: [Double], _ features: Matrix) throws -> (codes: [String], coverage: Double?) {
      let plan = try Planner.plan(
        PlanRequest(
          unlabeled: Matrix(rows: 0, columns: 4), features: features, labels: labels, methods: [PrincipalComponents()],
          sizes: [2], backtestRepeats: 12))
      return (plan.warnings.map(\.code), plan.backtest?.coverage)
    }
    var stream = RandomStream(seed: 44)
    let rows = stream.normalMatrix(rows: 160, columns: 4)
    let noise = stream.normals(160)
    let sound = try codes((0..<160).map { rows[$0, 0] + noise[$0] }, rows)
    #expect(sound.coverage! > 0.8 && !sound.codes.contains("poor-coverage"))
    // One enormous label: half of the repeats plan without it.
    let heavy = try codes((0..<160).map { rows[$0, 0] + ($0 == 7 ? 600 : 1) * noise[$0] }, rows)
    #expect(heavy.coverage! < 0.75 && heavy.codes.contains("poor-coverage"), "\(heavy)")
  }

  /// Five ones among sixty labels: repeats whose pilot has none are drawn again; all labels the same are refused.
  @Test(arguments: 0..<3 as Range<UInt64>) func rareValues(_ seed: UInt64) throws {
    var stream = RandomStream(seed: 45)
    let rows = stream.normalMatrix(rows: 60, columns: 3)
    func run(_ labels: [Double]) throws -> Backtest {
      try Backtester.run(
        BacktestRequest(
          features: rows, labels: labels, methods: [PrincipalComponents()], sizes: [1], repeats: 12, seed: seed))
    }
    #expect(try run((0..<60).map { $0 % 12 == 0 ? 1 : 0 }).repeats == 12)
    #expect(throws: PlanError.self) { try run([Double](repeating: 2, count: 60)) }
  }

  @Test func settingsAreChecked() {
    let x = Matrix(rows: 10, columns: 1)
    let y = [Double](repeating: 0, count: 10)
    #expect(throws: PlanError.invalidBacktest(name: "the hidden share", value: 1, allowed: "between 0 and 1")) {
      try BacktestRequest(features: x, labels: y, methods: [], sizes: [], hide: 1)
    }
    #expect(throws: PlanError.invalidBacktest(name: "the number of repeats", value: 1, allowed: "from 2 to 1000")) {
      try BacktestRequest(features: x, labels: y, methods: [], sizes: [], repeats: 1)
    }
  }
}
