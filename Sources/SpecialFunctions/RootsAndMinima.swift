import CSpecialFunctions

/// x in [lower, upper] with f(x) = 0, to two ulps; f must have opposite signs at the ends (Boost.Math, TOMS 748).
///
/// - Returns: nil where the signs are equal or f is not finite. Throws what f throws.
public func root<E: Error>(
  from lower: Double, to upper: Double, of function: (Double) throws(E) -> Double
) throws(E) -> Double? {
  let (atLower, atUpper) = (try function(lower), try function(upper))
  if atLower == 0 { return lower }
  if atUpper == 0 { return upper }
  guard lower < upper, (atLower < 0) != (atUpper < 0), !atLower.isNaN, !atUpper.isNaN else { return nil }
  let value = try withCallback(function) { psf_root($0, $1, lower, upper, atLower, atUpper) }
  return value.isFinite ? value : nil
}

/// A local minimum of f in [lower, upper] by Brent's method (Boost.Math), its place to about 1e-8. Throws what f throws.
public func minimum<E: Error>(
  from lower: Double, to upper: Double, of function: (Double) throws(E) -> Double
) throws(E) -> (place: Double, value: Double) {
  precondition(lower < upper, "a minimum from \(lower) to \(upper)")
  var value = 0.0
  let place = try withCallback(function) { psf_minimum($0, $1, lower, upper, &value) }
  return (place, value)
}

/// The 30-point Gauss-Legendre rule on (-1, 1): exact for polynomials of degree 59.
public struct GaussLegendre: Sendable {
  public let nodes: [Double]
  public let weights: [Double]

  public static let rule = GaussLegendre()

  private init() {
    var (nodes, weights) = ([Double](repeating: 0, count: 30), [Double](repeating: 0, count: 30))
    psf_gauss_legendre_30(&nodes, &weights)
    (self.nodes, self.weights) = (nodes, weights)
  }
}
