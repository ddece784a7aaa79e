import LinearAlgebra

/// The best linear encoder and decoder of k dimensions for a `HiddenLoss`:
///
///     W = Q^-1/2 U_k,  V = U_k' Q^-1/2 C  from the SVD U S . of Q^-1/2 C,   loss = tr T - Σ_{i<=k} s_i²
///
/// Codes are the propagated rows times W diag(s): scaled by the singular values, as penalized heads need it. (W, V) is determined
/// up to rotations (`OrthogonalSymmetry`); the sign of each direction makes its largest entry positive.
public struct GraphCodes: Sendable {
  /// W, coordinates x k, W'QW = I.
  public let encoder: Matrix
  /// V, k x coordinates.
  public let decoder: Matrix
  /// s_1 ≥ ... ≥ s_k.
  public let singularValues: [Double]
  /// s_{k+1}; nil at full size.
  public let next: Double?
  /// tr T - Σ s_i².
  public let loss: Double
  /// Standard deviation of the eigenvalues of Θ = Q^-1 C over their root mean square, from 0 to 1: 0 where all features are equally
  /// smooth, and codes are PCA of the propagated rows.
  public let smoothnessSpread: Double

  /// Directions of Q this far below the largest are dropped.
  private static let tolerance = 1e-13
  private static let tie = 0.01

  /// - Parameters:
  ///   - shift: added to Q's diagonal.
  ///   - latents: a second loss that shares Q: (weight, C2 of whitened latents); the directions are those of [C, sqrt(weight) C2].
  /// Cost: 8 d³ flops. Throws `invalidSize`, `singular`.
  public init(
    _ loss: HiddenLoss, shift: Double, size: Int, latents: (weight: Double, cross: Matrix)? = nil
  ) throws {
    let d = loss.q.rows
    guard size >= 1, size <= d else { throw GraphError.invalidSize(size: size, largest: d) }
    let root = try Self.inverseRoot(loss.penalized(shift))
    guard size <= root.columns else { throw GraphError.invalidSize(size: size, largest: root.columns) }
    let scaled = root.transposedTimesByThreads(loss.c)
    var gram = scaled.transposed().gramByThreads()
    if let latents {
      let other = root.transposedTimesByThreads(latents.cross)
      gram = gram + latents.weight * other.transposed().gramByThreads()
    }
    let found = try SymmetricEigen(gram, largest: min(size + 1, gram.rows))
    let strengths = found.values.map { max($0, 0).squareRoot() }
    var vectors = found.vectors.columns(0..<size)
    vectors.makeLargestPositive()
    encoder = root.timesByThreads(vectors)
    let back = multiply(vectors, scaled, transposing: .left)
    decoder = back
    singularValues = Array(strengths.prefix(size))
    next = strengths.count > size ? strengths[size] : nil
    smoothnessSpread = Self.spread(scaled.timesByThreads(root))
    self.loss = loss.energy - back.squaredFrobeniusNorm
  }

  /// Of R'C R, whose eigenvalues are those of Θ.
  private static func spread(_ similar: Matrix) -> Double {
    let count = Double(similar.rows)
    let mean = similar.trace / count
    let square = traceOfProduct(similar, similar) / count
    return square > 0 ? max(1 - mean * mean / square, 0).squareRoot() : 0
  }

  /// R with R R' = Q^-1 on the directions that count.
  private static func inverseRoot(_ q: Matrix) throws -> Matrix {
    if let factor = try? Cholesky(q), let ends = Optional(factor.factor.diagonalEntries),
      let most = ends.max(), let least = ends.min(), least * least > 1e-12 * most * most
    {
      return factor.solveUpper(.identity(q.rows))
    }
    let eigen = try SymmetricEigen(q)
    let kept = eigen.rank(relativeTolerance: tolerance)
    guard kept > 0, eigen.values[0] > 0 else { throw GraphError.singular(ridge: 0) }
    let positive = eigen.values.prefix(kept).count { $0 > 0 }
    return eigen.vectors.columns(0..<positive).scalingColumns(
      by: eigen.values.prefix(positive).map { 1 / $0.squareRoot() })
  }

  /// W diag(s).
  public var scaledEncoder: Matrix { encoder.scalingColumns(by: singularValues) }

  /// The last direction kept and the first one dropped are within a percent of each other.
  public var isNearTie: Bool {
    guard let next, let last = singularValues.last, last > 0 else { return false }
    return (last - next) / last < Self.tie
  }
}

extension Matrix {
  /// Changes the sign of columns whose largest entry is negative.
  fileprivate mutating func makeLargestPositive() {
    for j in 0..<columns {
      var largest = 0.0
      for i in 0..<rows where abs(self[i, j]) > abs(largest) { largest = self[i, j] }
      if largest < 0 { for i in 0..<rows { self[i, j] = -self[i, j] } }
    }
  }
}
