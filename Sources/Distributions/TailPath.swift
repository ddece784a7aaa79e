import CMath

/// The integrand exp(K(s) - sx) ds/s along s(u) = σ + a [sin(β + iu) - sin β], relative to exp(K(σ) - σx).
struct TailPath {
  let exponent: TailExponent
  let anchor: TailAnchor
  /// K(σ) - σx - exponent.constant.
  let anchorExponent: Double
  /// β.
  let bend: Double

  /// The integrand at one u as logarithm and phase; s there.
  struct Point {
    let logMagnitude: Double
    let phase: Double
    let s: Complex

    var logDensityMagnitude: Double { logMagnitude + 0.5 * log(s.squaredMagnitude) }
  }

  /// At u, or at u - i shift of the strip around the real axis: the path turned by `shift`.
  func point(_ u: Double, shift: Double = 0) -> Point {
    let (sine, cosine) = (sin(bend + shift), cos(bend + shift))
    let half = sinh(u / 2)
    // sin(β + shift) cosh u - sin β, without cancellation for small u.
    let turn = 2 * sine * half * half + (shift == 0 ? 0 : sine - sin(bend))
    let t = Complex(re: anchor.offset + anchor.width * turn, im: anchor.width * cosine * sinh(u))
    let s = Complex(re: anchor.base + t.re, im: t.im)
    let value = exponent(t)
    let speed = Complex(re: cosine * cosh(u), im: -sine * sinh(u))
    let factor = anchor.width * (speed * s.reciprocal)
    return Point(
      logMagnitude: value.re - anchorExponent + 0.5 * log(factor.squaredMagnitude),
      phase: value.im + atan2(factor.im, factor.re), s: s)
  }
}

extension TailPath {
  /// Sums of one pass of the trapezoidal rule over u >= 0.
  struct Sums {
    var tail = 0.0
    var density = 0.0
    var reach = 0.0
  }

  /// log of 1e-18: values below it, relative to the start, are left out.
  private static let negligible = -41.5
  /// Rise of log |integrand| above what it had fallen to at which a bent path is given up.
  private static let allowedRise = 0.4
  /// Farther out, s would leave the range of a square.
  private static let farthest = 300.0

  /// Adds the values at first, first + step, ... until they are negligible, for the density too if wanted; nil when the
  /// integrand rises again.
  func march(
    from first: Double, step: Double, start: Point, withDensity: Bool, evaluations: inout Int
  ) -> Sums? {
    var sums = Sums()
    var lowest = start.logMagnitude
    for u in stride(from: first, to: Self.farthest, by: step) {
      let here = point(u)
      evaluations += 1
      if !(here.logMagnitude <= lowest + Self.allowedRise || bend == 0) { return nil }
      lowest = min(lowest, here.logMagnitude)
      let share = exp(here.logMagnitude) * (u == 0 ? 0.5 : 1)
      let (re, im) = (share * cos(here.phase), share * sin(here.phase))
      sums.tail += re
      sums.density += re * here.s.re - im * here.s.im
      sums.reach = u
      let fall = here.logMagnitude - start.logMagnitude
      let densityFall = withDensity ? here.logDensityMagnitude - start.logDensityMagnitude : fall
      if max(fall, densityFall) < Self.negligible { break }
    }
    return sums
  }
}
