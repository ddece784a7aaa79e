import LinearAlgebra

/// T cut into features and tangents, and the Schur complement between them.
struct FeatureSplit {
  let featureCount: Int
  let rank: RankDecision
  /// T_gg - T_gψ T_ψψ⁺ T_ψg, q x q.
  let schur: Matrix

  init(_ joint: Matrix, featureCount p: Int) throws {
    featureCount = p
    let featureBlock = joint.rows(0..<p).columns(0..<p)
    let cross = joint.rows(p..<joint.rows).columns(0..<p)
    let tangentBlock = joint.rows(p..<joint.rows).columns(p..<joint.columns)
    rank = try RankDecision(featureBlock)
    let inverse = try featureBlock.correlationScaledInverse()
    schur = (tangentBlock - multiply(multiply(cross, inverse), cross, transposing: .right)).symmetrized()
  }
}

extension Matrix {
  /// B' A B.
  package func congruence(_ a: Matrix) -> Matrix { multiply(self, multiply(a, self), transposing: .left) }

  /// D (D A D)⁺ D with D = diag(A)^-½: a generalized inverse whose rank does not depend on units of measurement.
  func correlationScaledInverse() throws -> Matrix {
    let scales = correlationScales
    let correlation = scalingBothSides(by: scales).symmetrized()
    let inverse = try SymmetricEigen(correlation).pseudoInverse(relativeTolerance: RankDecision.defaultTolerance)
    return inverse.scalingBothSides(by: scales)
  }
}
