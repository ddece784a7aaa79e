import CMath

/// The law of a quadratic form in normal variables.
///
///     T = constant + Σⱼ wⱼ χ²(hⱼ, λⱼ) + normalScale · N(0, 1),   all independent, wⱼ of either sign
///
/// Z'QZ with Z ~ N(0, V) is the case wⱼ = eigenvalues of V^½ Q V^½, hⱼ = 1, λⱼ = 0.
///
/// Accuracy: both tails to 1e-12 relative or better, in logarithms also where they underflow; `evaluate` returns a bound.
/// Cost: with n distinct weights 60 to 120 times n complex logarithms a point. More than 128 are replaced once by Gauss rules
/// of a few hundred nodes at most.
public struct GeneralizedChiSquare: Sendable {
  /// weight · χ²(degreesOfFreedom, noncentrality).
  public struct Term: Sendable, Equatable {
    public let weight: Double
    /// Positive, not necessarily an integer.
    public let degreesOfFreedom: Double
    /// Sum of the squared means, at least 0.
    public let noncentrality: Double

    public init(weight: Double, degreesOfFreedom: Double = 1, noncentrality: Double = 0) {
      self.weight = weight
      self.degreesOfFreedom = degreesOfFreedom
      self.noncentrality = noncentrality
    }
  }

  /// Distinct nonzero weights, largest first; equal ones are added up.
  public let terms: [Term]
  public let constant: Double
  /// Standard deviation of the normal part.
  public let normalScale: Double
  let cumulant: CumulantGenerator

  /// Throws `DistributionError` for a number that is not finite, degrees of freedom that are not positive, a negative
  /// noncentrality or scale. Terms of weight 0, or with neither degrees of freedom nor noncentrality, are dropped.
  public init(terms: [Term], constant: Double = 0, normalScale: Double = 0) throws(DistributionError) {
    for (index, term) in terms.enumerated() { try term.check(index) }
    let present = terms.filter { $0.weight != 0 && $0.degreesOfFreedom > 0 }
    try self.init(
      grouped: Term.grouped(present.sorted { $0.weight > $1.weight }), constant: constant, normalScale: normalScale)
  }

  /// One degree of freedom for each weight.
  public init(weights: [Double], constant: Double = 0) throws(DistributionError) {
    for (index, weight) in weights.enumerated() where !weight.isFinite {
      throw .nonFinite(quantity: "weight", index: index, value: weight)
    }
    let descending = weights.filter { $0 != 0 }.sorted(by: >)
    try self.init(
      grouped: Term.grouped(descending.map { Term(weight: $0) }), constant: constant, normalScale: 0)
  }

  private init(grouped: [Term], constant: Double, normalScale: Double) throws(DistributionError) {
    if !constant.isFinite { throw .nonFinite(quantity: "constant", index: nil, value: constant) }
    if !normalScale.isFinite { throw .nonFinite(quantity: "normal scale", index: nil, value: normalScale) }
    if normalScale < 0 { throw .negativeNormalScale(normalScale) }
    terms = grouped
    self.constant = constant
    self.normalScale = normalScale
    cumulant = CumulantGenerator(terms: grouped, normalScale: normalScale)
  }

  private init(terms: [Term], constant: Double, normalScale: Double, cumulant: CumulantGenerator) {
    self.terms = terms
    self.constant = constant
    self.normalScale = normalScale
    self.cumulant = cumulant
  }

  /// The law of factor · T.
  public func scaled(by factor: Double) -> GeneralizedChiSquare {
    precondition(factor.isFinite, "a law scaled by \(factor)")
    if factor == 0 { return GeneralizedChiSquare(pointMassAt: 0) }
    let scaled = terms.map {
      Term(weight: $0.weight * factor, degreesOfFreedom: $0.degreesOfFreedom, noncentrality: $0.noncentrality)
    }
    return GeneralizedChiSquare(
      terms: factor > 0 ? scaled : scaled.reversed(), constant: constant * factor,
      normalScale: normalScale * abs(factor), cumulant: cumulant.scaled(by: factor))
  }

  /// The law of T + offset.
  public func shifted(by offset: Double) -> GeneralizedChiSquare {
    precondition(offset.isFinite, "a law shifted by \(offset)")
    return GeneralizedChiSquare(
      terms: terms, constant: constant + offset, normalScale: normalScale, cumulant: cumulant)
  }

  private init(pointMassAt value: Double) {
    self.init(
      terms: [], constant: value, normalScale: 0, cumulant: CumulantGenerator(terms: [], normalScale: 0))
  }
}

extension GeneralizedChiSquare.Term {
  fileprivate func check(_ index: Int) throws(DistributionError) {
    if !weight.isFinite { throw .nonFinite(quantity: "weight", index: index, value: weight) }
    if !degreesOfFreedom.isFinite {
      throw .nonFinite(quantity: "degrees of freedom", index: index, value: degreesOfFreedom)
    }
    if !noncentrality.isFinite { throw .nonFinite(quantity: "noncentrality", index: index, value: noncentrality) }
    if noncentrality < 0 { throw .negativeNoncentrality(index: index, value: noncentrality) }
    if degreesOfFreedom < 0 || (degreesOfFreedom == 0 && noncentrality > 0) {
      throw .invalidDegreesOfFreedom(index: index, value: degreesOfFreedom)
    }
  }

  /// Neighbors of equal weight added up.
  fileprivate static func grouped(_ sorted: [Self]) -> [Self] {
    var result: [Self] = []
    result.reserveCapacity(sorted.count)
    for term in sorted {
      guard let last = result.last, last.weight == term.weight else {
        result.append(term)
        continue
      }
      result[result.count - 1] = Self(
        weight: term.weight, degreesOfFreedom: last.degreesOfFreedom + term.degreesOfFreedom,
        noncentrality: last.noncentrality + term.noncentrality)
    }
    return result
  }
}
