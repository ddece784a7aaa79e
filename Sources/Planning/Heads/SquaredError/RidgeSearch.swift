import LinearAlgebra
import Synchronization

/// Ridge's risk at any number of labels, its penalty and scaling chosen by leave-one-out there: corrected for that
/// choice.
///
/// Leave-one-out errors of every penalty are carried to n' labels by `RidgeCurve`. The least of them is too low by the
/// optimism of a minimum of noisy means, and the penalty that n' labels make one choose is not quite the best:
/// `WeightedLosses` measures both at the present n. The optimism is of these labels whatever n'; the excess falls as
/// n/n'.
/// Cost: 100 x 74 a number of labels, once.
package struct RidgeSearch: LabelsDependence {
  private let curves: [RidgeCurve]
  private let losses: WeightedLosses
  private let rowCount: Double
  /// Risks by number of labels: what compares candidates asks for the same ones.
  private let known = Known()

  /// - Parameters:
  ///   - curves: one for each scaling of the columns.
  ///   - losses: rows x penalties of the first curve's grid, then of the next.
  ///   - groups: rows that are weighted as one.
  package init(curves: [RidgeCurve], losses: Matrix, groups: Partition? = nil) {
    self.curves = curves
    self.losses = WeightedLosses(losses, groups: groups)
    rowCount = Double(losses.rows)
  }

  /// Of the difference that more labels make.
  package var relativeError: Double { 0.3 }

  /// Risk at n labels; nil where the best penalty is out of reach.
  package func risk(labels n: Double) -> Double? { known.value(at: n) { computedRisk(labels: n) } }

  private func computedRisk(labels n: Double) -> Double? {
    let grids = curves.map { $0.factors(labels: n) }
    guard let choice = losses.choice(factors: grids.flatMap { $0 }) else { return nil }
    let own = choice.fit / grids[0].count
    let isAtTheEdge = choice.fit % grids[0].count == grids[own].firstIndex { $0 != nil }
    if isAtTheEdge && curves[own].isLimited && n != .infinity { return nil }
    return choice.least + choice.optimism + choice.excess * min(rowCount / n, Self.mostGrowth)
  }

  /// The excess is not carried further than to a quarter of the labels.
  private static let mostGrowth = 4.0

  /// Risk at n labels above that with unlimited ones.
  package func callAsFunction(_ n: Double) -> Double? {
    guard let own = risk(labels: n), let floor = risk(labels: .infinity) else { return nil }
    return max(own - floor, 0)
  }
}

/// Values that were asked for before.
private final class Known: Sendable {
  private let values = Mutex([Double: Double?]())

  func value(at n: Double, _ compute: () -> Double?) -> Double? {
    if let found = values.withLock({ $0[n] }) { return found }
    let value = compute()
    values.withLock { $0[n] = .some(value) }
    return value
  }
}
