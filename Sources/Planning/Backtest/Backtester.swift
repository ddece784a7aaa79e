import Asymptotics
import LinearAlgebra

/// Hides most labels, forecasts, reveals, and scores Pretell beside a learning-curve power law on the same pilots.
public enum Backtester {
  /// Each repeat keeps a quarter of the rows for testing only, plans with the pilot labels among the rest, and checks
  /// the forecasts at all training labels and at the geometric mean of pilot and all.
  ///
  /// Rows that repeat others are counted once, as in a plan: a copy among the test rows is none of them. A repeat whose
  /// pilot labels are all the same, as of a rare class as numbers, is drawn again.
  /// Cost: `repeats` plans. Throws: `PlanError`, what a method's fit throws.
  public static func run(_ given: BacktestRequest, progress: Planner.Progress? = nil) throws -> Backtest {
    if given.head == .logistic, given.groups != nil {
      throw PlanError.groupsUnsupported(with: "classes as the target and a backtest")
    }
    let request = try given.withoutCopies().inUnits()
    let sizes = BacktestTrial.Sizes(rows: request.labels.count, hide: request.hide)
    guard !sizes.targets.isEmpty else {
      if sizes.training > PreparedData.fewestLabels {
        // Nothing is hidden of so few.
        let least = Double(max(2, sizes.training / 50)) / Double(sizes.training)
        throw PlanError.invalidBacktest(
          name: "the hidden share", value: request.hide,
          allowed: "at least \(Warning.rounded(least)) of \(sizes.training) training labels, so that some are hidden")
      }
      throw PlanError.tooFewLabels(count: request.labels.count, needed: 2 * PreparedData.fewestLabels)
    }
    var (trials, draws) = ([BacktestTrial](), 0)
    while trials.count < request.repeats {
      do {
        trials.append(try BacktestTrial(request, sizes: sizes, repeat: draws))
      } catch PlanError.constantTarget where draws < fewestDraws + 3 * trials.count {}
      draws += 1
      progress?(Double(trials.count) / Double(request.repeats))
    }
    let table = ForecastTable(trials)
    let scores = table.scores()
    return Backtest(
      pilotLabels: sizes.pilot, repeats: request.repeats, cells: table.cells(), scores: scores,
      verdict: Verdict(scores).sentence)
  }
}

extension Backtester {
  /// So many draws may fail before one succeeds.
  private static let fewestDraws = 40
}

extension BacktestRequest {
  /// Each repeated row once.
  fileprivate func withoutCopies() throws -> BacktestRequest {
    let rows = RepeatedRows(features, labels)
    guard rows.repeated > 0, rows.areCopies(features, labels) else { return self }
    return try BacktestRequest(
      features: features.rows(at: rows.first), labels: rows.first.map { labels[$0] }, methods: methods, sizes: sizes,
      hide: hide, repeats: repeats, seed: seed, head: head, classNames: classNames,
      groups: groups?.restricted(to: rows.first))
  }
}

/// Forecasts of all repeats, cell by cell.
private struct ForecastTable {
  /// [cell][repeat]
  private let columns: [[BacktestTrial.Forecast]]
  private let actual: [Double]

  init(_ trials: [BacktestTrial]) {
    // Which columns vary, hence which sizes fit, may differ between repeats: keep the cells that all have.
    func key(_ forecast: BacktestTrial.Forecast) -> String {
      "\(forecast.method) \(forecast.size ?? 0) \(forecast.labeled)"
    }
    let tables = trials.map { Dictionary(uniqueKeysWithValues: $0.forecasts.map { (key($0), $0) }) }
    columns = trials[0].forecasts.compactMap { forecast in
      let column = tables.compactMap { $0[key(forecast)] }
      return column.count == trials.count ? column : nil
    }
    actual = columns.map { column in column.map(\.actual).reduce(0, +) / Double(column.count) }
  }

