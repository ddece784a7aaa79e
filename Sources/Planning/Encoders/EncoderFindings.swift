import Asymptotics
import CMath

/// One run of an encoder, with the risk of the head on its embeddings.
public struct EncoderRunRisk: Sendable, Equatable, Codable {
  public let rows: Int
  public let part: String
  public let seed: Int
  /// Mean loss of labeled rows left out.
  public let risk: Double
}

/// How much encoders of one size and seed differ in their risk, beyond what the labeled rows' noise explains.
public struct SeedSpread: Sendable, Equatable, Codable {
  public let standardDeviation: Double
  /// Comparisons that it rests on, beside the prior's two.
  public let degreesOfFreedom: Int
}

/// What the runs of an encoder say, beyond what every candidate says.
struct EncoderFindings: Sendable {
  let runs: [EncoderRunRisk]
  let units: Double
  let spread: SeedSpread
  let average: SeedAverage?

  init(_ encoder: TrainedEncoder, _ curve: EncoderCurve, average: SeedAverage?) {
    runs = zip(encoder.runs, curve.risks).map {
      EncoderRunRisk(rows: $0.rows, part: $0.part, seed: $0.seed, risk: $1)
    }
    units = encoder.units
    spread = SeedSpread(
      standardDeviation: curve.spread.squareRoot(), degreesOfFreedom: curve.spreadDegrees)
    self.average = average
  }

  /// Rows and labels asked about, in present ones.
  private static let sizes: [(rows: Double, labels: Double)] = [
    (2, 1), (4, 1), (8, 1), (1, 2), (1, 4), (2, 2), (4, 4),
  ]

  /// Rows by the curve's posterior; labels by the head, a normal number with 25 % of the change as its error.
  static func gains(_ forecast: RiskForecast) -> [GainAt] {
    guard let encoder = forecast.encoder else { return [] }
    return sizes.compactMap { size in
      let (rows, labels) = ((size.rows * encoder.own).rounded(), size.labels * forecast.labeledCount)
      let total = forecast.rowCount + rows - encoder.own + labels - forecast.labeledCount
      guard let byRows = encoder.curve.gain(to: rows),
        let byLabels = forecast.labelsGain(from: forecast.labeledCount, to: labels),
        let risk = forecast.risk(labels: labels, rows: total)
      else { return nil }
      let rowsOnly = size.rows == 1 ? NormalMixture(exactly: 0) : byRows
      let gain = rowsOnly.adding(mean: byLabels.gain, standardDeviation: byLabels.standardError)
      let present = forecast.present
      // No gain exceeds the risk.
      func possible(_ value: Double) -> Double { min(value, present) }
      return GainAt(
        unlabeled: Int(rows), labeled: Int(labels), against: GainAt.present,
        gain: Interval(
          estimate: possible(gain.mean), low: possible(gain.quantile(0.05)), high: possible(gain.quantile(0.95))),
        probabilityPositive: gain.probabilityPositive,
        predictedRisk: Interval(risk: max(risk.value, 0), standardError: risk.standardError))
    }
  }

  /// Rows of the encoder with which it would be as good as the rival.
  static func rowsToMatch(_ forecast: RiskForecast, _ rival: RiskForecast?) -> Double? {
    guard let encoder = forecast.encoder, let rival, forecast.present > rival.present else { return nil }
    return forecast.rowsNeeded(gaining: forecast.present - rival.present).map { $0 + encoder.own }
  }
}
