import CMath

/// How far the sum of a contour can be from the tail it stands for.
///
/// Discretization: the integrand g is analytic in the strip |Im u| <= d, so with U half a step beyond the last node the rule errs
/// on [-U, U] by at most
///
///     1/(2π) Σ± [ ∫ |g(u ± id)| du / (exp(2πd/h) - 1)  over |u| <= U
///                 + 2 ∫ |g(U ± iv)| / (1 + exp(2πv/h)) dv  over 0 <= v <= d ]
///
/// Truncation: twice the last value over its rate of decay, for what the sum and the integral leave out. Rounding: two units in
/// the last place of what the exponent adds up. These integrals are sums in floating point, not interval arithmetic.
/// Source: the rectangle argument of Trefethen and Weideman 2014, section 5, vertical sides kept.
struct TailCertificate {
  /// Bound on the relative error of the tail that was integrated.
  let relativeError: Double
  let evaluations: Int

  /// Steps along each edge of the strip and up each side.
  private static let (alongStep, upSteps) = (0.25, 6)

  init(_ integral: TailIntegral) {
    let strip = Self.widestStrip(integral.path)
    let (edges, edgeCount) = Self.edges(integral, strip)
    let (sides, sideCount) = Self.sides(integral, strip)
    let truncation = 2 * Self.truncation(integral)
    let rounding = 0x1p-53 * (8 + 4 * integral.path.exponent.magnitude(integral.path.anchor))
    relativeError = (edges + sides + truncation) / (Double.pi * integral.scaledTail) + rounding
    evaluations = edgeCount + sideCount
  }

  /// Half-width d for which the strip's real points stay between 0 and sMax.
  private static func widestStrip(_ path: TailPath) -> Double {
    let anchor = path.anchor
    let sine = sin(path.bend)
    let right = anchor.base == 0 ? anchor.limit - anchor.offset : -anchor.offset
    var width = 0.45
    while anchor.width * (sine - sin(path.bend - width)) > 0.95 * anchor.sigma
      || anchor.width * (sin(path.bend + width) - sine) > 0.95 * right
    {
      width *= 0.8
    }
    return width
  }

  /// Both edges over u >= 0 (the other half mirrors it), weighted by the kernel.
  private static func edges(_ integral: TailIntegral, _ strip: Double) -> (value: Double, evaluations: Int) {
    let count = Int((integral.reach / alongStep).rounded(.up))
    let spacing = integral.reach / Double(count)
    let logKernel = -log(expm1(2 * Double.pi * strip / integral.step))
    var sum = 0.0
    for shift in [-strip, strip] {
      for k in 0...count {
        let size = integral.path.point(Double(k) * spacing, shift: shift).logMagnitude
        sum += exp(size + logKernel) * spacing * (k == 0 || k == count ? 0.5 : 1)
      }
    }
    return (sum, 2 * (count + 1))
  }

  /// One side, both halves, weighted by the kernel; the largest value times the height.
  private static func sides(_ integral: TailIntegral, _ strip: Double) -> (value: Double, evaluations: Int) {
    let end = integral.reach + integral.step / 2
    var largest = 0.0
    for k in -upSteps...upSteps {
      let height = strip * Double(k) / Double(upSteps)
      let size = integral.path.point(end, shift: height).logMagnitude
      largest = max(largest, exp(size - 2 * Double.pi * abs(height) / integral.step))
    }
    return (2 * strip * largest, 2 * upSteps + 1)
  }

  private static func truncation(_ integral: TailIntegral) -> Double {
    let last = integral.path.point(integral.reach).logMagnitude
    let previous = integral.path.point(integral.reach - integral.step).logMagnitude
    return exp(last) / max((previous - last) / integral.step, 0.01)
  }
}
