import LinearAlgebra

/// The mean over all masks of a linear graph autoencoder's loss, a quadratic in Θ:
///
///     loss(Θ) = energy - 2 tr Θ'C + tr Θ'QΘ
///
/// per target. With nodes hidden at rate p, q = 1 - p: Q = (q/N)[q Y'Y + p X'diag(w)X], C = (q/N) Y'X (exact, no sampling).
public struct HiddenLoss: Sendable {
  /// Second moment of the regressors.
  public let q: Matrix
  /// Regressors by targets.
  public let c: Matrix
  /// tr T, the targets' energy.
  public let energy: Double
  /// Trace of the part of Q that does not come from hiding: the unit of ridge penalties is its mean over the columns.
  package let meanTrace: Double

  package init(q: Matrix, c: Matrix, energy: Double, meanTrace: Double) {
    (self.q, self.c, self.energy, self.meanTrace) = (q, c, energy, meanTrace)
  }

  /// At one Θ.
  public func loss(_ theta: Matrix) -> Double {
    energy - 2 * traceOfProduct(theta.transposed(), c) + traceOfProduct(theta.transposed(), q * theta)
  }

  /// Q + shift I.
  package func penalized(_ shift: Double) -> Matrix {
    var result = q
    for i in 0..<q.rows { result[i, i] += shift }
    return result
  }

  /// (Q + shift)^-1 C. Throws `singular`.
  public func optimum(shift: Double = 0) throws -> Matrix {
    guard let factor = try? Cholesky(penalized(shift)) else { throw GraphError.singular(ridge: shift) }
    return factor.solve(c)
  }
}

/// How nodes are hidden.
public enum Hiding: Sendable, Equatable {
  /// Each on its own with this probability.
  case rate(Double)
  /// Exactly so many of all nodes, any of them alike.
  case count(Int)

  /// (factor of the bracket, of Y'Y, of X'diag(w)X) for `nodes` nodes, N times the means.
  package func factors(nodes: Int) throws(GraphError) -> (front: Double, visible: Double, hidden: Double) {
    switch self {
    case .rate(let rate):
      try GraphRanges.check(hideRate: rate)
      return (1 - rate, 1 - rate, rate)
    case .count(let hidden):
      guard hidden >= 1, hidden < nodes, nodes >= 3 else {
        throw .invalidHiddenCount(hidden: hidden, nodes: nodes)
      }
      let (n, m) = (Double(nodes), Double(hidden))
      let kept = (n - m - 1) / (n - 2)
      return ((n - m) / (n - 1), kept, 1 - kept)
    }
  }
}

extension GraphMoments {
  /// The loss at hidden nodes, targets their own features.
  public func loss(_ hiding: Hiding) throws -> HiddenLoss {
    let (front, seen, hidden) = try hiding.factors(nodes: nodes)
    let n = Double(nodes)
    return HiddenLoss(
      q: (front * seen / n) * visibleGram + (front * hidden / n) * hiddenGram, c: (front / n) * cross,
      energy: rows.energy / n, meanTrace: front * seen / n * visibleGram.trace)
  }

  /// The same with a token for hidden nodes and a bias, both free: regressors (features, token, bias).
  ///
  /// Rows need not be centred; regressors of node l are (q y_l, P_ll + p Σ_i P0_li, 1) on the mean.
  public func lossWithTokenAndBias(hideRate p: Double) throws -> HiddenLoss {
    try GraphRanges.check(hideRate: p)
    let (q, n, d) = (1 - p, Double(nodes), rows.values.columns)
    let ones = Matrix(rows: nodes, columns: 1, repeating: 1)
    let sums = propagation.apply(ones).storage
    let extra = Matrix(
      rows: nodes, columns: 2,
      storage: (0..<nodes).flatMap { l in
        [diagonal.diagonal[l] + p * (sums[l] - diagonal.diagonal[l]), 1]
      })
    let regressors = (q * visible).joined(leftOf: extra)
    var second = (1 / n) * regressors.gramByThreads()
    let weighted = rows.values.transposedTimes(diagonal.weights)
    for i in 0..<d {
      for j in 0..<d { second[i, j] += p * q / n * hiddenGram[i, j] }
      second[i, d] -= p * q / n * weighted[i]
      second[d, i] -= p * q / n * weighted[i]
    }
    second[d, d] += p * q / n * diagonal.weights.reduce(0, +)
    return HiddenLoss(
      q: second, c: (1 / n) * regressors.transposedTimesByThreads(rows.values), energy: rows.energy / n,
      meanTrace: q * q / n * visibleGram.trace)
  }

  /// The nodes whose targets count.
  public enum Targets: Sendable { case hidden, kept, all }

  /// Any targets, such as a teacher's latents on the unmasked graph, from the masked features.
  public func loss(hideRate p: Double, latents: Matrix, at targets: Targets) throws -> HiddenLoss {
    try GraphRanges.check(hideRate: p)
    precondition(latents.rows == nodes, "\(latents.rows) latents of \(nodes) nodes")
    let (q, n) = (1 - p, Double(nodes))
    let hidden = HiddenLoss(
      q: (q * q / n) * visibleGram + (p * q / n) * hiddenGram,
      c: (q / n) * visible.transposedTimesByThreads(latents),
      energy: latents.squaredFrobeniusNorm / n, meanTrace: q * q / n * visibleGram.trace)
    if targets == .hidden { return hidden }
    let own = rows.values.scalingRows(by: diagonal.diagonal) + q * visible
    let gram = own.gramByThreads()
    let kept = HiddenLoss(
      q: (1 / n) * gram + (p * q / n) * hiddenGram, c: (1 / n) * own.transposedTimesByThreads(latents),
      energy: hidden.energy, meanTrace: gram.trace / n)
    if targets == .kept { return kept }
    return HiddenLoss(
      q: p * hidden.q + q * kept.q, c: p * hidden.c + q * kept.c, energy: hidden.energy,
      meanTrace: p * hidden.meanTrace + q * kept.meanTrace)
  }
}
