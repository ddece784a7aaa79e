import Asymptotics
import CMath
import LinearAlgebra
import Pretraining

/// Least squares on representations, least squares and ridge on the raw columns; risk is mean squared error.
struct SquaredErrorHeads: HeadFamily {
  private let data: PreparedData
  private let views: DataViews
  private let raw: RawFits
  private let span: PrincipalSpan
  private let deletedSpans: [PrincipalSpan]
  private let seed: UInt64
  private let none: RiskForecast?
  private let ridge: RiskForecast

  /// - Parameters:
  ///   - span: of the pool.
  ///   - hasJobs: something is pre-trained.
  init(_ views: DataViews, span: PrincipalSpan, hasJobs: Bool, seed: UInt64) throws {
    let raw = try RawFits(views, seed: seed)
    let data = views.plain
    (self.views, self.data, self.raw, self.span, self.seed) = (views, data, raw, span, seed)
    deletedSpans = hasJobs ? try PrincipalComponentsPart.deletedSpans(data) : []
    none = raw.head.map { head in
      let risk = HeadRisk(head)
      let n = Double(head.rowCount)
      let labels = raw.part.flatMap { part in part(n).map { part.scaled(by: $0 > 0 ? risk.labels / $0 : 0) } }
      return RiskForecast(
        leaveOneOutSquares: head.leaveOneOutSquares, labels: labels, pretraining: .none, rowCount: data.rowCount,
        parameters: Double(head.rank), groups: data.labeledGroups)
    }
    ridge = Self.forecast(raw.ridge, data, .none)
  }

  // MARK: the raw columns

  /// Leave-one-out residuals of the raw columns are rounding beside the labels.
  var isExact: Bool { (none?.level ?? .infinity) < Self.exactShare * MeanError(data.labels).spread }

  private static let exactShare = 1e-10

  var rawNoise: Double? { raw.part == nil ? nil : raw.head?.residualVariance }

  var raws: [HeadFit] {
    var warnings = [Warning]()
    let p = raw.parameterCount
    if raw.part == nil { warnings.append(.tooFewLabels(count: data.labeledCount, parameters: p)) }
    if let head = raw.head, head.rank < p, raw.part != nil { warnings.append(.collinear(rank: head.rank, count: p)) }
    if let part = raw.part { warnings += sandwich(part) }
    let isKnown = ridge.labels?(2 * ridge.labeledCount) != nil
    return [
      HeadFit(
        method: "none", size: nil, head: raw.head, forecast: none,
        curve: raw.head.flatMap { LabelCurve($0, raw.part) }, isReliable: isStable(raw.part),
        hasParts: isStable(raw.part), warnings: (warnings, PoolLeverage.warnings(raw.poolLeverage))),
      HeadFit(
        method: "ridge", size: nil, head: raw.ridge, forecast: ridge, curve: LabelCurve(raw.ridge, ridge),
        isReliable: isKnown, hasParts: true, warnings: (isKnown ? [] : [.ridgeNotExtrapolated()], [])),
    ]
  }

  // MARK: features

  func fits(
    _ job: PlanJob, _ data: PreparedData, _ method: any PretrainingMethod, _ representations: [any Representation],
    tick: @escaping @Sendable () -> Void
  ) throws -> [HeadFit] {
    try PretrainedFit.all(
      method: method, named: job.method.name, sizes: job.sizes, representations: representations, data: data,
      span: views.sharesDirections(job.method) ? span : nil, deletedSpans: deletedSpans, seed: seed, tick: tick
    ).map(headFit)
  }

  private func headFit(_ fit: PretrainedFit) -> HeadFit {
    let forecast = forecast(fit.head, fit.part, fit.pretraining, isLinear: fit.isLinear)
    let hasRisk = data.labeledCount > fit.head.rank + 1
    let isReliable = isStable(fit)
    let parts = isReliable ? RiskParts(forecast, rawNoise: rawNoise, isRaw: false) : nil
    return HeadFit(
      method: fit.method, size: fit.size, head: fit.head, forecast: hasRisk ? forecast : nil,
      curve: LabelCurve(fit.head, fit.part), isLinear: fit.isLinear, isReliable: isReliable, hasParts: isReliable,
      pairs: fit.pairs.prefix(5).map { ComponentPair(kept: $0.kept, dropped: $0.dropped, risk: $0.risk) },
      crossoverRatio: crossover(fit, forecast.pretraining),
      world: parts.flatMap { world(fit, $0) },
      warnings: (warnings(fit, forecast), []))
  }