  func cells() -> [Backtest.Cell] {
    zip(columns, actual).map { column, actual in
      let predicted = column.compactMap(\.predicted)
      return Backtest.Cell(
        unlabeled: column[0].unlabeled, labeled: column[0].labeled, method: column[0].method, size: column[0].size,
        predicted: median(predicted.map(\.estimate)), low: median(predicted.map(\.low)),
        high: median(predicted.map(\.high)), powerLaw: median(column.compactMap(\.powerLaw)), actual: actual)
    }
  }

  func scores() -> Backtest.Scores {
    let gains = gains()
    return Backtest.Scores(
      pretell: score(gains, \.pretell, risk: { $0.predicted?.estimate }, interval: { $0.predicted }),
      powerLaw: score(gains, \.powerLaw, risk: { $0.powerLaw }, interval: nil),
      pretellNearer: nearer(
        columns.indices.flatMap { cell in
          columns[cell].map { ($0.predicted?.estimate, $0.powerLaw, actual[cell]) }
        }), pretellGainNearer: nearer(gains.map { ($0.pretell, $0.powerLaw, $0.actual) }))
  }

  private struct Gain {
    let pretell: Double?
    let powerLaw: Double?
    let actual: Double
    /// The actual gain exceeds its standard error over repeats.
    let isClear: Bool
  }

  /// Gains of every pre-trained cell over the better of none and ridge at the same sizes, repeat by repeat.
  private func gains() -> [Gain] {
    columns.indices.filter { columns[$0][0].size != nil }.flatMap { cell -> [Gain] in
      let rivals = columns.indices.filter {
        columns[$0][0].size == nil && columns[$0][0].labeled == columns[cell][0].labeled
      }
      guard let best = rivals.min(by: { actual[$0] < actual[$1] }) else { return [] }
      let gain = actual[best] - actual[cell]
      let differences = columns[cell].indices.map { columns[best][$0].actual - columns[cell][$0].actual }
      let spread = differences.reduce(0) { $0 + ($1 - gain) * ($1 - gain) } / Double(differences.count - 1)
      let isClear = abs(gain) > (spread / Double(differences.count)).squareRoot()
      return columns[cell].indices.map { index in
        func predicted(_ value: (BacktestTrial.Forecast) -> Double?) -> Double? {
          guard let own = value(columns[cell][index]),
            let rival = rivals.compactMap({ value(columns[$0][index]) }).min()
          else { return nil }
          return rival - own
        }
        return Gain(
          pretell: predicted { $0.predicted?.estimate }, powerLaw: predicted { $0.powerLaw }, actual: gain,
          isClear: isClear)
      }
    }
  }

  private func score(
    _ gains: [Gain], _ gain: (Gain) -> Double?, risk: (BacktestTrial.Forecast) -> Double?,
    interval: ((BacktestTrial.Forecast) -> Interval?)?
  ) -> Backtest.Score {
    let asked = columns.reduce(0) { $0 + $1.count }
    let ratios = columns.indices.flatMap { cell in columns[cell].compactMap(risk).map { $0 / actual[cell] } }
    let covered = interval.map { interval in
      columns.indices.flatMap { cell in
        columns[cell].compactMap(interval).map { $0.low <= actual[cell] && actual[cell] <= $0.high }
      }
    }
    let signs = gains.filter(\.isClear).compactMap { item in gain(item).map { ($0 > 0) == (item.actual > 0) } }
    let errors = gains.compactMap { item in gain(item).map { ($0 - item.actual) * ($0 - item.actual) } }
    return Backtest.Score(
      answered: Double(ratios.count) / Double(asked), medianRatio: median(ratios),
      within15: Backtest.Score.shareWithin15(ratios), coverage: covered.flatMap(share),
      signRight: share(signs),
      gainError: errors.isEmpty ? nil : (errors.reduce(0, +) / Double(errors.count)).squareRoot())
  }

  private func nearer(_ triples: [(Double?, Double?, Double)]) -> Double? {
    share(
      triples.compactMap { own, rival, truth in
        guard let own, let rival else { return nil }
        return abs(own - truth) < abs(rival - truth)
      })
  }
}
