import Geometry
import LinearAlgebra

/// Second moments of pairs of views: all that linear spectral learning needs when every other view is a stranger.
///
/// The mean over all strangers of (x'M x⁻)² is tr(MΣ̂MΣ̂), with Σ̂ over both views, so the loss
///
///     L(A) = tr(MΣ̂MΣ̂) - 2 tr(MΣ̂⁺),   M = A'A
///
/// has its minimizer in closed form: the leading positive directions of W'Σ̂⁺W, W'Σ̂W = I.
/// Source: arXiv 2603.27631, section 6.1; HaoChen et al. (2021).
public struct PairMoments: Sendable, Equatable {
  public let count: Int
  /// Σ̂, mean of (x x' + x⁺x⁺') / 2.
  public let covariance: Matrix
  /// Σ̂⁺, mean of (x x⁺' + x⁺x') / 2.
  public let pairCovariance: Matrix

  public init(count: Int, covariance: Matrix, pairCovariance: Matrix) {
    precondition(
      covariance.isSquare && covariance.rows == pairCovariance.rows && pairCovariance.isSquare,
      "\(covariance.rows) x \(covariance.columns) covariance, \(pairCovariance.rows) x \(pairCovariance.columns) of pairs"
    )
    (self.count, self.covariance, self.pairCovariance) = (count, covariance, pairCovariance)
  }

  /// From the moments of [x x⁺], 2 d columns, each view about its own mean.
  init(joint: RowMoments) {
    let d = joint.mean.count / 2
    func part(_ i: Int, _ j: Int) -> Matrix {
      joint.covariance.rows(i * d..<(i + 1) * d).columns(j * d..<(j + 1) * d)
    }
    self.init(
      count: joint.count, covariance: 0.5 * (part(0, 0) + part(1, 1)), pairCovariance: 0.5 * (part(0, 1) + part(1, 0)))
  }

  /// Pairs as rows of two matrices, around the origin. Cost: 4 m d² flops.
  public init(anchors: Matrix, positives: Matrix) {
    precondition(
      anchors.rows == positives.rows && anchors.columns == positives.columns,
      "\(anchors.rows) x \(anchors.columns) anchors, \(positives.rows) x \(positives.columns) positives")
    count = anchors.rows
    covariance = (0.5 / Double(anchors.rows)) * (anchors.gram() + positives.gram())
    let product = multiply(anchors, positives, transposing: .left)
    pairCovariance = (0.5 / Double(anchors.rows)) * (product + product.transposed())
  }

  /// Minimizers A (k x d: features A x) for each rank k. Cost: two eigenproblems of order d, whatever the ranks.
  /// Throws `SpectralFitError`.
  public func minimizers(ranks: [Int]) throws -> [Matrix] {
    let canonical = try CanonicalPairs(covariance: covariance, pairCovariance: pairCovariance, count: count)
    let directions = canonical.directions
    return try ranks.map { rank in
      let roots = try canonical.leading(rank).map { $0.squareRoot() }
      return directions.columns(0..<rank).scalingColumns(by: roots).transposed()
    }
  }
}
