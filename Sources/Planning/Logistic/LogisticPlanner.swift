import Asymptotics
import LinearAlgebra
import Pretraining

/// Candidates for labels of two classes or more: log-loss of a logistic head, one class against the rest where there are more.
///
/// Present risk by leave-one-out, labels' part by parametric bootstrap, pre-training's part by the paired leave-one-out difference
/// between representations of half the rows and of all. Source: theory of planning under arXiv 2603.27631, sections 3 and 4.
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
    let none = ClassHead(raw.labeled, classes: classes, count: count)
    let ridge = ClassHead.ridge(raw.labeled, classes: classes, count: count)
    let nonePart = try none.flatMap { part($0, raw, try data.spacedRows()) }
    let noneForecast = none.map { forecast($0, nonePart, .none) }
    let ridgeForecast = ridge.map { forecast($0, nil, .none) }
    tick()
    let rivals = [("none", noneForecast), ("ridge", ridgeForecast)].compactMap { name, found in found.map { (name, $0) }
    }
    let rival = rivals.min { $0.1.level < $1.1.level }
    let raws = [
      candidate(
        "none", nil, none, noneForecast, views.rawParameters, against: ridgeForecast.map { ("ridge", $0) }, noneForecast
      ),
      candidate(
        "ridge", nil, ridge, ridgeForecast, views.rawParameters, against: noneForecast.map { ("none", $0) },
        noneForecast),
    ]
    let (fitted, failures) = Planner.collected(jobs) { job in
      let (data, method) = views(job.method)
      let pool = try data.spacedRows()
      let representations = try data.fit(method, sizes: job.sizes)
      let designs = try PoolDesign.all(representations, data)
      let heads = designs.map { ClassHead($0.labeled, classes: classes, count: count) }
      let losses = try halfLosses(job, representations, tick: tick)
      return Parallel.map(count: job.sizes.count) { position in
        let head = heads[position]
        let found = head.map {
          forecast(
            $0, part($0, designs[position], pool),
            PretrainingPart(full: $0.leaveOneOutLosses, halves: losses[position])
              .withoutRounding(beside: MeanError($0.leaveOneOutLosses).mean))
        }
        tick()
        return candidate(
          job.method.name, job.sizes[position], head, found, designs[position].parameterCount, against: rival,
          noneForecast)
      }
    }
    return (markingTwins(raws + fitted), failures)
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
    return LogisticLabelsPart(head, pool: design.design(pool), labels: data.labeledCount, seed: seed)
  }

  private func forecast(
    _ head: ClassHead, _ part: LogisticLabelsPart?, _ pretraining: PretrainingPart
  ) -> RiskForecast {
    RiskForecast(
      leaveOneOutSquares: head.leaveOneOutLosses, labels: part, pretraining: pretraining, rowCount: data.rowCount)
  }

  /// Leave-one-out losses with representations of half the rows: by size, by half; halves that cannot be fitted are left out.
  private func halfLosses(
    _ job: CandidateBuilder.Job, _ found: [any Representation], tick: @escaping @Sendable () -> Void
  ) throws -> [[[Double]]] {
    let (data, method) = views(job.method)
    let halves = try DeleteHalf.refits(
      method, sizes: job.sizes, from: found, data: data, seed: seed, tick: tick)
    let groups = halves.flatMap { $0.map { [$0] } }
    let losses = try FeatureMoments.over(data.pool, groups: groups) { index, moments in
      let half = groups[index][0]
      let design = PoolDesign(half, moments, 0..<half.featureCount, data)
      return ClassHead(design.labeled, classes: classes, count: count)?.leaveOneOutLosses
    }
    let sizes = job.sizes.count
    return job.sizes.indices.map { position in
      stride(from: position, to: losses.count, by: sizes).compactMap { losses[$0] }
    }
  }

  private func candidate(
    _ method: String, _ size: Int?, _ head: ClassHead?, _ forecast: RiskForecast?, _ parameters: Int,
    against rival: (String, RiskForecast)?, _ none: RiskForecast?
  ) -> Candidate {
    var warnings: [Warning] = []
    let rawFloor = none?.floor
    if head == nil { warnings.append(.separated()) }
    if head != nil && forecast?.labels == nil {
      warnings.append(
        method == "ridge" ? .ridgeNotExtrapolated() : .tooFewLabels(count: data.labeledCount, parameters: parameters))
    }
    let hasParts = forecast?.labels != nil
    if hasParts, let bound = forecast?.pretraining.upperBound {
      warnings.append(.pretrainingUncertain(upperBound: bound))
    }
    let parts = forecast.flatMap { self.parts($0, rawFloor) }
    let (breakEven, uncertain) =
      size == nil || isSame(none, forecast) ? (nil, []) : LogisticBreakEven.solve(forecast, none)
    warnings += (parts?.uncertainty ?? []) + uncertain
    return Candidate(
      method: method, size: size, reliable: hasParts,
      predictedRisk: forecast.map { Interval(risk: $0.level, standardError: $0.levelError) },
      parts: parts,
      gainOverRaw: forecast.flatMap { own in rival.map { Comparison(own, $0.1).reported(against: $0.0) } },
      crossoverRatio: nil, breakEvenLabels: breakEven, rowsPerLabel: nil, next: forecast.flatMap(next), pairs: [],
      warnings: warnings, forecast: forecast, accuracy: head?.accuracy)
  }

  private func parts(_ forecast: RiskForecast, _ rawFloor: Double?) -> RiskParts? {
    guard let floor = forecast.floor else { return nil }
    return RiskParts(forecast, noise: min(rawFloor ?? floor, floor), bias: rawFloor.map { max(floor - $0, 0) })
  }

  private func next(_ forecast: RiskForecast) -> NextGains? {
    let (n, m) = (forecast.labeledCount, forecast.rowCount)
    guard let labels = forecast.labelsGain(from: n, to: 2 * n) else { return nil }
    let needed = forecast.rowsGain(to: max(m, 2 * n))
    let unlabeled = m - n
    let rows = forecast.rowsGain(to: m + unlabeled)
    let error = labels.standardError * labels.standardError + needed.standardError * needed.standardError
    return NextGains(
      doubleLabels: ExpectedGain(gain: labels.gain + needed.gain, standardError: error.squareRoot()),
      doubleUnlabeled: unlabeled == 0 ? nil : ExpectedGain(gain: rows.gain, standardError: rows.standardError))
  }
}
