import LinearAlgebra
import Randomness

/// What linear spectral pre-training learns from: rows x, partners x⁺ that belong to them, and strangers x⁻ that do not.
public struct SpectralTriples: Sendable, Equatable {
  /// x, m x d.
  public let anchors: Matrix
  /// x⁺, m x d.
  public let positives: Matrix
  /// x⁻, m x d, with the law of x and independent of it.
  public let negatives: Matrix

  public init(anchors: Matrix, positives: Matrix, negatives: Matrix) {
    let size = (anchors.rows, anchors.columns)
    precondition(
      size == (positives.rows, positives.columns) && size == (negatives.rows, negatives.columns),
      "\(anchors.rows) x \(anchors.columns) anchors, \(positives.rows) x \(positives.columns) positives, "
        + "\(negatives.rows) x \(negatives.columns) negatives")
    self.anchors = anchors
    self.positives = positives
    self.negatives = negatives
  }

  /// Given pairs; the stranger of a row is another row's anchor, each used once (a random cycle through all rows).
  public init(anchors: Matrix, positives: Matrix, using stream: inout RandomStream) {
    precondition(anchors.rows > 1, "\(anchors.rows) pairs have no strangers")
    let order = stream.permutation(anchors.rows)
    var strangers = [Int](repeating: 0, count: order.count)
    for (position, row) in order.enumerated() { strangers[row] = order[(position + 1) % order.count] }
    self.init(anchors: anchors, positives: positives, negatives: anchors.rows(at: strangers))
  }

  /// m.
  public var count: Int { anchors.rows }
  /// d.
  public var dimension: Int { anchors.columns }

  /// Every row minus `center`, then times `map`.
  func transformed(center: [Double]? = nil, _ map: Matrix) -> SpectralTriples {
    func moved(_ rows: Matrix) -> Matrix { multiply(center.map(rows.subtractingFromRows) ?? rows, map) }
    return SpectralTriples(anchors: moved(anchors), positives: moved(positives), negatives: moved(negatives))
  }

  /// Mean of x x⁺' + x⁺ x' over 2.
  var pairCovariance: Matrix {
    let product = multiply(anchors, positives, transposing: .left)
    return (0.5 / Double(count)) * (product + product.transposed())
  }
}
