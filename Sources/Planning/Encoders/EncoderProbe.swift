import Asymptotics
import LinearAlgebra

/// A linear head on the embeddings of every run of an encoder: row losses, paired; from these the curve, from the full run the level and
/// what labels buy.
///
/// Embeddings are taken on one scale: ridge and softmax regression with one penalty see an encoder as it is up to rotation.
struct EncoderProbe: Sendable {
  let labels: [Double]
  /// nil where labels are numbers.
  let classes: ClassLabels?
  let groups: Partition?
  /// Unlabeled rows of the plan.
  let unlabeled: Int
  let seed: UInt64

  init(_ request: PlanRequest, unlabeled: Int) throws {
    labels = request.labels
    classes = request.head == .linear ? nil : try ClassLabels(request.labels, names: request.classNames)
    groups = request.groups?.restricted(to: request.labeledPositions)
    (self.unlabeled, seed) = (unlabeled, request.seed)
  }

  /// What a head says of all runs.
  struct Findings {
    /// Of the full run.
    let head: any Head
    /// Left-out losses, n x E, and whether each row is told wrong, where labels are classes.
    let losses: Matrix
    var wrong: Matrix?
    /// At present, rows not counted yet.
    let forecast: RiskForecast
    var errors: RiskForecast?
    let curve: LabelCurve
    /// Effective ones of the head.
    let parameters: Double
    let average: SeedAverage?
  }

  private static let labelsPerParameter = 3.0

  /// - Parameter given: runs that `EncoderChecks.check` has let through.
  func fit(_ given: TrainedEncoder) throws -> HeadFit {
    let (encoder, left) = EncoderChecks.withinReach(given)
    let found = try classes.map { try softmax(encoder, $0) } ?? ridge(encoder)
    let places = encoder.runs.map(\.place)
    let curve = try EncoderCurve(losses: found.losses, places: places, groups: groups)
    var warnings = left + (try EncoderChecks.warnings(encoder, seed: seed)) + EncoderChecks.warnings(curve)
    if Double(labels.count) < Self.labelsPerParameter * found.parameters {
      warnings.append(.fewLabelsForEncoder(count: labels.count, parameters: found.parameters))
    }
    var fit = HeadFit(
      method: encoder.name, size: encoder.width, head: found.head, forecast: counting(curve, found.forecast),
      curve: found.curve, isReliable: true, hasParts: true, warnings: (warnings, []))
    if let errors = found.errors, let wrong = found.wrong {
      fit.errors = counting(try EncoderCurve(losses: wrong, places: places, groups: groups), errors)
    }
    fit.encoder = EncoderFindings(encoder, curve, average: found.average)
    return fit
  }

  /// Left-out losses of the labeled rows, n x E: all that a curve is made of.
  func losses(_ encoder: TrainedEncoder) throws -> Matrix {
    guard let classes else { return Self.columns(try ridges(encoder).map(\.leaveOneOutSquares)) }
    return Self.columns(try leftOutLogs(encoder, classes).map { SoftmaxSearch.losses($0, classes.codes) })
  }

  /// The forecast with rows that count as the curve says.
  private func counting(_ curve: EncoderCurve, _ forecast: RiskForecast) -> RiskForecast {
    let own = forecast.labels?(forecast.labeledCount) ?? 0
    let rest = max(forecast.level - own, 0)
    let rows = EncoderRows(curve, largest: rest, unlabeled: unlabeled)
    let most = rows.gain(unlabeled: .infinity) ?? (0, 0)
    let part = PretrainingPart(measured: most.gain, standardError: most.standardError)
    return forecast.following(rows, part.limited(noise: rest, labels: own, isLinear: false))
  }
}

extension EncoderProbe {
  /// Exact leave-one-out by ridge, its penalty tuned for each run.
  private func ridges(_ encoder: TrainedEncoder) throws -> [RidgeHead] {
    try Parallel.map(count: encoder.runs.count) {
      try RidgeHead(RidgeRows(encoder.runs[$0].labeled), labels: labels, groups: groups)
    }
  }

