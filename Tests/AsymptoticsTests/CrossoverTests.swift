import Asymptotics
import Distributions
import TestSupport
import Testing

/// σ² = 2, 3 of 8 directions kept: fewer coefficients save 10.
private func law(penalty: Double = 0, base: Double? = nil) throws -> LimitLaw {
  LimitLaw(
    noiseVariance: 2, effectiveDimension: 3, baseDimension: 8,
    interaction: try GeneralizedChiSquare(weights: [4, 1.5])
  ).penalized(scale: 1, headEnergy: penalty, baseHeadEnergy: base)
}

/// Stored properties by name, as text.
private func fields(_ law: LimitLaw) -> [String: String] {
  Dictionary(
    Mirror(reflecting: law).children.map { ($0.label ?? "", "\($0.value)") }, uniquingKeysWith: { first, _ in first })
}

@Suite struct CrossoverTests {
  /// By hand: 5.5 / (10 + rival's penalty - own penalty).
  @Test func penaltiesBelongIntoTheCrossover() throws {
    #expect(try relativeDifference(law().crossoverRatio!, 0.55) < 1e-15)
    let penalized = try law(penalty: 4, base: 1.5)
    #expect(relativeDifference(penalized.crossoverRatio!, 5.5 / 6) < 1e-15)
    #expect(relativeDifference(penalized.crossoverRatio(against: .samePenalty)!, 5.5 / 7.5) < 1e-15)
  }

  @Test func neverIsInfinite() throws {
    #expect(try law(penalty: 10).crossoverRatio == .infinity)
    let dear = try law(penalty: 12, base: 3)
    #expect(dear.crossoverRatio == .infinity)
    #expect(relativeDifference(dear.crossoverRatio(against: .samePenalty)!, 5.5) < 1e-15)
    // A rival whose price is not known is not answered for.
    #expect(try law(penalty: 4).crossoverRatio(against: .samePenalty) == nil)
    #expect(try law().crossoverRatio(against: .samePenalty) == law().crossoverRatio)
  }

  /// Labels without noise: only penalties can make fewer coefficients cheaper.
  @Test func noNoise() throws {
    let free = LimitLaw(
      noiseVariance: 0, effectiveDimension: 3, baseDimension: 8, interaction: try GeneralizedChiSquare(weights: [6]))
    #expect(free.crossoverRatio == nil)
    let penalized = free.penalized(scale: 2, headEnergy: 1, baseHeadEnergy: 2.5)
    #expect(penalized.crossoverRatio == .infinity)
    #expect(penalized.crossoverRatio(against: .samePenalty) == 1)
  }

  @Test func aTargetOfZeroSavesNothing() throws {
    let zero = LimitLaw(
      noiseVariance: 2, effectiveDimension: 3, baseDimension: 8, interaction: try GeneralizedChiSquare(weights: []),
      isTargetZero: true)
    #expect(zero.crossoverRatio == nil && zero.warnings.map(\.code) == ["nothing-to-save"])
    #expect(zero.warnings[0].message.contains("target is 0"))
    let logistic = zero.withHead(try GaussianHead(.logistic, signalVariance: 0, intercept: nil))
    #expect(logistic.crossoverRatio == nil && logistic.warnings.map(\.code) == ["nothing-to-save"])
  }

  /// A variation changes what it says it changes, and nothing else.
  @Test func copiesForgetNothing() throws {
    let full = LimitLaw(
      irreducibleRisk: 2, effectiveDimension: 3, activeDimension: 4, baseDimension: 8, labelTerm: 8, baseLabelTerm: 16,
      interaction: try GeneralizedChiSquare(weights: [4, 1.5]), rankGap: 1e6, relativeError: 1e-4,
      warnings: [Warning(code: "some-code", message: "Something.", remedy: "Nothing.")])
    func changed(_ other: LimitLaw) -> Set<String> {
      let (before, after) = (fields(full), fields(other))
      return Set(before.keys.filter { before[$0] != after[$0] })
    }
    #expect(fields(full).count >= 13)
    #expect(changed(full.penalized(scale: 2, headEnergy: 3, baseHeadEnergy: 1)) == ["penaltyTerm", "basePenaltyTerm"])
    let logistic = full.withHead(try GaussianHead(.logistic, signalVariance: 1, intercept: 0.5))
    #expect(
      changed(logistic) == [
        "irreducibleRisk", "effectiveDimension", "activeDimension", "baseDimension", "labelTerm", "baseLabelTerm",
        "interaction",
      ])
    #expect(logistic.labelTerm == 2.5 && logistic.baseLabelTerm == 4.5)
  }

  @Test func outOfRangeIsRefused() throws {
    try law(penalty: 4, base: 1).checkRange()
    let huge = LimitLaw(
      noiseVariance: 1, effectiveDimension: 1, baseDimension: 2,
      interaction: try GeneralizedChiSquare(weights: [1e140]))
    #expect(throws: LimitLawError.self) { try huge.checkRange() }
    #expect(throws: LimitLawError.self) { try law(penalty: .infinity).checkRange() }
  }
}
