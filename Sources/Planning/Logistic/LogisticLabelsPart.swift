import Asymptotics
import LinearAlgebra
import Randomness
#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What estimating a logistic head on n labels adds to the log-loss, by parametric bootstrap: rows from the pool, labels from the
/// fitted probabilities, the head refitted, its excess log-loss over the pool; averaged over draws.
///
/// Far better than p/(2n) below some 40 labels a coefficient. Between the sizes drawn n times the part is interpolated in log n,
/// beyond them it is constant.
package struct LogisticLabelsPart: LabelsDependence {
  /// n' and n' times the part, ascending.
  private let points: [(labels: Double, scaled: Double)]
  package let relativeError: Double

  private static let draws = 15
  private static let multiples = [0.5, 1, 2, 4, 8]
  /// Rows drawn at most, and pool rows that the excess is averaged over.
  private static let mostRows = 8000
  private static let mostPoolRows = 2000
  /// A size is known when at least this share of its draws could be fitted.
  private static let enough = 0.7

  /// nil where most draws at the present size are separated. Cost: draws x sizes fits.
  package init?(_ head: LogisticHead, pool: Matrix, labels n: Int, seed: UInt64) {
    let count = min(pool.rows, Self.mostPoolRows)
    let spaced = pool.rows(at: (0..<count).map { $0 * pool.rows / count })
    let truth = spaced * head.coefficients
    var points: [(Double, Double)] = []
    var error = 1.0
    for (cell, multiple) in Self.multiples.enumerated() {
      let size = Int((multiple * Double(n)).rounded())
      if size > Self.mostRows && multiple > 1 { break }
      let excesses = (0..<Self.draws).compactMap { draw -> Double? in
        var stream = RandomStream(seed: seed, cell: UInt64(cell), replicate: UInt64(draw), purpose: 91)
        let rows = pool.rows(
          at: (0..<min(size, Self.mostRows)).map { _ in Int.random(in: 0..<pool.rows, using: &stream) })
        let labels = (rows * head.coefficients).map {
          stream.uniform() < DownstreamLoss.logistic.mean($0) ? 1.0 : 0.0
        }
        guard let fit = try? GeneralizedLinearFit(.logistic, features: rows, labels: labels), fit.status == .converged
        else { return nil }
        return Self.excess(truth, spaced * fit.coefficients)
      }
      guard Double(excesses.count) >= Self.enough * Double(Self.draws) else { continue }
      let mean = excesses.reduce(0, +) / Double(excesses.count)
      points.append((Double(size), Double(size) * mean))
      if multiple == 1 {
        let spread = excesses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(excesses.count - 1)
        error = (spread / Double(excesses.count)).squareRoot() / mean
      }
    }
    guard points.contains(where: { $0.0 == Double(n) }) else { return nil }
    self.points = points
    relativeError = error
  }

  /// E b(f*) - b(f) - p (f* - f).
  private static func excess(_ truth: [Double], _ fitted: [Double]) -> Double {
    zip(truth, fitted).reduce(0) { sum, pair in
      let p = DownstreamLoss.logistic.mean(pair.0)
      func loss(_ f: Double) -> Double {
        p * DownstreamLoss.logistic.value(label: 1, prediction: f)
          + (1 - p) * DownstreamLoss.logistic.value(label: 0, prediction: f)
      }
      return sum + loss(pair.1) - loss(pair.0)
    } / Double(truth.count)
  }

  package func callAsFunction(_ n: Double) -> Double? {
    guard n >= points[0].labels else { return nil }
    guard let above = points.firstIndex(where: { $0.labels >= n }) else { return points[points.count - 1].scaled / n }
    if points[above].labels == n { return points[above].scaled / n }
    let (low, high) = (points[above - 1], points[above])
    let share = log(n / low.labels) / log(high.labels / low.labels)
    return (low.scaled + share * (high.scaled - low.scaled)) / n
  }
}
