import Asymptotics
import LinearAlgebra
import Pretraining

/// Candidates for labels of two classes or more: log-loss of a logistic head, one class against the rest where there
/// are more.
///
/// Present risk by leave-one-out, labels' part by parametric bootstrap, pre-training's part by the paired
/// leave-one-out difference between representations of half the rows and of all. Source: theory of planning under
/// arXiv 2603.27631, sections 3 and 4.
struct LogisticPlanner {
  let views: DataViews
  let data: PreparedData
  /// 0 ..< count, one per label.
  let classes: [Int]
  let count: Int
  let seed: UInt64

  /// Classes are the labels' different values, ascending. Throws `PlanError.notClasses`.
  init(_ views: DataViews, seed: UInt64) throws {
    (classes, count) = try Self.classes(views.plain.labels)
    (self.views, data) = (views, views.plain)
    self.seed = seed
  }

  static let mostClasses = 20

  static func classes(_ labels: [Double]) throws -> ([Int], count: Int) {
    let values = Set(labels).sorted()
    guard (2...mostClasses).contains(values.count) else { throw PlanError.notClasses(count: values.count) }
    return (labels.map { label in values.firstIndex(of: label)! }, values.count)
  }

  /// none, ridge and what the jobs give, with a warning for each job that failed.
  func candidates(
    _ jobs: [CandidateBuilder.Job], tick: @escaping @Sendable () -> Void
  ) throws -> ([Candidate], failures: [Warning]) {
    let raw = views.rawDesign
    func rawPool() throws -> Matrix { try views.rawData.spacedRows() }
    let none = ClassHead(raw.labeled, classes: classes, count: count)
    let ridge = ClassHead.ridge(raw.labeled, classes: classes, count: count)
    let noneForecast = try none.map { forecast($0, raw, part($0, raw, try rawPool()), .none, isLinear: true) }
    let ridgeForecast = try ridge.map {
      forecast($0.head, raw, ridgePart($0, raw, try rawPool()), .none, risk: $0.risk, isLinear: true)
    }
    tick()
    let rival = ridgeForecast.map { ("ridge", $0) } ?? noneForecast.map { ("none", $0) }
    let raws = [
      candidate(
        "none", nil, none, noneForecast, views.rawParameters, against: ridgeForecast.map { ("ridge", $0) }, noneForecast
      ),
      candidate(
        "ridge", nil, ridge?.head, ridgeForecast, views.rawParameters, against: noneForecast.map { ("none", $0) },
        noneForecast),
    ]
    let (fits, failures) = try Planner.collected(jobs, views) { job, data, method, representations in
      let pool = try data.spacedRows()
      let designs = try PoolDesign.all(representations, data)
      let heads = designs.map { ClassHead($0.labeled, classes: classes, count: count) }
      let losses = try halfLosses(job, data, method, representations, tick: tick)
      return Parallel.map(count: job.sizes.count) { position -> Fit in
        let isLinear = representations[position] is LinearRepresentation
        let found = heads[position].map { head in
          let pretraining =
            losses[position].losses.count >= HalfFits.fewest
            ? PretrainingPart(full: head.leaveOneOutLosses, halves: losses[position].losses)
              .withoutRounding(beside: MeanError(head.leaveOneOutLosses).mean) : .none
          return forecast(
            head, designs[position], part(head, designs[position], pool), pretraining, isLinear: isLinear)
        }
        tick()
        return Fit(
          method: job.method.name, size: job.sizes[position], head: heads[position], forecast: found,
          parameters: designs[position].parameterCount, isLinear: isLinear, warning: losses[position].warning)
      }
    }
    let forecasts = RiskForecast.corrected(
      fits.map(\.forecast), chosenAmong: fits.indices.filter { fits[$0].forecast?.labels != nil })
    let fitted = zip(fits, forecasts).map { fit, forecast in
      let ordered = fit.isLinear && ridgeForecast != nil ? forecast?.ordered(above: ridgeForecast!) : forecast
      var result = candidate(
        fit.method, fit.size, fit.head, ordered, fit.parameters, against: rival, noneForecast)
      if let warning = fit.warning { result.warnings.append(warning) }
      return result
    }
    return (markingTwins(raws + fitted), failures)
  }

  private struct Fit: Sendable {
    let method: String
    let size: Int
    let head: ClassHead?
    let forecast: RiskForecast?
    let parameters: Int
    let isLinear: Bool
    let warning: Warning?
  }

  /// Methods that span the same features give the same losses to rounding.
  private func markingTwins(_ candidates: [Candidate]) -> [Candidate] {
    var result = candidates
    for (position, candidate) in candidates.enumerated() where candidate.size != nil {
      guard let own = candidate.forecast else { continue }
      let twin = candidates[..<position].first { other in
        other.method != "ridge" && other.method != candidate.method && isSame(other.forecast, own)
      }
      if let twin { result[position].warnings.append(.samePredictor(as: twin.label)) }
    }
    return result
  }

