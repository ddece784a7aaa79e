import Asymptotics
import LinearAlgebra
import Pretraining
import Synchronization

/// From data in memory to a plan.
public enum Planner {
  /// Part done, between 0 and 1; may be called from any thread.
  public typealias Progress = @Sendable (Double) -> Void

  /// Every candidate's forecast and a recommendation.
  ///
  /// Cost: for each method 21 fits (9 where the rows hold more than a million numbers), and for each size about 25 (N p^2 + n p^2) flops more; N rows in all.
  /// Throws: `PlanError` for input that cannot be planned with; what a method's fit throws.
  public static func plan(_ request: PlanRequest, progress: Progress? = nil) throws -> Plan {
    if request.backtestRepeats == 0 { return try forecast(request, progress: progress) }
    let share = 1 / Double(request.backtestRepeats + 1)
    var plan = try forecast(request) { progress?(share * $0) }
    try plan.check(request) { progress?(share + (1 - share) * $0) }
    return plan
  }

  private static func forecast(_ request: PlanRequest, progress: Progress?) throws -> Plan {
    let views = try DataViews(request)
    let data = views.plain
    let jobs: [CandidateBuilder.Job] = (request.methods + pairings(request, views)).map { method in
      let largest = method.largestSize(rows: data.rowCount / 2, columns: views.columns)
      return CandidateBuilder.Job(
        method: method, sizes: request.sizes.filter { $0 >= method.smallestSize && $0 <= largest }, largest: largest)
    }
    let splits = DeleteHalf.splits(rows: data.rowCount, columns: data.columns)
    let meter = Meter(steps: jobs.reduce(1) { $0 + 2 * splits + 2 * $1.sizes.count }, report: progress)
    if request.head == .logistic { return try logistic(request, views, jobs, tick: { meter.tick() }) }
    let raw = try RawFits(views, seed: request.seed)
    meter.tick()
    let span = try PrincipalSpan(data.pool, data.moments)
    let needsPairs = jobs.contains { !$0.sizes.isEmpty }
    let deleted = needsPairs ? try PrincipalComponentsPart.deletedSpans(data) : []
    let (fits, failures) = collected(jobs) { job in
      let (data, method) = views(job.method)
      return try PretrainedFit.all(
        method: method, named: job.method.name, sizes: job.sizes, data: data,
        span: views.sharesDirections(job.method) ? span : nil, deletedSpans: deleted, seed: request.seed,
        tick: { meter.tick() })
    }
    let builder = CandidateBuilder(data: data, raw: raw, unlabeled: request.unlabeledCount)
    var candidates = builder.candidates(fits)
    if let embedding = request.embedding { candidates.append(try builder.given(embedding, seed: request.seed)) }
    let rows = Plan.Rows(unlabeled: request.unlabeledCount, labeled: data.labeledCount)
    return Plan(
      head: .linear, rows: rows, columns: views.columns, candidates: candidates,
      recommendation: Recommender(candidates: candidates, rows: rows, purchase: request.purchase).recommend(),
      bestByLabels: Ranking.byLabels(candidates, rows: rows),
      bestByUnlabeled: Ranking.byUnlabeled(candidates, rows: rows), eigenvalues: Array(span.eigenvalues.prefix(100)),
      fitted: bestComponents(fits, candidates).flatMap { FittedModel($0, span: span, data: data) },
      warnings: data.warnings + (try DataChecks.warnings(request)) + builder.edgeWarnings(candidates, jobs: jobs)
        + failures)
  }
}

extension Planner {
  /// What every job gives. One that fails is left out, with a warning.
  static func collected<Found>(
    _ jobs: [CandidateBuilder.Job], _ work: (CandidateBuilder.Job) throws -> [Found]
  ) -> (found: [Found], failures: [Warning]) {
    var (found, failures) = ([Found](), [Warning]())
    for job in jobs where !job.sizes.isEmpty {
      do { found += try work(job) } catch { failures.append(.methodFailed(job.method.name, error)) }
    }
    return (found, failures)
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
    _ request: PlanRequest, _ views: DataViews, _ jobs: [CandidateBuilder.Job], tick: @escaping @Sendable () -> Void
  ) throws -> Plan {
    let data = views.plain
    let (candidates, failures) = try LogisticPlanner(views, seed: request.seed).candidates(jobs, tick: tick)
    let rows = Plan.Rows(unlabeled: request.unlabeledCount, labeled: data.labeledCount)
    return Plan(
      head: .logistic, rows: rows, columns: views.columns, candidates: candidates,
      recommendation: Recommender(candidates: candidates, rows: rows, purchase: request.purchase).recommend(),
      bestByLabels: Ranking.byLabels(candidates, rows: rows),
      bestByUnlabeled: Ranking.byUnlabeled(candidates, rows: rows),
      eigenvalues: Array(try PrincipalSpan(data.pool, data.moments).eigenvalues.prefix(100)), fitted: nil,
      warnings: data.warnings + (try DataChecks.warnings(request)) + failures)
  }

