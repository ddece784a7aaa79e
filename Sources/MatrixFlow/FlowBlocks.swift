import LinearAlgebra

/// P(t) - P(∞) in the echelon's coordinates, the limit's eigenspace first:
///
///     [ leading   cross' ]
///     [ cross     R R'   ]
struct FlowBlocks {
  /// P₁ - Λ₁.
  let leading: Matrix
  /// P₀'.
  let cross: Matrix
  /// R.
  let restFactor: Matrix

  /// ‖P(t) - P(∞)‖_F².
  var squaredDistance: Double {
    leading.squaredFrobeniusNorm + 2 * cross.squaredFrobeniusNorm + restFactor.gram().squaredFrobeniusNorm
  }

  /// f(X(t)) - f(X(∞)) = ¼ ‖P - P∞‖² - ½ Σ_{rest} λ_i P_ii, no cancellation of large numbers.
  func excessLoss(restValues: [Double]) -> Double {
    var weighted = 0.0
    for (i, value) in restValues.enumerated() {
      var square = 0.0
      for j in 0..<restFactor.columns { square += restFactor[i, j] * restFactor[i, j] }
      weighted += value * square
    }
    return 0.25 * squaredDistance - 0.5 * weighted
  }
}
