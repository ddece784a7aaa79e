import Asymptotics
import LinearAlgebra

/// A logistic head on a design whose first column is 1, with leave-one-out predictions from one Newton step per row:
///
///     f_(-i) = f_i + (p_i - y_i) h_i / (1 - w_i h_i),   h_i = x_i'(X'WX + 2c)⁻¹x_i,   w = p (1 - p)
///
/// Source: approximate leave-one-out, Rad and Maleki (2020). Cost: n p^2 flops an iteration.
package struct LogisticHead: Sendable {
  /// On the design's columns.
  package let coefficients: [Double]
  /// Log-odds of each row by the fit without it.
  package let leaveOneOutPredictions: [Double]

  /// The intercept escapes the penalty by standing on a large scale.
  private static let interceptScale = 1000.0

  /// nil where the labels do not determine the fit: separated, or dependent columns.
  /// - Parameter penalty: c of Σ loss + c ‖slopes‖².
  package init?(_ design: Matrix, labels: [Double], penalty: Double = 0) {
    let scales = [penalty > 0 ? Self.interceptScale : 1] + [Double](repeating: 1, count: design.columns - 1)
    let scaled = design.scalingColumns(by: scales)
    guard let fit = try? GeneralizedLinearFit(.logistic, features: scaled, labels: labels, penalty: penalty),
      fit.status == .converged
    else { return nil }
    let predictions = scaled * fit.coefficients
    let weights = predictions.map { DownstreamLoss.logistic.curvature($0) }
    guard let factor = try? Cholesky(scaled.gram(weights: weights) + (2 * penalty) * .identity(scaled.columns)) else {
      return nil
    }
    let solved = factor.solve(scaled.transposed())
    var left = predictions
    for row in labels.indices {
      var leverage = 0.0
      for column in 0..<scaled.columns { leverage += scaled[row, column] * solved[column, row] }
      let slope = DownstreamLoss.logistic.slope(label: labels[row], prediction: predictions[row])
      left[row] += slope * leverage / max(1 - weights[row] * leverage, 1e-9)
    }
    coefficients = zip(fit.coefficients, scales).map { $0 * $1 }
    leaveOneOutPredictions = left
  }
}
