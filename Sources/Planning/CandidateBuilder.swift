import Asymptotics
import CMath
import LinearAlgebra
import Pretraining

/// From fits to candidates: intervals, parts, comparisons and warnings.
struct CandidateBuilder {
  let data: PreparedData
  let raw: RawFits
  let unlabeled: Int

  /// A method with the sizes tried and the largest there could be.
  struct Job {
    let method: any PretrainingMethod
    let sizes: [Int]
    let largest: Int
  }

  /// The best of a method's sizes is the largest tried though larger ones exist.
  func edgeWarnings(_ candidates: [Candidate], jobs: [Job]) -> [Warning] {
    jobs.compactMap { job in
      let own = candidates.filter { $0.method == job.method.name && $0.predictedRisk != nil }
      let best = own.min { $0.predictedRisk!.estimate < $1.predictedRisk!.estimate }
      guard own.count > 1, let best, best.size == job.sizes.last, job.largest > best.size! else { return nil }
      return .edgeOfRange(method: best.method, size: best.size!)
    }
  }

  /// A representation taken as given: leave-one-out error and the labels' part, no pre-training part.
  func given(_ embedding: any RowSource, seed: UInt64) throws -> Candidate {
    let design = try PoolDesign(given: embedding, labeled: data.labeledCount)
    let head = try LeastSquaresHead(design.labeled, labels: data.labels)
    let isLongEnough = data.labeledCount >= 3 * design.parameterCount
    let part =
      isLongEnough
      ? LabelsPart(
        head: head, rows: design.labeled, design: try DesignCurve.curves(of: [design], embedding, seed: seed)[0]) : nil
    let forecast = RiskForecast(
      leaveOneOutSquares: head.leaveOneOutSquares, labels: part, pretraining: .none, rowCount: data.rowCount)
    let hasRisk = data.labeledCount > head.rank + 1
    let (rivalName, rival) = rivals
    let (breakEven, uncertain) = breakEven(head, part)
    let parts = isStable(part) ? self.parts(forecast, ownNoise: false) : nil
    return Candidate(
      method: "embedding", size: embedding.columns, reliable: isStable(part),
      predictedRisk: hasRisk ? Self.present(forecast) : nil, parts: parts,
      gainOverRaw: hasRisk ? Comparison(forecast, rival).reported(against: rivalName) : nil, crossoverRatio: nil,
      breakEvenLabels: breakEven, rowsPerLabel: nil, next: next(forecast), pairs: [],
      warnings: (parts?.uncertainty ?? []) + uncertain
        + (part.map(sandwich) ?? [.tooFewLabels(count: data.labeledCount, parameters: design.parameterCount)]),
      forecast: hasRisk ? forecast : nil)
  }

  private var noneForecast: RiskForecast? {
    raw.head.map {
      RiskForecast(
        leaveOneOutSquares: $0.leaveOneOutSquares, labels: raw.part, pretraining: .none, rowCount: data.rowCount)
    }
  }

  private var ridgeForecast: RiskForecast {
    RiskForecast(
      leaveOneOutSquares: raw.ridge.leaveOneOutSquares, labels: raw.ridge.curve, pretraining: .none,
      rowCount: data.rowCount)
  }

  /// The better of none and ridge.
  private var rivals: (name: String, forecast: RiskForecast) {
    let ridge = ridgeForecast
    return noneForecast.map { $0.level < ridge.level ? ("none", $0) : ("ridge", ridge) } ?? ("ridge", ridge)
  }

  func candidates(_ fits: [PretrainedFit]) -> [Candidate] {
    let (none, ridge) = (noneForecast, ridgeForecast)
    let (rivalName, rival) = rivals
    var result = [noneCandidate(none, ridge), ridgeCandidate(ridge, none)]
    for (position, fit) in fits.enumerated() {
      result.append(candidate(fit, rivalName, rival, twin: twin(of: fit, in: fits[..<position])))
    }
    return result
  }

  // MARK: without pre-training

  private func noneCandidate(_ forecast: RiskForecast?, _ ridge: RiskForecast) -> Candidate {
    var warnings = [Warning]()
    let p = raw.parameterCount
    if raw.part == nil { warnings.append(.tooFewLabels(count: data.labeledCount, parameters: p)) }
    if let head = raw.head, head.rank < p, raw.part != nil { warnings.append(.collinear(rank: head.rank, count: p)) }
    if let part = raw.part { warnings += sandwich(part) }
    let isStable = isStable(raw.part)
    let parts = isStable ? forecast.flatMap { self.parts($0, ownNoise: true) } : nil
    warnings += parts?.uncertainty ?? []
    return Candidate(
      method: "none", size: nil, reliable: isStable, predictedRisk: forecast.map(Self.present), parts: parts,
      gainOverRaw: forecast.map { Comparison($0, ridge).reported(against: "ridge") }, crossoverRatio: nil,
      breakEvenLabels: nil, rowsPerLabel: nil, next: forecast.flatMap(next), pairs: [], warnings: warnings,
      forecast: forecast)
  }

