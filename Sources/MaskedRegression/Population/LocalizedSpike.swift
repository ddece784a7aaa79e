import RandomMatrices

/// A spike flat on k columns, Sigma = I + s v v', v = 1/sqrt(k) on these: D drops there by the factor 1/r,
/// r = 1/(1 - (s/k)/(1 + s + kappa)), and outliers appear where
///
///     (a - r) w^2 + [-(a - r) - r c + lambda (1 - r)] w - lambda (1 - r) = 0
///
/// has a root with 1 < w < 1 + sqrt(c) (top) or 1 - sqrt(c) < w < 1 (bottom); a = 1 + s along v, a = 1 for the other directions
/// on the support. For k = 1 there is nothing to recover (the population's A is 0), yet large penalties show outliers.
public struct LocalizedSpike: Sendable {
  public let strength: Double
  public let support: Int
  public let aspect: Double
  public let ridge: Double
  private let kappa: Double
  /// The limit of diag (S + lambda)^-1 off the support.
  private let diagonal: Double

  public init(strength: Double, support: Int, aspect: Double, ridge: Double) {
    precondition(
      strength > -1 && support >= 1 && aspect > 0 && ridge > 0, "a spike of \(strength) on \(support) columns")
    self.strength = strength
    self.support = support
    self.aspect = aspect
    self.ridge = ridge
    kappa = EffectivePenalty.kappa(ofIdentity: ridge, aspect: aspect)
    diagonal = kappa / ridge / (1 + kappa)
  }

  /// 1/r is the factor by which D drops on the support.
  private var drop: Double { 1 / (1 - strength / Double(support) / (1 + strength + kappa)) }

  /// Outliers along the spike itself.
  public var outliers: [MaskedOutlier] { outliers(along: 1 + strength, isTransverse: false) }

  /// Outliers of the other directions on the support (none for one column).
  public var transverseOutliers: [MaskedOutlier] { support > 1 ? outliers(along: 1, isTransverse: true) : [] }

  private func outliers(along a: Double, isTransverse: Bool) -> [MaskedOutlier] {
    let r = drop
    let (square, linear) = (a - r, -(a - r) - r * aspect + ridge * (1 - r))
    let constant = -ridge * (1 - r)
    return Self.roots(square, linear, constant).compactMap { w in
      let isTop = w > 1 && w < 1 + aspect.squareRoot()
      let isBottom = w < 1 && w > 1 - aspect.squareRoot() && w > 0
      if !isTop && !isBottom { return nil }
      let bulk = w + aspect * w / (w - 1)
      let mu = diagonal * (bulk + ridge)
      let slope = 1 / (diagonal * (1 - aspect / ((w - 1) * (w - 1))))
      let local = diagonal / r
      let weight = 1 / (1 - slope * local * a)
      if !(mu > 0) || !(weight > 0) || weight > 1 { return nil }
      let overlap = weight * local / (diagonal + (local - diagonal) * weight)
      return MaskedOutlier(
        spike: strength, side: isTop ? .top : .bottom, mu: mu, isTransverse: isTransverse, overlap: overlap)
    }
  }

  private static func roots(_ a: Double, _ b: Double, _ c: Double) -> [Double] {
    if abs(a) < 1e-14 * abs(b) { return b == 0 ? [] : [-c / b] }
    let discriminant = b * b - 4 * a * c
    if discriminant < 0 { return [] }
    let q = -0.5 * (b + (b < 0 ? -1 : 1) * discriminant.squareRoot())
    return q == 0 ? [0] : [q / a, c / q]
  }

  /// Strengths above which a spike on one column shows a top and a bottom outlier; nil where no strength does.
  public static func singleColumnThresholds(aspect: Double, ridge: Double) -> (top: Double?, bottom: Double?) {
    let kappa = LocalizedSpike(strength: 1, support: 1, aspect: aspect, ridge: ridge).kappa
    func threshold(_ sign: Double) -> Double? {
      let edge = 1 + sign * aspect.squareRoot()
      let margin = kappa * kappa - edge
      return margin > 0 && edge > 0 ? edge * (1 + kappa) * (1 + kappa) / margin : nil
    }
    return (threshold(1), threshold(-1))
  }
}
