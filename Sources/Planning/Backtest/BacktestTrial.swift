import CMath
import LinearAlgebra
import Pretraining
import Randomness

/// One repeat: a split into training and test rows, a plan on the pilot labels, the rival's forecasts, and the truth.
struct BacktestTrial: Sendable {
  /// A candidate at a number of labels.
  struct Forecast: Sendable {
    let method: String
    let size: Int?
    let labeled: Int
    let unlabeled: Int
    let predicted: Interval?
    let powerLaw: Double?
    let actual: Double
  }

  let forecasts: [Forecast]

  /// Numbers of rows that all trials share.
  struct Sizes: Sendable {
    let training: Int
    let pilot: Int
    /// Labels at which the forecast is checked: between pilot and all, and all.
    let targets: [Int]

    init(rows: Int, hide: Double) {
      let training = rows - rows / 4
      let pilot = max(PreparedData.fewestLabels, Int(((1 - hide) * Double(training)).rounded()))
      let middle = Int((Double(pilot) * Double(training)).squareRoot())
      targets = Set([middle, training]).filter { $0 > pilot }.sorted()
      (self.training, self.pilot) = (training, pilot)
    }
  }

  init(_ request: BacktestRequest, sizes: Sizes, repeat index: Int) throws {
    var stream = RandomStream(
      seed: request.seed, cell: 0, replicate: UInt64(index), purpose: Purpose.backtest)
    let classes = request.head == .logistic ? try ClassLabels(request.labels, names: request.classNames) : nil
    let units = request.groups?.members ?? request.labels.indices.map { [$0] }
    let drawn = Self.drawn(units, classes, pilot: sizes.pilot, using: &stream)
    let order = request.groups == nil ? classes.map { Self.spread(drawn, $0) } ?? drawn : drawn
    let train = Array(order[..<sizes.training])
    // A group that the cut divides is no test of what its other rows have taught.
    let test = order[sizes.training...].filter { row in
      request.groups.map { $0.label[row] != $0.label[train[sizes.training - 1]] } ?? true
    }
    if test.isEmpty { throw PlanError.tooFewGroups(count: units.count, needed: 8) }
    let split = Split(
      rows: request.features.rows(at: train), labels: train.map { request.labels[$0] },
      testRows: request.features.rows(at: test), testLabels: test.map { request.labels[$0] },
      groups: request.groups?.restricted(to: train + test))
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: split.rows.rows(sizes.pilot..<sizes.training), features: split.rows.rows(0..<sizes.pilot),
        labels: Array(split.labels[..<sizes.pilot]), methods: request.methods, sizes: request.sizes,
        seed: request.seed &+ UInt64(index), head: request.head, classNames: request.classNames,
        // Unlabeled rows come first in a plan.
        groups: split.groups?.restricted(to: Array(sizes.pilot..<sizes.training) + Array(0..<sizes.pilot))))
    let arms = try Arm.all(
      request, split: split, candidates: plan.candidates,
      classes: classes.map { labels in (order.map { labels.codes[$0] }, labels.count) })
    let perArm = try Parallel.map(count: arms.count) { position -> [Forecast] in
      let (arm, candidate) = (arms[position], plan.candidates[position])
      let curve = try LearningCurve(
        rows: sizes.pilot, smallest: arm.smallestTraining, seed: request.seed, replicate: UInt64(index),
        groups: split.groups?.restricted(to: Array(0..<sizes.pilot))
      ) { try arm.error(train: $0, test: $1, split) }
      let law = PowerLaw(sizes: curve.sizes, errors: curve.errors)
      return try sizes.targets.map { count in
        Forecast(
          method: candidate.method, size: candidate.size, labeled: count, unlabeled: sizes.training - count,
          predicted: candidate.predictedRisk(unlabeled: sizes.training - count, labeled: count),
          powerLaw: law?(Double(count)), actual: try arm.testError(labels: count, split))
      }
    }
    forecasts = perArm.flatMap { $0 }
  }

  /// Rows of units in a random order; whole groups as often as it takes until two of them have each class in the pilot, 100 times at most.
  private static func drawn(
    _ units: [[Int]], _ classes: ClassLabels?, pilot: Int, using stream: inout RandomStream
  ) -> [Int] {
    var order = stream.permutation(units.count)
    guard let classes, units.contains(where: { $0.count > 1 }) else { return order.flatMap { units[$0] } }
    for _ in 0..<100 {
      var (rows, seen) = (0, [Int](repeating: 0, count: classes.count))
      for unit in order where rows + units[unit].count <= pilot {
        rows += units[unit].count
        for own in Set(units[unit].map { classes.codes[$0] }) { seen[own] += 1 }
      }
      if seen.allSatisfy({ $0 > 1 }) { break }
      order = stream.permutation(units.count)
    }
    return order.flatMap { units[$0] }
  }

  /// Rows in an order of which every beginning has the classes in their shares, two rows of each first.
  private static func spread(_ order: [Int], _ labels: ClassLabels) -> [Int] {
    var totals = [Double](repeating: 0, count: labels.count)
    for code in labels.codes { totals[code] += 1 }
    var seen = [Double](repeating: 0, count: labels.count)
    let keyed = order.enumerated().map { position, row -> (key: Double, position: Int, row: Int) in
      let code = labels.codes[row]
      seen[code] += 1
      return (seen[code] <= 2 ? 0 : (seen[code] - 0.5) / totals[code], position, row)
    }
    return keyed.sorted { ($0.key, $0.position) < ($1.key, $1.position) }.map(\.row)
  }
}

