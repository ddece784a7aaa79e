import CMath
import SpecialFunctions

/// Features that are linear in the columns cannot beat all columns where labels are unlimited: δ, by how much they are
/// worse there, is not negative.
///
/// The data say δ = N(d, s²), with d the representation's floor less that of ridge: present risks by the paired
/// leave-one-out errors, labels parts with their own errors. The likeliest δ >= 0 is max(d, 0), which raises the
/// representation's risk where d < 0: by |cov|/s² of the missing |d| at sizes where the gain G has that covariance with
/// δ. Given δ >= 0, δ is a truncated normal, and
/// P(G > 0 | δ >= 0) = E[Φ(E[G | δ] / sd(G | δ)) | δ >= 0], averaged over `count` quantiles of δ; the gain's interval is that
/// of the same mixture, so that the two never contradict each other.
package struct FloorOrdering: Sendable {
  /// d and s².
  package let mean: Double
  package let variance: Double
  /// What brings d to 0 where it is below.
  package let raise: Double
  private let pairedVariance: Double
  private var own: any LabelsDependence
  private var rival: any LabelsDependence
  private let present: Double
  /// Quantiles (i + 1/2)/count of δ given δ >= 0.
  private let points: [Double]

  private static let count = 64

  /// nil where one of the two has no labels part, or nothing is uncertain.
  package init?(_ own: RiskForecast, _ rival: RiskForecast) {
    guard let ownLabels = own.labels, let rivalLabels = rival.labels, let ownPart = ownLabels(own.labeledCount),
      let rivalPart = rivalLabels(own.labeledCount)
    else { return nil }
    let paired = Comparison.pairedVariance(own, rival)
    (self.own, self.rival, present, pairedVariance) = (ownLabels, rivalLabels, own.labeledCount, paired)
    mean = own.level - ownPart - rival.level + rivalPart
    variance =
      paired + Self.square(ownLabels.relativeError * ownPart) + Self.square(rivalLabels.relativeError * rivalPart)
    guard variance > 0 else { return nil }
    points = Self.truncated(mean: mean, deviation: variance.squareRoot())
    raise = max(-mean, 0)
  }

  /// The same two labels parts, kept in mind.
  mutating func remember(own: RememberedLabels, rival: RememberedLabels) {
    (self.own, self.rival) = (own, rival)
  }

  /// Of a labels part's error, widened as that of its differences.
  private static func square(_ error: Double) -> Double {
    let wide = RiskForecast.labelGainFactor * error
    return wide * wide
  }

  private static func truncated(mean: Double, deviation: Double) -> [Double] {
    let start = -mean / deviation
    return (0..<count).map { index in
      let share = (Double(index) + 0.5) / Double(count)
      // Far out the tail is that of φ itself.
      let z =
        start > 8
        ? (start * start - 2 * log(share)).squareRoot()
        : normalUpperQuantile(share * normalSurvival(start))
      return max(mean + deviation * z, 0)
    }
  }

  /// Of the gain at n labels with δ, negative; that of present risks where n is not known.
  package func covariance(labels n: Double) -> Double {
    func term(_ part: any LabelsDependence) -> Double {
      guard n != present, let now = part(present), let then = part(n) else { return 0 }
      return Self.square(part.relativeError) * (now - then) * now
    }
    return -pairedVariance - term(own) - term(rival)
  }

  /// What the candidate's risk at n labels is above that without the ordering.
  package func raise(labels n: Double) -> Double { raise * min(max(-covariance(labels: n) / variance, 0), 1) }

  /// What is believed of a gain given the ordering, where it is N(mean, variance) without it: N(E[G | δ], var(G | δ)) over δ.
  package func law(ofGain gain: Double, variance gainVariance: Double, labels n: Double) -> NormalMixture {
    let covariance = covariance(labels: n)
    let left = max(gainVariance - covariance * covariance / variance, 0).squareRoot()
    return NormalMixture(
      weights: [Double](repeating: 1, count: points.count),
      means: points.map { gain + covariance / variance * ($0 - mean) },
      deviations: [Double](repeating: left, count: points.count))
  }
}
