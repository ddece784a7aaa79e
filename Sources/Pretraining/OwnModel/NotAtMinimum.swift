import Failures
import LinearAlgebra

/// The theorem was asked for at a point that is no minimum of the loss: a search that stopped early, or a start.
///
/// A law taken there has the curvature of another point: one of 0.200 came out where 0.257 was right.
public struct NotAtMinimum: Failure, Equatable {
  /// Euclidean norm of the mean loss's gradient.
  public let gradientNorm: Double
  /// How far that is from 0 in standard errors of the rows' scores, (χ² - q)/√(2q); nil where nothing is sampled.
  public let standardErrors: Double?

  public var kind: FailureKind { .noAnswer }

  public var description: String {
    let distance = standardErrors.map { ", \(Int(min($0, 1e9).rounded())) standard errors from 0" } ?? ""
    return "these parameters are no minimum of the loss: its gradient has norm \(gradientNorm)\(distance). "
      + "There is no limit law; search with fit(_:from:) until its status is minimum"
  }

  /// Standard errors that count as chance.
  static let tolerance = 10.0
  /// Of the gradient, relative to the largest curvature times (1 + |w|), where nothing is sampled.
  static let exactTolerance = 1e-6

  /// Score test of E s = 0: m g'S⁺g is χ² with rank S degrees of freedom at the population's minimum, and 0 at the rows' own.
  static func check(gradient: [Double], scoreCovariance: Matrix, rows: Int) throws {
    let eigen = try SymmetricEigen(scoreCovariance.symmetrized())
    let rank = Double(max(eigen.rank(relativeTolerance: 1e-12), 1))
    let statistic = Double(rows) * dot(gradient, eigen.pseudoInverse(relativeTolerance: 1e-12) * gradient)
    let distance = (statistic - rank) / (2 * rank).squareRoot()
    guard distance > tolerance || !distance.isFinite else { return }
    throw NotAtMinimum(gradientNorm: dot(gradient, gradient).squareRoot(), standardErrors: distance)
  }

  static func check(gradient: [Double], hessian: Matrix, at w: [Double]) throws {
    let norm = dot(gradient, gradient).squareRoot()
    let scale = max(hessian.largestMagnitude, .leastNormalMagnitude) * (1 + dot(w, w).squareRoot())
    guard !(norm <= exactTolerance * scale) else { return }
    throw NotAtMinimum(gradientNorm: norm, standardErrors: nil)
  }
}
