import Asymptotics
import CMath
import LinearAlgebra

/// Softmax heads of a backtest: the features a candidate's head sees, and the classes.
struct SoftmaxArm: Sendable {
  let isPenalized: Bool
  /// Training rows above test rows, one for each scaling tried.
  private let scalings: [Matrix]
  private let classes: [Int]
  private let count: Int
  private let seed: UInt64
  /// Of the training rows, then of the test rows.
  private let groups: Partition?

  /// - Parameter ridge: of the raw columns with a penalty; `isRaw` without one means none.
  init(
    _ design: StandardDesign, ridge: RidgeRows?, isRaw: Bool, classes: [Int], count: Int, seed: UInt64,
    groups: Partition?
  ) throws {
    (self.classes, self.count, self.seed, self.groups) = (classes, count, seed, groups)
    isPenalized = ridge != nil || !isRaw
    let features = design.pool.columns(1..<design.pool.columns)
    scalings =
      if let ridge { [ridge.standardized, ridge.plainInUnits] } else if isRaw { [features] } else {
        [try Whitening(RowMoments(rows: features).covariance, of: features).labeled]
      }
  }

  /// Mean on `rows` after fitting `train`; that of no knowledge where a class has too few rows to fit.
  /// - Parameter isQuick: fewer penalties and folds.
  func logLoss(train: [Int], on rows: [Int], isQuick: Bool) throws -> Double {
    let known = train.map { classes[$0] }
    var seen = [Int](repeating: 0, count: count)
    for code in known { seen[code] += 1 }
    guard seen.allSatisfy({ $0 > 1 }) else { return log(Double(count)) }
    let own = scalings.map { $0.rows(at: train) }
    let (fit, scaling) = try fit(own, known, isQuick: isQuick, groups: groups?.restricted(to: train))
    let logs = fit.logProbabilities(scalings[scaling].rows(at: rows))
    return -rows.indices.reduce(0) { $0 + logs[$1, classes[rows[$1]]] } / Double(rows.count)
  }

  /// Without a penalty one that is very small where the rows separate the classes.
  private func fit(
    _ own: [Matrix], _ known: [Int], isQuick: Bool, groups: Partition?
  ) throws -> (SoftmaxFit, Int) {
    if isPenalized {
      let head = try SoftmaxHead(
        scalings: own, classes: known, count: count, seed: seed, isJudged: false, isQuick: isQuick, groups: groups)
      return (head.fit, head.scaling)
    }
    let path = try SoftmaxPath(PrincipalRows(own[0]), classes: known, count: count)
    let plain = path.fit(penalty: 0).fit
    return (plain.status == .converged ? plain : path.fit(penalty: 0.01).fit, 0)
  }
}
