import Asymptotics
import LinearAlgebra
#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A softmax head of labeled rows whose penalty has the least left-out log-loss, with the loss of each row by fits without it.
///
/// A penalty c is a normal prior under which log-odds of a typical row have the standard deviation
///
///     τ = (Σ_j s_j / (n c))^(1/2),   s_j the sum of squares of principal coordinate j,
///
/// and the τ chosen has the least Σ_i loss_i + log(1 + (τ/2.5)²), the losses by ten folds that keep the shares of the classes.
/// The second term is a half-Cauchy prior on τ: labels that the features separate by chance have a left-out loss that only
/// falls as τ grows. It counts for little beside some 50 labels. Source: its scale is that of Gelman, Jakulin, Pittau and Su
/// (2008), A weakly informative default prior distribution for logistic and other regression models.
///
/// At the penalty chosen every row is left out by an exact refit where that takes under 20 Gflop, otherwise the folds' losses
/// stand (they know 9/10 of the labels: slightly too high). Cost: 25 penalties x 11 fits, each started at the one before.
package struct SoftmaxHead: Sendable {
  /// How rows were left out.
  package enum LeftOut: Sendable, Equatable, CustomStringConvertible {
    /// Every row by a fit to all others.
    case exact
    case folds(Int)

    package var description: String {
      switch self {
      case .exact: "exact"
      case .folds(let count): "folds:\(count)"
      }
    }
  }

  package let fit: SoftmaxFit
  package let leftOut: LeftOut
  /// log p_k of each row by a fit without it, n x K.
  package let leftOutLogs: Matrix
  /// -log p_y with the row left out.
  package let leftOutLosses: [Double]
  /// Penalties tried, from the largest down, and the folds' loss of each row at each of them.
  package let penalties: [Double]
  package let pathLosses: [[Double]]

  private static let foldCount = 10
  private static let mostExactFlops = 2e10
  /// Accuracy of the fits that a penalty is chosen by, and of those that are reported.
  private static let (searchTolerance, tolerance) = (1e-5, 1e-8)

  package var scores: ClassScores { ClassScores(leftOutLogs, classes: classes) }
  private let classes: [Int]

  /// - Parameters:
  ///   - features: n x p without a column of ones; columns on comparable scales.
  ///   - classes: 0 ..< count, one per row, at least two rows of each.
  /// Throws `HeadError.emptyClass`, `LinearAlgebraError`.
  package init(_ features: Matrix, classes: [Int], count: Int, seed: UInt64) throws {
    self.classes = classes
    let rows = try PrincipalRows(features)
    let path = try SoftmaxPath(rows, classes: classes, count: count)
    let spreads = Self.spreads
    let penalties = spreads.map { Self.variance(rows) / ($0 * $0) }
    let steps = path.fits(penalties: penalties, tolerance: Self.searchTolerance)
    let parts = StratifiedFolds.parts(classes, count: Self.foldCount, seed: seed)
    let logs = steps.map { path.leftOut($0, parts: parts, tolerance: Self.searchTolerance) }
    let losses = logs.map { found in
      found.map { logs in classes.indices.map { -logs[$0, classes[$0]] } }
        ?? [Double](repeating: .infinity, count: classes.count)
    }
    func objective(_ index: Int) -> Double {
      let ratio = spreads[index] / Self.priorScale
      return losses[index].reduce(0, +) + log1p(ratio * ratio)
    }
    let best = losses.indices.min { objective($0) < objective($1) }!
    let chosen = path.fit(penalty: penalties[best], from: steps[best], tolerance: Self.tolerance)
    var (left, out) = (logs[best], LeftOut.folds(parts.count))
    if path.leaveOneOutCost <= Self.mostExactFlops {
      left = path.leftOut(chosen, parts: classes.indices.map { [$0] }, tolerance: Self.tolerance)
      out = .exact
    }
    guard let left else { throw HeadError.notConverged(penalty: penalties[best]) }
    fit = chosen.fit
    leftOut = out
    leftOutLogs = left
    leftOutLosses = classes.indices.map { -left[$0, classes[$0]] }
    self.penalties = penalties
    pathLosses = losses
  }

  /// τ, ascending: from no effect of the features to log-odds of ±50.
  private static let spreads = (0..<25).map { 0.02 * pow(10, 0.14 * Double($0)) }
  private static let priorScale = 2.5

  /// Σ_j s_j / n: the variance of all features together.
  private static func variance(_ rows: PrincipalRows) -> Double {
    let scores = rows.coordinates.columns(0..<rows.axes.columns)
    return max(scores.squaredFrobeniusNorm / Double(max(scores.rows, 1)), .leastNormalMagnitude)
  }
}
