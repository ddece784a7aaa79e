import Distributions
import LinearAlgebra

/// From second moments in r dimensions to the law of ||L(Z)||²:
///
///     Σ_j w_j χ²_1 + Σ_j v_j χ²_{d-r},   w = eig(F_in⁻¹ Q_in),   v = eig(G C⁺ F_out⁻¹ C⁺')
///
/// In-plane errors of the centres and those that turn the subspace are uncorrelated, in the estimates and in what they cost.
struct MixtureMoments: Sendable {
  /// w: errors inside the centres' subspace, and of weights and variance.
  let inside: [Double]
  /// v, each d - r times: errors that turn the subspace.
  let outside: [Double]
  /// d - r.
  let multiplicity: Int
  /// Largest eigenvalue of C⁺ F_out⁻¹ C⁺': m times the mean square of the angle to one direction outside by which a direction of
  /// the subspace is missed; 0 where nothing is outside.
  let largestTurn: Double

  /// Tangents inside the subspace that the features do not explain, and directions in which the target has a slope.
  let ranks: (inside: Int, outside: Int)

  /// Shares of a tangent or slope below this count as 0.
  private static let rankTolerance = 1e-10
  /// Squares of differences of doubles that should cancel, in units of the doubles' squares.
  private static let roundedSquares = 1e-24

  /// E||L(Z)||².
  var mean: Double { insideMean + Double(multiplicity) * outsideMean }
  var insideMean: Double { inside.reduce(0, +) }
  var outsideMean: Double { outside.reduce(0, +) }

  /// - Parameter moment: of the columns `MixtureColumns`. Throws `LinearAlgebraError` where the information is singular.
  init(_ mixture: ReducedMixture, secondMoment moment: Matrix) throws {
    let columns = MixtureColumns(mixture)
    multiplicity = mixture.outside
    func block(_ rows: Range<Int>, _ other: Range<Int>) -> Matrix { moment.rows(rows).columns(other) }
    let features = try ScaledCholesky(block(columns.features, columns.features))
    let explained = features.solveLower(block(columns.features, columns.tangents))
    let cost = block(columns.tangents, columns.tangents) - explained.gram()
    let information = try ScaledCholesky(Self.information(mixture, columns, moment))
    let half = information.solveLower(cost).transposed()
    inside = try SymmetricEigen.values(of: information.solveLower(half).symmetrized()).map { max($0, 0) }
    let gradients = block(columns.gradient, columns.gradient)
    ranks = (
      try Self.rank(cost, sizes: block(columns.tangents, columns.tangents).diagonalEntries, mixture),
      try Self.rank(gradients, sizes: gradients.diagonalEntries, mixture)
    )
    if mixture.outside == 0 {
      (outside, largestTurn) = ([], 0)
      return
    }
    let posteriors = try ScaledCholesky(block(columns.posteriors, columns.posteriors))
    let inverse = try SVD(mixture.centers).leastSquares(.identity(mixture.count), relativeTolerance: 1e-14)
    let turn = posteriors.solveLower(inverse.transposed()).gram()
    largestTurn = try SymmetricEigen.values(of: turn.symmetrized())[0]
    let root = try SymmetricEigen(gradients).applying { max($0, 0).squareRoot() }
    outside = try SymmetricEigen.values(of: multiply(multiply(root, turn), root).symmetrized()).map { max($0, 0) }
  }

  /// F of everything that is fitted inside the subspace.
  private static func information(_ mixture: ReducedMixture, _ columns: MixtureColumns, _ moment: Matrix) -> Matrix {
    let scores = scores(mixture, columns)
    let known = moment.rows(0..<scores.columns).columns(0..<scores.columns)
    var result = multiply(multiply(scores, known), scores, transposing: .right).symmetrized()
    if mixture.estimates.variance {
      // |x|² outside the subspace: d - r squares of variance 2.
      result[result.rows - 1, result.rows - 1] += 2 * Double(mixture.outside)
    }
    return result
  }

  /// Scores of the parameters, as combinations of the columns in front of the tangents.
  private static func scores(_ mixture: ReducedMixture, _ columns: MixtureColumns) -> Matrix {
    var result = Matrix(rows: columns.parameters, columns: columns.tangents.lowerBound)
    for index in columns.steps { result[index, index] = 1 }
    var row = columns.steps.count
    if mixture.estimates.weights {
      for i in 0..<mixture.count - 1 {
        for (j, column) in columns.posteriors.enumerated() {
          result[row, column] = (i == j ? 1 : 0) - mixture.weights[i]
        }
        row += 1
      }
    }
    if mixture.estimates.variance { result[row, columns.spread.lowerBound] = 1 }
    return result
  }

  /// |difference of the means|, inside and outside taken by themselves.
  func distance(to other: MixtureMoments) -> Double {
    abs(insideMean - other.insideMean) + Double(multiplicity) * abs(outsideMean - other.outsideMean)
  }

  /// ||L(Z)||².
  func interaction() throws -> GeneralizedChiSquare {
    try GeneralizedChiSquare(
      terms: inside.map { .init(weight: $0) }
        + outside.map { .init(weight: $0, degreesOfFreedom: Double(multiplicity)) })
  }

  /// How many directions are left of quantities of these mean squares; those that are rounding of the target are none.
  private static func rank(_ left: Matrix, sizes: [Double], _ mixture: ReducedMixture) throws -> Int {
    let scales = sizes.map { $0 > roundedSquares * mixture.targetScale ? 1 / $0.squareRoot() : 0 }
    return try SymmetricEigen.values(of: left.scalingBothSides(by: scales).symmetrized()).count { $0 > rankTolerance }
  }
}

/// Cholesky of D A D with D = diag(A)^-½: units do not matter.
private struct ScaledCholesky {
  let scales: [Double]
  let cholesky: Cholesky

  init(_ matrix: Matrix) throws {
    scales = matrix.diagonalEntries.map { $0 > 0 ? 1 / $0.squareRoot() : 1 }
    cholesky = try Cholesky(matrix.scalingBothSides(by: scales).symmetrized())
  }

  /// L⁻¹ D B: its Gram matrix is B'A⁻¹B.
  func solveLower(_ b: Matrix) -> Matrix { cholesky.solveLower(b.scalingRows(by: scales)) }
}
