/// Averages of a loss over a normal linear prediction f ~ N(intercept, s²), for labels that follow the loss's own law.
///
/// Closed forms and one-dimensional integrals, accurate to 1e-13 of their size for every s (`PredictionMeans`).
public struct GaussianHead: Sendable, Equatable {
  public let loss: DownstreamLoss
  /// s², the variance of f.
  public let signalVariance: Double
  /// nil when the head has no intercept to fit.
  public let intercept: Double?
  /// E ω.
  public let meanCurvature: Double
  /// E ω u, u = f - intercept.
  let firstMoment: Double
  /// E ω u².
  let secondMoment: Double
  /// E l(y, f), logistic and Poisson; the variance of the label is the caller's for squared error.
  let meanLoss: Double

  /// s² = 0 stands for a target of 0: every label has the law of the intercept.
  /// Throws `HeadError.integralDiverges` where a mean is not finite, as for Poisson labels with a huge s², and
  /// `HeadError.constantLabels` where E ω vanishes.
  public init(_ loss: DownstreamLoss, signalVariance: Double, intercept: Double? = nil) throws {
    let (scale, center) = (signalVariance.squareRoot(), intercept ?? 0)
    guard signalVariance >= 0, signalVariance.isFinite, center.isFinite,
      case let means = PredictionMeans(loss, center: center, spread: scale),
      let curvature = means.curvature, let first = means.first, let second = means.second, let own = means.ownLoss
    else { throw HeadError.integralDiverges(loss: loss, signalVariance: signalVariance) }
    guard curvature.isNormal else { throw HeadError.constantLabels(loss: loss, intercept: center) }
    self.loss = loss
    self.signalVariance = signalVariance
    self.intercept = intercept
    meanCurvature = curvature
    firstMoment = scale * first
    secondMoment = signalVariance * second
    meanLoss = own
  }

  /// E l(y, f̂) - E l(y, f) for a prediction f̂ ~ N(center, variance) jointly normal with f, Cov(f, f̂) = covariance; exact
  /// integration over the pair.
  ///
  ///     scale · { E b(f̂) - E b(f) - (center - intercept) E b'(f) - (covariance - s²) E b''(f) },   by Stein's lemma
  ///
  /// nil where E b(f̂) is not finite. Accuracy: 1e-13 of E b.
  public func excessRisk(center: Double = 0, variance: Double, covariance: Double) -> Double? {
    precondition(variance >= 0, "prediction of variance \(variance)")
    let own = intercept ?? 0
    let best = PredictionMeans(loss, center: own, spread: signalVariance.squareRoot())
    guard let fitted = PredictionMeans(loss, center: center, spread: variance.squareRoot()).cumulant,
      let least = best.cumulant, let mean = best.mean
    else { return nil }
    let drift = (center - own) * mean + (covariance - signalVariance) * meanCurvature / loss.scale
    return loss.scale * (fitted - least - drift)
  }

  /// The excess of the best head on features that explain `explained` of the variance s² of f: what the labels' loss sees of a
  /// representation that misses the rest.
  ///
  /// The best head is a + t f0, f0 the least-squares prediction of f: by Stein's lemma its gradient in (a, τ), τ = t s0, is
  /// (E b'(a + τZ) - E b'(f), τ E b''(a + τZ) - s0 E b''(f)). Newton's method; nil where a mean is not finite.
  public func excessOfBestHead(explained: Double) -> Double? {
    precondition(explained >= 0 && explained <= signalVariance * (1 + 1e-12), "\(explained) of \(signalVariance)")
    let own = (center: intercept ?? 0, spread: explained.squareRoot())
    guard own.spread > 0 || intercept != nil,
      let wanted = PredictionMeans(loss, center: own.center, spread: signalVariance.squareRoot()).mean
    else { return excessRisk(variance: 0, covariance: 0) }
    let slope = own.spread * meanCurvature / loss.scale
    var (a, t) = (own.center, own.spread)
    for _ in 0..<100 {
      let found = PredictionMeans(loss, center: a, spread: t)
      guard let level = found.mean, let bend = found.curvature, let tilt = found.first, let spread = found.second
      else { return nil }
      let (curvature, first, second) = (bend / loss.scale, tilt / loss.scale, spread / loss.scale)
      let (down, across) = (level - wanted, t * curvature - slope)
      let determinant = curvature * second - first * first
      let step =
        intercept == nil
        ? (0, across / second)
        : ((second * down - first * across) / determinant, (curvature * across - first * down) / determinant)
      a -= step.0
      t -= step.1
      if abs(step.0) + abs(step.1) <= 1e-13 * (1 + abs(a) + abs(t)) { break }
    }
    return excessRisk(center: a, variance: t * t, covariance: t * own.spread)
  }
}
