import Distributions
import Foundation
import SpecialFunctions
import TestSupport
import Testing

@Suite struct ClosedFormTests {
  /// χ²_h against Boost's incomplete gamma, from 1e-290 to 0.999 in both tails. The tolerance is the conditioning of x: a last
  /// place of x moves log p by x · density / p · 1e-16, and both sides round x several times.
  @Test(arguments: [0.5, 1, 2, 3.7, 10, 100, 1e4])
  func chiSquare(degrees: Double) throws {
    let law = try GeneralizedChiSquare(terms: [.init(weight: 1, degreesOfFreedom: degrees)])
    for p in [1e-290, 1e-100, 1e-20, 1e-5, 0.01, 0.3, 0.7, 0.999] {
      let left = chiSquareQuantile(p, degreesOfFreedom: degrees)
      let right = chiSquareUpperQuantile(p, degreesOfFreedom: degrees)
      for (x, computed, expected) in [
        (left, law.cdf(left), chiSquareCDF(left, degreesOfFreedom: degrees)),
        (right, law.survival(right), chiSquareSurvival(right, degreesOfFreedom: degrees)),
      ] where x > 1e-280 {
        let conditioning = x * chiSquareDensity(x, degreesOfFreedom: degrees) / expected
        #expect(
          relativeDifference(computed, expected) <= 2e-14 + 1e-15 * (conditioning - log(expected)),
          "h = \(degrees), x = \(x), p = \(p)")
      }
      #expect(
        relativeDifference(law.density(left), chiSquareDensity(left, degreesOfFreedom: degrees)) <= 1e-12 + 1e-15
          * degrees
          || left <= 1e-280, "h = \(degrees), x = \(left)")
    }
  }

  /// A million degrees of freedom, where Boost's own error is 4e-11: mpmath's incomplete gamma function, 40 digits.
  @Test func millionDegrees() throws {
    let law = try GeneralizedChiSquare(terms: [.init(weight: 1, degreesOfFreedom: 1e6)])
    #expect(relativeDifference(law.cdf(949373.1519425602), 9.9999999994049622732e-291) <= 2e-13)
    #expect(relativeDifference(law.survival(1030386.9880938708), 1.000000000009547232820e-100) <= 2e-13)
  }

  /// Boost's noncentral series carries about 1e-13.
  @Test(arguments: [(1.0, 0.3), (3, 4), (2, 60), (20, 5), (100, 200)])
  func noncentralChiSquare(degrees: Double, noncentrality: Double) throws {
    let law = try GeneralizedChiSquare(terms: [
      .init(weight: 1, degreesOfFreedom: degrees, noncentrality: noncentrality)
    ])
    for z in [-1.2, -0.5, 0, 1, 3, 6, 9] {
      let x = law.mean + z * law.standardDeviation
      if x <= 0 { continue }
      let (cdf, survival) = (
        noncentralChiSquareCDF(x, degreesOfFreedom: degrees, noncentrality: noncentrality),
        noncentralChiSquareSurvival(x, degreesOfFreedom: degrees, noncentrality: noncentrality)
      )
      #expect(relativeDifference(law.cdf(x), cdf) <= 2e-12, "\(degrees), \(noncentrality), \(x)")
      #expect(relativeDifference(law.survival(x), survival) <= 2e-12, "\(degrees), \(noncentrality), \(x)")
    }
  }

  /// Two degrees of freedom each: a sum of exponentials, P(T > x) = Σ exp(-x/2wⱼ) Πₖ wⱼ/(wⱼ - wₖ).
  @Test func hypoexponential() throws {
    let weights = [5.0, 2, 1]
    let law = try ReferenceCases.law(weights, [2, 2, 2])
    for x in [20.0, 60, 200, 2000, 6000] {
      let expected = weights.reduce(0) { sum, w in
        sum + exp(-x / (2 * w)) * weights.reduce(1) { $1 == w ? $0 : $0 * w / (w - $1) }
      }
      #expect(relativeDifference(law.survival(x), expected) <= 1e-12, "\(x)")
    }
  }

  /// a χ²₂ - b χ²₂ is an asymmetric Laplace law.
  @Test(arguments: [(2.0, 1.0), (1, 1), (0.001, 30)])
  func laplace(a: Double, b: Double) throws {
    let law = try ReferenceCases.law([a, -b], [2, 2])
    for x in [0, 1e-9, 0.3, 2, 40, 500] {
      #expect(
        abs(law.logSurvival(x * a) - log(a / (a + b)) + x / 2) <= 1e-15 * (10 + 2 * x), "\(a), \(b), \(x)")
      #expect(abs(law.logCDF(-x * b) - log(b / (a + b)) + x / 2) <= 1e-15 * (10 + 2 * x), "\(a), \(b), \(x)")
      #expect(relativeDifference(law.density(x * a), exp(-x / 2) / (2 * (a + b))) <= 1e-12)
    }
    #expect(try ReferenceCases.law([a, -b], [1, 1]).density(0) == .infinity)
  }

  /// Both signs meet at 0 with more than two degrees of freedom: the density of χ²₄ - χ²₄ there is 1/8.
  @Test func densityAtTheMeetingPoint() throws {
    let law = try ReferenceCases.law([1, -1], [4, 4])
    #expect(relativeDifference(law.density(0), 0.125) <= 1e-12)
    #expect(relativeDifference(law.cdf(0), 0.5) <= 1e-13)
  }

  @Test func normalOnly() throws {
    let law = try GeneralizedChiSquare(terms: [], constant: 3, normalScale: 2)
    for z in [-40.0, -5, 0, 1.5, 8] {
      #expect(law.logCDF(3 + 2 * z) == normalLogCDF(z))
      #expect(law.survival(3 + 2 * z) == exp(normalLogSurvival(z)))
    }
    #expect(law.density(3) == normalDensity(0) / 2)
    #expect(relativeDifference(law.quantile(0.975), 3 + 2 * normalQuantile(0.975)) <= 1e-15)
    #expect(relativeDifference(law.upperQuantile(1e-200), 3 - 2 * normalQuantile(1e-200)) <= 1e-15)
    #expect((law.mean, law.variance, law.skewness, law.excessKurtosis) == (3, 4, 0, 0))
  }

  /// A normal part through the contour: a vanishing chi-square beside it changes nothing.
  @Test func normalByContour() throws {
    let law = try GeneralizedChiSquare(terms: [.init(weight: 1e-30)], normalScale: 2)
    for z in [-30.0, -3, 0.1, 1, 7] {
      #expect(relativeDifference(law.logCDF(2 * z), normalLogCDF(z)) <= 1e-13)
      #expect(relativeDifference(law.density(2 * z), normalDensity(z) / 2) <= 1e-12)
    }
  }

  /// κ2 = 2 Σ w² (h + 2λ) + σ², κ3 = 8 Σ w³ (h + 3λ), κ4 = 48 Σ w⁴ (h + 4λ), here 52.49, 464 and 7008; and the two of every
  /// chi-square table, √(8/h) and 12/h.
  @Test func shape() throws {
    let law = try GeneralizedChiSquare(
      terms: [.init(weight: 2, degreesOfFreedom: 3, noncentrality: 1.5), .init(weight: -1, degreesOfFreedom: 2)],
      constant: 5, normalScale: 0.7)
    #expect(relativeDifference(law.variance, 52.49) < 1e-14)
    #expect(relativeDifference(law.skewness, 464 / pow(52.49, 1.5)) < 1e-14)
    #expect(relativeDifference(law.excessKurtosis, 7008 / (52.49 * 52.49)) < 1e-14)
    for degrees in [0.5, 1, 7, 300] {
      let single = try GeneralizedChiSquare(terms: [.init(weight: 3, degreesOfFreedom: degrees)])
      #expect(relativeDifference(single.skewness, (8 / degrees).squareRoot()) < 1e-14)
      #expect(relativeDifference(single.excessKurtosis, 12 / degrees) < 1e-14)
    }
  }

  @Test func pointMass() throws {
    let law = try GeneralizedChiSquare(weights: [0, 0], constant: 7)
    #expect(law.terms.isEmpty)
    #expect((law.cdf(6.999), law.cdf(7), law.survival(7), law.quantile(0.3)) == (0, 1, 0, 7))
    #expect((law.mean, law.variance, law.skewness, law.density(7), law.density(8)) == (7, 0, 0, .infinity, 0))
    #expect(law.evaluate(7).status == .exact)
    #expect(try GeneralizedChiSquare(weights: [2, -1]).scaled(by: 0).mean == 0)
  }

  @Test func edgeOfTheSupport() throws {
    let law = try GeneralizedChiSquare(weights: [2, 1, 0.5], constant: 4)
    #expect((law.cdf(4), law.survival(4), law.logCDF(3), law.density(4)) == (0, 1, -.infinity, 0))
    #expect(law.scaled(by: -1).cdf(-4) == 1)
    #expect(relativeDifference(try ReferenceCases.law([3], [2]).density(0), 1.0 / 6) <= 1e-15)
    #expect(try ReferenceCases.law([3], [1]).density(0) == .infinity)
    let nearEdge = law.evaluate(4 + 1e-12)
    let leading = pow(1e-12, 1.5) / (pow(2, 1.5) * exp(logGamma(2.5)))
    #expect(relativeDifference(nearEdge.cdf, leading) <= 1e-3)  // 4 + 1e-12 is itself rounded
  }
}
