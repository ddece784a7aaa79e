import Asymptotics
import CMath
import LinearAlgebra
import Pretraining

/// From fits to candidates: intervals, parts, comparisons and warnings.
struct CandidateBuilder {
  let data: PreparedData
  let raw: RawFits
  private let none: RiskForecast?
  private let ridge: RiskForecast

  init(data: PreparedData, raw: RawFits) {
    (self.data, self.raw) = (data, raw)
    none = raw.head.map { head in
      let risk = HeadRisk(head)
      let n = Double(head.rowCount)
      let labels = raw.part.flatMap { part in part(n).map { part.scaled(by: $0 > 0 ? risk.labels / $0 : 0) } }
      return RiskForecast(
        leaveOneOutSquares: head.leaveOneOutSquares, labels: labels, pretraining: .none, rowCount: data.rowCount,
        parameters: Double(head.rank), groups: data.labeledGroups)
    }
    let least = MeanError(raw.ridge.leaveOneOutSquares).mean
    let level = raw.ridge.search.risk(labels: Double(data.labeledCount)) ?? least
    ridge = RiskForecast(
      leaveOneOutSquares: raw.ridge.leaveOneOutSquares, level: level, correction: level - least,
      labels: raw.ridge.search, pretraining: .none, rowCount: data.rowCount, parameters: raw.ridge.parameterCount,
      groups: data.labeledGroups)
  }

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
      guard own.count > 1, let best, best.size == job.sizes.last, job.largest > best.size!,
        best.gainOverRaw.map({ $0.probabilityPositive > 0.5 }) ?? false
      else { return nil }
      return .edgeOfRange(method: best.method, size: best.size!)
    }
  }

  /// Leave-one-out residuals of the raw columns are rounding beside the labels: they give the target exactly.
  var isExact: Bool { (none?.level ?? .infinity) < Self.exactShare * MeanError(data.labels).spread }

  private static let exactShare = 1e-10

  /// Labels part of a representation as a share of what leave-one-out sees of it, at most: where rows of the pool lie
  /// farther out than any labeled one, the mean over the pool has no use.
  private static let largestLabelsRatio = 3.0

  /// Mean e²/(1 - h), and the labels part as far as the labeled rows support it.
  private func forecast(_ head: LeastSquaresHead, _ part: LabelsPart?, _ pretraining: PretrainingPart, isLinear: Bool)
    -> RiskForecast
  {
    let risk = HeadRisk(head)
    let found = part?(Double(data.labeledCount))
    let labels = min(found ?? risk.labels, Self.largestLabelsRatio * risk.labels)
    return RiskForecast(
      leaveOneOutSquares: head.leaveOneOutSquares, level: risk.noise + labels,
      labels: part?.scaled(by: (found ?? 0) > 0 ? labels / found! : 0),
      pretraining: pretraining.limited(noise: risk.noise, labels: labels, isLinear: isLinear), rowCount: data.rowCount,
      parameters: Double(head.rank), groups: data.labeledGroups)
  }

  private func gain(_ own: RiskForecast, over rival: RiskForecast, _ name: String) -> GainOverRaw? {
    isExact ? nil : Comparison(own, rival).reported(against: name)
  }

  /// A representation taken as given: its own risk and the labels' part, no pre-training part.
  func given(_ embedding: any RowSource, seed: UInt64) throws -> Candidate {
    let design = try PoolDesign(given: embedding, labeled: data.labeledCount)
    let head = try LeastSquaresHead(design.labeled, labels: data.labels, groups: data.labeledGroups)
    let isLongEnough = data.labeledCount >= 3 * design.parameterCount
    let part =
      isLongEnough
      ? LabelsPart(
        head: head, rows: design.labeled, design: try DesignCurve.curves(of: [design], embedding, seed: seed)[0],
        moment: design.secondMoment) : nil
    let forecast = forecast(head, part, .none, isLinear: false)
    let hasRisk = data.labeledCount > head.rank + 1
    let (breakEven, uncertain) = breakEven(head, part)
    let parts = isStable(part) ? RiskParts(forecast, rawNoise: rawNoise, isRaw: false) : nil
    let leverage = try PoolLeverage.ratios([design], [head], over: embedding)[0]
    return Candidate(
      method: "embedding", size: embedding.columns, reliable: isStable(part),
      predictedRisk: hasRisk ? Self.present(forecast) : nil, parts: parts,
      gainOverRaw: hasRisk ? gain(forecast, over: ridge, "ridge") : nil, crossoverRatio: nil,
      breakEvenLabels: breakEven, rowsPerLabel: nil, next: NextGains(forecast), pairs: [],
      warnings: (parts?.uncertainty ?? []) + uncertain + PoolLeverage.warnings(leverage)
        + (part.map(sandwich) ?? [.tooFewLabels(count: data.labeledCount, parameters: design.parameterCount)]),
      forecast: hasRisk ? forecast : nil)
  }

  func candidates(_ fits: [PretrainedFit]) -> [Candidate] {
    let twins = fits.indices.map { twin(of: fits[$0], in: fits[..<$0]) }
    let forecasts = RiskForecast.corrected(
      fits.map { forecast($0.head, $0.part, $0.pretraining, isLinear: $0.isLinear) },
      chosenAmong: fits.indices.filter { twins[$0] == nil && isStable(fits[$0]) })
    return [noneCandidate, ridgeCandidate]
      + fits.indices.map { position in
        let fit = fits[position]
        let forecast = forecasts[position]!
        let own = fit.isLinear ? forecast.ordered(above: ridge) : forecast
        return candidate(fit, own, twin: twins[position])
      }
  }

  // MARK: without pre-training

  private var noneCandidate: Candidate {
    var warnings = [Warning]()
    let p = raw.parameterCount
    if raw.part == nil { warnings.append(.tooFewLabels(count: data.labeledCount, parameters: p)) }
    if let head = raw.head, head.rank < p, raw.part != nil { warnings.append(.collinear(rank: head.rank, count: p)) }
    if let part = raw.part { warnings += sandwich(part) }
    let isStable = isStable(raw.part)
    let parts = isStable ? none.flatMap { RiskParts($0, rawNoise: nil, isRaw: true) } : nil
    warnings += (parts?.uncertainty ?? []) + PoolLeverage.warnings(raw.poolLeverage)
    return Candidate(
      method: "none", size: nil, reliable: isStable, predictedRisk: none.map(Self.present), parts: parts,
      gainOverRaw: none.flatMap { gain($0, over: ridge, "ridge") }, crossoverRatio: nil,
      breakEvenLabels: nil, rowsPerLabel: nil, next: none.flatMap(NextGains.init), pairs: [], warnings: warnings,
      forecast: none)
  }

  private var ridgeCandidate: Candidate {
    let isKnown = ridge.labels?(2 * ridge.labeledCount) != nil
    return Candidate(
      method: "ridge", size: nil, reliable: isKnown, predictedRisk: Self.present(ridge),
      parts: RiskParts(ridge, rawNoise: nil, isRaw: true), gainOverRaw: none.flatMap { gain(ridge, over: $0, "none") },
      crossoverRatio: nil, breakEvenLabels: nil, rowsPerLabel: nil, next: NextGains(ridge), pairs: [],
      warnings: !isKnown ? [.ridgeNotExtrapolated()] : [], forecast: ridge)
  }

  // MARK: pre-trained

  private func candidate(_ fit: PretrainedFit, _ forecast: RiskForecast, twin: String?) -> Candidate {
    let hasRisk = data.labeledCount > fit.head.rank + 1
    let isTied = (fit.tieRatio ?? 0) > PretrainedFit.largestTieRatio
    let (breakEven, uncertain) = twin == "none" ? (nil, []) : breakEven(fit.head, fit.part)
    let isStable = isStable(fit)
    let parts = isStable ? RiskParts(forecast, rawNoise: rawNoise, isRaw: false) : nil
    return Candidate(
      method: fit.method, size: fit.size, reliable: isStable,
      predictedRisk: hasRisk ? Self.present(forecast) : nil, parts: parts,
      gainOverRaw: hasRisk ? gain(forecast, over: ridge, "ridge") : nil,
      crossoverRatio: crossover(fit, forecast.pretraining), breakEvenLabels: breakEven,
      rowsPerLabel: exchangeRate(forecast),
      next: NextGains(forecast),
      pairs: fit.pairs.prefix(5).map { ComponentPair(kept: $0.kept, dropped: $0.dropped, risk: $0.risk) },
      warnings: warnings(fit, forecast, isTied: isTied, twin: twin) + (parts?.uncertainty ?? []) + uncertain,
      forecast: hasRisk ? forecast : nil)
  }

  private func warnings(_ fit: PretrainedFit, _ forecast: RiskForecast, isTied: Bool, twin: String?) -> [Warning] {
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
    result += PoolLeverage.warnings(fit.poolLeverage)
    if let count = fit.fewestLabels, count < PretrainedFit.fewestComponentLabels {
      result.append(.fewLabelsInComponent(count))
    }
    if !fit.isLinear {
      if let bound = forecast.pretraining.upperBound {
        result.append(.pretrainingUncertain(upperBound: bound))
      } else if fit.pretraining.showsMisspecification {
        result.append(.misspecified())
      }
    }
    if let failure = fit.halfFailure { result.append(failure) }
    if let twin { result.append(.samePredictor(as: twin)) }
    return result
  }

  /// Against least squares on the raw columns; with a warning where the error of the floors' difference, or that of
  /// the raw columns' labels part (its noise by the sandwich and by the equal-noise rule may disagree), allows another
  /// answer.
  private func breakEven(_ head: LeastSquaresHead, _ part: LabelsPart?) -> (BreakEven?, [Warning]) {
    guard let part, let rawPart = raw.part, let floor = head.residualVariance, let rawHead = raw.head,
      let rawFloor = rawHead.residualVariance, !isExact
    else { return (nil, []) }
    func value(shift: Double, rawNoise share: Double) -> BreakEven {
      BreakEven(floor: floor + shift, part: part, rawFloor: rawFloor, rawPart: rawPart.scaled(by: share))
    }
    let differences = MeanError(
      zip(head.residuals, rawHead.residuals).map { $0 * $0 - $1 * $1 }, groups: data.labeledGroups)
    let half = Interval.standardErrors * differences.standardError
    let noise = exp(hypot(Interval.standardErrors * rawPart.relativeError, log(rawPart.sandwichRatio)))
    return (value(shift: 0, rawNoise: 1), BreakEven.uncertainty(half: half, noise: noise, value))
  }

  private func isStable(_ part: LabelsPart?) -> Bool {
    part.map { !$0.design.isUnstable(at: Double(data.labeledCount)) } ?? false
  }

  private func isStable(_ fit: PretrainedFit) -> Bool {
    isStable(fit.part) && fit.fewestLabels ?? .infinity >= PretrainedFit.fewestComponentLabels
  }

  private func sandwich(_ part: LabelsPart) -> [Warning] {
    (part.sandwichRatio < 0.7 || part.sandwichRatio > 1.4 ? [.heteroscedastic(part.sandwichRatio)] : [])
      + (isStable(part) ? [] : [.unstableDesign(size: data.labeledCount)])
  }

  /// The candidate before this one that gives the same predictions: least squares on the raw columns, or another
  /// method.
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
    Interval(risk: forecast.present, standardError: forecast.levelError)
  }

  /// What no linear predictor on the raw columns can tell; nil where there are too few labels to say.
  private var rawNoise: Double? { raw.part == nil ? nil : raw.head?.residualVariance }
}
