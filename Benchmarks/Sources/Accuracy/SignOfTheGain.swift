import Foundation
import Pretell

/// The sign of the gain of pca-5 over least squares on the raw columns at 5 times the pilot, as the plan forecasts it.
enum SignOfTheGain {
  static let pilots = [300, 600, 1200]
  static let unlabeled = 1500

  static func run(_ stem: String, subsamples: Int, draws: Int, seed: UInt64) throws {
    let audit = try ForecastAudit(
      features: DataFile.read(stem + "-x.npy").values, labels: DataFile.read(stem + "-y.npy").values.storage,
      method: PrincipalComponents(), sizes: [5])
    for pilot in pilots {
      let truths = try audit.truths(unlabeled: unlabeled, labeled: 5 * pilot, draws: draws, seed: seed)
      let forecasts = try (0..<subsamples).map { index -> (gain: Double, probability: Double) in
        let plan = try audit.plan(unlabeled: unlabeled, labeled: pilot, subsample: index, seed: seed)
        let ranking = plan.at(unlabeled: unlabeled, labeled: 5 * pilot)
        func entry(_ method: String) -> PlanAt.Entry? { ranking.candidates.first { $0.method == method } }
        guard let own = entry("pca"), let raw = entry("none") else { return (.nan, .nan) }
        return (raw.predictedRisk.estimate - own.predictedRisk.estimate, own.gainOverRaw?.probabilityPositive ?? .nan)
      }
      let line = Line(
        pilot: pilot, gain: truths[0].risk - truths[2].risk, forecasts: forecasts.map(\.gain),
        probabilities: forecasts.map(\.probability))
      print(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
    }
  }

  private struct Line: Encodable {
    let pilot: Int
    let gain: Double
    let forecasts: [Double]
    /// Of a gain, by the plan.
    let probabilities: [Double]
  }
}
