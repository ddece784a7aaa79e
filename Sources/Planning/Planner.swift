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
    if request.backtestRepeats == 0 { return try forecast(request, progress: progress) }
    let share = 1 / Double(request.backtestRepeats + 1)
    var plan = try forecast(request) { progress?(share * $0) }
    try plan.check(request) { progress?(share + (1 - share) * $0) }
    return plan
  }

  private static func forecast(_ given: PlanRequest, progress: Progress?) throws -> Plan {
    let (request, repeats) = try RepeatedRows.counted(given)
    try RowGroupChecks.check(request)
    let views = try DataViews(request)
    let data = views.plain
    let jobs: [CandidateBuilder.Job] = (request.methods + pairings(request, views)).map { method in
      let largest = method.largestSize(rows: data.rowCount / 2, columns: views.columns)
      return CandidateBuilder.Job(
        method: method, sizes: request.sizes.filter { $0 >= method.smallestSize && $0 <= largest }, largest: largest)
    }
    let splits = DeleteHalf.splits(rows: data.rowCount, columns: data.columns)
    let meter = Meter(steps: jobs.reduce(1) { $0 + 2 * splits + 2 * $1.sizes.count }, report: progress)
    if request.head == .logistic { return try logistic(request, views, jobs, repeats, tick: { meter.tick() }) }
    let raw = try RawFits(views, seed: request.seed)
    meter.tick()
    let span = try PrincipalSpan(data.pool, data.moments)
    let needsPairs = jobs.contains { !$0.sizes.isEmpty }
    let deleted = needsPairs ? try PrincipalComponentsPart.deletedSpans(data) : []
    let (fits, failures) = try collected(jobs, views) { job, data, method, representations in
      try PretrainedFit.all(
        method: method, named: job.method.name, sizes: job.sizes, representations: representations, data: data,
        span: views.sharesDirections(job.method) ? span : nil, deletedSpans: deleted, seed: request.seed,
        tick: { meter.tick() })
    }
    let builder = CandidateBuilder(data: data, raw: raw)
    var candidates = builder.candidates(fits)
    if let embedding = request.embedding { candidates.append(try builder.given(embedding, seed: request.seed)) }
    let rows = Plan.Rows(unlabeled: request.unlabeledCount, labeled: data.labeledCount)
    return Plan(
      head: .linear, rows: rows, columns: views.columns, candidates: candidates,
      recommendation: Recommender(
        candidates: candidates, rows: rows, purchase: request.purchase, isExact: builder.isExact
      ).recommend(),
      bestByLabels: builder.isExact ? [] : Ranking.byLabels(candidates, rows: rows),
      bestByUnlabeled: builder.isExact ? [] : Ranking.byUnlabeled(candidates, rows: rows),
      eigenvalues: Array(span.eigenvalues.prefix(100)),
      fitted: bestComponents(fits, candidates, span, data),
      warnings: repeats + data.warnings + RowGroupChecks.warnings(data)
        + (builder.isExact ? [.leakingCombination()] : [])
        + (try DataChecks.warnings(request, hasDecisiveRow: raw.design.hasDecisiveRow))
        + builder.edgeWarnings(candidates, jobs: jobs) + failures)
  }
}

extension Planner {
  /// What every job gives, from the representations that all rows give. A size or a method that fails is left out,
  /// with a warning.
  static func collected<Found>(
    _ jobs: [CandidateBuilder.Job], _ views: DataViews,
    _ work: (CandidateBuilder.Job, PreparedData, any PretrainingMethod, [any Representation]) throws -> [Found]
  ) throws -> (found: [Found], failures: [Warning]) {
    var (found, failures) = ([Found](), [Warning]())
    for job in jobs where !job.sizes.isEmpty {
      let (data, method) = views(job.method)
      let (fitted, failed) = Self.fitted(job, method, data)
      failures += failed
      guard !fitted.isEmpty else { continue }
      let part = CandidateBuilder.Job(method: job.method, sizes: fitted.map(\.size), largest: job.largest)
      do { found += try work(part, data, method, fitted.map(\.representation)) } catch {
        failures.append(.methodFailed(job.method.name, error))
      }
    }
    return (found, failures)
  }

  /// All sizes at once; where that fails, one after the other.
  private static func fitted(
    _ job: CandidateBuilder.Job, _ method: any PretrainingMethod, _ data: PreparedData
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
  private static func pairings(_ request: PlanRequest, _ views: DataViews) -> [any PretrainingMethod] {
    var result = [any PretrainingMethod]()
    if let pairs = request.pairs {
      result.append(LinearSpectral(pairing: .given(PreparedData.columns(views.varying, of: pairs)), seed: request.seed))
    }
    if let lag = request.lag {
      result.append(LinearSpectral(pairing: .lagged(lag, length: request.unlabeledCount), seed: request.seed))
    }
    return result
  }

  private static func logistic(
    _ request: PlanRequest, _ views: DataViews, _ jobs: [CandidateBuilder.Job], _ repeats: [Warning],
    tick: @escaping @Sendable () -> Void
  ) throws -> Plan {
    let data = views.plain
    let (candidates, failures) = try LogisticPlanner(views, seed: request.seed).candidates(jobs, tick: tick)
    let rows = Plan.Rows(unlabeled: request.unlabeledCount, labeled: data.labeledCount)
    return Plan(
      head: .logistic, rows: rows, columns: views.columns, candidates: candidates,
      recommendation: Recommender(
        candidates: candidates, rows: rows, purchase: request.purchase, isExact: false
      ).recommend(),
      bestByLabels: Ranking.byLabels(candidates, rows: rows),
      bestByUnlabeled: Ranking.byUnlabeled(candidates, rows: rows),
      eigenvalues: Array(try PrincipalSpan(data.pool, data.moments).eigenvalues.prefix(100)), fitted: nil,
      warnings: repeats + data.warnings
        + (try DataChecks.warnings(request, hasDecisiveRow: views.rawDesign.hasDecisiveRow)) + failures)
  }

  /// The fit by principal components, of fewer directions than columns, with the lowest predicted risk.
  private static func bestComponents(
    _ fits: [PretrainedFit], _ candidates: [Candidate], _ span: PrincipalSpan, _ data: PreparedData
  ) -> FittedModel? {
    let ranked = fits.compactMap { fit -> (PretrainedFit, RiskParts, Double)? in
      guard fit.method == PrincipalComponents().name,
        let candidate = candidates.first(where: { $0.method == fit.method && $0.size == fit.size }),
        let parts = candidate.parts, let risk = candidate.predictedRisk
      else { return nil }
      return (fit, parts, risk.estimate)
    }
    return ranked.filter { $0.0.size < candidates.compactMap(\.size).max() ?? 0 || ranked.count == 1 }
      .min { $0.2 < $1.2 }.flatMap { FittedModel($0.0, parts: $0.1, span: span, data: data) }
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
        repeats: request.backtestRepeats, seed: request.seed, head: request.head,
        groups: request.groups?.restricted(to: request.labeledPositions)), progress: progress)
    backtest = result.scores.pretell
    if let coverage = result.scores.pretell.coverage, coverage < Self.leastCoverage {
      warnings.append(.poorCoverage(coverage, repeats: request.backtestRepeats))
    }
  }
}
