/// What one penalty does to the sample covariance as a whole.
///
///     df = sum l/(l + lambda)     omega = 1 - df/m     kappa = lambda/omega
///     1 - gamma = omega^2 / omega_2,   omega_2 = 1 - (1/m) sum (1 - lambda^2/(l + lambda)^2)
///
/// kappa and gamma estimate the population's effective penalty and the variance inflation 1/(1 - gamma). With as many
/// eigenvalues as m (more columns than rows) everything is computed over lambda, so that penalty 0 keeps its limit.
public struct RidgeStatistics: Sendable, Equatable {
  public let ridge: Double
  /// Of ridge on all columns.
  public let degreesOfFreedom: Double
  /// Absent where the penalty is 0 and the rows have no room left (m = rank = columns).
  public let kappa: Double?
  public let oneMinusGamma: Double?
  /// omega, divided by lambda where the rank is m.
  let omega: Double
  /// Whether `omega` and the columns' residuals are divided by lambda.
  let isScaled: Bool

  /// From all nonzero eigenvalues of S.
  init(ridge: Double, values: [Double], divisor m: Double) {
    let deficiency = m - Double(values.count)
    let first = values.reduce(0) { $0 + 1 / ($1 + ridge) } / m
    let second = values.reduce(0) { $0 + 1 / (($1 + ridge) * ($1 + ridge)) } / m
    self.init(
      ridge: ridge, degreesOfFreedom: values.reduce(0) { $0 + $1 / ($1 + ridge) }, deficiency: deficiency / m,
      inverse: first, inverseSquare: second)
  }

  /// From tr P and tr P^2 of P = (S + lambda)^-1 with all columns.
  init(ridge: Double, columns: Int, trace: Double, squareTrace: Double, divisor m: Double) {
    self.init(
      ridge: ridge, degreesOfFreedom: max(Double(columns) - ridge * trace, 0), deficiency: (m - Double(columns)) / m,
      inverse: trace / m, inverseSquare: squareTrace / m)
  }

  /// omega = deficiency + lambda inverse, omega_2 = deficiency + lambda^2 inverseSquare.
  private init(
    ridge: Double, degreesOfFreedom: Double, deficiency: Double, inverse: Double, inverseSquare: Double
  ) {
    self.ridge = ridge
    self.degreesOfFreedom = degreesOfFreedom
    isScaled = deficiency == 0
    if deficiency == 0 {
      omega = inverse
      kappa = 1 / inverse
      oneMinusGamma = inverse * inverse / inverseSquare
    } else {
      omega = deficiency + ridge * inverse
      kappa = ridge / omega
      oneMinusGamma = omega * omega / (deficiency + ridge * ridge * inverseSquare)
    }
  }
}
