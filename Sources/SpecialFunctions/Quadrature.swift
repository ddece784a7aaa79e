import CSpecialFunctions

/// ∫ f from `lower` to `upper`, ends possibly infinite, by adaptive Gauss-Kronrod quadrature (61 nodes, Boost.Math).
///
/// - Parameter tolerance: relative to ∫ |f|.
/// - Returns: nil where f is not finite at a node.
/// Accuracy: 1e-14 of ∫ |f| for smooth integrands.
public func integral(
  from lower: Double, to upper: Double, tolerance: Double = 1e-13, of function: (Double) -> Double
) -> Double? {
  precondition(lower < upper, "an integral from \(lower) to \(upper)")
  precondition(tolerance > 0, "tolerance \(tolerance)")
  var error = 0.0
  let value = withCallback(function) { psf_integrate($0, $1, lower, upper, tolerance, &error) }
  return value.isFinite ? value : nil
}

/// E h(Z), Z ~ N(0, 1).
///
/// Range: Z within 38 standard deviations; beyond, the density underflows. nil where h is not finite there.
public func normalExpectation(_ function: (Double) -> Double) -> Double? {
  // Two pieces: a node at the origin does not straddle a kink of h there.
  guard let left = integral(from: -38, to: 0, of: { normalDensity($0) * function($0) }),
    let right = integral(from: 0, to: 38, of: { normalDensity($0) * function($0) })
  else { return nil }
  return left + right
}
