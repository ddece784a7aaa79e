import CMath
import LinearAlgebra
import Randomness

/// Mean losses of several fits on the same rows, and the same under random weightings of the rows: what choosing the
/// least hides.
///
/// A row's weight is exponential, divided by their sum (the Bayesian bootstrap). The weighted means of each fit are
/// shifted to average to its mean, so that `Choice.optimism` is never negative. Weighted means carry the noise of the
/// rows themselves as well, and so √2 times that of one sample: among fits that are equally good the least of them
/// lies √2 times as far down, which leaves 1/√2 of what the least mean hides as the difference. Both numbers are
/// therefore multiplied by √2; fits that no noise confuses have none.
/// Cost: weightings x rows x fits multiplications, one matrix product.
package struct WeightedLosses: Sendable {
  /// Mean loss of each fit.
  package let means: [Double]
  /// weightings x fits.
  private let weighted: Matrix

  package static let weightings = 100
  private static let blockRows = 4096
  private static let scale = 2.0.squareRoot()

  /// - Parameters:
  ///   - losses: rows x fits, at least one of each.
  ///   - groups: rows of a group have one weight.
  package init(_ losses: Matrix, groups: Partition? = nil) {
    let means = losses.columnMeans()
    var sums = Matrix(rows: Self.weightings, columns: losses.columns)
    var totals = [Double](repeating: 0, count: Self.weightings)
    for first in stride(from: 0, to: losses.rows, by: Self.blockRows) {
      let block = losses.rows(first..<min(first + Self.blockRows, losses.rows))
      var weights = Matrix(rows: Self.weightings, columns: block.rows)
      for row in 0..<Self.weightings {
        var stream = RandomStream(
          seed: 0, cell: groups == nil ? UInt64(first) : 0, replicate: UInt64(row), purpose: Purpose.weightings)
        let shared = groups.map { groups in (0..<groups.count).map { _ in -log(stream.uniform()) } }
        for column in 0..<block.rows {
          let weight = shared.map { $0[groups!.label[first + column]] } ?? -log(stream.uniform())
          weights[row, column] = weight
          totals[row] += weight
        }
      }
      sums = sums + multiply(weights, block)
    }
    let raw = sums.scalingRows(by: totals.map { 1 / $0 })
    weighted = raw.subtractingFromRows(zip(raw.columnMeans(), means).map { $0 - $1 })
    self.means = means
  }

  /// The fit of least loss where each loss is multiplied by a factor, and what that choice hides.
  package struct Choice: Sendable, Equatable {
    /// Which fit.
    package let fit: Int
    /// Its mean loss times its factor.
    package let least: Double
    /// How much the least of noisy means lies below the mean of the best fit.
    package let optimism: Double
    /// How much worse than the best the fit is that noise makes one choose.
    package let excess: Double

    /// What a fit chosen from as many rows as there are costs on a fresh row.
    package var corrected: Double { least + optimism + excess }
  }

  /// nil where no factor is known. Cost: weightings x fits.
  /// - Parameter factors: one per fit, nil for a fit that is out of the question.
  package func choice(factors: [Double?]) -> Choice? {
    let known = factors.indices.compactMap { index in factors[index].map { (index, $0) } }
    guard let best = known.min(by: { $0.1 * means[$0.0] < $1.1 * means[$1.0] }) else { return nil }
    let least = best.1 * means[best.0]
    var (lowest, picked) = (0.0, 0.0)
    for row in 0..<weighted.rows {
      var (value, mean) = (Double.infinity, 0.0)
      for (index, factor) in known where factor * weighted[row, index] < value {
        (value, mean) = (factor * weighted[row, index], factor * means[index])
      }
      lowest += value
      picked += mean
    }
    let count = Double(weighted.rows)
    return Choice(
      fit: best.0, least: least, optimism: Self.scale * max(least - lowest / count, 0),
      excess: Self.scale * max(picked / count - least, 0))
  }

  /// Of all fits as they are.
  package var choice: Choice { choice(factors: means.map { _ in 1 })! }
}
