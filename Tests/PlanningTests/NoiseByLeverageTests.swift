import Foundation
import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

/// The line through the squared residuals, and what it does for the labels part.
struct NoiseByLeverageTests {
  /// Against weighted least squares by its normal equations; the share of each square is the derivative.
  @Test func lineIsWeightedLeastSquares() throws {
    var stream = RandomStream(seed: 41)
    let q = (0..<40).map { _ in 0.2 + 2 * stream.uniform() }
    let squares = q.map { 1 + 0.8 * $0 + 0.3 * stream.uniform() }
    let noise = NoiseByLeverage(squares: squares, leverages: q, meanSquare: 3)
    let rows = Matrix(q.map { [1, $0] })
    let weighted = rows.scalingRows(by: q.map { 1 / (1 + $0).squareRoot() })
    let line = try Slow.coefficients(weighted, zip(squares, q).map { $0 / (1 + $1).squareRoot() })
    #expect(abs(noise.mean - (line[0] + 3 * line[1])) < 1e-12 * noise.mean)
    #expect(abs(noise.influence.reduce(0, +)) < 1e-10)
    // Multiplying the squares multiplies everything.
    let double = NoiseByLeverage(squares: squares.map { 2 * $0 }, leverages: q, meanSquare: 3)
    #expect(zip(double.influence, noise.influence).allSatisfy { abs($0 - 2 * $1) < 1e-10 })
  }

  /// A slight fall of the variance is taken for none, a clear one is kept, a line that starts below 0 goes through 0.
  @Test func slopeIsGuarded() {
    let q = (0..<60).map { 0.1 + Double($0) / 30 }
    func mean(_ variance: (Int, Double) -> Double) -> Double {
      NoiseByLeverage(
        squares: q.indices.map { variance($0, q[$0]) }, leverages: q, meanSquare: 2
      ).mean
    }
    let weights = q.map { 1 / (1 + $0) }
    func level(_ squares: [Double]) -> Double { dot(weights, squares) / weights.reduce(0, +) }
    let slight = q.indices.map { ($0 % 2 == 0 ? 3.0 : 0.2) - 0.01 * q[$0] }
    #expect(abs(mean { index, _ in slight[index] } - level(slight)) < 1e-12)
    #expect(abs(mean { 3 - $1 + ($0 % 2 == 0 ? 0.1 : -0.1) } - 1) < 0.1)
    let steep = q.map { $0 * $0 }
    let slope =
      zip(weights, q).reduce(0) { $0 + $1.0 * $1.1 * $1.1 * $1.1 }
      / zip(weights, q).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
    #expect(abs(mean { index, _ in steep[index] } - 2 * slope) < 1e-12)
    #expect(mean { _, _ in 0 } == 0)
  }

  /// Mean 1 over the pool; for Gaussian rows with an intercept E q² = 1 + 2 (1 - 1/p)/p, and not 20 % more.
  @Test func leveragesOfGaussianRows() throws {
    let p = 5
    let squares: [Double] = Parallel.map(count: 50) { replicate in
      var stream = RandomStream(seed: 42, replicate: UInt64(replicate))
      let design = Slow.withIntercept(stream.normalMatrix(rows: 4000, columns: p - 1))
      var leverages = RelativeLeverages(gram: design.gram(), rows: 4000)!
      #expect(abs(leverages.values(design).reduce(0, +) / 4000 - 1) < 1e-10)
      #expect(leverages.meanSquare == nil)
      leverages.add(design)
      return leverages.meanSquare!
    }
    let mean = SampleMean(squares)
    let exact = 1 + 2 * (1 - 1 / Double(p)) / Double(p)
    #expect(abs(mean.z(against: exact)) < 5, "z = \(mean.z(against: exact))")
    #expect(abs(mean.z(against: 1.2 * exact)) > 5)
  }

  /// One row in ten is four times as long as the others; σ² = (1 + q)/2, q the relative leverage in the population.
  private struct HeavyRows {
    /// Lengths 1/2 and 2: second and fourth moment.
    static let (second, fourth) = (0.9 * 0.25 + 0.1 * 4, 0.9 * 0.0625 + 0.1 * 16)