/// Training and test rows of one repeat.
struct Split: Sendable {
  let rows: Matrix
  let labels: [Double]
  let testRows: Matrix
  let testLabels: [Double]
  /// Of the training rows, then of the test rows.
  let groups: Partition?

  var all: Matrix { rows.stacked(above: testRows) }
}

/// A way to fit and predict, for the rival's curve and for the truth.
struct Arm: Sendable {
  /// Features of training rows above test rows, with an intercept.
  let design: StandardDesign
  /// Training rows above test rows, for ridge.
  let ridge: RidgeRows?
  /// For classes.
  let softmax: SoftmaxArm?

  /// One for each candidate, in order; representations are fitted on all training rows.
  /// - Parameter classes: of training rows above test rows, for log-loss.
  static func all(
    _ request: BacktestRequest, split: Split, candidates: [Candidate], classes: (all: [Int], count: Int)?
  ) throws -> [Arm] {
    let raw = try RawArm(split)
    func arm(_ design: StandardDesign, ridge: RidgeRows? = nil, isRaw: Bool = false) throws -> Arm {
      let softmax = try classes.map {
        try SoftmaxArm(
          design, ridge: ridge, isRaw: isRaw, classes: $0.all, count: $0.count, seed: request.seed, groups: split.groups
        )
      }
      return Arm(design: design, ridge: ridge, softmax: softmax)
    }
    let sizes = Dictionary(grouping: candidates.filter(\.isPretrained), by: \.method).mapValues { $0.map { $0.size! } }
    var (fitted, rows) = ([String: [any Representation]](), [String: Matrix]())
    for method in request.methods {
      guard let sizes = sizes[method.name] else { continue }
      let (all, inner) = raw.rows(for: method) ?? (split.all, method)
      rows[method.name] = all
      fitted[method.name] = try inner.fit(all.rows(0..<split.rows.rows), sizes: sizes)
    }
    return try candidates.map { candidate in
      guard let size = candidate.size else {
        return try arm(raw.design, ridge: candidate.method == "ridge" ? raw.ridge : nil, isRaw: true)
      }
      let position = sizes[candidate.method]!.firstIndex(of: size)!
      return try arm(
        StandardDesign(features: fitted[candidate.method]![position].features(of: rows[candidate.method]!)))
    }
  }

  /// Below this many training rows the head is not determined.
  var smallestTraining: Int { ridge != nil || softmax?.isPenalized == true ? 10 : design.parameterCount + 2 }

  /// Mean loss on training rows `test` after fitting training rows `train`.
  func error(train: [Int], test: [Int], _ split: Split) throws -> Double {
    try meanLoss(train: train, on: test, split, isQuick: true)
  }

  /// Mean loss on the test rows after fitting the first `labels` training rows.
  func testError(labels: Int, _ split: Split) throws -> Double {
    let count = split.rows.rows
    return try meanLoss(train: Array(0..<labels), on: Array(count..<count + split.testRows.rows), split, isQuick: false)
  }

  /// Rows are numbered training first.
  private func meanLoss(train: [Int], on rows: [Int], _ split: Split, isQuick: Bool) throws -> Double {
    if let softmax { return try softmax.logLoss(train: train, on: rows, isQuick: isQuick) }
    let labels = split.labels + split.testLabels
    let known = train.map { labels[$0] }
    let predictions: [Double]
    if let ridge {
      predictions = try RidgeHead(
        ridge.rows(at: train), labels: known, groups: split.groups?.restricted(to: train)
      ).predictions(ridge)
    } else {
      predictions = design.pool * (try LeastSquaresHead(design.pool.rows(at: train), labels: known)).coefficients
    }
    return rows.reduce(0) { $0 + (predictions[$1] - labels[$1]) * (predictions[$1] - labels[$1]) } / Double(rows.count)
  }
}

/// Raw columns of a split's rows, training above test; in coordinates of their span where there are no more rows than columns.
private struct RawArm {
  let design: StandardDesign
  let ridge: RidgeRows
  private let coordinates: SpanCoordinates?

  init(_ split: Split) throws {
    let all = split.all
    guard all.rows <= all.columns else {
      design = StandardDesign(features: all)
      ridge = RidgeRows(all, deviations: split.rows.columnDeviations())
      coordinates = nil
      return
    }
    let found = try SpanCoordinates(all, reference: 0..<split.rows.rows)
    coordinates = found
    design = StandardDesign(coordinates: found.standardized)
    ridge = RidgeRows(plain: found.plain, standardized: found.standardized)
  }

  /// Coordinates that the method's features rest on; nil where it needs the columns.
  func rows(for method: any PretrainingMethod) -> (Matrix, any PretrainingMethod)? {
    guard let coordinates else { return nil }
    return switch method.innerProducts {
    case .ofRows: (coordinates.plain, method)
    case .ofStandardizedRows(let inner): (coordinates.standardized, inner)
    case nil: nil
    }
  }
}
