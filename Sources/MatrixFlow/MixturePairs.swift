import LinearAlgebra
import Randomness

/// Pairs from a mixture of unit Gaussians with equal weights: both members of a pair come from the same component.
///
///     x = μ_c + e,  x⁺ = μ_c + e⁺,  x⁻ from a component of its own:   C₊ = Σ_c μ_cμ_c'/K,  Σ = I + C₊
public struct MixturePairs: Sendable {
  /// K x d.
  public let centers: Matrix

  public init(centers: Matrix) {
    precondition(centers.rows > 0 && centers.columns > 0, "centers of \(centers.rows) x \(centers.columns)")
    self.centers = centers
  }

  /// C₊.
  public var pairCovariance: Matrix { (1 / Double(centers.rows)) * centers.gram() }
  /// Σ.
  public var covariance: Matrix { .identity(centers.columns) + pairCovariance }

  /// Fresh x, x⁺ and x⁻, count x d each. Cost: 3 count d normals.
  public func triples(
    _ count: Int, using stream: inout RandomStream
  ) -> (anchors: Matrix, positives: Matrix, negatives: Matrix) {
    var components: [Int] = []
    var strangers: [Int] = []
    for _ in 0..<count {
      components.append(Int(stream.uniform() * Double(centers.rows)))
      strangers.append(Int(stream.uniform() * Double(centers.rows)))
    }
    let columns = centers.columns
    return (
      centers.rows(at: components) + stream.normalMatrix(rows: count, columns: columns),
      centers.rows(at: components) + stream.normalMatrix(rows: count, columns: columns),
      centers.rows(at: strangers) + stream.normalMatrix(rows: count, columns: columns)
    )
  }
}
