import CMath
import SpecialFunctions

/// A weighted mixture of normal laws: what is believed of a number under several laws that may hold.
package struct NormalMixture: Sendable {
  /// Sum to 1.
  package let weights: [Double]
  package let means: [Double]
  package let deviations: [Double]

  /// - Parameter weights: not negative, with a positive sum.
  package init(weights: [Double], means: [Double], deviations: [Double]) {
    let sum = weights.reduce(0, +)
    self.weights = weights.map { $0 / sum }
    (self.means, self.deviations) = (means, deviations)
  }

  /// A number that is known.
  package init(exactly value: Double) { self.init(weights: [1], means: [value], deviations: [0]) }

  package var mean: Double { zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 } }

  package var standardDeviation: Double {
    let mean = mean
    return weights.indices.reduce(0) { sum, k in
      let distance = means[k] - mean
      return sum + weights[k] * (deviations[k] * deviations[k] + distance * distance)
    }.squareRoot()
  }

  /// P(value <= x).
  package func probability(below x: Double) -> Double {
    weights.indices.reduce(0) { sum, k in
      let share =
        deviations[k] > 0 ? normalCDF((x - means[k]) / deviations[k]) : x > means[k] ? 1 : x < means[k] ? 0 : 0.5
      return sum + weights[k] * share
    }
  }

  /// P(value > 0).
  package var probabilityPositive: Double { 1 - probability(below: 0) }

  /// The p-quantile, by bisection. Cost: 200 mixtures at most.
  package func quantile(_ p: Double) -> Double {
    let reach = 10 * (deviations.max() ?? 0)
    var (low, high) = ((means.min() ?? 0) - reach, (means.max() ?? 0) + reach)
    for _ in 0..<200 where high - low > 1e-12 * (abs(low) + abs(high)) {
      let middle = low + (high - low) / 2
      if probability(below: middle) < p { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }

  /// The same mean with so many times the distances from it.
  package func widened(by factor: Double) -> NormalMixture {
    let mean = mean
    return NormalMixture(
      weights: weights, means: means.map { mean + factor * ($0 - mean) }, deviations: deviations.map { factor * $0 })
  }

  /// Plus an independent normal number.
  package func adding(mean shift: Double, standardDeviation: Double) -> NormalMixture {
    NormalMixture(
      weights: weights, means: means.map { $0 + shift }, deviations: deviations.map { hypot($0, standardDeviation) })
  }

  /// Times a number.
  package func scaled(by factor: Double) -> NormalMixture {
    NormalMixture(
      weights: weights, means: means.map { factor * $0 }, deviations: deviations.map { abs(factor) * $0 })
  }
}
