import LinearAlgebra
import Randomness
#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What estimating a logistic head on n labels adds to the log-loss, by parametric bootstrap: rows from the pool,
/// labels from the fitted probabilities, the head refitted, its excess log-loss over the pool; averaged over draws.
///
/// Fitted odds are first brought to what left-out rows bear out (`ClassHead.calibration`): those of 60 labels and 7
/// columns are some 40 % too far from 0, and give 16 % too large a part. A penalty is kept as it is, as a prior is,
/// whatever the number of labels.
///
/// With more than two classes the excess is over what one against the rest can reach with unlimited labels of that law.
/// Far better than p/(2n) below some 40 labels a coefficient. Between the sizes drawn n times the part is interpolated
/// in log n, beyond them it is constant.
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
  /// - Parameters:
  ///   - classes: of the head's own rows.
  ///   - pool: designs of rows to draw from.
  ///   - penalty: of the head, and of those refitted.
  package init?(
    _ head: ClassHead, classes: [Int], pool: Matrix, labels n: Int, penalty: Double = 0, seed: UInt64
  ) {
    let calibration = head.calibration(classes: classes)
    func probabilities(_ rows: Matrix) -> Matrix { head.logProbabilities(rows, calibration: calibration) }
    let count = min(pool.rows, Self.mostPoolRows)
    let spaced = pool.rows(at: (0..<count).map { $0 * pool.rows / count })
    let truth = probabilities(spaced)
    guard let least = Self.reachable(spaced, truth, seed: seed, probabilities) else { return nil }
    var points: [(Double, Double)] = []
    var error = 1.0
    for (cell, multiple) in Self.multiples.enumerated() {
      let size = Int((multiple * Double(n)).rounded())
      if size > Self.mostRows && multiple > 1 { break }
      let excesses = (0..<Self.draws).compactMap { draw -> Double? in
        var stream = RandomStream(seed: seed, cell: UInt64(cell), replicate: UInt64(draw), purpose: 91)
        let rows = pool.rows(
          at: (0..<min(size, Self.mostRows)).map { _ in Int.random(in: 0..<pool.rows, using: &stream) })
        let drawn = Self.draw(probabilities(rows), using: &stream)
        guard let fit = ClassHead(rows, classes: drawn, count: truth.columns, penalty: penalty) else { return nil }
        return Self.crossEntropy(truth, fit.logProbabilities(spaced)) - least
      }
      guard Double(excesses.count) >= Self.enough * Double(Self.draws) else { continue }
      let excess = MeanError(excesses)
      points.append((Double(size), Double(size) * max(excess.mean, 0)))
      if multiple == 1 { error = excess.mean > 0 ? excess.standardError / excess.mean : 1 }
    }
    guard points.contains(where: { $0.0 == Double(n) }) else { return nil }
    self.points = points
    relativeError = min(error, 1)
  }

  private init(_ part: LogisticLabelsPart, scale: Double) {
    points = part.points.map { ($0.labels, scale * $0.scaled) }
    relativeError = part.relativeError
  }

  /// So many times as large.
  func scaled(by scale: Double) -> LogisticLabelsPart { LogisticLabelsPart(self, scale: scale) }

  /// The loss with unlimited labels: the head's own for two classes; for more, of a fit to eight labels of each row.
  private static func reachable(
    _ rows: Matrix, _ truth: Matrix, seed: UInt64, _ probabilities: (Matrix) -> Matrix
  ) -> Double? {
    if truth.columns == 2 { return crossEntropy(truth, truth) }
    var stream = RandomStream(seed: seed, cell: 99, replicate: 0, purpose: 91)
    let repeated = (0..<7).reduce(rows) { stacked, _ in stacked.stacked(above: rows) }
    let drawn = draw(probabilities(repeated), using: &stream)
    return ClassHead(repeated, classes: drawn, count: truth.columns).map {
      crossEntropy(truth, $0.logProbabilities(rows))
    }
  }

  /// A class for each row of log-probabilities.
  private static func draw(_ logs: Matrix, using stream: inout RandomStream) -> [Int] {
    (0..<logs.rows).map { row in
      var rest = stream.uniform()
      for k in stride(from: logs.columns - 1, to: 0, by: -1) {
        rest -= exp(logs[row, k])
        if rest < 0 { return k }
      }
      return 0
    }
  }

  /// -Σ_k p_k log q_k, averaged over rows.
  private static func crossEntropy(_ truth: Matrix, _ fitted: Matrix) -> Double {
    -zip(truth.storage, fitted.storage).reduce(0) { $0 + exp($1.0) * $1.1 } / Double(truth.rows)
  }

  /// Fewest labels that it is known for.
  package var fewest: Double { points[0].labels }

  package func callAsFunction(_ n: Double) -> Double? {
    guard n >= points[0].labels else { return nil }
    guard let above = points.firstIndex(where: { $0.labels >= n }) else { return points[points.count - 1].scaled / n }
    if points[above].labels == n { return points[above].scaled / n }
    let (low, high) = (points[above - 1], points[above])
    let share = log(n / low.labels) / log(high.labels / low.labels)
    return (low.scaled + share * (high.scaled - low.scaled)) / n
  }
}
