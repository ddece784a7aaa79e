import CMath
import LinearAlgebra
import Randomness

/// Averages of a softmax loss over normal logits f ~ N(b, F), for labels that follow p = softmax(f).
///
///     E p,   Ω = E[diag(p) - pp'],   R* = E H(p),   H(p) = log Σ_k e^(f_k - f_max) + Σ_k p_k (f_max - f_k)
///
/// Both terms of the entropy H are not negative: nothing cancels, however large the logits are.
/// Accuracy: 1e-12 where the logits have up to three directions of moderate size, else `relativeError`.
/// Cost: up to 10^6 points x K exponentials.
public struct SoftmaxMeans: Sendable {
  /// b, K logits.
  public let center: [Double]
  /// F, K x K.
  public let covariance: Matrix
  /// E p.
  public let probabilities: [Double]
  /// Ω, K x K.
  public let curvature: Matrix
  /// R*, the mean log-loss of the right probabilities.
  public let irreducibleRisk: Double
  /// Estimated, of Ω and of R*, the larger; nil where it is rounding.
  public let relativeError: Double?

  /// Throws `HeadError.constantClasses` where Ω vanishes, `HeadError.classesOverflow` where a logit is not finite.
  public init(center: [Double], covariance: Matrix) throws {
    precondition(
      covariance.isSquare && covariance.rows == center.count, "\(center.count) logits, covariance of \(covariance.rows)"
    )
    guard center.allSatisfy(\.isFinite), covariance.storage.allSatisfy(\.isFinite) else {
      throw HeadError.classesOverflow
    }
    let k = center.count
    // A shift that all classes share changes nothing but log Σ e^f, by its own mean.
    let contrasts = Matrix.identity(k) - Matrix(rows: k, columns: k, repeating: 1 / Double(k))
    let eigen = try SymmetricEigen(contrasts.congruence(covariance).symmetrized())
    let largest = max(eigen.values[0], 0)
    let rank = eigen.values.count { $0 > 1e-14 * largest && $0 > 0 }
    let axes = eigen.vectors.columns(0..<rank).scalingColumns(by: eigen.values[0..<rank].map { $0.squareRoot() })
    // Σ_k e^f_k has no zero while phases differ by less than π.
    let strips = (0..<rank).map { j -> Double in
      let column = axes.column(j)
      return .pi / (column.max()! - column.min()!)
    }
    let sums = Sums(NormalNodes(strips: strips), center: center, axes: axes)
    guard sums.curvature.trace.isNormal else { throw HeadError.constantClasses }
    self.center = center
    self.covariance = covariance
    (probabilities, curvature, relativeError) = (sums.probabilities, sums.curvature, sums.relativeError)
    irreducibleRisk = sums.entropy
  }

  /// The K - 1 directions in which classes differ, with what their logits' curvature is: Ω = Σ_c ω_c v_c v_c'.
  public func contrasts() throws -> [(curvature: Double, direction: [Double])] {
    let eigen = try SymmetricEigen(curvature)
    return (0..<center.count - 1).map { (eigen.values[$0], eigen.vectors.column($0)) }
  }
}

/// Weighted sums over nodes.
private struct Sums {
  var probabilities: [Double]
  var curvature: Matrix
  var entropy = 0.0
  var relativeError: Double?

  init(_ nodes: NormalNodes, center: [Double], axes: Matrix) {
    let (k, r) = (center.count, nodes.dimension)
    probabilities = [Double](repeating: 0, count: k)
    curvature = Matrix(rows: k, columns: k)
    var logits = center
    // Of each scrambling: 1 - |p|² and H.
    var parts = [(trace: Double, entropy: Double)]()
    var block = (trace: 0.0, entropy: 0.0)
    for (node, weight) in nodes.weights.enumerated() {
      for own in 0..<k {
        var f = center[own]
        for j in 0..<r { f += axes[own, j] * nodes.points[node * r + j] }
        logits[own] = f
      }
      let most = logits.max()!
      var (sum, below) = (0.0, 0.0)
      for own in 0..<k {
        let distance = most - logits[own]
        logits[own] = exp(-distance)
        sum += logits[own]
        below += logits[own] * distance
      }
      let own = weight * (log(sum) + below / sum)
      entropy += own
      block.entropy += own
      for own in 0..<k { logits[own] /= sum }
      var rest = 0.0
      for own in 0..<k {
        let share = weight * logits[own]
        probabilities[own] += share
        // 1 - p of the others' sum: no digits are lost where p is near 1.
        var others = 0.0
        for other in 0..<k where other != own {
          others += logits[other]
          curvature[own, other] -= share * logits[other]
        }
        curvature[own, own] += share * others
        rest += share * others
      }
      block.trace += rest
      if (node + 1) % nodes.blockSize == 0 {
        parts.append(block)
        block = (0, 0)
      }
    }
    curvature = curvature.symmetrized()
    guard !nodes.isProduct else { return }
    relativeError = max(Self.relativeError(parts.map(\.trace)), Self.relativeError(parts.map(\.entropy)))
  }

  /// Of the mean of values that should be the same; 0 where all are 0.
  private static func relativeError(_ values: [Double]) -> Double {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count * (count - 1))
    return mean > 0 ? spread.squareRoot() / mean : 0
  }
}