  private func isSame(_ a: RiskForecast?, _ b: RiskForecast?) -> Bool {
    guard let a, let b else { return false }
    return zip(a.leaveOneOutSquares, b.leaveOneOutSquares).allSatisfy { abs($0 - $1) <= 1e-6 * (1 + $0) }
  }

  private func part(_ head: ClassHead, _ design: PoolDesign, _ pool: Matrix) -> LogisticLabelsPart? {
    guard data.labeledCount >= 3 * design.parameterCount * (count == 2 ? 1 : count - 1) else { return nil }
    return LogisticLabelsPart(
      head, classes: classes, pool: design.design(pool), labels: data.labeledCount, seed: seed)
  }

  /// Of ridge, whatever the number of labels; nil where refits would take too long.
  private func ridgePart(_ ridge: ClassHead.Ridge, _ design: PoolDesign, _ pool: Matrix) -> LogisticLabelsPart? {
    let (p, n) = (Double(design.parameterCount), Double(data.labeledCount))
    guard n * p * p * Double(ridge.head.heads.count) < Self.mostWork else { return nil }
    return LogisticLabelsPart(
      ridge.head, classes: classes, pool: design.design(pool), labels: data.labeledCount, penalty: ridge.penalty,
      seed: seed)
  }

  /// n p² classes up to which ridge is refitted to draws: some ten seconds.
  private static let mostWork = 1e7

  /// The labels part is at most 1.5 times what leaving rows out adds to the training loss (which is about twice the part), and at
  /// most 9/10 of the level: no forecast falls to 0.
  private func forecast(
    _ head: ClassHead, _ design: PoolDesign, _ part: LogisticLabelsPart?, _ pretraining: PretrainingPart,
    risk: Double? = nil, isLinear: Bool
  ) -> RiskForecast {
    let least = MeanError(head.leaveOneOutLosses).mean
    let level = risk ?? least
    let optimism = max(level - head.meanLoss(design.labeled, classes: classes), 0)
    let found = part?(Double(data.labeledCount)) ?? 0
    let labels = min(found, 1.5 * optimism, 0.9 * level)
    return RiskForecast(
      leaveOneOutSquares: head.leaveOneOutLosses, level: level, correction: level - least,
      labels: part?.scaled(by: found > 0 ? labels / found : 0),
      pretraining: pretraining.limited(noise: level - labels, labels: labels, isLinear: isLinear),
      rowCount: data.rowCount)
  }

  /// Leave-one-out losses with representations of half the rows: by size, by half; halves that cannot be fitted are
  /// left out.
  private func halfLosses(
    _ job: CandidateBuilder.Job, _ data: PreparedData, _ method: any PretrainingMethod,
    _ found: [any Representation], tick: @escaping @Sendable () -> Void
  ) throws -> [(losses: [[Double]], warning: Warning?)] {
    let halves = try HalfFits(method, sizes: job.sizes, from: found, data: data, seed: seed, tick: tick)
    let pairs = halves.representations.flatMap { half in
      half.indices.compactMap { position in half[position].map { (position, $0) } }
    }
    let losses = try FeatureMoments.over(data.pool, groups: pairs.map { [$0.1] }) { index, moments in
      let half = pairs[index].1
      let design = PoolDesign(half, moments, 0..<half.featureCount, data)
      return ClassHead(design.labeled, classes: classes, count: count)?.leaveOneOutLosses
    }
    return job.sizes.indices.map { position in
      let known = zip(pairs, losses).compactMap { $0.0 == position ? $1 : nil }
      return (known, halves.warning(fitted: position))
    }
  }

  private func candidate(
    _ method: String, _ size: Int?, _ head: ClassHead?, _ forecast: RiskForecast?, _ parameters: Int,
    against rival: (String, RiskForecast)?, _ none: RiskForecast?
  ) -> Candidate {
    var warnings: [Warning] = []
    if head == nil { warnings.append(.separated()) }
    if head != nil && forecast?.labels == nil {
      warnings.append(
        method == "ridge" ? .ridgeNotExtrapolated() : .tooFewLabels(count: data.labeledCount, parameters: parameters))
    }
    let hasParts = forecast?.labels != nil
    if hasParts, forecast?.ordering == nil, let bound = forecast?.pretraining.upperBound {
      warnings.append(.pretrainingUncertain(upperBound: bound))
    }
    let parts = forecast.flatMap { RiskParts($0, rawNoise: none?.floor, isRaw: size == nil) }
    let (breakEven, uncertain) =
      size == nil || isSame(none, forecast) ? (nil, []) : LogisticBreakEven.solve(forecast, none)
    warnings += (parts?.uncertainty ?? []) + uncertain
    return Candidate(
      method: method, size: size, reliable: hasParts,
      predictedRisk: forecast.map { Interval(risk: $0.present, standardError: $0.levelError) },
      parts: parts,
      gainOverRaw: forecast.flatMap { own in rival.map { Comparison(own, $0.1).reported(against: $0.0) } },
      crossoverRatio: nil, breakEvenLabels: breakEven, rowsPerLabel: nil, next: forecast.flatMap(NextGains.init),
      pairs: [],
      warnings: warnings, forecast: forecast, accuracy: head?.accuracy)
  }
}
