import CSpecialFunctions
import CMath

/// Density of N(0, 1).
public func normalDensity(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

/// Φ(x) = P(N(0, 1) <= x), full relative accuracy in the left tail.
public func normalCDF(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

/// 1 - Φ(x), full relative accuracy in the right tail.
public func normalSurvival(_ x: Double) -> Double { normalCDF(-x) }

/// log Φ(x), also where Φ(x) underflows. For x < -20 the asymptotic series of Mills' ratio, error below 1e-16.
public func normalLogCDF(_ x: Double) -> Double {
  if x > 0 { return log1p(-normalCDF(-x)) }
  if x >= -20 { return log(normalCDF(x)) }
  if x == -.infinity { return x }
  var (term, sum) = (1.0, 0.0)
  for k in 1...12 {
    term *= -Double(2 * k - 1) / (x * x)
    sum += term
  }
  return -x * x / 2 - log(-x) - log(2 * Double.pi) / 2 + log1p(sum)
}

/// log(1 - Φ(x)), also where it underflows.
public func normalLogSurvival(_ x: Double) -> Double { normalLogCDF(-x) }

/// Φ⁻¹(p), 0 < p < 1.
public func normalQuantile(_ p: Double) -> Double {
  checkProbability(p)
  return answered(psf_normal_quantile(p), "normalQuantile(\(p))")
}

/// x with 1 - Φ(x) = q, 0 < q < 1.
public func normalUpperQuantile(_ q: Double) -> Double { -normalQuantile(q) }
