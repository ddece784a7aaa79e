import CMath
import SpecialFunctions

extension GeneralizedChiSquare {
  /// Both tails at one point, with how they were obtained.
  public struct Tail: Sendable, Equatable {
    /// How the numbers came about.
    public enum Status: String, Sendable {
      /// Contour integral, the last two sums agree.
      case converged
      /// Closed form: outside the support, a normal law, or a point mass.
      case exact
      /// A tail below exp(-1e12): its logarithm is the saddle's, to 1e-12 relative; the tail itself is 0.
      case leadingOrder
      /// The last two sums still differ by more than 1e-8; see `relativeErrorBound`.
      case notConverged
    }

    /// P(T <= x).
    public let cdf: Double
    /// P(T > x).
    public let survival: Double
    public let logCDF: Double
    public let logSurvival: Double
    /// Density at x; infinite where it diverges, 0 off a point mass.
    public let density: Double
    /// Bound on the relative error of both tails: discretization, truncation and rounding.
    public let relativeErrorBound: Double
    /// Evaluations of K along contours.
    public let evaluations: Int
    public let status: Status
  }

  /// P(T <= x).
  public func cdf(_ x: Double) -> Double { exp(tailPair(x).lower) }

  /// P(T > x).
  public func survival(_ x: Double) -> Double { exp(tailPair(x).upper) }

  /// log P(T <= x), finite far beyond where the probability underflows; -∞ outside the support.
  public func logCDF(_ x: Double) -> Double { tailPair(x).lower }

  /// log P(T > x).
  public func logSurvival(_ x: Double) -> Double { tailPair(x).upper }

  /// Density at x; +∞ where it diverges, and at a point mass.
  public func density(_ x: Double) -> Double { tailPair(x).density }

  /// Both tails, density and a bound on the tails' relative error.
  public func evaluate(_ x: Double) -> Tail {
    let pair = tailPair(x)
    let certificate = pair.integral.map(TailCertificate.init)
    // The complement of a tail p has relative error p/(1 - p) times as large.
    let odds = exp(abs(pair.upper - pair.lower))
    return Tail(
      cdf: exp(pair.lower), survival: exp(pair.upper), logCDF: pair.lower, logSurvival: pair.upper,
      density: pair.density,
      relativeErrorBound: certificate.map { $0.relativeError * (pair.integratesLarger ? odds : 1) + 0x1p-52 }
        ?? 0x1p-51,
      evaluations: pair.evaluations + (certificate?.evaluations ?? 0), status: pair.status)
  }
}

/// Logarithms of both tails, and the contour they came from.
struct TailPair {
  var lower: Double
  var upper: Double
  var density: Double
  var status: GeneralizedChiSquare.Tail.Status
  var evaluations = 0
  /// What a certificate can be taken of.
  var integral: TailIntegral?

  /// One tail from the contour, the other as its complement.
  init(_ integral: TailIntegral, isUpper: Bool, densityUnit: Double) {
    let (near, far) = (min(integral.logTail, 0), log1p(-exp(min(integral.logTail, 0))))
    lower = isUpper ? far : near
    upper = isUpper ? near : far
    density = integral.density / densityUnit
    status = integral.status
    evaluations = integral.evaluations
    self.integral = integral.status == .leadingOrder ? nil : integral
  }

  /// A closed form.
  init(lower: Double, upper: Double, density: Double, status: GeneralizedChiSquare.Tail.Status = .exact) {
    self.lower = lower
    self.upper = upper
    self.density = density
    self.status = status
  }

  /// Whether the integrated tail is the larger one.
  var integratesLarger: Bool { integral.map { $0.logTail > log(0.5) } ?? false }
}

extension GeneralizedChiSquare {
  private func tailPair(_ x: Double) -> TailPair {
    precondition(!x.isNaN, "a tail at x = NaN")
    return tailPair(y: (x - constant) / cumulant.unit)
  }

  /// y = (x - constant) / unit.
  func tailPair(y: Double) -> TailPair {
    if let closed = closedForm(y) { return closed }
    let upper = y >= cumulant.mean
    let near = contour(y, upper: upper)
    // Few degrees of freedom can leave nearly all mass beyond the mean: then the other tail is the small one.
    return (upper ? near.upper : near.lower) > log(0.75) ? contour(y, upper: !upper) : near
  }

  private func contour(_ y: Double, upper: Bool) -> TailPair {
    let problem = TailProblem(cumulant, x: upper ? y : -y, reflected: !upper)
    return TailPair(TailIntegral(problem), isUpper: upper, densityUnit: problem.length * cumulant.unit)
  }

  /// The cases no contour is needed for, y in the generator's units.
  private func closedForm(_ y: Double) -> TailPair? {
    if terms.isEmpty && normalScale == 0 {
      return TailPair(lower: y >= 0 ? 0 : -.infinity, upper: y >= 0 ? -.infinity : 0, density: y == 0 ? .infinity : 0)
    }
    if terms.isEmpty {
      let z = y / cumulant.standardDeviation
      return TailPair(
        lower: normalLogCDF(z), upper: normalLogSurvival(z),
        density: normalDensity(z) / (cumulant.standardDeviation * cumulant.unit))
    }
    if normalScale == 0 {
      if y <= 0, terms.last!.weight > 0 {
        return TailPair(lower: -.infinity, upper: 0, density: y < 0 ? 0 : edgeDensity)
      }
      if y >= 0, terms.first!.weight < 0 {
        return TailPair(lower: 0, upper: -.infinity, density: y > 0 ? 0 : edgeDensity)
      }
    }
    return abs(y) > 1e60 * cumulant.standardDeviation ? leadingOrder(y) : nil
  }

  /// The density where the support of a one-sided law ends: ∞ below two degrees of freedom in all, 0 above.
  private var edgeDensity: Double {
    let total = 2 * cumulant.totalHalfDegrees
    if total != 2 { return total < 2 ? .infinity : 0 }
    let exponent = terms.reduce(0) {
      $0 - $1.degreesOfFreedom / 2 * log(2 * abs($1.weight)) - $1.noncentrality / 2
    }
    return exp(exponent)
  }

  /// log P ~ -y / (2 max w), or -y² / (2τ²) where only the normal part reaches.
  private func leadingOrder(_ y: Double) -> TailPair {
    let extreme = (y > 0 ? cumulant.weights.max()! : -cumulant.weights.min()!)
    let exponent =
      extreme > 0
      ? -abs(y) / (2 * extreme) : -(y * y) / (2 * cumulant.normalVariance)
    return TailPair(
      lower: y > 0 ? 0 : exponent, upper: y > 0 ? exponent : 0, density: 0, status: .leadingOrder)
  }
}
