import Asymptotics
import LinearAlgebra
import Pretraining

/// From data in memory to a plan.
public enum Planner {
  /// Part done, between 0 and 1; may be called from any thread.
  public typealias Progress = @Sendable (Double) -> Void

  /// Every candidate's forecast and a recommendation.
  ///
  /// Cost: for each method 21 fits (9 where the rows hold more than a million numbers), and for each size about 25 (N
  /// p^2 + n p^2) flops more; N rows in all.
  /// Throws: `PlanError` for input that cannot be planned with; what a method's fit throws.
  public static func plan(_ request: PlanRequest, progress: Progress? = nil) throws -> Plan {
    guard let units = try PlanUnits(request) else { return try checkedPlan(request, progress: progress) }
    do {
      return units.restored(try checkedPlan(units.applied(to: request), progress: progress))
    } catch PlanError.tooLarge(let part, let row, let column, let value) {
      throw units.restored(part: part, row: row, column: column, value: value)
    }
  }

  /// Fewest labels that a head can be fitted on: two of each class, else three.
  public static func fewestLabels(_ head: PlanHead, labels: [Double]) -> Int {
    head == .linear ? Int(RiskForecast.fewest) : 2 * Set(labels).count
  }

  private static func checkedPlan(_ request: PlanRequest, progress: Progress?) throws -> Plan {
    if request.backtestRepeats == 0 || request.features.columns == 0 {
      return try forecast(request, progress: progress)
    }
    let share = 1 / Double(request.backtestRepeats + 1)
    var plan = try forecast(request) { progress?(share * $0) }
    try plan.check(request) { progress?(share + (1 - share) * $0) }
    return plan
  }

  private static func forecast(_ given: PlanRequest, progress: Progress?) throws -> Plan {
    for encoder in given.encoders { try EncoderChecks.check(encoder, labels: given.labels.count) }
    if given.features.columns == 0, !given.encoders.isEmpty { return try encodersAlone(given, progress) }
    let (request, repeats) = try RepeatedRows.counted(given)
    try RowGroupChecks.check(request)
    let views = try DataViews(request)
    let data = views.plain
    // Encoders without unlabeled rows beside them leave nothing to pre-train on.
    let unlabeled = request.unlabeledCount > 0 ? request.unlabeledCount : request.encoders.map(\.rowCount).max() ?? 0
    let methods = request.unlabeledCount > 0 || request.encoders.isEmpty ? request.methods : []
    let jobs: [PlanJob] = (methods + pairings(request, views)).map { method in
      let largest = method.largestSize(rows: data.rowCount / 2, columns: views.columns)
      return PlanJob(
        method: method, sizes: request.sizes.filter { $0 >= method.smallestSize && $0 <= largest }, largest: largest)
    }
    let splits = DeleteHalf.splits(rows: data.rowCount, columns: data.columns)
    let meter = Meter(steps: jobs.reduce(1) { $0 + 2 * splits + 2 * $1.sizes.count }, report: progress)
    let span = try PrincipalSpan(data.pool, data.moments)
    let family = try family(request, views, span, hasJobs: jobs.contains { !$0.sizes.isEmpty })
    meter.tick()
    let (fits, failures) = try collected(jobs, views) { job, data, method, representations in
      try family.fits(job, data, method, representations) { meter.tick() }
    }
    let builder = CandidateBuilder(family)
    let given =
      try (request.embedding.map { [try family.given($0)] } ?? []) + encoderFits(request, unlabeled: unlabeled)
    let candidates = builder.candidates(fits, given: given)
    let rows = Plan.Rows(unlabeled: unlabeled, labeled: data.labeledCount)
    return try Plan(
      head: request.head, rows: rows, columns: views.columns, candidates: candidates,
      recommendation: Recommender(
        candidates: candidates, rows: rows, purchase: request.purchase, isExact: family.isExact
      ).recommend(),
      bestByLabels: family.isExact ? [] : Ranking.byLabels(candidates, rows: rows),
      bestByUnlabeled: family.isExact ? [] : Ranking.byUnlabeled(candidates, rows: rows),
      eigenvalues: Array(span.eigenvalues.prefix(100)), fitted: bestComponents(fits, candidates),
      warnings: repeats + data.warnings.filter { $0.code != "unequal-scales" || request.followsUnits }
        + RowGroupChecks.warnings(data)
        + (family.isExact ? [.leakingCombination()] : [])
        + (try DataChecks.warnings(request, hasDecisiveRow: views.hasDecisiveRow))
        + builder.edgeWarnings(candidates, jobs: jobs) + failures,
      groups: data.groups.map { Plan.Groups(count: $0.count, labeled: data.labeledGroups?.count ?? data.labeledCount) }
    ).showingClasses(request, family.raws + fits + given)
  }

  private static func family(
    _ request: PlanRequest, _ views: DataViews, _ span: PrincipalSpan, hasJobs: Bool
  ) throws -> any HeadFamily {
    switch request.head {
    case .linear: try SquaredErrorHeads(views, span: span, hasJobs: hasJobs, seed: request.seed)
    case .logistic:
      try ClassHeads(
        views, labels: ClassLabels(views.plain.labels, names: request.classNames), span: span, seed: request.seed)
    }
  }
}

extension Planner {
  /// A head on the runs of each encoder.
  private static func encoderFits(_ request: PlanRequest, unlabeled: Int, tick: () -> Void = {}) throws -> [HeadFit] {
    if request.encoders.isEmpty { return [] }
    let probe = try EncoderProbe(request, unlabeled: unlabeled)
    return try request.encoders.map { encoder in
      defer { tick() }
      return try probe.fit(encoder)
    }
  }

