import RandomMatrices

/// What more labels buy a ridge probe whose penalty is that of the coefficients' prior:
///
///     R(n') = floor n'/(n' - d') (1 + 1/n'),   d' = Σ ev/(ev + κ'),   κ' (n' - d') = λ
///
/// with ev the eigenvalues of the embedding's covariance over the pool and λ the penalty in ||y - Xb||² + λ ||b||²: where λ is the
/// noise over the coefficients' prior variance, the same λ is best at every n', and the risk follows without them. The floor is what
/// makes R(n) the present risk. The last factor is the intercept's.
/// Assumes n' >= n: λ was tuned at n, and below it the formula is not used (`EncoderLabels`). Measured against simulation within 4 %.
/// Source: ridge regression at its effective penalty (arXiv 2601.23208, section 3); Dicker (2016) for its best penalty.
package struct RidgeLabelsFactor: LabelsDependence {
  private let eigenvalues: [Double]
  private let penalty: Double
  /// Risk with unlimited labels.
  package let floor: Double

  /// - Parameters:
  ///   - eigenvalues: of the features' covariance, divisor rows.
  ///   - penalty: λ, positive.
  ///   - risk: R(n).
  package init(eigenvalues: [Double], penalty: Double, labels n: Double, risk: Double) {
    self.eigenvalues = eigenvalues.filter { $0 > 0 }
    self.penalty = penalty
    floor = risk / Self.factor(self.eigenvalues, penalty, n)
  }

  /// R(n')/floor.
  package func factor(_ n: Double) -> Double { Self.factor(eigenvalues, penalty, n) }

  private static func factor(_ eigenvalues: [Double], _ penalty: Double, _ n: Double) -> Double {
    if n == .infinity { return 1 }
    let kappa = EffectivePenalty(eigenvalues: eigenvalues, rows: n).kappa(ridge: penalty / n)
    // n/(n - d) = n κ/λ: nothing cancels.
    return n * kappa / penalty * (1 + 1 / n)
  }

  package func callAsFunction(_ n: Double) -> Double? { n > 1 ? floor * (factor(n) - 1) : nil }

  package var relativeError: Double { Self.error }
  package var changeError: Double { Self.error }

  /// Of the change from n to n'.
  static let error = 0.25
}
