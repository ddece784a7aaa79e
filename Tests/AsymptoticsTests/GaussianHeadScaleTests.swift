import Asymptotics
import Distributions
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Means over logits of any size: mpmath 1.3, 30 digits, `quad` with breaks at ±5, 15, 30, 60, 200 around the bend at 0.
private let references: [(intercept: Double, deviation: Double, curvature: Double, loss: Double)] = [
  (0, 1, 0.206620964141907037, 0.599438219205532747), (0.5, 2, 0.148613480061757762, 0.454508551665184112),
  (0, 4000, 0.0000997355598467080748, 0.000328116826642801324),
  (0, 12000, 0.000033245189653687832, 0.000109372289540612062),
  (0, 40000, 9.97355699978216466e-6, 0.0000328116873396952784),
  (0, 1e6, 3.98942280400776444e-7, 1.31246749547384582e-6), (3, 1e9, 3.98942280401432675e-10, 1.3124674954768683e-9),
  (-2000, 4000, 0.0000880163249044635852, 0.000289562093617447428),
  (-30, 1, 1.54281120319059379e-13, 4.62843360957381948e-12), (50, 7, 4.21468547836582728e-12, 3.23612754321389675e-11),
  (0, 1e-6, 0.2499999999999375, 0.693147180559820309), (1.5, 0.01, 0.14914723584361077, 0.475051210936584649),
]

@Suite struct GaussianHeadScaleTests {
  @Test(arguments: references.indices)
  func logisticMeansAtAnyScale(_ index: Int) throws {
    let (intercept, deviation, curvature, loss) = references[index]
    let head = try GaussianHead(.logistic, signalVariance: deviation * deviation, intercept: intercept)
    #expect(relativeDifference(head.meanCurvature, curvature) < 1e-12)
    // R* is what a law with this head reports.
    let law = try LimitLaw(
      noiseVariance: 1, effectiveDimension: 1, baseDimension: 2, interaction: .init(weights: [1])
    ).withHead(head)
    #expect(relativeDifference(law.irreducibleRisk, loss) < 1e-12)
    #expect(relativeDifference(law.interaction.mean, curvature / 2) < 1e-12)
  }

  /// A center beside the bend: as if they were one.
  @Test(arguments: [1e-300, 1e-290, 1e-30, 1e-14]) func breaksThatAreOne(_ center: Double) throws {
    for deviation in [0.3, 2, 4000] {
      for (intercept, beside) in [(0.0, center), (40.0, 40 * (1 + center))] {
        let one = try GaussianHead(.logistic, signalVariance: deviation * deviation, intercept: intercept)
        let two = try GaussianHead(.logistic, signalVariance: deviation * deviation, intercept: beside)
        #expect(abs(one.meanCurvature - two.meanCurvature) <= 1e-12 * one.meanCurvature)
      }
    }
  }

  /// As s grows, E ω falls like φ(0)/s, without a jump.
  @Test func wideLogitsAreSmoothInScale() throws {
    for exponent in stride(from: 3.0, through: 70, by: 1.7) {
      let s = pow(10, exponent)
      let (one, two) = (
        try GaussianHead(.logistic, signalVariance: s * s), try GaussianHead(.logistic, signalVariance: 4 * s * s)
      )
      #expect(relativeDifference(one.meanCurvature, 2 * two.meanCurvature) < 5 / (s * s) + 1e-12)
    }
  }

  /// The excess of a head that is 1 % too long, by Stein's lemma, against its second-order size ½ E ω s² (0.01)².
  @Test func excessOfALongerHead() throws {
    for s in [0.5, 3, 300, 30_000] {
      let head = try GaussianHead(.logistic, signalVariance: s * s)
      let excess = try #require(head.excessRisk(variance: 1.01 * 1.01 * s * s, covariance: 1.01 * s * s))
      // E ω f², not E ω s²: ω sees f near 0 only. For wide logits the excess is below the rounding of E b.
      #expect(excess > -1e-13 * s && excess < 1e-4 * max(s, 1))
      #expect(try abs(#require(head.excessRisk(variance: s * s, covariance: s * s))) < 1e-13 * max(s, 1))
    }
  }

  /// E e^f (1 - f) etc. in closed form, far beyond where the normal density underflows at the peak.
  @Test func poissonInClosedForm() throws {
    let head = try GaussianHead(.poisson, signalVariance: 45 * 45, intercept: -800)
    #expect(relativeDifference(head.meanCurvature, exp(-800 + 45 * 45 / 2.0)) < 1e-15)
    #expect(throws: HeadError.self) { try GaussianHead(.poisson, signalVariance: 1e4) }
  }

  @Test func labelsThatAreAllTheSame() {
    #expect(throws: HeadError.constantLabels(loss: .logistic, intercept: -2000)) {
      try GaussianHead(.logistic, signalVariance: 1, intercept: -2000)
    }
    #expect(throws: HeadError.self) { try GaussianHead(.logistic, signalVariance: .infinity) }
  }

  /// A target of 0: the intercept's law alone.
  @Test func noSignal() throws {
    let head = try GaussianHead(.logistic, signalVariance: 0, intercept: 0.7)
    let p = 1 / (1 + exp(-0.7))
    #expect(relativeDifference(head.meanCurvature, p * (1 - p)) < 1e-15)
  }
}