  /// Without raw columns the unlabeled rows are those that the encoder of most rows was trained on.
  private static func encodersAlone(_ request: PlanRequest, _ progress: Progress?) throws -> Plan {
    try RowGroupChecks.check(request)
    try PreparedData.checkLabels(request.labels, names: request.classNames)
    let meter = Meter(steps: request.encoders.count, report: progress)
    let unlabeled = request.encoders.map(\.rowCount).max()!
    let fits = try encoderFits(request, unlabeled: unlabeled) { meter.tick() }
    let candidates = CandidateBuilder(nil).candidates([], given: fits)
    let rows = Plan.Rows(unlabeled: unlabeled, labeled: request.labels.count)
    return try Plan(
      head: request.head, rows: rows, columns: 0, candidates: candidates,
      recommendation: Recommender(candidates: candidates, rows: rows, purchase: request.purchase, isExact: false)
        .recommend(),
      bestByLabels: [], bestByUnlabeled: [], eigenvalues: [], fitted: nil, warnings: [],
      groups: request.groups.map { groups in
        let labeled = groups.restricted(to: request.labeledPositions).count
        return Plan.Groups(count: groups.count, labeled: labeled)
      }
    ).showingClasses(request, fits)
  }
}

extension Planner {
  /// What every job gives, from the representations that all rows give. A size or a method that fails is left out,
  /// with a warning.
  static func collected<Found>(
    _ jobs: [PlanJob], _ views: DataViews,
    _ work: (PlanJob, PreparedData, any PretrainingMethod, [any Representation]) throws -> [Found]
  ) throws -> (found: [Found], failures: [Warning]) {
    var (found, failures) = ([Found](), [Warning]())
    for job in jobs where !job.sizes.isEmpty {
      let (data, method) = views(job.method)
      let (fitted, failed) = Self.fitted(job, method, data)
      failures += failed
      guard !fitted.isEmpty else { continue }
      let part = PlanJob(method: job.method, sizes: fitted.map(\.size), largest: job.largest)
      do { found += try work(part, data, method, fitted.map(\.representation)) } catch {
        failures.append(.methodFailed(job.method.name, error))
      }
    }
    return (found, failures)
  }

  /// All sizes at once; where that fails, one after the other.
  private static func fitted(
    _ job: PlanJob, _ method: any PretrainingMethod, _ data: PreparedData
  ) -> (found: [(size: Int, representation: any Representation)], failures: [Warning]) {
    do { return (Array(zip(job.sizes, try data.fit(method, sizes: job.sizes))), []) } catch {
      if job.sizes.count == 1 { return ([], [.methodFailed(job.method.name, error)]) }
    }
    var (found, failures) = ([(size: Int, representation: any Representation)](), [(Int, any Error)]())
    for size in job.sizes {
      do { found.append((size, try data.fit(method, sizes: [size])[0])) } catch { failures.append((size, error)) }
    }
    if found.isEmpty { return ([], [.methodFailed(job.method.name, failures[0].1)]) }
    return (found, failures.map { .methodFailed("\(job.method.name)-\($0.0)", $0.1) })
  }

  /// Linear spectral pre-training on the pairs and on the series that the request speaks of.
  static func pairings(_ request: PlanRequest, _ views: DataViews) -> [any PretrainingMethod] {
    var result = [any PretrainingMethod]()
    if let pairs = request.pairs {
      result.append(LinearSpectral(pairing: .given(PreparedData.columns(views.varying, of: pairs)), seed: request.seed))
    }
    if let lag = request.lag {
      result.append(LinearSpectral(pairing: .lagged(lag, length: request.unlabeledCount), seed: request.seed))
    }
    return result
  }

  /// The fit by principal components, of fewer directions than columns, with the lowest predicted risk.
  private static func bestComponents(_ fits: [HeadFit], _ candidates: [Candidate]) -> FittedModel? {
    let ranked = fits.compactMap { fit -> (fit: HeadFit, risk: Double)? in
      guard fit.method == PrincipalComponents().name,
        let candidate = candidates.first(where: { $0.method == fit.method && $0.size == fit.size }),
        candidate.parts != nil, let risk = candidate.predictedRisk
      else { return nil }
      return (fit, risk.estimate)
    }
    return ranked.filter { $0.fit.size! < candidates.compactMap(\.size).max() ?? 0 || ranked.count == 1 }
      .min { $0.risk < $1.risk }?.fit.world
  }
}

extension Plan {
  /// Below this share of intervals that contain what came true the plan says so.
  static let leastCoverage = 0.75

  /// Hides half of the labels, forecasts, reveals.
  mutating func check(_ request: PlanRequest, progress: Planner.Progress?) throws {
    let result = try Backtester.run(
      BacktestRequest(
        features: request.features, labels: request.labels, methods: request.methods, sizes: request.sizes, hide: 0.5,
        repeats: request.backtestRepeats, seed: request.seed, head: request.head, classNames: request.classNames,
        groups: request.groups?.restricted(to: request.labeledPositions)), progress: progress)
    backtest = result.scores.pretell
    if let coverage = result.scores.pretell.coverage, coverage < Self.leastCoverage {
      warnings.append(.poorCoverage(coverage, repeats: request.backtestRepeats))
    }
  }
}
