import Asymptotics
import Distributions

extension LimitLaw {
  /// The law of what such replicates are: n (R - R*), averaged over label noise or not.
  func ofReplicates(_ kind: ReplicateKind) throws -> GeneralizedChiSquare {
    kind.drawsLabels ? try scaledExcessRiskOfDrawnLabels(ratio: kind.ratio) : scaledExcessRisk(ratio: kind.ratio)
  }
}

extension ReplicateRun {
  /// Share of replicates without an answer above which their risk, infinite, belongs to what the law is silent on.
  private static let largestFailedShare = 0.01

  /// What these replicates say of a law for `shrinkage` times as many rows of both kinds.
  func warnings(_ law: LimitLaw, shrinkage: Double = 1, rounding: Double) throws -> [Warning] {
    if Double(failed) > Self.largestFailedShare * Double(risks.count + failed) { return [withoutAnswer(law)] }
    if risks.isEmpty { return [] }
    let n = Double(kind.labeled)
    let distance = LimitDistance(
      try EmpiricalDistribution(risks.map { n * $0.excessRisk }), law: try law.ofReplicates(kind),
      rounding: rounding, shrinkage: shrinkage)
    return distance.isFar ? [farFromLimit(law, distance, shrinkage: shrinkage)] : []
  }

  private var sizes: String { "m = \(kind.unlabeled) and n = \(kind.labeled)" }

  private func withoutAnswer(_ law: LimitLaw) -> Warning {
    let total = risks.count + failed
    let what =
      kind.isLeastSquares
      ? "have no answer"
      : "do not determine the head, most often because the features separate the labels: its risk is infinite"
    return Warning(
      code: "far-from-limit",
      message: "At \(sizes), \(failed) of \(total) replicates \(what)"
        + (problem.map { " (\($0))" } ?? "") + ". The law's mean leaves them out of account.",
      remedy: "Take more rows, fewer features, or a penalty; a weaker signal is separated less often.")
  }

  private func farFromLimit(_ law: LimitLaw, _ distance: LimitDistance, shrinkage: Double) -> Warning {
    func against(_ pair: LimitDistance.Pair) -> String { "\(pair.simulated.inWords()) (law \(pair.law.inWords()))" }
    let fewer =
      shrinkage > 1
      ? " These have \(shrinkage.inWords(2)) times fewer rows of both kinds than asked; at all of them expect about as many times "
        + "less of the difference."
      : ""
    let infinite =
      hasInfiniteMean(law)
      ? " With \(kind.labeled) labels for \(law.activeDimension) coefficients the mean is infinite." : ""
    return Warning(
      code: "far-from-limit",
      message:
        "At \(sizes) the exact excess risk is not the law's: n (R - R*) has median \(against(distance.median)), "
        + "5 % quantile \(against(distance.low)), 95 % quantile \(against(distance.high)) and mean "
        + "\(against(distance.mean)) over \(risks.count) replicates.\(infinite)\(fewer) "
        + (kind.isGaussian
          ? "These sizes are too small for the limit."
          : "Sizes are too small for the limit, or rows that are not Gaussian move it."),
      remedy: "Read the simulated values; repeat with larger m and n to see the law take over.")
  }

  /// E tr(Σ Σ_n⁺) of p Gaussian features and n rows is infinite for n = p - 1, p and p + 1.
  private func hasInfiniteMean(_ law: LimitLaw) -> Bool {
    kind.isLeastSquares && kind.isGaussian && law.noiseVariance > 0
      && abs(kind.labeled - law.activeDimension) <= 1
  }
}