  private func world(_ fit: PretrainedFit, _ parts: RiskParts) -> FittedModel? {
    guard fit.method == PrincipalComponents().name, let noise = fit.head.residualVariance else { return nil }
    return FittedModel(
      size: fit.size, head: .linear(weights: Array(fit.head.coefficients.dropFirst()), noiseVariance: noise),
      parts: parts, span: span, data: data)
  }

  /// Ridge, as on the raw columns: an embedding may have as many columns as there are labels.
  func given(_ embedding: any RowSource) throws -> HeadFit {
    let moments = try RowMoments(reading: embedding)
    let labeled = try embedding.rows(at: Array(moments.count - data.labeledCount..<moments.count))
    let deviations = moments.covariance.diagonalEntries.map { $0.squareRoot() }
    let head = try RidgeHead(
      RidgeRows(labeled, deviations: deviations).amongst(moments), labels: data.labels, groups: data.labeledGroups)
    let forecast = Self.forecast(head, data, .unknown)
    let isKnown = forecast.labels?(2 * forecast.labeledCount) != nil
    return HeadFit(
      method: "embedding", size: embedding.columns, head: head, forecast: forecast, curve: LabelCurve(head, forecast),
      isReliable: isKnown, hasParts: isKnown,
      warnings: ([], [.unknownPretraining()] + (isKnown ? [] : [.ridgeNotExtrapolated()])))
  }

  /// Present risk and labels part of a ridge, both corrected for the choice of its penalty.
  private static func forecast(
    _ head: RidgeHead, _ data: PreparedData, _ pretraining: PretrainingPart
  ) -> RiskForecast {
    let least = MeanError(head.leaveOneOutSquares).mean
    let level = head.search.risk(labels: Double(data.labeledCount)) ?? least
    return RiskForecast(
      leaveOneOutSquares: head.leaveOneOutSquares, level: level, correction: level - least, labels: head.search,
      pretraining: pretraining, rowCount: data.rowCount, parameters: head.parameterCount, groups: data.labeledGroups)
  }

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

  /// m PT / (σ² (d_base - d_eff)), where the representation carries the target as well as the raw columns do.
  private func crossover(_ fit: PretrainedFit, _ pretraining: PretrainingPart) -> Double? {
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

  // MARK: warnings

  private func warnings(_ fit: PretrainedFit, _ forecast: RiskForecast) -> [Warning] {
    var result = [Warning]()
    if fit.part == nil {
      result.append(.tooFewLabels(count: data.labeledCount, parameters: fit.design.parameterCount))
    }
    result += Evidence.tie(fit.tieRatio, size: fit.featureCount)
    let size = fit.design.parameterCount
    // The posteriors of a mixture add up to 1, as the intercept does.
    if fit.part != nil, fit.fewestLabels == nil, fit.head.rank < max(fit.featureCount + 1, size) {
      result.append(.collinear(rank: fit.head.rank, count: fit.featureCount + 1))
    }
    if let part = fit.part { result += sandwich(part) }
    result += PoolLeverage.warnings(fit.poolLeverage) + Evidence.fewLabels(fit.fewestLabels)
    if !fit.isLinear {
      if let bound = forecast.pretraining.upperBound {
        result.append(.pretrainingUncertain(upperBound: bound))
      } else if fit.pretraining.showsMisspecification {
        result.append(.misspecified())
      }
    }
    return result + (fit.halfFailure.map { [$0] } ?? [])
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
}

extension LabelCurve {
  /// Of least squares; nil without a labels part. Noise by the sandwich and by the equal-noise rule may disagree.
  init?(_ head: LeastSquaresHead, _ part: LabelsPart?) {
    guard let part, let floor = head.residualVariance else { return nil }
    self.init(
      floor: floor, labels: part, fewest: Double(part.design.parameterCount + 3),
      losses: head.residuals.map { $0 * $0 }, groups: head.leaving?.groups,
      spread: exp(hypot(Interval.standardErrors * part.relativeError, log(part.sandwichRatio))))
  }
  /// Of ridge, known around the present labels; nil where it says nothing of others.
  init?(_ head: RidgeHead, _ forecast: RiskForecast) {
    guard let now = head.search(forecast.labeledCount) else { return nil }
    self.init(
      floor: forecast.level - now, labels: head.search, fewest: forecast.labeledCount / 4,
      present: forecast.labeledCount, losses: head.leaveOneOutSquares, groups: forecast.groups,
      spread: 1 + Interval.standardErrors * head.search.relativeError)
  }
}
