import LinearAlgebra

/// Training time of linear spectral pre-training, from the closed form of its flow.
///
/// Features A x of pairs (x, x⁺) and strangers x⁻, with Σ = E xx', C₊ = E xx⁺', A k x d. In whitened coordinates U = Σ^½A' and
/// C̄ = Σ^-½ C₊ Σ^-½ the population's loss is L = ‖UU' - C̄‖² - ‖C̄‖², so gradient flow of L/4 in U is `FactorizationFlow` with
/// target C̄:
///
///     U̇ = (C̄ - UU') U,   in A:  Ȧ' = Σ⁻¹ (C₊ - ΣA'AΣ) A'   (natural gradient)
///
/// Representation error: min over rotations O of ‖U(t) - U*O‖_F = (E ‖A(t)x - O A*x‖²)^½, the features' root mean square error.
/// Statistical error: (tr V / m)^½, the same distance for the minimizer on m triples, V its covariance times m in whitened coordinates:
///
///     tr V = Σ_{i≤k<a} λ_i Var G_ai / (4 (λ_i - λ_a)²) + Σ_{i,j≤k} Var G_ij / (8 (λ_i + λ_j))
///
/// with G = -2 sym(zz⁺') + 2 (z'Λ_k z⁻) sym(zz⁻') the score in M = A'A along eigenvectors of C̄, λ its eigenvalues.
/// Plain gradient flow in A gives U̇ = Σ(C̄ - UU')U: the same equilibria, but no closed form unless Σ is a multiple of the identity.
public struct SpectralTraining: Sendable {
  public let flow: FactorizationFlow
  /// U*, d x k.
  public let optimum: Matrix
  /// tr V; nil where the minimizer is not unique up to rotation (λ_k = λ_{k+1} or λ_k <= 0).
  public let estimationVariance: Double?
  /// Σ is a multiple of the identity: then plain gradient flow in A is the same flow, faster by that multiple.
  public let hasPlainClosedForm: Bool

  // MARK: from a population

  /// Gaussian pairs.
  /// - Parameters:
  ///   - covariance: Σ, positive definite, d x d.
  ///   - pairCovariance: C₊, d x d; its symmetric part counts.
  ///   - start: U(0), d x k.
  public init(covariance: Matrix, pairCovariance: Matrix, start: Matrix) throws {
    let frame = try SpectralFrame(covariance: covariance, pairCovariance: pairCovariance, rank: start.columns)
    self.init(try FactorizationFlow(start: start, target: frame.target), frame, frame.gaussianScoreVariances)
  }

  /// Any distribution, by its second moments and a sample of triples from it.
  /// - Parameters:
  ///   - anchors: x, m x d; `positives` x⁺ and `negatives` x⁻ alike.
  public init(
    covariance: Matrix, pairCovariance: Matrix, anchors: Matrix, positives: Matrix, negatives: Matrix, start: Matrix
  ) throws {
    let sizes = [anchors, positives, negatives].map { [$0.rows, $0.columns] }
    precondition(
      Set(sizes).count == 1 && anchors.rows > 0 && anchors.columns == covariance.rows,
      "triples of \(sizes) for \(covariance.rows) columns")
    let frame = try SpectralFrame(covariance: covariance, pairCovariance: pairCovariance, rank: start.columns)
    self.init(
      try FactorizationFlow(start: start, target: frame.target), frame,
      frame.sampledScoreVariances(anchors, positives, negatives))
  }

  /// The same with the sample's own second moments: (XX' + X⁺X⁺')/2m and the symmetric part of X'X⁺/m, columns in rows.
  public init(anchors: Matrix, positives: Matrix, negatives: Matrix, start: Matrix) throws {
    let m = Double(anchors.rows)
    try self.init(
      covariance: (0.5 / m) * (anchors.gram() + positives.gram()),
      pairCovariance: (1 / m) * multiply(anchors, positives, transposing: .left).symmetrized(),
      anchors: anchors, positives: positives, negatives: negatives, start: start)
  }

  private init(_ flow: FactorizationFlow, _ frame: SpectralFrame, _ scoreVariances: Matrix) {
    self.flow = flow
    let rank = flow.start.columns
    let values = Array(flow.eigenvalues.prefix { $0 > 0 }.prefix(rank))
    let missing = Matrix(rows: flow.order, columns: rank - values.count)
    optimum = flow.eigenvectors.columns(0..<values.count).scalingColumns(by: values.map { $0.squareRoot() })
      .joined(leftOf: missing)
    hasPlainClosedForm = frame.isIsotropic
    estimationVariance = frame.estimationVariance(scoreVariances)
  }

  // MARK: formula

  /// (tr V / m)^½; nil where V does not exist.
  public func statisticalError(rows: Int) -> Double? {
    precondition(rows > 0, "\(rows) rows")
    return estimationVariance.map { ($0 / Double(rows)).squareRoot() }
  }

  /// min_O ‖U(t) - U*O‖_F. Cost: O(d² k).
  public func representationError(at time: Double) throws -> Double {
    let factor = try flow.factor(at: time)
    let current = factor.joined(leftOf: Matrix(rows: factor.rows, columns: optimum.columns - factor.columns))
    let svd = try SVD(multiply(optimum, current, transposing: .left))
    return (current - optimum * multiply(svd.left, svd.right, transposing: .right)).squaredFrobeniusNorm.squareRoot()
  }

  /// Time from which the representation error is below `level`; nil where the start leads to a saddle.
  /// Accuracy: 1e-11 of the time. Cost: some 60 evaluations of the error.
  public func time(toReach level: Double) throws -> Double? {
    precondition(level > 0, "representation error \(level)")
    guard try representationError(at: .infinity) < level else { return nil }
    if try representationError(at: 0) < level { return 0 }
    var (low, high) = (0.0, 1 / max(flow.eigenspaces.norm, Double.leastNormalMagnitude))
    while try representationError(at: high) >= level { (low, high) = (high, 2 * high) }
    for _ in 0..<60 where high - low > 1e-11 * high {
      let middle = 0.5 * (low + high)
      if try representationError(at: middle) >= level { low = middle } else { high = middle }
    }
    return high
  }
}