  private func ridgeCandidate(_ forecast: RiskForecast, _ none: RiskForecast?) -> Candidate {
    let isKnown = forecast.labels?(2 * forecast.labeledCount) != nil
    return Candidate(
      method: "ridge", size: nil, reliable: isKnown, predictedRisk: Self.present(forecast),
      parts: parts(forecast, ownNoise: true),
      gainOverRaw: none.map { Comparison(forecast, $0).reported(against: "none") }, crossoverRatio: nil,
      breakEvenLabels: nil, rowsPerLabel: nil, next: next(forecast), pairs: [],
      warnings: !isKnown ? [.ridgeNotExtrapolated()] : [], forecast: forecast)
  }

  // MARK: pre-trained

  private func candidate(
    _ fit: PretrainedFit, _ rivalName: String, _ rival: RiskForecast, twin: String?
  ) -> Candidate {
    let hasRisk = data.labeledCount > fit.head.rank + 1
    let forecast = RiskForecast(
      leaveOneOutSquares: fit.head.leaveOneOutSquares, labels: fit.part, pretraining: fit.pretraining,
      rowCount: data.rowCount)
    let isTied = (fit.tieRatio ?? 0) > PretrainedFit.largestTieRatio
    let (breakEven, uncertain) = twin == "none" ? (nil, []) : breakEven(fit.head, fit.part)
    let isStable = isStable(fit.part) && fit.fewestLabels ?? .infinity >= PretrainedFit.fewestComponentLabels
    let parts = isStable ? self.parts(forecast, ownNoise: false) : nil
    return Candidate(
      method: fit.method, size: fit.size, reliable: isStable,
      predictedRisk: hasRisk ? Self.present(forecast) : nil, parts: parts,
      gainOverRaw: hasRisk ? Comparison(forecast, rival).reported(against: rivalName) : nil,
      crossoverRatio: crossover(fit), breakEvenLabels: breakEven, rowsPerLabel: exchangeRate(forecast),
      next: next(forecast),
      pairs: fit.pairs.prefix(5).map { ComponentPair(kept: $0.kept, dropped: $0.dropped, risk: $0.risk) },
      warnings: warnings(fit, isTied: isTied, twin: twin) + (parts?.uncertainty ?? []) + uncertain,
      forecast: hasRisk ? forecast : nil)
  }

  private func warnings(_ fit: PretrainedFit, isTied: Bool, twin: String?) -> [Warning] {
    var result = [Warning]()
    if fit.part == nil {
      result.append(.tooFewLabels(count: data.labeledCount, parameters: fit.design.parameterCount))
    }
    if isTied { result.append(.nearTie(size: fit.featureCount, ratio: fit.tieRatio!)) }
    let size = fit.design.parameterCount
    // The posteriors of a mixture add up to 1, as the intercept does.
    if fit.part != nil, fit.fewestLabels == nil, fit.head.rank < max(fit.featureCount + 1, size) {
      result.append(.collinear(rank: fit.head.rank, count: fit.featureCount + 1))
    }
    if let part = fit.part { result += sandwich(part) }
    if let count = fit.fewestLabels, count < PretrainedFit.fewestComponentLabels {
      result.append(.fewLabelsInComponent(count))
    }
    if let bound = fit.pretraining.upperBound {
      result.append(.pretrainingUncertain(upperBound: bound))
    } else if fit.pretraining.showsMisspecification {
      result.append(.misspecified())
    }
    if let twin { result.append(.samePredictor(as: twin)) }
    return result
  }

