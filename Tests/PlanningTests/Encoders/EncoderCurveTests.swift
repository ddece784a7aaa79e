import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

import CMath

@Suite struct EncoderCurveTests {
  /// The posterior of every shape from the normal equations written out, V by inversion.
  @Test func isGeneralizedLeastSquaresOverShapes() throws {
    var stream = RandomStream(seed: 5)
    let places = LossWorld.standard + [EncoderCurve.Place(rows: LossWorld.full, seed: 1)]
    let world = LossWorld(places: places) { 1 + 0.02 * Double(LossWorld.full) / $0 }
    let losses = world.losses(&stream)
    let curve = try EncoderCurve(losses: losses, places: places, widening: 1)
    let count = places.count
    let n = Double(losses.rows)
    let y = losses.columnMeans()
    var v = (1 / (n * (n - 1))) * losses.subtractingFromRows(y).gram()
    for e in 0..<count {
      for f in 0..<count {
        v[e, f] += curve.spread * ((e == f ? 1 : 0) + (places[e].seed == places[f].seed ? 1.5 : 0))
      }
    }
    let inverse = try Cholesky(v).inverse()
    let shapes = CurveShapes()
    let columns = places.map { shapes(log2(Double($0.rows) / Double(LossWorld.full))) }
    let ahead = shapes(2)
    var (weights, gains) = ([Double](), [Double]())
    for k in 0..<shapes.count {
      let x = Matrix(columns.map { [1, $0[k]] })
      let a = multiply(x, inverse * x, transposing: .left)
      let coefficients = try Cholesky(a).solve(x.transposedTimes(inverse * y))
      let residual = zip(y, x * coefficients).map { $0 - $1 }
      weights.append(-dot(residual, inverse * residual) / 2 - log(a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0]) / 2)
      gains.append(-coefficients[1] * ahead[k])
    }
    let top = weights.max()!
    weights = weights.map { exp($0 - top) }
    let mean = dot(weights, gains) / weights.reduce(0, +)
    #expect(relativeDifference(curve.gain(to: 4 * Double(LossWorld.full))!.mean, mean) < 1e-8)
    #expect(y == curve.risks)
  }

  /// With a full run and a half all shapes are as likely: the last doubling is the difference and its error that of V.
  @Test func twoRunsGiveTheirDifference() throws {
    var stream = RandomStream(seed: 6)
    let places = [8000, 4000].map { EncoderCurve.Place(rows: $0, seed: 0) }
    let losses = LossWorld(places: places) { 1 + 100 / $0 }.losses(&stream)
    let curve = try EncoderCurve(losses: losses, places: places, widening: 1)
    let y = losses.columnMeans()
    let differences = (0..<losses.rows).map { losses[$0, 1] - losses[$0, 0] }
    let mean = y[1] - y[0]
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 399 / 400 + 2 * curve.spread
    #expect(relativeDifference(curve.lastDoubling.mean, mean) < 1e-9)
    #expect(relativeDifference(curve.lastDoubling.standardDeviation, variance.squareRoot()) < 1e-9)
    #expect(relativeDifference(curve.spread, 0.007 * 0.007 * y[0] * y[0]) < 1e-12 && curve.spreadDegrees == 0)
  }

  /// Mean square of (D - mean)/sd is 1 where V is known: 20 % of scale more or less are told, |z| <= 5 of 4000 draws.
  @Test func posteriorHasItsScale() throws {
    let places = [8000, 4000].map { EncoderCurve.Place(rows: $0, seed: 0) }
    let world = LossWorld(places: places, own: 0.05) { $0 == 8000 ? 1 : 1.02 }
    let squares = try Parallel.map(count: 4000) { index -> Double in
      var stream = RandomStream(seed: 7, replicate: UInt64(index))
      let curve = try EncoderCurve(losses: world.losses(&stream), places: places, widening: 1)
      let z = (curve.lastDoubling.mean - 0.02) / curve.lastDoubling.standardDeviation
      return z * z
    }
    func z(_ scale: Double) -> Double {
      let scaled = squares.map { $0 / scale / scale }
      let mean = scaled.reduce(0, +) / 4000
      let deviation = (scaled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000).squareRoot()
      return (mean - 1) / (deviation / 4000.0.squareRoot())
    }
    #expect(abs(z(1)) <= 5)
    #expect(abs(z(1.2)) > 5 && abs(z(1 / 1.2)) > 5)
  }

  private enum Law: CaseIterable { case prior, inverse, inverseRoot }

  /// Curves from the prior, from c/m and from c/√m: intervals of 90 % for twice and four times the rows.
  @Test func intervalsCoverCurvesOfEveryKind() throws {
    let full = Double(LossWorld.full)
    let (common, own) = (0.4, 0.5)
    for law in Law.allCases {
      let covered = try Parallel.map(count: 400) { index -> [Bool] in
        var stream = RandomStream(seed: 8, cell: UInt64(Law.allCases.firstIndex(of: law)!), replicate: UInt64(index))
        let normals = stream.normals(5)
        let a = normals.indices.map { ($0 < 2 ? 0.8 : 0.5) + common * normals[4] + own * normals[$0] }
        // Gains of the doublings m/4 -> m/2 -> m -> 2m -> 4m.
        let g = [0.02 * pow(2, a[2]), 0.02, 0.02 * pow(2, -a[0]), 0.02 * pow(2, -a[0] - a[1])]
        @Sendable func risk(_ rows: Double) -> Double {
          switch law {
          case .prior: 1 + g[Int(log2(rows / full).rounded()) + 2..<4].reduce(0, +)
          case .inverse: 1 + 0.02 * full / rows
          case .inverseRoot: 1 + 0.05 * (full / rows).squareRoot()
          }
        }
        let world = LossWorld(risk: risk)
        let curve = try EncoderCurve(losses: world.losses(&stream), places: world.places)
        return [2, 4].map { factor in
          let truth = risk(full) - risk(factor * full)
          let gain = curve.gain(to: factor * full)!
          return gain.quantile(0.05) <= truth && truth <= gain.quantile(0.95)
        }
      }
      for position in 0..<2 {
        let share = Double(covered.count { $0[position] }) / 400
        // Nominal 0.9 widened by 1.25 is 0.96 where V is known; 0.9 less 5 standard errors is 0.825.
        #expect(share >= 0.85, "\(law) at \(2 << position) times: \(share)")
        #expect(share < 1 || law != .prior, "\(law): intervals that always cover say nothing")
      }
    }
  }

  /// Where nothing is to be gained, P(gain > 0) above 95 % in at most 12 % of plans, whatever the seeds' spread.
  @Test func alarmsAreRarelyFalse() throws {
    for spread in [0.002, 0.007, 0.03] {
      let alarms = try Parallel.map(count: 600) { index -> Bool in
        var stream = RandomStream(seed: 9, replicate: UInt64(index))
        let world = LossWorld(spread: spread) { _ in 1 }
        let curve = try EncoderCurve(losses: world.losses(&stream), places: world.places)
        return curve.gain(to: 2 * Double(LossWorld.full))!.probabilityPositive > 0.95
      }
      let share = Double(alarms.count { $0 }) / 600
      #expect(share <= 0.12, "spread \(spread): \(share)")
    }
  }

  /// Twice the units of a loss are twice the units of all that is said of it; rows in another order change nothing.
  @Test func unitsAndOrderDoNotMatter() throws {
    var stream = RandomStream(seed: 10)
    let world = LossWorld { 1 + 150 / $0 }
    let losses = world.losses(&stream)
    let (one, two) = (
      try EncoderCurve(losses: losses, places: world.places), try EncoderCurve(losses: 2 * losses, places: world.places)
    )
    let turned = losses.rows(at: Array((0..<losses.rows).reversed()))
    let three = try EncoderCurve(losses: turned, places: world.places)
    for rows in [4000.0, 16000, 64000] {
      #expect(relativeDifference(two.gain(to: rows)!.mean, 2 * one.gain(to: rows)!.mean) < 1e-9)
      #expect(relativeDifference(two.gain(to: rows)!.quantile(0.05), 2 * one.gain(to: rows)!.quantile(0.05)) < 1e-9)
      #expect(relativeDifference(three.gain(to: rows)!.mean, one.gain(to: rows)!.mean) < 1e-9)
    }
    #expect(one.gain(to: 65 * 8000) == nil && one.gain(to: 499) == nil && one.risk(at: 8000) != nil)
  }

  /// Losses of rows in groups of copies have the errors of the groups.
  @Test func groupsOfCopiesCountOnce() throws {
    var stream = RandomStream(seed: 11)
    let world = LossWorld { 1 + 150 / $0 }
    let losses = world.losses(&stream)
    let copies = Matrix(losses.storage.chunks(of: losses.columns).flatMap { [$0, $0] })
    let groups = Partition((0..<2 * losses.rows).map { $0 / 2 })
    let (single, double) = (
      try EncoderCurve(losses: losses, places: world.places),
      try EncoderCurve(losses: copies, places: world.places, groups: groups)
    )
    #expect(relativeDifference(single.gain(to: 16000)!.mean, double.gain(to: 16000)!.mean) < 1e-9)
    #expect(
      relativeDifference(
        single.gain(to: 16000)!.standardDeviation, double.gain(to: 16000)!.standardDeviation) < 1e-9)
  }

  @Test func mixturesHaveTheirMoments() {
    let mixture = NormalMixture(weights: [1, 3], means: [0, 4], deviations: [1, 2])
    #expect(mixture.mean == 3 && abs(mixture.standardDeviation - 6.25.squareRoot()) < 1e-12)
    #expect(abs(mixture.probability(below: mixture.quantile(0.3)) - 0.3) < 1e-9)
    let wide = mixture.widened(by: 1.25)
    #expect(wide.mean == 3 && abs(wide.standardDeviation - 1.25 * 6.25.squareRoot()) < 1e-12)
    #expect(NormalMixture(exactly: 2).quantile(0.05) == 2 && NormalMixture(exactly: 0).probabilityPositive == 0.5)
    // The standard normal law's 95 % point, 1.6449: Abramowitz and Stegun, table 26.1.
    #expect(abs(NormalMixture(weights: [1], means: [0], deviations: [1]).quantile(0.95) - 1.6448536) < 1e-6)
  }
}

extension Array {
  fileprivate func chunks(of size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<$0 + size]) }
  }
}
