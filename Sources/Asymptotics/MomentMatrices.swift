import LinearAlgebra

/// All that the limit law needs to know about a two-stage pipeline, in the flat parameter space w ∈ ℝ^q.
///
/// With score s = ∇ loss(w*; z), features ψ = ψ(x, w*) ∈ ℝ^p and tangents g = ∇_w ⟨θ*, ψ(x, w)⟩ at w*:
///
///     H = E ∇² loss(w*; z)    S = E s s'    T = E (ψ, g)(ψ, g)'
///
/// H and S are singular along the symmetry's orbit, whose tangent space is `verticalBasis`.
/// Source: arXiv 2603.27631, Theorem 5.1; a Hessian at a critical point does not depend on the chart, so no
/// manifold calculus is needed.
public struct MomentMatrices: Sendable {
  /// H, q x q.
  public let hessian: Matrix
  /// S, q x q.
  public let scoreCovariance: Matrix
  /// T, (p + q) x (p + q): features first, then tangents.
  public let joint: Matrix
  /// p.
  public let featureCount: Int
  /// Orthonormal basis of the orbit's tangent space at w*, q x (dimension of the orbit).
  public let verticalBasis: Matrix
  /// The joint second moment of (ψ, g, ∇_w ⟨η_1, ψ⟩, ..., ∇_w ⟨η_r, ψ⟩) with η_1 ... η_r a basis of the head directions that
  /// vanish at w*, ⟨η, ψ(·, w*)⟩ = 0: order p + q (1 + r). nil when the model does not say.
  public let nullJoint: Matrix?

  public init(
    hessian: Matrix, scoreCovariance: Matrix, joint: Matrix, featureCount: Int, verticalBasis: Matrix,
    nullJoint: Matrix? = nil
  ) {
    let q = hessian.rows
    precondition(hessian.columns == q, "Hessian of \(hessian.rows) x \(hessian.columns)")
    precondition(
      scoreCovariance.rows == q && scoreCovariance.columns == q,
      "score covariance of \(scoreCovariance.rows) x \(scoreCovariance.columns) for \(q) parameters")
    precondition(
      joint.rows == featureCount + q && joint.columns == featureCount + q,
      "joint moment of \(joint.rows) x \(joint.columns) for \(featureCount) features and \(q) parameters")
    if let nullJoint {
      let rest = nullJoint.rows - joint.rows
      precondition(
        nullJoint.isSquare && rest > 0 && rest % q == 0,
        "null moment of \(nullJoint.rows) x \(nullJoint.columns) beside a joint moment of order \(joint.rows)")
    }
    precondition(verticalBasis.rows == q, "vertical basis of \(verticalBasis.rows) rows for \(q) parameters")
    self.hessian = hessian
    self.scoreCovariance = scoreCovariance
    self.joint = joint
    self.featureCount = featureCount
    self.verticalBasis = verticalBasis
    self.nullJoint = nullJoint
  }

  /// Moments averaged over rows of data.
  /// - Parameters:
  ///   - scores: ∇ loss of each unlabeled row, N x q; its mean is taken out.
  ///   - features: ψ of each downstream row, M x p.
  ///   - tangents: g of the same rows, M x q.
  /// Cost: N q^2 + M (p + q)^2 flops, BLAS-3.
  public init(scores: Matrix, hessian: Matrix, features: Matrix, tangents: Matrix, verticalBasis: Matrix) {
    let joined = features.joined(leftOf: tangents)
    self.init(
      hessian: hessian, scoreCovariance: RowMoments(rows: scores).covariance,
      joint: (1 / Double(joined.rows)) * joined.gram(), featureCount: features.columns, verticalBasis: verticalBasis)
  }

  /// q.
  public var parameterCount: Int { hessian.rows }
}