  /// Against least squares on the raw columns; with a warning where the error of the floors' difference, or that of the raw
  /// columns' labels part (its noise by the sandwich and by the equal-noise rule may disagree), allows another answer.
  private func breakEven(_ head: LeastSquaresHead, _ part: LabelsPart?) -> (BreakEven?, [Warning]) {
    guard let part, let rawPart = raw.part, let floor = head.residualVariance, let rawHead = raw.head,
      let rawFloor = rawHead.residualVariance
    else { return (nil, []) }
    func value(shift: Double, rawNoise share: Double) -> BreakEven {
      BreakEven(floor: floor + shift, part: part, rawFloor: rawFloor, rawPart: rawPart.scaled(by: share))
    }
    let differences = MeanError(zip(head.residuals, rawHead.residuals).map { $0 * $0 - $1 * $1 })
    let half = Interval.standardErrors * differences.standardError
    let noise = exp(hypot(Interval.standardErrors * rawPart.relativeError, log(rawPart.sandwichRatio)))
    return (value(shift: 0, rawNoise: 1), BreakEven.uncertainty(half: half, noise: noise, value))
  }

  private func isStable(_ part: LabelsPart?) -> Bool {
    part.map { !$0.design.isUnstable(at: Double(data.labeledCount)) } ?? false
  }

  private func sandwich(_ part: LabelsPart) -> [Warning] {
    (part.sandwichRatio < 0.7 || part.sandwichRatio > 1.4 ? [.heteroscedastic(part.sandwichRatio)] : [])
      + (isStable(part) ? [] : [.unstableDesign(size: data.labeledCount)])
  }

  /// The candidate before this one that gives the same predictions: least squares on the raw columns, or another method.
  private func twin(of fit: PretrainedFit, in earlier: ArraySlice<PretrainedFit>) -> String? {
    if let none = raw.head, isSame(none, fit.head) { return "none" }
    let other = earlier.first { $0.method != fit.method && isSame($0.head, fit.head) }
    return other.map { "\($0.method)-\($0.size)" }
  }

  /// Same residuals to rounding.
  private func isSame(_ a: LeastSquaresHead, _ b: LeastSquaresHead) -> Bool {
    let difference = zip(a.residuals, b.residuals).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return difference <= 1e-14 * a.residuals.reduce(0) { $0 + $1 * $1 }
  }

  // MARK: numbers

  private static func present(_ forecast: RiskForecast) -> Interval {
    Interval(risk: forecast.level, standardError: forecast.levelError)
  }

  private func parts(_ forecast: RiskForecast, ownNoise: Bool) -> RiskParts? {
    guard let floor = forecast.floor else { return nil }
    let noise = raw.part == nil ? nil : raw.head?.residualVariance
    return RiskParts(
      forecast, noise: ownNoise ? floor : min(noise ?? floor, floor),
      bias: ownNoise ? 0 : noise.map { max(floor - $0, 0) })
  }

  private func next(_ forecast: RiskForecast) -> NextGains? {
    let (n, m) = (forecast.labeledCount, forecast.rowCount)
    guard let labels = forecast.labelsGain(from: n, to: 2 * n) else { return nil }
    let needed = forecast.rowsGain(to: max(m, 2 * n))
    let rows = forecast.rowsGain(to: m + Double(unlabeled))
    return NextGains(
      doubleLabels: ExpectedGain(
        gain: labels.gain + needed.gain,
        standardError: (labels.standardError * labels.standardError + needed.standardError * needed.standardError)
          .squareRoot()),
      doubleUnlabeled: unlabeled == 0 ? nil : ExpectedGain(gain: rows.gain, standardError: rows.standardError))
  }

  /// (labels part/n) / (pre-training part/m).
  private func exchangeRate(_ forecast: RiskForecast) -> Double? {
    let pretraining = forecast.pretraining
    guard pretraining.estimate > 0, !pretraining.isUncertain, !pretraining.isNearTie,
      let labels = forecast.labels?(forecast.labeledCount)
    else { return nil }
    return (labels / forecast.labeledCount) / (pretraining.estimate / forecast.rowCount)
  }

  /// m PT / (σ² (d_base - d_eff)), where the representation carries the target as well as the raw columns do.
  private func crossover(_ fit: PretrainedFit) -> Double? {
    let gap = raw.design.parameterCount - fit.design.parameterCount
    guard gap > 0, let part = fit.part, let own = fit.head.residualVariance, let rawHead = raw.head,
      raw.part != nil, let rawVariance = rawHead.residualVariance, part.noisePerParameter > 0
    else { return nil }
    let isMisspecified = own > rawVariance * (1 + 2 * (2 / Double(data.labeledCount)).squareRoot())
    guard !isMisspecified, !fit.pretraining.isUncertain, !fit.pretraining.isNearTie, fit.pretraining.estimate > 0 else {
      return nil
    }
    return Double(data.rowCount) * fit.pretraining.estimate / (own * Double(gap))
  }
}
