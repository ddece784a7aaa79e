import LinearAlgebra

/// Least squares on a design with intercept, with everything later steps ask of it.
///
/// Cost: 2 n p^2 + p^3 flops, and n p^2 + p^3 for each row that alone determines a direction.
package struct LeastSquaresHead: Sendable {
  /// Coefficients, length p.
  package let coefficients: [Double]
  package let residuals: [Double]
  /// Diagonal of the hat matrix, h.
  package let leverages: [Double]
  /// Label minus the prediction of the fit without the row, e/(1 - h); by refitting where h is 1 up to rounding.
  package let leaveOneOutResiduals: [Double]
  /// x'(B'B)⁺x with B the other rows, h/(1 - h): variance of the row's prediction by them, per unit noise.
  package let leverageOdds: [Double]
  /// Independent columns, the intercept among them.
  package let rank: Int
  /// (B'B)⁺, p x p.
  package let inverse: Matrix

  /// Below this, 1 - h has lost its digits and the row is left out by refitting.
  package static let leastFreedom = 1e-6

  package init(_ design: Matrix, labels: [Double]) throws {
    let solution = try DesignInverse(design)
    inverse = solution.inverse
    rank = solution.rank
    coefficients = solution.inverse * design.transposedTimes(labels)
    residuals = zip(labels, design * coefficients).map { $0 - $1 }
    leverages = design.quadraticForms(solution.inverse).map { min(max($0, 0), 1) }
    var left = zip(residuals, leverages).map { $0 / (1 - $1) }
    var odds = leverages.map { $0 / (1 - $0) }
    for row in leverages.indices where 1 - leverages[row] < Self.leastFreedom {
      (left[row], odds[row]) = try Self.refit(design, labels, without: row)
    }
    (leaveOneOutResiduals, leverageOdds) = (left, odds)
  }

  /// Residual and leverage odds of a row by the fit to the others.
  private static func refit(_ design: Matrix, _ labels: [Double], without row: Int) throws -> (Double, Double) {
    let kept = (0..<design.rows).filter { $0 != row }
    let rest = design.rows(at: kept)
    let solution = try DesignInverse(rest)
    let coefficients = solution.inverse * rest.transposedTimes(kept.map { labels[$0] })
    let own = design.row(row)
    return (labels[row] - dot(own, coefficients), max(dot(own, solution.inverse * own), 0))
  }

  package var rowCount: Int { residuals.count }

  /// Squared prediction error of each row by the fit without it.
  package var leaveOneOutSquares: [Double] { leaveOneOutResiduals.map { $0 * $0 } }

  /// RSS / (n - p); nil when no degree of freedom is left.
  package var residualVariance: Double? {
    rowCount > rank ? residuals.reduce(0) { $0 + $1 * $1 } / Double(rowCount - rank) : nil
  }

  /// e / sqrt(1 - h), whose squares are unbiased for each row's noise variance when it is constant (HC2); written by
  /// the fit without the row, which a row that is fitted exactly has, too.
  package var standardizedResiduals: [Double] {
    zip(leaveOneOutResiduals, leverageOdds).map { $0 / (1 + $1).squareRoot() }
  }

  /// Rows J with J'J = Cov(coefficients): row i is e_i/sqrt(1-h_i) B_i (B'B)⁺. n x p.
  package func influence(_ design: Matrix) -> Matrix {
    multiply(design, inverse).scalingRows(by: standardizedResiduals)
  }
}

/// The risk in two parts as the labeled rows show it: noise, and what estimating the head on these rows adds.
package struct HeadRisk: Sendable {
  /// Mean e²/(1 - h): what a fresh label costs beyond the head's own error.
  package let noise: Double
  /// Leave-one-out error less that: mean e²/(1 - h) h/(1 - h).
  package let labels: Double

  package init(_ head: LeastSquaresHead) {
    let n = Double(head.rowCount)
    let squares = head.standardizedResiduals.map { $0 * $0 }
    noise = squares.reduce(0, +) / n
    labels = zip(squares, head.leverageOdds).reduce(0) { $0 + $1.0 * $1.1 } / n
  }
}