    static func draw(_ count: Int, _ stream: inout RandomStream) -> (design: Matrix, noise: [Double]) {
      let lengths = (0..<count).map { _ in stream.uniform() < 0.1 ? 2.0 : 0.5 }
      let x = stream.normalMatrix(rows: count, columns: 3).scalingRows(by: lengths)
      let normals = stream.normals(count)
      let noise = (0..<count).map { row in
        let q = (1 + dot(x.row(row), x.row(row)) / second) / 4
        return (0.5 + 0.5 * q).squareRoot() * normals[row]
      }
      return (Slow.withIntercept(x), noise)
    }

    /// E σ² q = (1 + E q²)/2, where E |x|² = 3 E s², E |x|⁴ = 15 E s⁴.
    static var noisePerParameter: Double { (1 + (1 + 6 + 15 * fourth / (second * second)) / 16) / 2 }
  }

  /// 300 samples of 4 000 labels: power 1 - 1e-6 against 20 % either way.
  @Test func noisePerParameterOfHeavyRows() throws {
    let values: [Double] = Parallel.map(count: 300) { replicate in
      var stream = RandomStream(seed: 43, replicate: UInt64(replicate))
      let (design, noise) = HeavyRows.draw(4000, &stream)
      let head = try! LeastSquaresHead(design, labels: noise)
      return LabelsPart(head: head, rows: design, design: DesignCurve(design, seed: 0))!.noisePerParameter
    }
    let mean = SampleMean(values)
    let exact = HeavyRows.noisePerParameter
    #expect(abs(mean.z(against: exact)) < 5, "\(mean.mean) against \(exact), z = \(mean.z(against: exact))")
    #expect(abs(mean.z(against: 1.2 * exact)) > 5)
    #expect(abs(mean.z(against: 0.8 * exact)) > 5)
  }

  /// With 60 labels and a pool of 1 000 rows it is nearer to the truth than the sandwich of the labeled rows alone.
  @Test func poolHelpsTheSandwich() throws {
    let gains: [Double] = Parallel.map(count: 300) { replicate in
      var stream = RandomStream(seed: 44, replicate: UInt64(replicate))
      let (pool, noise) = HeavyRows.draw(1000, &stream)
      let rows = pool.rows(0..<60)
      let head = try! LeastSquaresHead(rows, labels: Array(noise[..<60]))
      let part = LabelsPart(head: head, rows: rows, design: DesignCurve(pool, seed: 0))!
      let sandwich = zip(head.residuals, head.leverages).reduce(0) { $0 + $1.0 * $1.0 / (1 - $1.1) * $1.1 } / 4
      func miss(_ value: Double) -> Double { abs(log(value / HeavyRows.noisePerParameter)) }
      return miss(sandwich) - miss(part.noisePerParameter)
    }
    let mean = SampleMean(gains)
    #expect(mean.mean > 5 * mean.standardError, "\(mean.mean) ± \(mean.standardError)")
  }

  /// The stated standard error is the spread over 4 000 samples of the labels, and not 20 % more or less.
  @Test func relativeErrorIsTheSpread() throws {
    var stream = RandomStream(seed: 45)
    let design = Slow.withIntercept(stream.normalMatrix(rows: 1000, columns: 3))
    let curve = DesignCurve(design, seed: 0)
    let parts = Parallel.map(count: 4000) { replicate -> (value: Double, error: Double) in
      var stream = RandomStream(seed: 46, replicate: UInt64(replicate))
      let head = try! LeastSquaresHead(design, labels: stream.normals(1000))
      let part = LabelsPart(head: head, rows: design, design: curve)!
      return (part.noisePerParameter, part.relativeError * part.noisePerParameter)
    }
    let mean = SampleMean(parts.map(\.value)).mean
    let squares = parts.map { ($0.value - mean) * ($0.value - mean) }
    let ratio = SampleMean(zip(squares, parts).map { $0 / ($1.error * $1.error) })
    #expect(abs(ratio.z(against: 1)) < 5, "z = \(ratio.z(against: 1)), \(ratio.mean)")
    #expect(abs(ratio.z(against: 1.44)) > 5 && abs(ratio.z(against: 0.64)) > 5)
  }
}
