import LinearAlgebra
import SpecialFunctions

/// Averages of a loss over a normal linear prediction f ~ N(intercept, s²), for labels that follow the loss's own law.
///
/// One-dimensional integrals by quadrature, accurate to 1e-13 of their size.
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

  /// Throws `HeadError.integralDiverges` where a mean is not finite, as for Poisson labels with a huge s².
  public init(_ loss: DownstreamLoss, signalVariance: Double, intercept: Double? = nil) throws {
    precondition(signalVariance > 0 && signalVariance.isFinite, "signal variance \(signalVariance)")
    let (scale, center) = (signalVariance.squareRoot(), intercept ?? 0)
    func mean(_ body: (_ u: Double, _ f: Double) -> Double) throws -> Double {
      guard let value = normalExpectation({ body(scale * $0, center + scale * $0) }) else {
        throw HeadError.integralDiverges(loss: loss, signalVariance: signalVariance)
      }
      return value
    }
    self.loss = loss
    self.signalVariance = signalVariance
    self.intercept = intercept
    meanCurvature = try mean { loss.curvature($1) }
    firstMoment = try mean { $0 * loss.curvature($1) }
    secondMoment = try mean { $0 * $0 * loss.curvature($1) }
    meanLoss = try mean { loss.cumulant($1) - loss.mean($1) * $1 }
  }

  /// E l(y, f̂) - E l(y, f) for a prediction f̂ ~ N(center, variance) jointly normal with f, Cov(f, f̂) = covariance; exact
  /// integration over the pair.
  ///
  ///     scale · { E b(f̂) - E b(f) - (center - intercept) E b'(f) - (covariance - s²) E b''(f) },   by Stein's lemma
  ///
  /// nil where E b(f̂) is not finite. Accuracy: 1e-13 of E b.
  public func excessRisk(center: Double = 0, variance: Double, covariance: Double) -> Double? {
    precondition(variance >= 0, "prediction of variance \(variance)")
    let (own, scale, spread) = (intercept ?? 0, signalVariance.squareRoot(), variance.squareRoot())
    guard let fitted = normalExpectation({ loss.cumulant(center + spread * $0) }),
      let best = normalExpectation({ loss.cumulant(own + scale * $0) }),
      let mean = normalExpectation({ loss.mean(own + scale * $0) })
    else { return nil }
    let curvature = meanCurvature / loss.scale
    return loss.scale * (fitted - best - (center - own) * mean - (covariance - signalVariance) * curvature)
  }
}

extension GaussianHead {
  /// The excess of the best head on features that explain `explained` of the variance s² of f: what the labels' loss sees of a
  /// representation that misses the rest.
  ///
  /// The best head is a + t f0, f0 the least-squares prediction of f: by Stein's lemma its gradient in (a, τ), τ = t s0, is
  /// (E b'(a + τZ) - E b'(f), τ E b''(a + τZ) - s0 E b''(f)). Newton's method; nil where a mean is not finite.
  public func excessOfBestHead(explained: Double) -> Double? {
    precondition(explained >= 0 && explained <= signalVariance * (1 + 1e-12), "\(explained) of \(signalVariance)")
    let own = (center: intercept ?? 0, spread: explained.squareRoot())
    guard own.spread > 0 || intercept != nil,
      let mean = normalExpectation({ loss.mean(own.center + signalVariance.squareRoot() * $0) })
    else { return excessRisk(variance: 0, covariance: 0) }
    let slope = own.spread * meanCurvature / loss.scale
    var (a, t) = (own.center, own.spread)
    for _ in 0..<100 {
      func average(_ body: (_ z: Double, _ f: Double) -> Double) -> Double? {
        normalExpectation { body($0, a + t * $0) }
      }
      guard let level = average({ loss.mean($1) }), let curvature = average({ loss.curvature($1) / loss.scale }),
        let first = average({ $0 * loss.curvature($1) / loss.scale }),
        let second = average({ $0 * $0 * loss.curvature($1) / loss.scale })
      else { return nil }
      let (down, across) = (level - mean, t * curvature - slope)
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

extension DownstreamRisk {
  /// Linear features of Gaussian rows, labels that follow the loss's own law at f = ⟨θ, ψ⟩ (+ intercept). With T the joint
  /// moment and t = T(θ, 0), the weighted moment needs only one-dimensional integrals:
  ///
  ///     E ω(f) (ψ, g)(ψ, g)' = E[ω] T + t t' (E[ω u²] - E[ω] s²) / s⁴,   s² = θ'T_ψψ θ,   u = f - intercept
  ///
  /// - Parameter head: θ, length p. `noiseVariance` is read for squared error only.
  /// Assumes (ψ, g) jointly normal with mean 0. An intercept becomes the first feature.
  public init(
    _ loss: DownstreamLoss, gaussian moments: MomentMatrices, head: [Double], intercept: Double? = nil,
    noiseVariance: Double = 1
  ) throws {
    precondition(head.count == moments.featureCount, "\(head.count) coefficients for \(moments.featureCount) features")
    let padded = head + [Double](repeating: 0, count: moments.parameterCount)
    let direction = moments.joint * padded
    let means = try GaussianHead(loss, signalVariance: dot(padded, direction), intercept: intercept)
    let variance = means.signalVariance
    let along = (means.secondMoment - means.meanCurvature * variance) / (variance * variance)
    let column = Matrix.column(direction)
    var weighted = means.meanCurvature * moments.joint + along * multiply(column, column, transposing: .right)
    if intercept != nil {
      weighted = weighted.bordered(
        corner: means.meanCurvature, edge: direction.map { $0 * means.firstMoment / variance })
    }
    let squared = loss == .squaredError
    self.init(
      curvature: 0.5 * weighted, slopeMoment: (squared ? 2 * noiseVariance : 1) * weighted,
      featureCount: head.count + (intercept == nil ? 0 : 1),
      irreducibleRisk: squared ? noiseVariance : means.meanLoss)
  }
}

extension LimitLaw {
  /// The same pre-training and target with a head of another loss, from a squared-error law of linear features of Gaussian
  /// rows: every weight times ½ E[ω], every coefficient at a cost of ½.
  ///
  /// The weighted moment differs from E[ω] T by a multiple of t t', t = T(θ, 0), which the Schur complement does not see.
  /// So E[ω] plays the part of 1/σ²: the crossover is E[ω] E||L(Z)||² / (d_base - d_eff).
  /// Assumes the downstream rows are normal with mean 0 and the target is in the span of the features.
  public func withHead(_ head: GaussianHead) -> LimitLaw {
    let extra = head.intercept == nil ? 0 : 1
    let squared = head.loss == .squaredError
    let coefficientCost = squared ? irreducibleRisk : 0.5
    return LimitLaw(
      irreducibleRisk: squared ? irreducibleRisk : head.meanLoss, effectiveDimension: effectiveDimension + extra,
      activeDimension: activeDimension + extra, baseDimension: baseDimension + extra,
      labelTerm: coefficientCost * Double(activeDimension + extra),
      baseLabelTerm: coefficientCost * Double(baseDimension + extra),
      interaction: interaction.scaled(by: head.meanCurvature / 2), rankGap: rankGap,
      warnings: warnings)
  }
}

extension Matrix {
  /// One row and column more, in front.
  fileprivate func bordered(corner: Double, edge: [Double]) -> Matrix {
    let top = Matrix(rows: 1, columns: columns + 1, storage: [corner] + edge)
    return top.stacked(above: Matrix.column(edge).joined(leftOf: self))
  }
}
