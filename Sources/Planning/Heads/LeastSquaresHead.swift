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
  /// Where rows come in groups: whole groups left out. `leaveOneOutResiduals` are those then.
  package let leaving: GroupLeaving?

  /// Below this, 1 - h has lost its digits and the row is left out by refitting.
  package static let leastFreedom = 1e-6

  /// - Parameter groups: of the rows, where some belong together; leave-one-out becomes leave-group-out.
  package init(_ design: Matrix, labels: [Double], groups: Partition? = nil) throws {
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
    leaving = try groups?.keepsRowsTogether.map { [residuals, inverse] in
      try GroupLeaving(design, labels: labels, residuals: residuals, inverse: inverse, groups: $0)
    }
    (leaveOneOutResiduals, leverageOdds) = (leaving?.leftOut ?? left, odds)
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
  /// Rows in groups: mean ẽ², as noise that they share bends the fit to it.
  package var residualVariance: Double? {
    if let leaving { return leaving.standardized.reduce(0) { $0 + $1 * $1 } / Double(rowCount) }
    return rowCount > rank ? residuals.reduce(0) { $0 + $1 * $1 } / Double(rowCount - rank) : nil
  }

  /// e / sqrt(1 - h), whose squares are unbiased for each row's noise variance when it is constant (HC2); written by
  /// the fit without the row, which a row that is fitted exactly has, too.
  /// Rows in groups: ẽ of `GroupLeaving`.
  package var standardizedResiduals: [Double] {
    leaving?.standardized ?? zip(leaveOneOutResiduals, leverageOdds).map { $0 / (1 + $1).squareRoot() }
  }

  /// Rows J with J'J = Cov(coefficients): row i is e_i/sqrt(1-h_i) B_i (B'B)⁺; rows of a group are added up. n x p, or
  /// groups x p.
  package func influence(_ design: Matrix) -> Matrix {
    gathered(multiply(design, inverse).scalingRows(by: standardizedResiduals))
  }

  /// What rows contribute, added up over groups where there are groups.
  package func gathered(_ rows: Matrix) -> Matrix { leaving.map { $0.groups.sums(of: rows) } ?? rows }
}

/// The risk in two parts as the labeled rows show it: noise, and what estimating the head on these rows adds.
package struct HeadRisk: Sendable {
  /// Mean e²/(1 - h): what a fresh label costs beyond the head's own error.
  package let noise: Double
  /// Leave-one-out error less that: mean e²/(1 - h) h/(1 - h); of groups, ẽ'((I - H)^-1 - I)ẽ.
  package let labels: Double

  package init(_ head: LeastSquaresHead) {
    let n = Double(head.rowCount)
    let squares = head.standardizedResiduals.map { $0 * $0 }
    noise = squares.reduce(0, +) / n
    labels =
      head.leaving == nil
      ? zip(squares, head.leverageOdds).reduce(0) { $0 + $1.0 * $1.1 } / n
      : max(head.leaveOneOutSquares.reduce(0, +) / n - noise, 0)
  }
}
