import Foundation
import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

/// D(n) and the labels part against exact values and simulation.
struct LabelsPartTests {
  /// Over 60 pools D(n) agrees with the exact Gaussian value, between and beyond the simulated sizes; 20 % more does not.
  @Test(arguments: [30.0, 45, 150, 700, 5000])
  func designCurveIsExactForGaussianRows(n: Double) throws {
    let p = 9
    let exact = DesignCurve.gaussian(parameters: p, rows: n)
    let values: [Double] = Parallel.map(count: 60) { replicate in
      var stream = RandomStream(seed: 11, cell: UInt64(n), replicate: UInt64(replicate))
      let design = Slow.withIntercept(stream.normalMatrix(rows: 400, columns: p - 1))
      return DesignCurve(design, seed: UInt64(replicate))(n)!
    }
    let mean = SampleMean(values)
    // Beyond three quarters of the pool the value is interpolated towards 1/n: allow 0.2 % for the shape.
    let allowance = n > 300 ? 0.002 * exact : 0
    #expect(abs(mean.mean - exact) < 5 * mean.standardError + allowance, "z = \(mean.z(against: exact))")
    #expect(abs(mean.mean - 1.2 * exact) > 5 * mean.standardError + allowance)
  }

  /// Heavy-tailed rows: unbiased for the law behind the pool, which the Gaussian value is not.
  @Test func designCurveHoldsForHeavyTails() throws {
    let (p, n) = (5, 40)
    @Sendable func rows(_ count: Int, _ stream: inout RandomStream) -> Matrix {
      var result = stream.normalMatrix(rows: count, columns: p - 1)
      let scales = stream.normals(count)
      for i in 0..<count { for j in 0..<p - 1 { result[i, j] *= 0.3 + scales[i] * scales[i] } }
      return result
    }
    // Var of a column: E(0.3 + z²)² = 0.09 + 0.6 + 3.
    let truth: [Double] = Parallel.map(count: 4000) { replicate in
      var stream = RandomStream(seed: 12, replicate: UInt64(replicate))
      let inverse = try! Cholesky(Slow.withIntercept(rows(n, &stream)).gram()).inverse()
      return inverse[0, 0] + (1..<p).reduce(0) { $0 + 3.69 * inverse[$1, $1] }
    }
    let curves: [Double] = Parallel.map(count: 60) { replicate in
      var stream = RandomStream(seed: 13, replicate: UInt64(replicate))
      return DesignCurve(Slow.withIntercept(rows(400, &stream)), seed: UInt64(replicate))(Double(n))!
    }
    expectAgreement(of: SampleMean(curves), with: SampleMean(truth))
    let error = hypot(SampleMean(truth).standardError, SampleMean(curves).standardError)
    #expect(abs(DesignCurve.gaussian(parameters: p, rows: Double(n)) - SampleMean(truth).mean) > 5 * error)
  }

  @Test func labelsPartDoesNotExistBelowTheParameters() throws {
    var stream = RandomStream(seed: 14)
    let curve = DesignCurve(Slow.withIntercept(stream.normalMatrix(rows: 100, columns: 8)), seed: 0)
    #expect(curve(11) == nil)
    #expect(curve(12)! > curve(13)!)
  }

  /// A column that is 1 in 1 row of 40 and 0 otherwise: with 30 labels it is often missing or decided by one row.
  @Test func rareValuesMakeDesignsUnstable() {
    var stream = RandomStream(seed: 18)
    var rows = stream.normalMatrix(rows: 400, columns: 4)
    #expect(!DesignCurve(Slow.withIntercept(rows), seed: 1).isUnstable(at: 30))
    for i in 0..<400 {
      rows[i, 2] = i % 40 == 0 ? 1 : 0
      rows[i, 3] = rows[i, 2] + 0.001 * rows[i, 1] * (i % 25 == 0 ? 30 : 0.01)
    }
    let curve = DesignCurve(Slow.withIntercept(rows), seed: 1)
    #expect(curve.isUnstable(at: 30))
    #expect(curve(30)! < 100)
  }

  /// Noise whose variance grows as 1 + x₁²: the sandwich ratio is E ψ'Σ⁻¹ψ σ²(x) / (p E σ²): for the
  /// features 1, x₁, x₂, x₃ the terms E ψ²(1 + x₁²) are 2, 4, 2, 2, over 4 · 2, hence 1.25.
  @Test func sandwichRatioOfHeteroscedasticNoise() throws {
    let ratios: [Double] = Parallel.map(count: 200) { replicate in
      var stream = RandomStream(seed: 15, replicate: UInt64(replicate))
      let x = stream.normalMatrix(rows: 2000, columns: 3)
      let noise = stream.normals(2000)
      let y = (0..<2000).map { noise[$0] * (1 + x[$0, 0] * x[$0, 0]).squareRoot() }
      let design = Slow.withIntercept(x)
      let head = try! LeastSquaresHead(design, labels: y)
      return LabelsPart(head: head, rows: design, design: DesignCurve(design, seed: 0))!.sandwichRatio
    }
    let mean = SampleMean(ratios)
    #expect(abs(mean.z(against: 1.25)) < 5, "z = \(mean.z(against: 1.25))")
    #expect(abs(mean.z(against: 1.5)) > 5)
  }
}
