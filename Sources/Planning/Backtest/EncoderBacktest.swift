import Asymptotics
import LinearAlgebra

extension Backtester {
  /// Hides the largest runs of each encoder, forecasts them from the smaller ones, and scores that beside the power law that is drawn by
  /// hand through the same runs.
  ///
  /// With sizes m_1 > m_2 > ..., first the runs of m_1 rows are hidden, then those of m_2 as well, as long as two sizes are left. Risks are
  /// those of the same labeled rows, each left out (`EncoderCurve.predictions`).
  /// Cost: a head on each run. Throws: `EncoderError`, `PlanError`.
  public static func run(encoders request: PlanRequest, progress: Planner.Progress? = nil) throws -> Backtest {
    for encoder in request.encoders { try EncoderChecks.check(encoder, labels: request.labels.count) }
    try RowGroupChecks.check(request)
    try PreparedData.checkLabels(request.labels, names: request.classNames)
    let trials = try request.encoders.map { try EncoderTrial($0) }
    let probe = try EncoderProbe(request, unlabeled: 0)
    var found: [HiddenRun] = []
    for (position, trial) in trials.enumerated() {
      found += try trial.forecasts(probe)
      progress?(Double(position + 1) / Double(trials.count))
    }
    return Backtest(found, labels: request.labels.count, repeats: trials.reduce(0) { $0 + $1.cuts.count })
  }
}

/// Which runs of an encoder are hidden together.
private struct EncoderTrial {
  let encoder: TrainedEncoder
  /// Positions of hidden runs, the largest sizes first.
  let cuts: [[Int]]

  /// Throws `EncoderError.tooFewSizes`.
  init(_ given: TrainedEncoder) throws {
    let (encoder, _) = EncoderChecks.withinReach(given)
    let sizes = encoder.sizes
    guard sizes.count > 2 else { throw EncoderError.tooFewSizes(name: encoder.name, rows: sizes) }
    self.encoder = encoder
    cuts = (1...sizes.count - 2).map { count in
      encoder.runs.indices.filter { run in
        sizes[..<count].contains { EncoderCurve.isSameSize($0, encoder.runs[run].rows) }
      }
    }
  }

  func forecasts(_ probe: EncoderProbe) throws -> [HiddenRun] {
    let losses = try probe.losses(encoder)
    return try cuts.flatMap { hidden -> [HiddenRun] in
      let mixtures = try EncoderCurve.predictions(
        losses: losses, places: encoder.runs.map(\.place), hidden: hidden, groups: probe.groups)
      let seen = encoder.runs.indices.filter { !hidden.contains($0) }
      let risks = losses.columnMeans()
      let law = PowerLaw(throughRuns: seen.map { Double(encoder.runs[$0].rows) }, errors: seen.map { risks[$0] })
      let most = seen.map { encoder.runs[$0].rows }.max()!
      let level = losses.columns(at: seen.filter { EncoderCurve.isSameSize(encoder.runs[$0].rows, most) })
      return zip(hidden, mixtures).map { place, mixture in
        HiddenRun(
          encoder, encoder.runs[place], seen: most, forecast: mixture,
          powerLaw: law.map { $0(Double(encoder.runs[place].rows)) }, losses: losses.column(place), level: level,
          groups: probe.groups)
      }
    }
  }
}

/// A run that was forecast without it.
private struct HiddenRun {
  let cell: Backtest.Cell
  /// Mean risk of the largest runs that were seen.
  let level: Double
  /// What this one takes off that exceeds its standard error.
  let isClear: Bool

  init(
    _ encoder: TrainedEncoder, _ run: EncoderRun, seen: Int, forecast: NormalMixture, powerLaw: Double?,
    losses: [Double], level: Matrix, groups: Partition?
  ) {
    let actual = losses.reduce(0, +) / Double(losses.count)
    let before = (0..<level.rows).map { level.row($0).reduce(0, +) / Double(level.columns) }
    let gain = MeanError(zip(before, losses).map { $0 - $1 }, groups: groups)
    self.level = before.reduce(0, +) / Double(before.count)
    isClear = abs(gain.mean) > gain.standardError
    let predicted = max(forecast.mean, 0)
    func error(_ value: Double) -> Double? { actual > 0 ? value / actual - 1 : nil }
    var cell = Backtest.Cell(
      unlabeled: run.rows, labeled: losses.count, method: encoder.name, size: encoder.width, predicted: predicted,
      low: max(forecast.quantile(0.05), 0), high: max(forecast.quantile(0.95), 0), powerLaw: powerLaw, actual: actual)
    (cell.part, cell.seed, cell.seen) = (run.part, run.seed, seen)
    (cell.error, cell.powerLawError) = (error(predicted), powerLaw.flatMap(error))
    self.cell = cell
  }
}

extension Backtest {
  fileprivate init(_ runs: [HiddenRun], labels: Int, repeats: Int) {
    let cells = runs.map(\.cell)
    let answered = cells.filter { $0.powerLaw != nil }
    let scores = Scores(
      pretell: Score(runs, \.predicted, error: \.error, hasInterval: true),
      powerLaw: Score(runs, \.powerLaw, error: \.powerLawError, hasInterval: false),
      pretellNearer: share(answered.map { abs($0.predicted! - $0.actual) < abs($0.powerLaw! - $0.actual) }),
      // Of the same runs' level: what is nearer the risk is nearer the gain.
      pretellGainNearer: nil)
    let few = cells.count < Self.fewForecasts ? " Few forecasts are a glance, not a proof." : ""
    self.init(
      pilotLabels: labels, repeats: repeats, cells: cells, scores: scores, verdict: Verdict(scores).sentence + few)
  }

  private static let fewForecasts = 5
}

extension Backtest.Score {
  fileprivate init(
    _ runs: [HiddenRun], _ value: (Backtest.Cell) -> Double?, error: (Backtest.Cell) -> Double?, hasInterval: Bool
  ) {
    let cells = runs.map(\.cell)
    let ratios = cells.compactMap { cell in value(cell).flatMap { cell.actual > 0 ? $0 / cell.actual : nil } }
    let gains = runs.compactMap { run in value(run.cell).map { (run, run.level - $0, run.level - run.cell.actual) } }
    let squares = gains.map { ($0.1 - $0.2) * ($0.1 - $0.2) }
    let distances = cells.compactMap(error).map(abs)
    self.init(
      answered: Double(cells.compactMap(value).count) / Double(cells.count), medianRatio: median(ratios),
      within15: Self.shareWithin15(ratios),
      coverage: hasInterval ? share(cells.map { $0.low! <= $0.actual && $0.actual <= $0.high! }) : nil,
      signRight: share(gains.filter(\.0.isClear).map { ($0.1 > 0) == ($0.2 > 0) }),
      gainError: squares.isEmpty ? nil : (squares.reduce(0, +) / Double(squares.count)).squareRoot())
    meanError = distances.isEmpty ? nil : distances.reduce(0, +) / Double(distances.count)
  }
}
