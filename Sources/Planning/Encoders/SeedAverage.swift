import CMath
import LinearAlgebra

/// What averaging the heads of encoders that differ by their seed takes off the risk.
///
/// For squared error the mean of k predictions costs as much less than each of them on average as they lie from it:
///
///     mean_e (f_e - y)² - (f - y)² = mean_e (f_e - f)² = (1 - 1/k) v,   v = half the mean squared disagreement of two
///
/// exactly, row by row, and without a label, so a pool tells it. For log-loss the mean of the probabilities is compared with each
/// encoder's own on labeled rows left out.
/// Source: Krogh and Vedelsby (1995), Neural network ensembles, cross validation, and active learning.
package struct SeedAverage: Sendable, Equatable {
  /// Of two.
  package let gain: Double
  package let standardError: Double

  /// - Parameter predictions: of the same rows by each encoder, two or more.
  package init?(predictions: [[Double]]) {
    guard predictions.count > 1, let count = predictions.first?.count, count > 1 else { return nil }
    let k = Double(predictions.count)
    // v is the variance among encoders, divisor k - 1; two of them gain v/2.
    let terms = (0..<count).map { row -> Double in
      let mean = predictions.reduce(0) { $0 + $1[row] } / k
      return predictions.reduce(0) { $0 + ($1[row] - mean) * ($1[row] - mean) } / (k - 1) / 2
    }
    self.init(MeanError(terms))
  }

  /// - Parameter logs: log p of each left-out row by each encoder, n x K.
  package init?(logs: [Matrix], classes: [Int]) {
    guard logs.count > 1 else { return nil }
    let pairs = logs.indices.flatMap { a in logs.indices.filter { $0 > a }.map { (a, $0) } }
    let terms = classes.indices.map { row -> Double in
      pairs.reduce(0) { sum, pair in
        let (one, other) = (logs[pair.0][row, classes[row]], logs[pair.1][row, classes[row]])
        let top = max(one, other)
        let mean = top + log((exp(one - top) + exp(other - top)) / 2)
        return sum + mean - (one + other) / 2
      } / Double(pairs.count)
    }
    self.init(MeanError(terms))
  }

  private init(_ mean: MeanError) { (gain, standardError) = (mean.mean, mean.standardError) }
}