  /// The fit by principal components, of fewer directions than columns, with the lowest predicted risk.
  private static func bestComponents(_ fits: [PretrainedFit], _ candidates: [Candidate]) -> PretrainedFit? {
    let ranked = fits.compactMap { fit -> (PretrainedFit, Double)? in
      guard fit.method == PrincipalComponents().name,
        let candidate = candidates.first(where: { $0.method == fit.method && $0.size == fit.size }),
        candidate.parts != nil, let risk = candidate.predictedRisk
      else { return nil }
      return (fit, risk.estimate)
    }
    return ranked.filter { $0.0.size < candidates.compactMap(\.size).max() ?? 0 || ranked.count == 1 }
      .min { $0.1 < $1.1 }?.0
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
        repeats: request.backtestRepeats, seed: request.seed, head: request.head), progress: progress)
    backtest = result.scores.pretell
    if let coverage = result.scores.pretell.coverage, coverage < Self.leastCoverage {
      warnings.append(.poorCoverage(coverage, repeats: request.backtestRepeats))
    }
  }
}

/// Counts finished steps.
final class Meter: Sendable {
  private let steps: Int
  private let done = Atomic<Int>(0)
  private let report: Planner.Progress?

  init(steps: Int, report: Planner.Progress?) {
    self.steps = steps
    self.report = report
  }

  func tick() {
    let count = done.wrappingAdd(1, ordering: .relaxed).newValue
    report?(min(Double(count) / Double(steps), 1))
  }
}

/// Least squares and ridge on the raw columns.
struct RawFits: Sendable {
  let design: PoolDesign
  /// nil when there are not more labels than independent columns.
  let head: LeastSquaresHead?
  let part: LabelsPart?
  let ridge: RidgeHead

  /// Parameters of least squares on the raw columns, with the intercept.
  let parameterCount: Int

  init(_ views: DataViews, seed: UInt64) throws {
    let data = views.plain
    parameterCount = views.rawParameters
    design = PoolDesign(raw: data)
    let isDetermined = data.labeledCount > parameterCount + 1
    head = isDetermined ? try LeastSquaresHead(design.labeled, labels: data.labels) : nil
    ridge = try RidgeHead(views.ridge, labels: data.labels)
    let isLongEnough = data.labeledCount >= 3 * parameterCount
    if let head, isLongEnough {
      part = LabelsPart(
        head: head, rows: design.labeled, design: try DesignCurve.curves(of: [design], data.pool, seed: seed)[0])
    } else {
      part = nil
    }
  }
}

/// One pre-trained representation with head, labels part and pre-training part.
package struct PretrainedFit: Sendable {
  package let method: String
  package let size: Int
  package let featureCount: Int
  package let design: PoolDesign
  package let head: LeastSquaresHead
  package let part: LabelsPart?
  package let pretraining: PretrainingPart
  /// Gaussian pairs, principal components only.
  package let pairs: [PrincipalComponentsPart.Pair]
  /// λ_k λ_(k+1)/(m gap²), principal components only.
  package let tieRatio: Double?
  /// Labeled rows that the component with the fewest has, counted by posterior; mixtures only.
  package let fewestLabels: Double?

  package static let largestTieRatio = 0.05
  package static let fewestComponentLabels = 5.0

  package static func all(
    method: any PretrainingMethod, named name: String? = nil, sizes: [Int], data: PreparedData, span: PrincipalSpan?,
    deletedSpans: [PrincipalSpan], seed: UInt64, tick: @escaping @Sendable () -> Void
  ) throws -> [PretrainedFit] {
    let representations = try data.fit(method, sizes: sizes)
    let designs = try PoolDesign.all(representations, data)
    let heads = try designs.map { try LeastSquaresHead($0.labeled, labels: data.labels) }
    // Only these have parts: halves need not be fitted for the others.
    let isDetermined = designs.map { data.labeledCount >= 3 * $0.parameterCount }
    let known = designs.indices.filter { isDetermined[$0] }
    let losses = try DeleteHalf.losses(
      method: method, sizes: known.map { sizes[$0] }, full: known.map { representations[$0] },
      designs: known.map { designs[$0] }, heads: known.map { heads[$0] }, data: data, seed: seed, tick: tick)
    let halves = Dictionary(uniqueKeysWithValues: zip(known, losses))
    let curves = Dictionary(
      uniqueKeysWithValues: zip(known, try DesignCurve.curves(of: known.map { designs[$0] }, data.pool, seed: seed)))
    return try Parallel.map(count: sizes.count) { position in
      let (representation, head) = (representations[position], heads[position])
      let span = span.flatMap { $0.isSpanned(by: representation) ? $0 : nil }
      let tie = span?.tieRatio(size: representation.featureCount)
      let nearTie = (tie ?? 0) > largestTieRatio
      let analytic = try span.flatMap { span in
        isDetermined[position] && !nearTie
          ? try PrincipalComponentsPart(
            span: span, deletedSpans: deletedSpans, data: data, size: representation.featureCount) : nil
      }
      let m = Double(data.rowCount)
      tick()
      let pretraining =
        halves[position].map {
          PretrainingPart(
            halves: $0, analytic: analytic.map { ($0.scaledRisk / m, $0.standardError / m) }, nearTie: nearTie
          ).withoutRounding(beside: MeanError(head.leaveOneOutSquares).mean)
        } ?? .none
      let part = curves[position].flatMap { LabelsPart(head: head, rows: designs[position].labeled, design: $0) }
      tick()
      return PretrainedFit(
        method: name ?? method.name, size: sizes[position], featureCount: representation.featureCount,
        design: designs[position], head: head, part: part, pretraining: pretraining,
        pairs: analytic?.pairs ?? [], tieRatio: tie,
        fewestLabels: (representation as? MixtureRepresentation)?.posteriors(of: data.labeled).columnMeans().min().map {
          $0 * Double(data.labeledCount)
        })
    }
  }
}
