/// What one penalty (or one per column) does to every column as a target: what errors are computed from.
///
/// With P = (S + lambda)^-1:  D_j = P_jj,  e_j = [PSP]_jj / P_jj^2,  complement_j = 1 - df_j/m.
/// Columns that the training rows do not see entirely (`unseen` > 0, fewer rows than columns) use lambda P_jj, which stays
/// finite at penalty 0.
struct ColumnTerms: Sendable {
  /// Mean squared training residual of each column.
  let training: [Double]
  /// 1 - df_j/m, df_j the degrees of freedom of column j's own ridge regression on the others.
  let complement: [Double]
  /// e_j / complement_j^2.
  let crossValidation: [Double?]
  /// e_j / omega^2 (omega and e_j may both vanish; the ratio does not).
  let pooledCrossValidation: [Double?]

  /// From sums over the eigenvalues: inverse_j = sum_k V_jk^2/(l + lambda), curvature_j = sum_k V_jk^2 l/(l + lambda)^2.
  init(spectrum: SampleSpectrum, ridges: [RidgeStatistics], inverse: [Double], curvature: [Double]) {
    var (training, complement) = ([Double](), [Double]())
    var (own, pooled) = ([Double?](), [Double?]())
    let m = spectrum.divisor
    for j in 0..<spectrum.columns {
      let statistics = ridges[ridges.count == 1 ? 0 : j]
      let (lambda, unseen) = (statistics.ridge, spectrum.unseen[j])
      if unseen > 0 {
        let a = unseen + lambda * inverse[j]
        let scaledError = curvature[j] / (a * a)
        // Both over lambda where omega is.
        let factor = statistics.isScaled ? 1 : lambda
        let rest = statistics.omega + factor * curvature[j] / (a * m)
        training.append(lambda * lambda * scaledError)
        complement.append((statistics.isScaled ? lambda : 1) * rest)
        own.append(ratio(factor * factor * scaledError, rest))
        pooled.append(ratio(factor * factor * scaledError, statistics.omega))
      } else {
        let error = curvature[j] == 0 ? 0 : curvature[j] / (inverse[j] * inverse[j])
        let omega = (statistics.isScaled ? lambda : 1) * statistics.omega
        let rest = omega + (curvature[j] == 0 ? 0 : curvature[j] / (inverse[j] * m))
        training.append(error)
        complement.append(rest)
        own.append(ratio(error, rest))
        pooled.append(ratio(error, omega))
      }
    }
    (self.training, self.complement, crossValidation, pooledCrossValidation) = (training, complement, own, pooled)
  }

  /// From mean squared training residuals and 1 - df_j/m, as of columns in blocks.
  init(statistics: RidgeStatistics, training: [Double], complement: [Double]) {
    let omega = (statistics.isScaled ? statistics.ridge : 1) * statistics.omega
    (self.training, self.complement) = (training, complement)
    crossValidation = zip(training, complement).map { ratio($0, $1) }
    pooledCrossValidation = training.map { ratio($0, omega) }
  }

  /// From the diagonals of P and PSP.
  init(statistics: RidgeStatistics, diagonal: [Double], curvature: [Double], divisor m: Double) {
    let lambda = statistics.ridge
    let omega = (statistics.isScaled ? lambda : 1) * statistics.omega
    let errors = zip(diagonal, curvature).map { $1 / ($0 * $0) }
    let rests = zip(errors, diagonal).map { omega + $0 * $1 / m }
    training = errors
    complement = rests
    crossValidation = zip(errors, rests).map { ratio($0, $1) }
    pooledCrossValidation = errors.map { ratio($0, omega) }
  }
}

/// error / root^2; absent for 0 / 0 and for a division by 0.
private func ratio(_ error: Double, _ root: Double) -> Double? {
  if root > 0 { return error / (root * root) }
  return nil
}
