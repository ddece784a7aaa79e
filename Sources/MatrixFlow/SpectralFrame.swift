import LinearAlgebra

/// The coordinates in which pairs have covariance I and cross-covariance diag(λ).
struct SpectralFrame {
  let rank: Int
  /// Σ^-½.
  let whitening: Matrix
  /// C̄.
  let target: Matrix
  let isIsotropic: Bool
  /// λ, descending.
  let correlations: [Double]
  /// Eigenvectors of C̄.
  private let axes: Matrix

  /// Throws `notPositiveDefinite` for a singular Σ.
  init(covariance: Matrix, pairCovariance: Matrix, rank: Int) throws {
    precondition(
      covariance.isSquare && pairCovariance.isSquare && pairCovariance.rows == covariance.rows,
      "\(covariance.rows) x \(covariance.columns) and \(pairCovariance.rows) x \(pairCovariance.columns)")
    let eigen = try SymmetricEigen(covariance.symmetrized())
    let (largest, smallest) = (eigen.values[0], eigen.values[eigen.values.count - 1])
    guard smallest > 1e-14 * largest else {
      throw LinearAlgebraError.notPositiveDefinite(leadingMinor: eigen.values.count { $0 > 1e-14 * largest } + 1)
    }
    self.rank = rank
    whitening = eigen.applying { 1 / $0.squareRoot() }
    isIsotropic = largest - smallest <= 1e-12 * largest
    target = (whitening * pairCovariance.symmetrized() * whitening).symmetrized()
    let spaces = try SymmetricEigen(target)
    (correlations, axes) = (spaces.values, spaces.vectors)
  }

  /// τ = Σ_{i≤k} λ_i².
  private var power: Double { correlations.prefix(rank).reduce(0) { $0 + $1 * $1 } }

  /// Var G_ai for Gaussian pairs, d x k: 2(1 + τ + λ_i²) for a > k; 2(1 + τ + λ_i² + λ_j² + λ_iλ_j) and 4(1 + τ + 4λ_i²) inside.
  var gaussianScoreVariances: Matrix {
    var result = Matrix(rows: correlations.count, columns: rank)
    for a in 0..<result.rows {
      for i in 0..<rank {
        let (own, other) = (correlations[i], correlations[a])
        if a == i {
          result[a, i] = 4 * (1 + power + 4 * own * own)
        } else {
          result[a, i] = 2 * (1 + power + own * own + (a < rank ? other * other + own * other : 0))
        }
      }
    }
    return result
  }

  /// The same from rows. Cost: 6 m d² + 2 m d k flops.
  func sampledScoreVariances(_ anchors: Matrix, _ positives: Matrix, _ negatives: Matrix) -> Matrix {
    let turn = whitening * axes
    let (z, positive, negative) = (anchors * turn, positives * turn, negatives * turn)
    var sums = Matrix(rows: correlations.count, columns: rank)
    var squares = sums
    for r in 0..<z.rows {
      let similarity = (0..<rank).reduce(0) { $0 + correlations[$1] * z[r, $1] * negative[r, $1] }
      for a in 0..<sums.rows {
        for i in 0..<rank {
          let attraction = z[r, a] * positive[r, i] + z[r, i] * positive[r, a]
          let repulsion = z[r, a] * negative[r, i] + z[r, i] * negative[r, a]
          let score = similarity * repulsion - attraction
          sums[a, i] += score
          squares[a, i] += score * score
        }
      }
    }
    let m = Double(z.rows)
    for index in sums.storage.indices {
      squares.storage[index] = squares.storage[index] / m - (sums.storage[index] / m) * (sums.storage[index] / m)
    }
    return squares
  }

  /// tr V from the score's variances; nil where the gap λ_k - max(λ_{k+1}, 0) closes.
  func estimationVariance(_ scoreVariances: Matrix) -> Double? {
    guard rank > 0, rank <= correlations.count else { return nil }
    let next = rank < correlations.count ? correlations[rank] : 0
    guard correlations[rank - 1] - max(next, 0) > 1e-12 * correlations[0] else { return nil }
    var trace = 0.0
    for i in 0..<rank {
      for a in 0..<correlations.count {
        let (own, other) = (correlations[i], correlations[a])
        let gap = own - other
        trace += scoreVariances[a, i] * (a < rank ? 1 / (8 * (own + other)) : own / (4 * gap * gap))
      }
    }
    return trace
  }
}
