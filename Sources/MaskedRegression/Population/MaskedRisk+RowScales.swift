import LinearAlgebra
import SpecialFunctions

extension MaskedRisk {
  /// What heavy rows do.
  public struct HeavyRowErrors: Sendable, Equatable {
    public let kappa: Double
    public let gamma: Double
    public let generalizationError: Double
    public let trainingError: Double
    /// The limit of generalized cross-validation, which is not the generalization error.
    public let crossValidationLimit: Double
  }

  /// The errors for elliptical rows sqrt(tau_i) Sigma^(1/2) g_i with these row scales tau (mean 1):
  ///
  ///     w = E tau/(1 + tau e),  e = (1/n) tr Sigma (w Sigma + lambda)^-1,  kappa = lambda/w
  ///     gamma = E[tau^2/(1 + tau e)^2]/w^2 (1/n) tr Sigma^2 R^2      training = generalization E[tau/(1 + tau e)^2]
  ///
  /// Leave-one-out stays right for such rows, generalized cross-validation does not.
  public func errors(ridge: Double, rowScales: [Double]) throws -> HeavyRowErrors {
    guard ridge > 0 else { throw MaskedRegressionError.invalidRidge(ridge) }
    precondition(!rowScales.isEmpty && rowScales.allSatisfy { $0 >= 0 }, "row scales must be 0 or more")
    let count = Double(rowScales.count)
    let mean = rowScales.reduce(0, +) / count
    let tau = rowScales.map { $0 / mean }
    let s = population.eigenvalues
    func e(_ w: Double) -> Double { s.reduce(0) { $0 + $1 / (w * $1 + ridge) } / rows }
    func average(_ body: (Double) -> Double) -> Double { tau.reduce(0) { $0 + body($1) } / count }
    let w = root(from: 1e-12, to: 1) { w in
      let e = e(w)
      return average { $0 / (1 + $0 * e) } - w
    }
    guard let w else { throw MaskedRegressionError.noConvergence(what: "the effective penalty of heavy rows") }
    let (e, kappa) = (e(w), ridge / w)
    let second = s.reduce(0) { $0 + ($1 / ($1 + kappa)) * ($1 / ($1 + kappa)) } / rows
    let gamma = average { ($0 / (1 + $0 * e)) * ($0 / (1 + $0 * e)) } / (w * w) * second
    let generalization = bias(kappa: kappa) / (1 - gamma)
    let training = generalization * average { $0 / ((1 + $0 * e) * (1 + $0 * e)) }
    let omega = average { 1 / (1 + $0 * e) }
    return HeavyRowErrors(
      kappa: kappa, gamma: gamma, generalizationError: generalization, trainingError: training,
      crossValidationLimit: training / (omega * omega))
  }
}