  private func ridge(_ encoder: TrainedEncoder) throws -> Findings {
    let heads = try ridges(encoder)
    let (head, n) = (heads[0], Double(labels.count))
    let least = MeanError(head.leaveOneOutSquares).mean
    let level = head.search.risk(labels: n) ?? least
    let factor = RidgeLabelsFactor(
      eigenvalues: try Self.variances(encoder.runs[0]), penalty: head.penalty, labels: n, risk: level)
    let part = try EncoderLabels(
      factor, features: encoder.runs[0].labeled, labels: labels, losses: head.leaveOneOutSquares, groups: groups,
      seed: seed)
    return Findings(
      head: head, losses: Self.columns(heads.map(\.leaveOneOutSquares)),
      forecast: RiskForecast(
        leaveOneOutSquares: head.leaveOneOutSquares, level: level, correction: level - least, labels: part,
        pretraining: .none, rowCount: unlabeled + labels.count, parameters: head.parameterCount, groups: groups),
      curve: LabelCurve(
        floor: factor.floor, labels: part, fewest: part.fewest, present: n, losses: head.leaveOneOutSquares,
        groups: groups, spread: 1 + Interval.standardErrors * part.relativeError),
      parameters: head.parameterCount, average: try average(encoder, heads))
  }

  /// Predictions of the pool by encoders of all rows that differ by their seed.
  private func average(_ encoder: TrainedEncoder, _ heads: [RidgeHead]) throws -> SeedAverage? {
    let full = Self.seeds(encoder)
    guard full.count > 1 else { return nil }
    return SeedAverage(
      predictions: try full.compactMap { index -> [Double]? in
        guard let pool = encoder.runs[index].pool else { return nil }
        var predictions: [Double] = []
        try pool.forEachBlock(ofRows: max(256, (1 << 20) / pool.columns)) { _, block in
          predictions += heads[index].predictions(RidgeRows(block))
        }
        return predictions
      })
  }

  /// Full runs of one part, one for each seed.
  private static func seeds(_ encoder: TrainedEncoder) -> [Int] {
    encoder.full.indices.filter { encoder.runs[$0].part == encoder.runs[0].part }
  }

  /// Softmax regression, its penalty tuned for each run near that of the first, all runs by the same five folds.
  /// - Parameter spread: τ of a head on the first, where there is one.
  private func leftOutLogs(
    _ encoder: TrainedEncoder, _ classes: ClassLabels, spread: Double? = nil
  ) throws -> [Matrix] {
    let folds = RowParts(classes.codes, groups: groups).folds(5, seed: seed)
    var nearby = spread
    return try encoder.runs.map { run in
      let search = try SoftmaxSearch(
        Self.unitVariance(run.labeled).rows, classes: classes.codes, count: classes.count, seed: seed, isQuick: true,
        nearby: nearby, groups: groups)
      nearby = nearby ?? search.spread
      let step = search.steps[search.best]
      guard
        let logs = search.path.leftOut(step, parts: folds, tolerance: SoftmaxSearch.tolerance) ?? search.leftOut(step)
      else { throw HeadError.notConverged(penalty: search.penalties[search.best]) }
      return logs
    }
  }

  private func softmax(_ encoder: TrainedEncoder, _ classes: ClassLabels) throws -> Findings {
    let first = Self.unitVariance(encoder.runs[0].labeled)
    let head = try SoftmaxHead(first.rows, classes: classes.codes, count: classes.count, seed: seed, groups: groups)
    let variances = try Self.variances(encoder.runs[0]).map { $0 * first.scale * first.scale }
    let logs = try leftOutLogs(encoder, classes, spread: head.spread)
    let forecast = try ClassForecast(
      head, variances: variances, rowCount: unlabeled + labels.count,
      fewer: LabelSubset.all(head, first.rows, classes, seed: seed))
    let n = Double(labels.count)
    let full = Self.seeds(encoder)
    return Findings(
      head: head, losses: Self.columns(logs.map { SoftmaxSearch.losses($0, classes.codes) }),
      wrong: Self.columns(logs.map { SoftmaxHead.errors($0, classes.codes) }), forecast: forecast.risk,
      errors: forecast.errors, curve: forecast.curve, parameters: 2 * n * (forecast.risk.labels?(n) ?? 0),
      average: SeedAverage(logs: full.map { logs[$0] }, classes: classes.codes))
  }

  /// Eigenvalues of the embedding's covariance over the pool, over the labeled rows where there is none.
  private static func variances(_ run: EncoderRun) throws -> [Double] {
    let moments = try run.pool.map { try RowMoments(reading: $0) } ?? RowMoments(rows: run.labeled)
    return try SymmetricEigen.values(of: moments.covariance).map { max($0, 0) }
  }

  /// Divided by one number, so that all variances add up to 1.
  private static func unitVariance(_ rows: Matrix) -> (rows: Matrix, scale: Double) {
    let total = rows.columnDeviations().reduce(0) { $0 + $1 * $1 }
    let scale = total > 0 ? 1 / total.squareRoot() : 1
    return (scale * rows, scale)
  }

  private static func columns(_ losses: [[Double]]) -> Matrix {
    Matrix(rows: losses.count, columns: losses.first?.count ?? 0, storage: losses.flatMap { $0 }).transposed()
  }
}
