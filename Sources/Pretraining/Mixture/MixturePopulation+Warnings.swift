import Asymptotics
import LinearAlgebra
import Randomness

extension MixturePopulation {
  /// Singular values below this share of the largest are small beside the others.
  private static let smallShare = 1e-4
  /// E of the squared angle by which a direction is missed, above which a law of small angles does not hold.
  private static let largestTilt = 0.05

  /// What a reader of the law must know, whatever the sizes.
  func warnings(_ found: MixtureQuadrature.Result) -> [Warning] {
    notReached(found.error) + (isDependent ? [dependentCenters] : []) + nearlyDependent
  }

  /// Whether the integrals' relative error is above the tolerance asked for, or that of the default.
  package func notReached(_ error: Double) -> [Warning] {
    let goal = tolerance ?? MixtureQuadrature.defaultTolerance(rank: rank)
    guard error > goal else { return [] }
    return [
      Warning(
        code: "tolerance-not-reached",
        message: "The integrals stopped at a relative error of \(error.inWords(2)), not \(goal.inWords(2)).",
        remedy: "Read fewer digits, or ask for a larger tolerance.")
    ]
  }

  /// K centres in d columns span min(K - 1, d) directions about their mean, unless they depend on each other.
  private var isDependent: Bool { rank < min(components - 1, dimension) }

  private var dependentCenters: Warning {
    let general = min(components - 1, dimension)
    return Warning(
      code: "dependent-centers",
      message:
        "The \(components) centers span a subspace of dimension \(rank) about their mean, not \(general). The law is that of "
        + "features and posteriors of rows projected on \(rank) leading dimensions, this number being known; a fit whose centers "
        + "span \(general) is another one, with posteriors of its own. Nor is the law continuous: moving a center out of the "
        + "span by any amount e adds a part that grows like 1/e^2.",
      remedy: "Read it as a law for a known dimension, or move the centers apart in \(general).")
  }

  private var nearlyDependent: [Warning] {
    let values = subspace.singularValues
    guard values[rank - 1] < Self.smallShare * values[0] else { return [] }
    return [
      Warning(
        code: "near-rank-deficient",
        message: "The centers nearly lie in fewer dimensions: singular values \(values[0].inWords(2)) to "
          + "\(values[rank - 1].inWords(2)). What turning the subspace costs grows like 1/s^2; at s = 0, and below "
          + "\(MixtureSubspace.relativeTolerance) of the largest, the law jumps to that of a known smaller number of directions.",
        remedy: "Check the centers; round the smallest directions to 0 if they are rounding.")
    ]
  }

  /// Whether m rows resolve the directions that the centres span: the direction of the smallest singular value is missed by
  /// (d - r) λ / m in mean square, λ the largest eigenvalue of C⁺ F_out⁻¹ C⁺'.
  ///
  /// Cost: the law's integrals to 5 %.
  public func warnings(unlabeled m: Int) -> [Warning] {
    guard rank <= ScrambledSobol.largestDimension,
      let found = try? MixtureQuadrature(reduced, tolerance: Self.largestTilt).run()
    else { return [] }
    let tilt = Double(dimension - rank) * found.moments.largestTurn
    let size = tilt / Double(m)
    guard size > Self.largestTilt else { return [] }
    let needed = (tilt / Self.largestTilt).rounded(.up)
    return [
      Warning(
        code: "unresolved-centers",
        message:
          "\(m) unlabeled rows in \(dimension) columns find a direction that the centers span "
          + "(smallest singular value \(subspace.singularValues[rank - 1].inWords(2))) only to about "
          + "\((min(size, 1).squareRoot() * 57.29577951308232).inWords(2)) degrees, where a law of small angles does not hold.",
        remedy: "Take \(needed.inWords(2)) unlabeled rows or more, fewer columns, or centers further apart.")
    ]
  }
}
