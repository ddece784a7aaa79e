import Asymptotics
import CMath
import LinearAlgebra

/// The penalty of a softmax head on one scaling of the features, by the loss of folds left out.
///
/// A penalty c is a normal prior under which log-odds of a typical row have the standard deviation
///
///     τ = (Σ_j s_j / (n c))^(1/2),   s_j the sum of squares of principal coordinate j,
///
/// and the τ chosen has the least Σ_i loss_i + log(1 + (τ/2.5)²), the losses by folds that keep the shares of the
/// classes. The second term is a half-Cauchy prior on τ: labels that the features separate by chance have a left-out
/// loss that only falls as τ grows. It counts for little beside some 50 labels. Source: its scale is that of Gelman,
/// Jakulin, Pittau and Su (2008), A weakly informative default prior distribution for logistic and other regression
/// models. τ is raised until the sum has risen by 2 % and four steps above its least.
/// Cost: up to 25 penalties x (folds + 1) fits, each started at the one before.
struct SoftmaxSearch: Sendable {
  let path: SoftmaxPath
  let folds: Int
  /// From the largest down.
  private(set) var penalties: [Double] = []
  private(set) var steps: [SoftmaxPath.Step] = []
  /// The folds' loss of each row at each penalty; infinite where some fold has no fit.
  private(set) var losses: [[Double]] = []
  private(set) var best = 0
  /// What the best was chosen by.
  private(set) var objective = Double.infinity
  /// τ of each penalty.
  private var spreads: [Double] = []
  private let rowParts: RowParts
  private let parts: [[Int]]
  /// Of all features together.
  private let variance: Double

  /// Accuracy of the fits that are compared, and of those whose losses stand.
  static let (coarse, tolerance) = (1e-5, 1e-6)
  private static let priorScale = 2.5
  private static let ahead = 6
  /// Ten folds up to so many flops a product of all rows, five beyond.
  private static let mostFlops = 4e6
  /// A little more than two steps of a quick search.
  private static let below = 7.0

  /// τ, ascending: from no effect of the features to log-odds of ±50.
  private static let allSpreads = (0..<25).map { 0.02 * pow(10, 0.14 * Double($0)) }

  /// - Parameters:
  ///   - groups: of the rows: folds and halves keep these together.
  ///   - rival: of another scaling: tried from six steps below its best τ, no further than that where 5 % worse there.
  ///   - isQuick: a third of the penalties, by three folds.
  ///   - nearby: the best τ of features that are much like these: tried from two of a quick search's steps below it until one step is
  ///     worse, or from the least where the best is the first of these.
  init(
    _ features: Matrix, classes: [Int], count: Int, seed: UInt64, rival: SoftmaxSearch? = nil, isQuick: Bool = false,
    nearby: Double? = nil, groups: Partition? = nil
  ) throws {
    let rows = try PrincipalRows(features)
    path = try SoftmaxPath(rows, classes: classes, count: count)
    let flops = 4 * Double(classes.count) * Double(rows.coordinates.columns) * Double(count)
    folds = isQuick ? 3 : flops > Self.mostFlops ? 5 : 10
    rowParts = RowParts(classes, groups: groups)
    parts = rowParts.folds(folds, seed: seed)
    variance = Self.variance(rows)
    let all = isQuick ? stride(from: 0, to: Self.allSpreads.count, by: 3).map { Self.allSpreads[$0] } : Self.allSpreads
    let start = rival.map { $0.spreads[max($0.best - Self.ahead, 0)] } ?? nearby.map { $0 / Self.below } ?? 0
    let patience = nearby != nil ? 1 : isQuick ? 2 : 4
    search(all.filter { $0 >= start }, rival: rival, patience: patience)
    guard nearby != nil, best == 0 else { return }
    (penalties, steps, losses, spreads, objective) = ([], [], [], [], .infinity)
    search(all, rival: rival, patience: patience)
  }

  /// τ of the best.
  var spread: Double { spreads[best] }

  /// From the first spread up, until the objective has risen.
  private mutating func search(_ tried: [Double], rival: SoftmaxSearch?, patience: Int) {
    for (index, spread) in tried.enumerated() {
      let penalty = variance / (spread * spread)
      let step = path.fit(penalty: penalty, from: steps.last, tolerance: Self.coarse)
      let found = Self.losses(path.leftOut(step, parts: parts, tolerance: Self.coarse), path.classes)
      let own = Self.objective(found, spread: spread)
      spreads.append(spread)
      penalties.append(penalty)
      steps.append(step)
      losses.append(found)
      if own < objective { (best, objective) = (index, own) }
      if index >= best + patience && own > 1.02 * objective { break }
      if let rival, spread >= rival.spreads[rival.best], objective > 1.05 * rival.objective { break }
    }
  }

  /// log p_k of each row by the folds without it, of a fit at the best penalty; nil where some fold has no fit.
  func leftOut(_ step: SoftmaxPath.Step) -> Matrix? { path.leftOut(step, parts: parts, tolerance: Self.tolerance) }

  /// -log p_y of each row; infinite without a fit.
  static func losses(_ logs: Matrix?, _ classes: [Int]) -> [Double] {
    logs.map { logs in classes.indices.map { -logs[$0, classes[$0]] } }
      ?? [Double](repeating: .infinity, count: classes.count)
  }

  private static func objective(_ losses: [Double], spread: Double) -> Double {
    let ratio = spread / priorScale
    return losses.reduce(0, +) + log1p(ratio * ratio)
  }

  /// Σ_j s_j / n: the variance of all features together.
  private static func variance(_ rows: PrincipalRows) -> Double {
    let scores = rows.coordinates.columns(0..<rows.axes.columns)
    return max(scores.squaredFrobeniusNorm / Double(max(scores.rows, 1)), .leastNormalMagnitude)
  }

  // MARK: half of the labels

  /// log p of each row by fits to halves of the rows that do not hold it, at the penalty that is best for those, one matrix
  /// for each of two divisions; nil where some half has no fit. Penalties tried are near the best for all rows: a prior
  /// does not change with the number of rows.
  func halves(seed: UInt64) -> [Matrix]? {
    let divisions = (1...2).map { rowParts.folds(2, seed: seed &+ UInt64($0)) }
    var (found, least) = ([Matrix]?.none, Double.infinity)
    for index in max(best - 3, 0)...min(best + 2, steps.count - 1) {
      let logs = divisions.compactMap { path.leftOut(steps[index], parts: $0, tolerance: Self.coarse) }
      guard logs.count == divisions.count else { continue }
      let sum = logs.reduce(0) { $0 + Self.losses($1, path.classes).reduce(0, +) } / Double(logs.count)
      let objective = Self.objective([sum], spread: spreads[index])
      if objective < least { (found, least) = (logs, objective) }
    }
    return found
  }
}
