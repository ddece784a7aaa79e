import LinearAlgebra
import SpecialFunctions

import CMath

/// What estimating a softmax head with penalty c on n labels adds to the log-loss, the penalty tuned at every n.
///
/// For a quadratic loss of mean curvature A = E[diag(p) - pp'] and coefficients that are a draw from the penalty's prior,
/// every contrast l of the classes (eigenvalue a_l of A) is a ridge regression of noise 1/a_l at its best penalty λ_l = c/a_l:
///
///     D(n) = ½ Σ_l (n κ_l/λ_l - 1) + (K - 1)/(2n),    n κ = λ + κ Σ_j s_j/(s_j + κ)
///
/// with s_j the variances of the features over the pool; without a penalty ½ (K - 1) p/(n - p). The prior's c is that of the
/// coefficients and does not change with n. D is then multiplied by what half of the labels cost beside all of them, as far as
/// rows left out tell: measured over D's own difference, and drawn to 1 by a normal prior of standard deviation ½.
/// Source: the effective penalty of ridge regression (arXiv 2601.23208, section 3); Dicker (2016) for its best penalty.
/// Cost: features x 12 contrasts x some 30 a number of labels.
package struct SoftmaxLabelsPart: LabelsDependence {
  private let variances: [Double]
  /// λ_l and how many contrasts have it.
  private let contrasts: [(penalty: Double, count: Double)]
  private let classCount: Double
  private let scale: Double
  package let relativeError: Double
  /// Of the groups' effect, relative.
  private let groupsError: Double

  /// D itself is no better known than this.
  private static let modelError = 0.2
  private static let priorDeviation = 0.5
  private static let scales = 0.01...10.0
  private static let mostGroups = 12

  /// - Parameters:
  ///   - variances: of the features over the pool, in uncorrelated directions.
  ///   - penalty: c.
  ///   - curvature: A, K x K.
  package init(variances: [Double], penalty: Double, curvature: Matrix) throws {
    let count = curvature.rows
    let symmetric = count == 2 ? 2 * penalty : penalty
    let eigenvalues = try SymmetricEigen(curvature).values.prefix(count - 1).map { max($0, 1e-12) }
    self.variances = variances.filter { $0 > 0 }
    contrasts = Self.groups(eigenvalues).map { (symmetric / $0.mean, $0.count) }
    classCount = Double(count)
    (scale, relativeError, groupsError) = (1, 1, 0)
  }

  private init(_ part: SoftmaxLabelsPart, scale: Double, relativeError: Double, groupsError: Double? = nil) {
    (variances, contrasts, classCount) = (part.variances, part.contrasts, part.classCount)
    (self.scale, self.relativeError, self.groupsError) = (scale, relativeError, groupsError ?? part.groupsError)
  }

  /// Of labels that belong together in groups.
  package func clustered(_ scores: GroupedScores) -> SoftmaxLabelsPart {
    SoftmaxLabelsPart(
      self, scale: scale * scores.effect, relativeError: relativeError, groupsError: scores.relativeError)
  }

  /// Neighbours of descending values as their means.
  private static func groups(_ values: [Double]) -> [(mean: Double, count: Double)] {
    let size = (values.count + mostGroups - 1) / mostGroups
    return stride(from: 0, to: values.count, by: size).map { first in
      let group = values[first..<min(first + size, values.count)]
      return (group.reduce(0, +) / Double(group.count), Double(group.count))
    }
  }

  /// So many times as large.
  package func scaled(by factor: Double) -> SoftmaxLabelsPart {
    SoftmaxLabelsPart(self, scale: scale * factor, relativeError: relativeError)
  }

  /// Brought to what fits to `few` rows cost above fits to `many`.
  /// - Parameters:
  ///   - differences: of each row's losses; nil where such fits do not exist.
  ///   - groups: of the rows.
  package func measured(
    _ differences: [Double]?, few: Double, many: Double, groups: Partition? = nil
  ) -> SoftmaxLabelsPart {
    var (factor, deviation) = (1.0, Self.priorDeviation)
    if let differences, let less = self(few), let more = self(many), less > more {
      let found = MeanError(differences, groups: groups)
      let error = max(found.standardError / (less - more), 1e-3)
      let weight = 1 / (error * error)
      let prior = 1 / (Self.priorDeviation * Self.priorDeviation)
      factor = (weight * found.mean / (less - more) + prior) / (weight + prior)
      deviation = (1 / (weight + prior)).squareRoot()
    }
    factor = min(max(factor, Self.scales.lowerBound), Self.scales.upperBound)
    return SoftmaxLabelsPart(
      self, scale: scale * factor,
      relativeError: min(hypot(hypot(deviation / factor, Self.modelError), groupsError), 1))
  }

  /// Fewest labels that it is known for.
  package var fewest: Double { contrasts.allSatisfy { $0.penalty > 0 } ? 2 * classCount : Double(variances.count + 3) }

  package func callAsFunction(_ n: Double) -> Double? {
    if n == .infinity { return 0 }
    guard n > 0 else { return nil }
    var sum = (classCount - 1) / n
    for contrast in contrasts {
      guard let excess = excess(n, penalty: contrast.penalty) else { return nil }
      sum += contrast.count * excess
    }
    return scale * sum / 2
  }

  /// n κ/λ - 1.
  private func excess(_ n: Double, penalty: Double) -> Double? {
    let p = Double(variances.count)
    if penalty == 0 { return n > p + 2 ? p / (n - p) : nil }
    // κ = λ x: n x - 1 - x Σ s/(s + λ x) rises with x from -1, and its root is at most (1 + Σ s/λ)/n.
    func degrees(_ kappa: Double) -> Double { variances.reduce(0) { $0 + $1 / ($1 + kappa) } }
    var (low, high) = (1 / n, (1 + variances.reduce(0, +) / penalty) / n)
    for _ in 0..<200 where high - low > 1e-12 * high {
      let middle = (low * high).squareRoot()
      if n * middle - 1 - middle * degrees(penalty * middle) < 0 { low = middle } else { high = middle }
    }
    return n * high - 1
  }
}
