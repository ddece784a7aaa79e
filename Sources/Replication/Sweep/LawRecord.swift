import Asymptotics
import Distributions
import Foundation

/// A limiting law as a store keeps it; numbers come back to the bit.
struct LawRecord: Codable {
  private let irreducibleRisk: Double
  private let effectiveDimension: Int
  private let activeDimension: Int
  private let baseDimension: Int
  private let labelTerm: Double
  private let baseLabelTerm: Double
  private let penaltyTerm: Double
  // Stores of earlier versions have none of these four.
  private let basePenaltyTerm: Double?
  private let rankGap: Double?
  private let relativeError: Double?
  private let isTargetZero: Bool?
  /// Weight, degrees of freedom and noncentrality of each term.
  private let terms: [[Double]]
  private let constant: Double
  private let normalScale: Double
  private let warnings: [Warning]

  init(_ law: LimitLaw) {
    irreducibleRisk = law.irreducibleRisk
    effectiveDimension = law.effectiveDimension
    activeDimension = law.activeDimension
    baseDimension = law.baseDimension
    labelTerm = law.labelTerm
    baseLabelTerm = law.baseLabelTerm
    penaltyTerm = law.penaltyTerm
    basePenaltyTerm = law.basePenaltyTerm
    rankGap = law.rankGap
    relativeError = law.relativeError
    isTargetZero = law.isTargetZero
    terms = law.interaction.terms.map { [$0.weight, $0.degreesOfFreedom, $0.noncentrality] }
    constant = law.interaction.constant
    normalScale = law.interaction.normalScale
    warnings = law.warnings
  }

  func law() throws -> LimitLaw {
    LimitLaw(
      irreducibleRisk: irreducibleRisk, effectiveDimension: effectiveDimension, activeDimension: activeDimension,
      baseDimension: baseDimension, labelTerm: labelTerm, baseLabelTerm: baseLabelTerm, penaltyTerm: penaltyTerm,
      basePenaltyTerm: basePenaltyTerm,
      interaction: try GeneralizedChiSquare(
        terms: terms.filter { $0.count == 3 }.map {
          .init(weight: $0[0], degreesOfFreedom: $0[1], noncentrality: $0[2])
        },
        constant: constant, normalScale: normalScale),
      rankGap: rankGap, relativeError: relativeError, isTargetZero: isTargetZero ?? false, warnings: warnings)
  }

  /// JSON with sorted keys: the same law gives the same bytes.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  init(text: String) throws { self = try JSONDecoder().decode(LawRecord.self, from: Data(text.utf8)) }
}
