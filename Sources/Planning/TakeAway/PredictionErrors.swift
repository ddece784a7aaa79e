import CMath
import LinearAlgebra

/// How far labels lie from predictions: the jackknife, from the residuals of labeled rows left out.
///
///     y(x) ± q (1 + ‖R (1, f(x))‖²)^(1/2)
///
/// q is the ⌈0.9 (n + 1)⌉-th smallest |e_i|/(1 - h_i) (1 + h_i/(1 - h_i))^(-1/2) of n labeled rows, ‖R (1, f(x))‖² the variance of
/// the prediction at x per unit noise, which is h_i/(1 - h_i) at a row left out. Holds a fresh label with probability
/// ⌈0.9 (n + 1)⌉/(n + 1) as far as residuals so divided are exchangeable with those of fresh rows. For ridge and for rows in groups R
/// has no rows and residuals are not divided: the spread is taken as the same everywhere.
/// Source: R. Barber, E. Candès, A. Ramdas and R. Tibshirani (2021), Predictive inference with the jackknife+, section 1.
public struct PredictionErrors: Sendable, Equatable {
  /// q; nil of fewer than 9 rows, whose largest residual is exceeded too often.
  public let quantile: Double?
  /// R, r x (p + 1).
  public let root: Matrix

  public static let level = 0.9

  /// - Parameters:
  ///   - leftOut: label less the prediction without the row.
  ///   - odds: variance of that prediction per unit noise; 0 where it is not known.
  ///   - root: R on features with a one in front.
  init(leftOut: [Double], odds: [Double], root: Matrix) {
    let sizes = zip(leftOut, odds).map { abs($0) / (1 + $1).squareRoot() }.sorted()
    let place = Int((Self.level * Double(sizes.count + 1) - 1e-9).rounded(.up))
    quantile = place <= sizes.count ? sizes[place - 1] : nil
    self.root = root
  }

  /// One for each row of features; nil without a quantile. Cost: 2 rows r p flops.
  func halfWidths(_ features: Matrix) -> [Double]? {
    guard let quantile else { return nil }
    guard root.rows > 0 else { return [Double](repeating: quantile, count: features.rows) }
    let design = Matrix(rows: features.rows, columns: 1, repeating: 1).joined(leftOf: features)
    let turned = multiply(design, root, transposing: .right)
    return (0..<turned.rows).map { row in
      let own = turned.row(row)
      return quantile * (1 + dot(own, own)).squareRoot()
    }
  }
}
