import CMath
import LinearAlgebra

/// The pre-training part of the risk at the present number of rows: estimates combined, shrunk, with a standard error.
///
/// Half the sum of the two delete-half losses, or the second alone at a near tie; shrunk by h²/(h² + se²) because a
/// part smaller than its error is best taken as near zero. Other numbers of rows: times m/m', which a near tie makes
/// doubtful.
package struct PretrainingPart: Sendable {
  package let estimate: Double
  package let standardError: Double
  /// Before shrinkage.
  package let unshrunk: Double
  /// Mean delete-half losses; `riskLoss` differs from `spanLoss` by what the misspecified part adds.
  package let spanLoss: Double
  package let riskLoss: Double
  /// Paired leave-one-out difference: model-free, noisier.
  package let leaveOneOutLoss: Double
  /// The part does not fall like 1/m.
  package let isNearTie: Bool
  /// Not of features that were computed elsewhere, once.
  package private(set) var isKnown = true
  /// No more than this is possible.
  private let largest: Double
  /// The part without its limits is smaller than its standard error.
  private let isDoubtful: Bool

  package static let none = PretrainingPart(
    estimate: 0, standardError: 0, unshrunk: 0, spanLoss: 0, riskLoss: 0, leaveOneOutLoss: 0,
    isNearTie: false)

  /// Of features computed elsewhere by one fit, which says nothing of other numbers of rows.
  package static var unknown: PretrainingPart {
    var result = none
    result.isKnown = false
    return result
  }

  /// Measured as it is, such as by an encoder's curve.
  package init(measured: Double, standardError: Double) {
    self.init(
      estimate: measured, standardError: standardError, unshrunk: measured, spanLoss: measured, riskLoss: measured,
      leaveOneOutLoss: measured, isNearTie: false)
  }

  private init(
    estimate: Double, standardError: Double, unshrunk: Double, spanLoss: Double, riskLoss: Double,
    leaveOneOutLoss: Double,
    isNearTie: Bool, largest: Double = .infinity, isDoubtful: Bool = false
  ) {
    self.estimate = estimate
    self.standardError = standardError
    self.unshrunk = unshrunk
    self.spanLoss = spanLoss
    self.riskLoss = riskLoss
    self.leaveOneOutLoss = leaveOneOutLoss
    self.isNearTie = isNearTie
    self.largest = largest
    self.isDoubtful = isDoubtful
  }

  /// - Parameters:
  ///   - halves: losses of the delete-half refits.
  ///   - analytic: closed-form estimate and its standard error, where there is one and no near tie.
  ///   - nearTie: the 1/m law fails.
  package init(halves: DeleteHalf.Halves, analytic: (estimate: Double, standardError: Double)?, nearTie: Bool) {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let (span, risk) = (mean(halves.spanLoss), mean(halves.riskLoss))
    let raw = nearTie ? risk : 0.5 * (span + risk)
    var variance = 0.09 * span * span
    if let analytic, !nearTie {
      let jackknife = min(analytic.standardError, 10 * abs(span))
      let disagreement = 0.5 * abs(span - risk) + 0.25 * abs(analytic.estimate - risk)
      variance += jackknife * jackknife + disagreement * disagreement
    } else {
      variance += (span - risk) * (span - risk)
    }
    let square = raw * raw
    self.init(
      estimate: square + variance > 0 ? raw * square / (square + variance) : 0, standardError: variance.squareRoot(),
      unshrunk: raw, spanLoss: span, riskLoss: risk, leaveOneOutLoss: mean(halves.leaveOneOut),
      isNearTie: nearTie)
  }

  /// From leave-one-out losses alone, row by row: those of the full fit, and of each half's. The standard error is
  /// that of the rows' mean differences, which are independent between groups only.
  package init(full: [Double], halves: [[Double]], groups: Partition? = nil, nearTie: Bool = false) {
    let differences = MeanError(
      full.indices.map { row in
        halves.reduce(0) { $0 + $1[row] - full[row] } / Double(max(halves.count, 1))
      }, groups: groups)
    let (raw, variance) = (differences.mean, differences.variance)
    let square = raw * raw
    self.init(
      estimate: square + variance > 0 ? raw * square / (square + variance) : 0, standardError: variance.squareRoot(),
      unshrunk: raw, spanLoss: raw, riskLoss: raw, leaveOneOutLoss: raw, isNearTie: nearTie)
  }

  /// So many times as large: of a loss that falls as this one does.
  func scaled(by scale: Double) -> PretrainingPart {
    if !isKnown { return self }
    return PretrainingPart(
      estimate: scale * estimate, standardError: scale * standardError, unshrunk: scale * unshrunk,
      spanLoss: scale * spanLoss, riskLoss: scale * riskLoss, leaveOneOutLoss: scale * leaveOneOutLoss,
      isNearTie: isNearTie, largest: scale * largest, isDoubtful: isDoubtful)
  }

  /// `none` where the part is rounding beside the risk: representations that keep all columns lose nothing.
  package func withoutRounding(beside risk: Double) -> PretrainingPart {
    abs(unshrunk) + standardError < 1e-9 * risk ? .none : self
  }

  /// A linear representation's part is at most this share of the risk. On 22 populations unknown to the choice the
  /// part of linear methods, unlimited, was farther from the truth than 0 is; limited, and 0 at near ties, it was
  /// nearer.
  package static let largestLinearShare = 0.02

  /// What is possible beside a risk of `noise` + `labels`: the parts add up to the risk, and none exceeds it.
  package func limited(noise: Double, labels: Double, isLinear: Bool) -> PretrainingPart {
    if !isKnown { return self }
    let share = isLinear ? Self.largestLinearShare * (noise + labels) : .infinity
    let (least, most) = (-min(share, labels), min(share, noise))
    func clamped(_ value: Double) -> Double { isLinear && isNearTie ? 0 : min(max(value, least), most) }
    return PretrainingPart(
      estimate: clamped(estimate), standardError: min(standardError, max(most, 0)), unshrunk: clamped(unshrunk),
      spanLoss: spanLoss, riskLoss: riskLoss, leaveOneOutLoss: leaveOneOutLoss, isNearTie: isNearTie, largest: most,
      isDoubtful: isUncertain)
  }

  /// Standard error with that of the law the halves are read by: at a near tie as large as the part.
  package var errorWithLaw: Double { isNearTie ? hypot(standardError, estimate) : standardError }

  package var isUncertain: Bool { isDoubtful || abs(unshrunk) < standardError }

  /// What to read instead of the estimate when it is smaller than its standard error; nil when it is not.
  package var upperBound: Double? {
    isUncertain ? min(max(unshrunk, 0) + Interval.standardErrors * standardError, largest) : nil
  }

  /// |hws - hms| > 0.5 |hws|.
  package var showsMisspecification: Bool { abs(spanLoss - riskLoss) > 0.5 * abs(spanLoss) }
}
