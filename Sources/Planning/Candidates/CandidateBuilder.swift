import Asymptotics
import LinearAlgebra

/// From heads on features to candidates: twins, corrections for choosing, gains, parts, break-evens and warnings, the
/// same for every kind of head.
struct CandidateBuilder {
  private let family: any HeadFamily
  private let raws: [HeadFit]
  /// Whose gain is told: ridge, or none where ridge has no fit.
  private let rival: HeadFit?

  init(_ family: any HeadFamily) {
    (self.family, raws) = (family, family.raws)
    rival = raws.first { $0.method == "ridge" && $0.forecast != nil } ?? raws.first { $0.forecast != nil }
  }

  /// none and ridge, then the fits; the features given last.
  func candidates(_ fits: [HeadFit], given: [HeadFit]) -> [Candidate] {
    let twins = fits.indices.map { twin(of: fits[$0], in: fits[..<$0]) }
    let forecasts = RiskForecast.corrected(
      fits.map(\.forecast),
      chosenAmong: fits.indices.filter { twins[$0] == nil && fits[$0].isReliable && fits[$0].forecast != nil })
    return raws.map { candidate($0, $0.forecast, twin: nil) }
      + fits.indices.map { position in
        let fit = fits[position]
        let forecast = forecasts[position]
        let own = fit.isLinear ? rival?.forecast.flatMap { forecast?.ordered(above: $0) } ?? forecast : forecast
        return candidate(fit, own, twin: twins[position])
      }
      + given.map { candidate($0, $0.forecast, twin: nil) }
  }

  /// The best of a method's sizes is the largest tried though larger ones exist.
  func edgeWarnings(_ candidates: [Candidate], jobs: [PlanJob]) -> [Warning] {
    jobs.compactMap { job in
      let own = candidates.filter { $0.method == job.method.name && $0.predictedRisk != nil }
      let best = own.min { $0.predictedRisk!.estimate < $1.predictedRisk!.estimate }
      guard own.count > 1, let best, best.size == job.sizes.last, job.largest > best.size!,
        best.gainOverRaw.map({ $0.probabilityPositive > 0.5 }) ?? false
      else { return nil }
      return .edgeOfRange(method: best.method, size: best.size!)
    }
  }

  private func candidate(_ fit: HeadFit, _ forecast: RiskForecast?, twin: String?) -> Candidate {
    let isRaw = fit.size == nil
    let parts =
      fit.hasParts ? forecast.flatMap { RiskParts($0, rawNoise: isRaw ? nil : family.rawNoise, isRaw: isRaw) } : nil
    let (breakEven, uncertain) = breakEven(fit, forecast, twin: twin)
    let scores = fit.head?.classScores
    var result = Candidate(
      method: fit.method, size: fit.size, reliable: fit.isReliable,
      predictedRisk: forecast.map { Interval(risk: $0.present, standardError: $0.levelError) }, parts: parts,
      gainOverRaw: gain(fit, forecast), crossoverRatio: fit.crossoverRatio, breakEvenLabels: breakEven,
      rowsPerLabel: forecast.flatMap(exchangeRate), next: forecast.flatMap(NextGains.init), pairs: fit.pairs,
      warnings: fit.warnings.first + (twin.map { [.samePredictor(as: $0)] } ?? []) + (parts?.uncertainty ?? [])
        + uncertain + fit.warnings.last,
      accuracy: fit.errors.map {
        Interval(accuracy: 1 - $0.present, standardError: $0.levelError, rows: $0.labeledCount)
      },
      brier: scores?.brier, balancedAccuracy: scores?.balancedAccuracy, areaUnderCurve: scores?.areaUnderCurve,
      leftOut: scores == nil ? nil : fit.head?.leftOut.description, forecast: forecast, errors: fit.errors,
      scores: scores)
    if let forecast, let other = rival?.forecast, !isRaw, !family.isExact, twin == nil {
      result.paysBelow = BreakEven(
        forecast, against: other, isLikely: (result.gainOverRaw?.probabilityPositive ?? 0) > 0.5)
    }
    return result
  }

  /// The rival's own gain is that over none.
  private func gain(_ fit: HeadFit, _ forecast: RiskForecast?) -> GainOverRaw? {
    let other = fit.label == rival?.label ? raws.first { $0.label != fit.label } : rival
    guard !family.isExact, let forecast, let other, let risk = other.forecast else { return nil }
    return Comparison(forecast, risk).reported(against: other.method)
  }

  /// (labels part/n) / (pre-training part/m).
  private func exchangeRate(_ forecast: RiskForecast) -> Double? {
    let pretraining = forecast.pretraining
    guard pretraining.estimate > 0, !pretraining.isUncertain, !pretraining.isNearTie,
      let labels = forecast.labels?(forecast.labeledCount)
    else { return nil }
    return (labels / forecast.labeledCount) / (pretraining.estimate / forecast.rowCount)
  }

  /// Against the same head on the raw columns, which is the one that has a curve; none where the two are the same.
  private func breakEven(_ fit: HeadFit, _ forecast: RiskForecast?, twin: String?) -> (BreakEven?, [Warning]) {
    guard fit.size != nil, !family.isExact, let own = fit.curve,
      let raw = raws.first(where: { $0.curve != nil }), twin != raw.label, let curve = raw.curve
    else { return (nil, []) }
    return BreakEven.judged(own.following(forecast), curve)
  }

  /// The candidate before this one that gives the same predictions: on the raw columns, or by another method.
  private func twin(of fit: HeadFit, in earlier: ArraySlice<HeadFit>) -> String? {
    guard let head = fit.head else { return nil }
    return (raws + earlier.filter { $0.method != fit.method }).first { $0.head?.predictsLike(head) ?? false }?.label
  }
}
