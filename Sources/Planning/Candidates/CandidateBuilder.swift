import Asymptotics
import LinearAlgebra

/// From heads on features to candidates: twins, corrections for choosing, gains, parts, break-evens and warnings, the
/// same for every kind of head.
struct CandidateBuilder {
  /// On the raw columns; none where there are no columns.
  private let raws: [HeadFit]
  private let rawNoise: Double?
  private let isExact: Bool
  /// Whose gain is told: ridge, or none where ridge has no fit.
  private let rival: HeadFit?

  init(_ family: (any HeadFamily)?) {
    raws = family?.raws ?? []
    (rawNoise, isExact) = (family?.rawNoise, family?.isExact ?? false)
    rival = raws.first { $0.method == "ridge" && $0.forecast != nil } ?? raws.first { $0.forecast != nil }
  }

  /// none and ridge, then the fits; the features given and encoders last.
  func candidates(_ fits: [HeadFit], given: [HeadFit]) -> [Candidate] {
    let twins = fits.indices.map { twin(of: fits[$0], in: fits[..<$0]) }
    let forecasts = RiskForecast.corrected(
      fits.map(\.forecast),
      chosenAmong: fits.indices.filter { twins[$0] == nil && fits[$0].isReliable && fits[$0].forecast != nil })
    let raw = raws.map { candidate($0, $0.forecast, twin: nil) }
    let own = fits.indices.map { position in
      let fit = fits[position]
      let forecast = forecasts[position]
      let ordered = fit.isLinear ? rival?.forecast.flatMap { forecast?.ordered(above: $0) } ?? forecast : forecast
      return candidate(fit, ordered, twin: twins[position])
    }
    return raw + own + given.map { candidate($0, $0.forecast, twin: nil).comparing(with: given, $0) }
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
      fit.hasParts ? forecast.flatMap { RiskParts($0, rawNoise: isRaw ? nil : rawNoise, isRaw: isRaw) } : nil
    let (breakEven, uncertain) = breakEven(fit, forecast, twin: twin)
    let scores = fit.head?.classScores
    var result = Candidate(
      method: fit.method, size: fit.size, reliable: fit.isReliable,
      predictedRisk: forecast.map { Interval(risk: $0.present, standardError: $0.levelError) }, parts: parts,
      gainOverRaw: gain(fit, forecast), crossoverRatio: fit.crossoverRatio, breakEvenLabels: breakEven,
      rowsPerLabel: forecast.flatMap(exchangeRate),
      // Of rounding alone nothing can be taken off.
      next: isRaw && isExact ? nil : forecast.flatMap { NextGains($0, average: fit.encoder?.average) },
      pairs: fit.pairs,
      warnings: fit.warnings.first + (twin.map { [.samePredictor(as: $0)] } ?? [])
        + (fit.encoder == nil ? parts?.uncertainty ?? [] : [])
        + uncertain + fit.warnings.last,
      accuracy: fit.errors.map {
        Interval(accuracy: 1 - $0.present, standardError: $0.levelError, rows: $0.labeledCount)
      },
      brier: scores?.brier, balancedAccuracy: scores?.balancedAccuracy, areaUnderCurve: scores?.areaUnderCurve,
      leftOut: scores == nil ? nil : fit.head?.leftOut.description, forecast: forecast, errors: fit.errors,
      scores: scores)
    if let forecast, let other = rival?.forecast, !isRaw, !isExact, twin == nil {
      result.paysBelow = BreakEven(
        forecast, against: other, isLikely: (result.gainOverRaw?.probabilityPositive ?? 0) > 0.5)
    }
    if let encoder = fit.encoder, let forecast {
      (result.runs, result.units, result.seedSpread) = (encoder.runs, encoder.units, encoder.spread)
      result.gainsAt = EncoderFindings.gains(forecast)
      result.rowsToMatch = EncoderFindings.rowsToMatch(forecast, rival?.forecast)
    }
    return result
  }

  /// The rival's own gain is that over none.
  private func gain(_ fit: HeadFit, _ forecast: RiskForecast?) -> GainOverRaw? {
    let other = fit.label == rival?.label ? raws.first { $0.label != fit.label } : rival
    guard !isExact, let forecast, let other, let risk = other.forecast else { return nil }
    return Comparison(forecast, risk).reported(against: other.method)
  }

  /// (labels part/n) / (pre-training part/m); of an encoder dR/dn / dR/dm.
  private func exchangeRate(_ forecast: RiskForecast) -> Double? {
    let n = forecast.labeledCount
    if let encoder = forecast.encoder {
      guard let doubled = encoder.curve.gain(to: 2 * encoder.own), doubled.mean > doubled.standardDeviation,
        let more = forecast.labelsGain(from: n, to: n + 1), more.gain > 0
      else { return nil }
      return more.gain / encoder.slope
    }
    let pretraining = forecast.pretraining
    guard pretraining.estimate > 0, !pretraining.isUncertain, !pretraining.isNearTie,
      let labels = forecast.labels?(n), forecast.pretraining.isKnown
    else { return nil }
    return (labels / n) / (pretraining.estimate / forecast.rowCount)
  }

  /// Against the same head on the raw columns, which is the one that has a curve; none where the two are the same.
  private func breakEven(_ fit: HeadFit, _ forecast: RiskForecast?, twin: String?) -> (BreakEven?, [Warning]) {
    guard fit.size != nil, !isExact, let own = fit.curve,
      let raw = raws.first(where: { $0.curve != nil && Self.isSameKind($0.head, fit.head) }), twin != raw.label,
      let curve = raw.curve
    else { return (nil, []) }
    return BreakEven.judged(own.following(forecast), curve)
  }

  private static func isSameKind(_ one: (any Head)?, _ other: (any Head)?) -> Bool {
    guard let one, let other else { return false }
    return type(of: one) == type(of: other)
  }

  /// The candidate before this one that gives the same predictions: on the raw columns, or by another method.
  private func twin(of fit: HeadFit, in earlier: ArraySlice<HeadFit>) -> String? {
    guard let head = fit.head else { return nil }
    return (raws + earlier.filter { $0.method != fit.method }).first { $0.head?.predictsLike(head) ?? false }?.label
  }
}

extension Candidate {
  /// With what it gains over each other encoder.
  fileprivate func comparing(with fits: [HeadFit], _ own: HeadFit) -> Candidate {
    guard own.encoder != nil, let forecast else { return self }
    var result = self
    result.gainsOver = fits.compactMap { other in
      guard other.encoder != nil, other.label != own.label, let rival = other.forecast else { return nil }
      return Comparison(forecast, rival).reported(against: other.label)
    }
    return result
  }
}
