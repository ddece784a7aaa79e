import LinearAlgebra

/// Least squares on a design with intercept, with everything later steps ask of it.
///
/// Cost: 2 n p^2 + p^3 flops.
package struct LeastSquaresHead: Sendable {
  /// Coefficients, length p.
  package let coefficients: [Double]
  package let residuals: [Double]
  /// Diagonal of the hat matrix; at most 0.98, so that one row alone cannot decide, when there are 3 rows per column.
  package let leverages: [Double]
  /// Independent columns, the intercept among them.
  package let rank: Int
  /// (B'B)⁺, p x p.
  package let inverse: Matrix

  package static let largestLeverage = 0.98

  package init(_ design: Matrix, labels: [Double]) throws {
    let solution = try DesignInverse(design)
    inverse = solution.inverse
    rank = solution.rank
    coefficients = solution.inverse * design.transposedTimes(labels)
    let fitted = design * coefficients
    residuals = zip(labels, fitted).map { $0 - $1 }
    // With fewer rows most leverages are large and clipping would hide the overfit.
    let largest = design.rows >= 3 * solution.rank ? Self.largestLeverage : 1 - 1e-9
    leverages = design.quadraticForms(solution.inverse).map { min(max($0, 0), largest) }
  }

  package var rowCount: Int { residuals.count }

  /// Squared prediction error of each row by the fit without it, (e_i / (1 - h_i))².
  package var leaveOneOutSquares: [Double] {
    zip(residuals, leverages).map { ($0 / (1 - $1)) * ($0 / (1 - $1)) }
  }

  /// RSS / (n - p); nil when no degree of freedom is left.
  package var residualVariance: Double? {
    rowCount > rank ? residuals.reduce(0) { $0 + $1 * $1 } / Double(rowCount - rank) : nil
  }

  /// e_i / sqrt(1 - h_i), whose squares are unbiased for each row's noise variance when it is constant (HC2).
  package var standardizedResiduals: [Double] { zip(residuals, leverages).map { $0 / (1 - $1).squareRoot() } }

  /// Rows J with J'J = Cov(coefficients): row i is e_i/sqrt(1-h_i) B_i (B'B)⁺. n x p.
  package func influence(_ design: Matrix) -> Matrix {
    multiply(design, inverse).scalingRows(by: standardizedResiduals)
  }
}
