import Asymptotics
import LinearAlgebra
#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Labels of two classes or more: one logistic head for two, otherwise one for each class against the rest, their
/// probabilities divided by their sum.
///
///     p_k(x) = s(f_k(x)) / Σ_l s(f_l(x)),   loss = -log p_y
///
/// Cost: that of a `LogisticHead` for each class (one for two classes).
package struct ClassHead: Sendable {
  /// The second class's, or one per class.
  package let heads: [LogisticHead]
  /// -log p_y with the row left out, one per row.
  package let leaveOneOutLosses: [Double]
  /// Share of rows that are classified right when left out.
  package let accuracy: Double

  /// nil where the labels do not determine one of the heads: separated, a class without a row, dependent columns.
  /// - Parameters:
  ///   - classes: 0 ..< count, one per row.
  ///   - penalty: c of Σ loss + c ‖slopes‖², the same for every class.
  package init?(_ design: Matrix, classes: [Int], count: Int, penalty: Double = 0) {
    var heads = [LogisticHead]()
    for own in count == 2 ? 1..<2 : 0..<count {
      guard let head = LogisticHead(design, labels: classes.map { $0 == own ? 1 : 0 }, penalty: penalty) else {
        return nil
      }
      heads.append(head)
    }
    self.heads = heads
    var losses = [Double](repeating: 0, count: classes.count)
    var right = 0
    for row in classes.indices {
      let logs = Self.logProbabilities(heads.map { $0.leaveOneOutPredictions[row] })
      losses[row] = -logs[classes[row]]
      if logs.indices.max(by: { logs[$0] < logs[$1] }) == classes[row] { right += 1 }
    }
    leaveOneOutLosses = losses
    accuracy = Double(right) / Double(classes.count)
  }

  /// A head whose penalty is chosen by leave-one-out, with what that choice hides.
  package struct Ridge: Sendable {
    package let head: ClassHead
    /// c of Σ loss + c ‖slopes‖².
    package let penalty: Double
    /// Log-loss on a fresh row, corrected for the choice.
    package let risk: Double
  }

  /// The penalty of least leave-one-out loss on a grid of a factor 4; nil where none of them has a fit.
  package static func ridge(_ design: Matrix, classes: [Int], count: Int) -> Ridge? {
    let heads = (-6...6).compactMap { power -> (penalty: Double, head: ClassHead)? in
      let penalty = pow(4, Double(power))
      return ClassHead(design, classes: classes, count: count, penalty: penalty).map { (penalty, $0) }
    }
    if heads.isEmpty { return nil }
    let losses = Matrix(
      rows: heads.count, columns: classes.count, storage: heads.flatMap { $0.head.leaveOneOutLosses })
    let choice = WeightedLosses(losses.transposed()).choice
    return Ridge(head: heads[choice.fit].head, penalty: heads[choice.fit].penalty, risk: choice.corrected)
  }

  /// Log-odds a + b f of each head that its own rows bear out when left out: (a, b), b >= 0; (0, 1) where they do not
  /// determine them.
  ///
  /// Fitted odds are too far from 0 where there are few rows a coefficient, penalized ones too near.
  package func calibration(classes: [Int]) -> [(shift: Double, slope: Double)] {
    heads.enumerated().map { position, head in
      let own = heads.count == 1 ? 1 : position
      var design = Matrix(rows: classes.count, columns: 2, repeating: 1)
      for row in classes.indices { design[row, 1] = head.leaveOneOutPredictions[row] }
      let labels = classes.map { $0 == own ? 1.0 : 0 }
      guard let fit = try? GeneralizedLinearFit(.logistic, features: design, labels: labels), fit.status == .converged
      else { return (0, 1) }
      return (fit.coefficients[0], max(fit.coefficients[1], 0))
    }
  }

  /// log p_k of each row of a design by calibrated odds, rows x classes.
  func logProbabilities(_ design: Matrix, calibration: [(shift: Double, slope: Double)]) -> Matrix {
    Self.logProbabilities(
      zip(heads, calibration).map { head, line in
        (design * head.coefficients).map { line.shift + line.slope * $0 }
      })
  }

  private static func logProbabilities(_ predictions: [[Double]]) -> Matrix {
    let rows = predictions[0].count
    var result = Matrix(rows: rows, columns: predictions.count == 1 ? 2 : predictions.count)
    for row in 0..<rows {
      for (k, value) in logProbabilities(predictions.map { $0[row] }).enumerated() { result[row, k] = value }
    }
    return result
  }

  /// log p_k of each row of a design, rows x classes.
  package func logProbabilities(_ design: Matrix) -> Matrix {
    Self.logProbabilities(heads.map { design * $0.coefficients })
  }

  /// Mean -log p_y of the rows of a design.
  package func meanLoss(_ design: Matrix, classes: [Int]) -> Double {
    let logs = logProbabilities(design)
    return -classes.indices.reduce(0) { $0 + logs[$1, classes[$1]] } / Double(classes.count)
  }

  /// From log-odds: of the second class if there is one number, of each class against the rest otherwise.
  static func logProbabilities(_ odds: [Double]) -> [Double] {
    func logistic(_ f: Double) -> Double { f > 0 ? -log1p(exp(-f)) : f - log1p(exp(f)) }
    if odds.count == 1 { return [logistic(-odds[0]), logistic(odds[0])] }
    let logs = odds.map(logistic)
    let most = logs.max()!
    let sum = most + log(logs.reduce(0) { $0 + exp($1 - most) })
    return logs.map { $0 - sum }
  }
}
