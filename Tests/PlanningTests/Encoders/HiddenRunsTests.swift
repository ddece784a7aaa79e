import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

import CMath

@Suite struct HiddenRunsTests {
  private static func place(_ rows: Int, seed: Int = 0) -> EncoderCurve.Place {
    EncoderCurve.Place(rows: rows, seed: seed)
  }

  /// Every shape's conditional mean and variance with V written out and inverted.
  @Test func isThePredictionOfGeneralizedLeastSquares() throws {
    var stream = RandomStream(seed: 61)
    let places = LossWorld.standard + [Self.place(LossWorld.full, seed: 1)]
    let losses = LossWorld(places: places) { 1 + 0.02 * Double(LossWorld.full) / $0 }.losses(&stream)
    let (hidden, seen) = ([0, 7], Array(1...6))
    let found = try EncoderCurve.predictions(losses: losses, places: places, hidden: hidden, widening: 1)
    let curve = try EncoderCurve(losses: losses.columns(at: seen), places: seen.map { places[$0] }, widening: 1)
    let n = Double(losses.rows)
    var v = (1 / (n * (n - 1))) * losses.subtractingFromRows(losses.columnMeans()).gram()
    for e in places.indices {
      for f in places.indices {
        v[e, f] += curve.spread * ((e == f ? 1 : 0) + (places[e].seed == places[f].seed ? 1.5 : 0))
      }
    }
    let inverse = try Cholesky(v.rows(at: seen).columns(at: seen)).inverse()
    let (y, shapes) = (curve.risks, CurveShapes())
    let columns = seen.map { shapes(log2(Double(places[$0].rows) / 4000)) }
    for (h, mixture) in zip(hidden, found) {
      let (cross, ahead) = (seen.map { v[$0, h] }, shapes(log2(Double(places[h].rows) / 4000)))
      var (weights, means, squares) = ([Double](), [Double](), [Double]())
      for k in 0..<shapes.count {
        let x = Matrix(columns.map { [1, $0[k]] })
        let a = try Cholesky(multiply(x, inverse * x, transposing: .left)).inverse()
        let b = a * x.transposedTimes(inverse * y)
        let residual = zip(y, x * b).map { $0 - $1 }
        let u = zip([1, ahead[k]], x.transposedTimes(inverse * cross)).map { $0 - $1 }
        let mean = b[0] + b[1] * ahead[k] + dot(cross, inverse * residual)
        let variance = v[h, h] - dot(cross, inverse * cross) + dot(u, a * u)
        weights.append(
          -dot(residual, inverse * residual) / 2 + log(a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0]) / 2)
        means.append(mean)
        squares.append(variance + mean * mean)
      }
      let top = weights.max()!
      weights = weights.map { exp($0 - top) }
      let total = weights.reduce(0, +)
      let mean = dot(weights, means) / total
      #expect(relativeDifference(mixture.mean, mean) < 1e-8)
      let deviation = (dot(weights, squares) / total - mean * mean).squareRoot()
      #expect(relativeDifference(mixture.standardDeviation, deviation) < 1e-5)
    }
  }

  /// Of a run that is hidden its mean is not used.
  @Test func hiddenMeansAreNotUsed() throws {
    var stream = RandomStream(seed: 62)
    var losses = LossWorld { 1 + 150 / $0 }.losses(&stream)
    let one = try EncoderCurve.predictions(losses: losses, places: LossWorld.standard, hidden: [0])[0]
    for row in 0..<losses.rows { losses[row, 0] += 0.5 }
    let two = try EncoderCurve.predictions(losses: losses, places: LossWorld.standard, hidden: [0])[0]
    #expect(relativeDifference(one.mean, two.mean) < 1e-9)
    #expect(relativeDifference(one.standardDeviation, two.standardDeviation) < 1e-9)
  }

  /// Another encoder of the largest size, where V is known: mean square of (y - mean)/sd is 1, 20 % of scale more or less are told,
  /// |z| <= 5 of 4000 draws.
  @Test func predictionHasItsScale() throws {
    let places = [Self.place(8000), Self.place(4000), Self.place(8000)]
    let world = LossWorld(places: places, own: 0.05) { $0 == 8000 ? 1 : 1.02 }
    let squares = try Parallel.map(count: 4000) { index -> Double in
      var stream = RandomStream(seed: 63, replicate: UInt64(index))
      let losses = world.losses(&stream)
      let found = try EncoderCurve.predictions(losses: losses, places: places, hidden: [2], widening: 1)[0]
      let z = (losses.columnMeans()[2] - found.mean) / found.standardDeviation
      return z * z
    }
    func z(_ scale: Double) -> Double {
      let scaled = squares.map { $0 / scale / scale }
      let mean = scaled.reduce(0, +) / 4000
      let deviation = (scaled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000).squareRoot()
      return (mean - 1) / (deviation / 4000.0.squareRoot())
    }
    #expect(abs(z(1)) <= 5, "\(z(1))")
    #expect(abs(z(1.2)) > 5 && abs(z(1 / 1.2)) > 5)
  }

  /// Full runs of curves c/m and c/√m from halves and quarters, 400 each.
  @Test func intervalsHoldWhatHiddenRunsGive() throws {
    let full = Double(LossWorld.full)
    for root in [false, true] {
      let covered = try Parallel.map(count: 400) { index -> Bool in
        var stream = RandomStream(seed: 64, cell: root ? 1 : 0, replicate: UInt64(index))
        let world = LossWorld { root ? 1 + 0.05 * (full / $0).squareRoot() : 1 + 0.02 * full / $0 }
        let losses = world.losses(&stream)
        let found = try EncoderCurve.predictions(losses: losses, places: world.places, hidden: [0])[0]
        let actual = losses.columnMeans()[0]
        return found.quantile(0.05) <= actual && actual <= found.quantile(0.95)
      }
      let share = Double(covered.count { $0 }) / 400
      // Nominal 0.9 widened by 1.25 is 0.96; 0.9 less 5 standard errors is 0.825.
      #expect(share >= 0.85 && share < 1, "\(root): \(share)")
    }
  }

  /// A backtest of principal components, 60 of them: one hidden run, its risk that of the plan; intervals hold it, 0.9 less four standard
  /// errors of 60.
  @Test func backtestsComeTrue() throws {
    let found = try Parallel.map(count: 60) { index -> Backtest in
      var stream = RandomStream(seed: 65, replicate: UInt64(index))
      let given = try ComponentsWorld.hard.encoder(rows: 400, labels: 400, pool: 10, &stream)
      let request = EncoderPlanTests.request([given.encoder], Matrix(rows: 400, columns: 0), given.labels)
      let result = try Backtester.run(encoders: request)
      if index == 0 {
        let plan = try Planner.plan(request).candidates[0]
        #expect(result.cells[0].actual == plan.runs?[0].risk && result.cells.count == 1 && result.repeats == 1)
      }
      return result
    }
    let cells = found.map { $0.cells[0] }
    #expect(cells.allSatisfy { $0.part == "full" && $0.seen == 200 && $0.unlabeled == 400 && $0.powerLaw != nil })
    func covered(_ width: Double) -> Int {
      cells.count {
        $0.predicted! + width * ($0.low! - $0.predicted!) <= $0.actual
          && $0.actual <= $0.predicted! + width * ($0.high! - $0.predicted!)
      }
    }
    #expect(covered(1) >= 45, "\(covered(1)) of 60")
    #expect(covered(0.25) < 45, "intervals a quarter as wide are told: \(covered(0.25))")
    for (cell, score) in zip(cells, found.map(\.scores)) {
      #expect(relativeDifference(score.pretell.meanError!, abs(cell.predicted! / cell.actual - 1)) < 1e-12)
      #expect(relativeDifference(cell.powerLawError!, cell.powerLaw! / cell.actual - 1) < 1e-12)
    }
  }

  /// With eighths the full run is forecast from three sizes, then it and the halves from two; classes have log-loss.
  @Test func moreSizesAreHiddenOneAfterAnother() throws {
    var stream = RandomStream(seed: 66)
    let eighths = (0..<4).map { ("eighth-\($0)", Double($0) / 8..<Double($0 + 1) / 8) }
    let given = try ComponentsWorld.hard.encoder(
      rows: 800, labels: 200, pool: 10, &stream, parts: ComponentsWorld.parts + eighths)
    for head in [PlanHead.linear, .logistic] {
      let labels = head == .linear ? given.labels : given.labels.map { $0 > 0 ? 1 : 0 }
      let result = try Backtester.run(
        encoders: EncoderPlanTests.request([given.encoder], Matrix(rows: 200, columns: 0), labels, head: head))
      #expect(result.cells.map(\.part) == ["full", "full", "half-0", "half-1"] && result.repeats == 2)
      #expect(result.cells.map(\.seen) == [400, 200, 200, 200])
      #expect(result.scores.pretell.answered == 1 && result.scores.pretell.coverage != nil)
      #expect(result.cells.allSatisfy { $0.low! < $0.predicted! && $0.predicted! < $0.high! })
    }
  }

  @Test func twoSizesAreRefusedWithWhatToTrain() throws {
    var stream = RandomStream(seed: 67)
    let given = try ComponentsWorld.hard.encoder(
      rows: 400, labels: 60, pool: 10, &stream, parts: Array(ComponentsWorld.parts.prefix(3)))
    let request = EncoderPlanTests.request([given.encoder], Matrix(rows: 60, columns: 0), given.labels)
    do {
      _ = try Backtester.run(encoders: request)
      Issue.record("two sizes were taken")
    } catch let error as EncoderError {
      #expect(error == .tooFewSizes(name: "components", rows: [400, 200]))
      #expect(error.description.contains("quarters of the rows as well (100 rows each)"))
    }
  }

  /// By hand: with two sizes a line on log axes, with three the law with a floor.
  @Test func thePowerLawIsTheOneDrawnByHand() throws {
    let two = try #require(PowerLaw(throughRuns: [100, 100, 400], errors: [2, 2, 1]))
    #expect(abs(two(1600) - 0.5) < 1e-12 && abs(two(200) - 2.0.squareRoot()) < 1e-12)
    // Errors that rise go on rising.
    let rising = try #require(PowerLaw(throughRuns: [100, 200], errors: [1, 2]))
    #expect(abs(rising(400) - 4) < 1e-12)
    #expect(
      PowerLaw(throughRuns: [1, 2, 4], errors: [3, 2, 1.5]) == PowerLaw(sizes: [1, 2, 4], errors: [3, 2, 1.5]))
    #expect(PowerLaw(throughRuns: [100, 100], errors: [2, 1]) == nil)
    #expect(PowerLaw(throughRuns: [100, 200], errors: [0, 1]) == nil)
  }
}
