import Differentiation

/// A loss of linear encoders A (k x d, row by row in w) of two views that depends on the second moments of what A makes of them.
public protocol TwoViewModel: MomentModel {
  /// k.
  var rank: Int { get }
  /// d.
  var dimension: Int { get }
  /// Of (x, x⁺), 2d numbers a row.
  var second: SecondMoments { get }
  func objective<S: DifferentiableScalar>(_ views: ViewMoments<S>) -> S
}

extension TwoViewModel {
  public func moments(of row: [Double]) -> [Double] { second(row) }

  public func objective<S: DifferentiableScalar>(means: [S], at w: [S]) -> S {
    let a = ScalarMatrix(rows: rank, columns: dimension, storage: w)
    return objective(ViewMoments(second.matrix(means), encoder: a))
  }

  /// A x of the first view.
  public func features<S: DifferentiableScalar>(of row: [Double], at w: [S]) -> [S] {
    (0..<rank).map {
      innerProduct(Array(w[$0 * dimension..<($0 + 1) * dimension]), Array(row[0..<dimension]))
    }
  }
}

/// Second moments of the embeddings of two views.
public struct ViewMoments<S: DifferentiableScalar> {
  /// Cov(Ax), Cov(Ax⁺), Cov(Ax, Ax⁺).
  public let first, second, cross: ScalarMatrix<S>

  /// - Parameter joint: of (x, x⁺), 2d x 2d.
  init(_ joint: ScalarMatrix<S>, encoder a: ScalarMatrix<S>) {
    let d = a.columns
    first = a.conjugating(joint.block(0..<d, 0..<d))
    second = a.conjugating(joint.block(d..<2 * d, d..<2 * d))
    cross = a.conjugating(joint.block(0..<d, d..<2 * d))
  }

  /// E||Ax - Ax⁺||².
  public var distance: S { first.trace + second.trace - 2 * cross.trace }
}
