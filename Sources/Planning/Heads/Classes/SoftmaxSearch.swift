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
  /// From the largest down.
  let penalties: [Double]
  let steps: [SoftmaxPath.Step]
  /// The folds' loss of each row at each penalty; infinite where some fold has no fit.
  let losses: [[Double]]
  /// log p_k of each row by the folds at the best penalty.
  let bestLogs: Matrix?
  let best: Int
  let folds: Int
  /// τ of each penalty.
  private let spreads: [Double]
  /// What the best was chosen by.
  let objective: Double

  /// Accuracy of the fits.
  static let tolerance = 1e-5
  private static let priorScale = 2.5
  /// Ten folds up to so many flops a product of all rows, five beyond.
  private static let mostFlops = 4e6

  /// τ, ascending: from no effect of the features to log-odds of ±50.
  private static let spreads = (0..<25).map { 0.02 * pow(10, 0.14 * Double($0)) }

  /// - Parameter isQuick: a third of the penalties, by three folds.
  init(_ features: Matrix, classes: [Int], count: Int, seed: UInt64, isQuick: Bool = false) throws {
    let rows = try PrincipalRows(features)
    path = try SoftmaxPath(rows, classes: classes, count: count)
    let flops = 4 * Double(classes.count) * Double(rows.coordinates.columns) * Double(count)
    let parts = StratifiedFolds.parts(classes, count: isQuick ? 3 : flops > Self.mostFlops ? 5 : 10, seed: seed)
    let variance = Self.variance(rows)
    var (penalties, steps, losses) = ([Double](), [SoftmaxPath.Step](), [[Double]]())
    var (bestLogs, best, least) = (Matrix?.none, 0, Double.infinity)
    spreads = isQuick ? stride(from: 0, to: Self.spreads.count, by: 3).map { Self.spreads[$0] } : Self.spreads
    for (index, spread) in spreads.enumerated() {
      let penalty = variance / (spread * spread)
      let step = path.fit(penalty: penalty, from: steps.last, tolerance: Self.tolerance)
      let logs = path.leftOut(step, parts: parts, tolerance: Self.tolerance)
      let found = Self.losses(logs, classes)
      let objective = Self.objective(found, spread: spread)
      penalties.append(penalty)
      steps.append(step)
      losses.append(found)
      if objective < least { (bestLogs, best, least) = (logs, index, objective) }
      if index >= best + (isQuick ? 2 : 4) && objective > 1.02 * least { break }
    }
    (self.penalties, self.steps, self.losses) = (penalties, steps, losses)
    (self.bestLogs, self.best, self.objective) = (bestLogs, best, least)
    folds = parts.count
  }

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
    let divisions = (1...2).map { StratifiedFolds.parts(path.classes, count: 2, seed: seed &+ UInt64($0)) }
    var (found, least) = ([Matrix]?.none, Double.infinity)
    for index in max(best - 3, 0)...min(best + 2, steps.count - 1) {
      let logs = divisions.compactMap { path.leftOut(steps[index], parts: $0, tolerance: Self.tolerance) }
      guard logs.count == divisions.count else { continue }
      let sum = logs.reduce(0) { $0 + Self.losses($1, path.classes).reduce(0, +) } / Double(logs.count)
      let objective = Self.objective([sum], spread: spreads[index])
      if objective < least { (found, least) = (logs, objective) }
    }
    return found
  }
}
