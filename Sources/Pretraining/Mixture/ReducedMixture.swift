import LinearAlgebra

/// What the law of mixture pre-training depends on: r-dimensional coordinates, in units of the components' standard deviation.
///
/// Rows are z ~ Σ ω_i N(c_i, I_r) in the centres' subspace, and independent standard normals in the d - r directions outside.
/// Target f(z) = Σ_i π_i (τ_i · (z - c_i) + b_i), π the posterior of the component.
struct ReducedMixture: Sendable {
  /// ω.
  let weights: [Double]
  /// C, K x r, columns add up to 0.
  let centers: Matrix
  /// τ, K x r.
  let slopes: Matrix
  /// b.
  let intercepts: [Double]
  /// d - r.
  let outside: Int
  /// What is fitted beside the centres.
  let estimates: MixtureUnknowns

  var count: Int { weights.count }
  var rank: Int { centers.columns }

  /// E[f] may be large without meaning: a shift of all b and the slopes' common part are features. Smallest pair distance.
  var smallestDistance: Double { MixtureSubspace.closestPair(centers).distance }

  /// Largest distance of two centres below a bound; 0 where there is none.
  func largestDistance(below bound: Double) -> Double {
    var largest = 0.0
    for i in 0..<count {
      for j in 0..<i {
        let square = (0..<rank).reduce(0) { sum, axis in
          let difference = centers[i, axis] - centers[j, axis]
          return sum + difference * difference
        }
        let distance = square.squareRoot()
        if distance <= bound { largest = max(largest, distance) }
      }
    }
    return largest
  }

  /// Σ ω_i (|τ_i|² + (b_i - b̄)²): the square of the target, up to a constant.
  var targetScale: Double {
    let middle = zip(weights, intercepts).reduce(0) { $0 + $1.0 * $1.1 }
    return (0..<count).reduce(0) { sum, i in
      let shift = intercepts[i] - middle
      return sum + weights[i] * ((0..<rank).reduce(shift * shift) { $0 + slopes[i, $1] * slopes[i, $1] })
    }
  }

  /// The same mixture with its centres drawn together until none are farther apart than `distance`, or the nearest two are a
  /// hundredth of a deviation apart; slopes grow as much.
  ///
  /// Which tangents depend on each other, and on the features, is a matter of algebra that this keeps: t_i · x and b_i - t_i · c_i
  /// stay what they are in units of the centres. Only the posteriors change, to ones that overlap enough to be told from 0.
  func drawnTogether(to distance: Double) -> ReducedMixture {
    let largest = largestDistance(below: .infinity)
    guard largest > distance else { return self }
    let factor = min(max(distance / largest, 0.01 / smallestDistance), 1)
    return ReducedMixture(
      weights: weights, centers: factor * centers, slopes: (1 / factor) * slopes, intercepts: intercepts,
      outside: outside, estimates: estimates)
  }
}

/// What pre-training fits beside the centres.
public struct MixtureUnknowns: Sendable, Equatable {
  /// The components' weights.
  public var weights: Bool
  /// The variance that all components and directions share.
  public var variance: Bool

  public init(weights: Bool = false, variance: Bool = false) {
    self.weights = weights
    self.variance = variance
  }
}

/// Where the functions of z stand whose second moments the law needs.
struct MixtureColumns: Sendable {
  let count: Int
  let rank: Int
  let unknowns: MixtureUnknowns

  init(_ mixture: ReducedMixture) {
    count = mixture.count
    rank = mixture.rank
    unknowns = mixture.estimates
  }

  /// π_i (z - c_i): features, and scores of the centres.
  var steps: Range<Int> { 0..<count * rank }
  /// π_i: features, and scores outside the subspace.
  var posteriors: Range<Int> { steps.upperBound..<steps.upperBound + count }
  /// All features.
  var features: Range<Int> { 0..<posteriors.upperBound }
  /// Σ π_i |z - c_i|² - r: score of the standard deviation's logarithm, inside.
  var spread: Range<Int> { features.upperBound..<features.upperBound + (unknowns.variance ? 1 : 0) }
  /// Tangents, in the order of the parameters: centres, logarithms of all weights but the last, of the standard deviation.
  var tangents: Range<Int> { spread.upperBound..<spread.upperBound + parameters }
  /// ∇f.
  var gradient: Range<Int> { tangents.upperBound..<tangents.upperBound + rank }
  var total: Int { gradient.upperBound }

  var parameters: Int { count * rank + (unknowns.weights ? count - 1 : 0) + (unknowns.variance ? 1 : 0) }
}
