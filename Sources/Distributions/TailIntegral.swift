import CMath

/// P(T > x) and the density at x, as one integral along a path through the saddle of the tail.
///
///     P(T > x) = 1/(2πi) ∫ exp(K(s) - sx) ds/s,   s(u) = σ + a [sin(β + iu) - sin β]
///
/// by the trapezoidal rule in u, step halved until two sums agree to 1e-8; each halving squares the rule's error, so the last
/// sum is right to rounding. β = 0 is a vertical line with sinh spacing. A few degrees of freedom need β = ±½, bent to the side
/// where exp(-sx) decays. A bent path on which the integrand rises again is given up for a straighter one.
struct TailIntegral {
  /// log of the tail probability.
  let logTail: Double
  /// In the problem's units; infinite where it diverges.
  let density: Double
  let path: TailPath
  /// Last step and last u of the rule.
  let step: Double
  let reach: Double
  /// exp(logTail - K(σ) + σx), with which the certificate compares errors.
  let scaledTail: Double
  let evaluations: Int
  let status: GeneralizedChiSquare.Tail.Status

  /// Beyond this |log P| rounding of the exponent exceeds the integral's own part of it, which is then left to the saddle.
  private static let largestExponent = 1e12

  init(_ problem: TailProblem) {
    let anchor = TailAnchor(problem)
    let exponent = TailExponent(problem, anchor)
    let anchorExponent = exponent(Complex(re: anchor.offset, im: 0)).re
    let straight = TailPath(exponent: exponent, anchor: anchor, anchorExponent: anchorExponent, bend: 0)
    if abs(exponent.constant + anchorExponent) > Self.largestExponent {
      self.init(saddleOf: straight)
      return
    }
    var evaluations = 3
    for bend in Self.bends(problem, straight) {
      let path = TailPath(exponent: exponent, anchor: anchor, anchorExponent: anchorExponent, bend: bend)
      if let result = TailIntegral(path, withDensity: !problem.densityDiverges, evaluations: &evaluations) {
        self = result
        return
      }
    }
    preconditionFailure("no contour for \(problem.doubledWeights.count) weights at \(problem.x)")
  }

  /// Bends to try, the straight line last; it alone where it decays fast enough, or where nothing decays to either side.
  private static func bends(_ problem: TailProblem, _ straight: TailPath) -> [Double] {
    let fall = straight.point(4).logMagnitude - straight.point(0).logMagnitude
    if problem.x == 0 || fall < -43.7 { return [0] }
    let outward = problem.x > 0 ? 0.5 : -0.5
    return [outward, -outward, outward / 2, -outward / 2, 0]
  }

  private init?(_ path: TailPath, withDensity: Bool, evaluations: inout Int) {
    let start = path.point(0)
    evaluations += 1
    func pass(from first: Double, step: Double) -> TailPath.Sums? {
      path.march(from: first, step: step, start: start, withDensity: withDensity, evaluations: &evaluations)
    }
    var step = 0.125
    guard var sums = pass(from: 0, step: step) else { return nil }
    var converged = false
    for _ in 0..<4 where !converged {
      guard let middle = pass(from: step / 2, step: step) else { return nil }
      converged =
        abs(middle.tail - sums.tail) <= 1e-8 * abs(middle.tail + sums.tail)
        && (!withDensity || abs(middle.density - sums.density) <= 1e-8 * abs(middle.density + sums.density))
      sums.tail += middle.tail
      sums.density += middle.density
      sums.reach = max(sums.reach, middle.reach)
      step /= 2
    }
    scaledTail = sums.tail * step / Double.pi
    let logScale = path.exponent.constant + path.anchorExponent
    logTail = logScale + log(scaledTail)
    density = withDensity ? exp(logScale + log(sums.density * step / Double.pi)) : .infinity
    self.path = path
    self.step = step
    reach = sums.reach
    self.evaluations = evaluations
    status = converged ? .converged : .notConverged
  }

  /// exp(K(σ) - σx) a / (σ √2π).
  private init(saddleOf path: TailPath) {
    scaledTail = path.anchor.width / (path.anchor.sigma * (2 * Double.pi).squareRoot())
    logTail = path.exponent.constant + path.anchorExponent + log(scaledTail)
    density = 0
    self.path = path
    step = 0
    reach = 0
    evaluations = 1
    status = .leadingOrder
  }
}
