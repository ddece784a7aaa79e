/// Rates at which labels and rows stand for each other.
extension CandidateBuilder {
  /// (labels part/n) / (pre-training part/m).
  func exchangeRate(_ forecast: RiskForecast) -> Double? {
    let pretraining = forecast.pretraining
    guard pretraining.estimate > 0, !pretraining.isUncertain, !pretraining.isNearTie,
      let labels = forecast.labels?(forecast.labeledCount)
    else { return nil }
    return (labels / forecast.labeledCount) / (pretraining.estimate / forecast.rowCount)
  }

  /// m PT / (σ² (d_base - d_eff)), where the representation carries the target as well as the raw columns do.
  func crossover(_ fit: PretrainedFit, _ pretraining: PretrainingPart) -> Double? {
    let gap = raw.design.parameterCount - fit.design.parameterCount
    guard gap > 0, let part = fit.part, let own = fit.head.residualVariance, let rawHead = raw.head,
      raw.part != nil, let rawVariance = rawHead.residualVariance, part.noisePerParameter > 0, own > 0
    else { return nil }
    let isMisspecified = own > rawVariance * (1 + 2 * (2 / Double(data.labeledCount)).squareRoot())
    guard !isMisspecified, !pretraining.isUncertain, !pretraining.isNearTie, pretraining.estimate > 0 else {
      return nil
    }
    return Double(data.rowCount) * pretraining.estimate / (own * Double(gap))
  }
}
