import CMath
import LinearAlgebra

/// Log-loss and share of wrong classes of a softmax head at any number of labels and rows.
struct ClassForecast {
  let risk: RiskForecast
  let errors: RiskForecast
  private let labels: any LabelsDependence
  /// Labels from which the part is known.
  private let fewestLabels: Double

  /// The labels part is at most this share of the level: no forecast falls to 0.
  private static let largestShare = 0.9

  /// - Parameters:
  ///   - variances: of the features over the pool, in uncorrelated directions.
  ///   - fewer: heads on some of the labels: with these nothing is extrapolated below the present n.
  ///   - isKnown: otherwise there are too few labels for a labels part.
  init(
    _ head: SoftmaxHead, variances: [Double], rowCount: Int, pretraining: PretrainingPart = .none,
    isLinear: Bool = true,
    isKnown: Bool = true, fewer: [LabelSubset] = []
  ) throws {
    let n = Double(head.classes.count)
    let fewest = 2 * Double(head.leftOutLogs.columns)
    let (seen, half) = (head.leftOut.rowsSeen(of: n), n / 2)
    let losses = head.leftOutLosses
    let curvature = head.curvature
    let groups = head.groups
    let shares = groups == nil ? SharesCost(curvature, head.classes) : .none
    let part = try SoftmaxLabelsPart(variances: variances, penalty: head.fit.penalty, curvature: curvature)
      .clustered(GroupedScores(head, curvature: curvature))
      .measured(
        Self.differences(head, losses) { SoftmaxSearch.losses($0, head.classes) }?.map { $0 + shares(half) },
        few: half, many: seen, groups: groups)
    let least = MeanError(losses).mean
    let hidden = head.leftOut == .exact ? 0 : shares(seen)
    let level = Self.brought(least + hidden, by: part, from: seen, to: n) + head.optimism
    let (found, own) = Self.limited(part, level, n)
    labels = Self.below(n, found, fewer) { subset in
      subset.excess(over: losses, SoftmaxSearch.losses, head.classes) + shares(subset.labels) - hidden
        + Self.rise(found, from: n, to: seen)
    }
    fewestLabels = max(found.fewest, fewer.last?.labels ?? 0)
    let pretraining = pretraining.limited(noise: level - own, labels: own, isLinear: isLinear)
    risk = RiskForecast(
      leaveOneOutSquares: losses, level: level, correction: head.optimism, labels: isKnown ? labels : nil,
      pretraining: pretraining, rowCount: rowCount, groups: groups, fewestLabels: fewest)

    // Wrong classes are taken to fall with the log-loss, as a share of their own, unless halves of the labels say otherwise.
    let wrong = head.leftOutErrors
    let share = MeanError(wrong).mean
    let ratio = share / max(least, .leastNormalMagnitude)
    let wrongPart = part.scaled(by: ratio).measured(
      Self.differences(head, wrong) { SoftmaxHead.errors($0, head.classes) }?.map { $0 + ratio * shares(half) },
      few: half, many: seen, groups: groups)
    let wrongLevel = min(Self.brought(share + ratio * hidden, by: wrongPart, from: seen, to: n), 1)
    let (wrongFound, _) = Self.limited(wrongPart, wrongLevel, n)
    let wrongLabels = Self.below(n, wrongFound, fewer) { subset in
      subset.excess(over: wrong, SoftmaxHead.errors, head.classes)
        + ratio * (shares(subset.labels) - hidden) + Self.rise(wrongFound, from: n, to: seen)
    }
    errors = RiskForecast(
      leaveOneOutSquares: wrong, level: wrongLevel, labels: isKnown ? wrongLabels : nil,
      pretraining: pretraining.scaled(by: wrongLevel / max(level, .leastNormalMagnitude)), rowCount: rowCount,
      groups: groups, fewestLabels: fewest)
  }

  /// Log-loss with unlimited labels and the present rows.
  var floor: Double { risk.level - (labels(risk.labeledCount) ?? 0) }

  /// By which break-even labels are found.
  var curve: LabelCurve {
    LabelCurve(
      floor: floor, labels: labels, fewest: max(fewestLabels, risk.labeledCount / 4), present: risk.labeledCount,
      losses: risk.leaveOneOutSquares, groups: risk.groups, spread: 1 + Interval.standardErrors * labels.relativeError)
  }

  /// A mean loss of fits to `seen` rows as that of fits to n; at least half of it is left.
  private static func brought(_ mean: Double, by part: SoftmaxLabelsPart, from seen: Double, to n: Double) -> Double {
    guard let before = part(seen), let after = part(n) else { return mean }
    return max(mean - before + after, mean / 2)
  }

  private static func limited(
    _ part: SoftmaxLabelsPart, _ level: Double, _ n: Double
  ) -> (part: SoftmaxLabelsPart, now: Double) {
    guard let found = part(n), found > largestShare * level else { return (part, part(n) ?? 0) }
    return (part.scaled(by: largestShare * level / found), largestShare * level)
  }

  /// The law, below n what heads on fewer labels cost.
  private static func below(
    _ n: Double, _ law: SoftmaxLabelsPart, _ fewer: [LabelSubset], _ excess: (LabelSubset) -> Double
  ) -> any LabelsDependence {
    fewer.isEmpty ? law : EncoderLabels(law, present: n, fewer: fewer.map { ($0.labels, excess($0)) })
  }

  /// What the law says fewer labels add.
  private static func rise(_ law: SoftmaxLabelsPart, from n: Double, to fewer: Double) -> Double {
    guard let less = law(fewer), let more = law(n) else { return 0 }
    return less - more
  }

  /// What fits to half of the labels cost each row above its left-out loss.
  private static func differences(_ head: SoftmaxHead, _ own: [Double], _ losses: (Matrix) -> [Double]) -> [Double]? {
    guard let halves = head.halves.map({ $0.map(losses) }) else { return nil }
    return own.indices.map { row in halves.reduce(0) { $0 + $1[row] } / Double(halves.count) - own[row] }
  }
}

extension SoftmaxHead {
  /// Mean of diag(p) - pp' over the rows, each left out.
  package var curvature: Matrix {
    var probabilities = leftOutLogs
    for index in probabilities.storage.indices { probabilities.storage[index] = exp(leftOutLogs.storage[index]) }
    var result = (-1 / Double(leftOutLogs.rows)) * probabilities.gram()
    for (k, mean) in probabilities.columnMeans().enumerated() { result[k, k] += mean }
    return result.symmetrized()
  }
}

/// What losses of rows left out in parts that keep the shares of the classes hide: fit and test rows have the very same
/// shares, which rows drawn at random have not.
///
/// The shares of n rows have covariance (diag(f) - ff')/n and move the best intercepts by δ = log f: at a curvature A that
/// costs E ½ δ'Aδ = S/n_fit, S = ½ Σ_k A_kk/f_k, which such parts save, and S/n that the same rows save when tested.
/// Without features S = (K - 1)/2, with classes far apart 0.
package struct SharesCost {
  private let sum: Double
  private let rows: Double

  package init(_ curvature: Matrix, _ classes: [Int]) {
    rows = Double(classes.count)
    var counts = [Double](repeating: 0, count: curvature.rows)
    for own in classes { counts[own] += 1 }
    let total = rows
    sum = counts.indices.reduce(0) { $0 + curvature[$1, $1] * total / max(counts[$1], 1) } / 2
  }

  /// Of parts that keep no shares.
  static let none = SharesCost()

  private init() { (sum, rows) = (0, 1) }

  /// Of fits to so many rows.
  package func callAsFunction(_ fitted: Double) -> Double { sum * (1 / rows + 1 / fitted) }
}
