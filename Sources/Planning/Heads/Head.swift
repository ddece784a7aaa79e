/// A head fitted to the labeled rows, as a plan sees one whatever it predicts.
package protocol Head: Sendable {
  /// Loss of each labeled row by a fit without it.
  var leftOutLosses: [Double] { get }
  /// How the rows were left out.
  var leftOut: LeftOut { get }
  /// Of the rows left out, where labels are classes.
  var classScores: ClassScores? { get }
  /// What they were told, where labels are classes.
  var classPicture: ClassPicture? { get }
  /// Whether both give the same predictions, to rounding.
  func predictsLike(_ other: any Head) -> Bool
}

/// How the loss of a row that a fit has not seen was had.
package enum LeftOut: Sendable, Equatable, CustomStringConvertible {
  /// Every row by a fit to all others.
  case exact
  /// So many parts, each by a fit to all others.
  case folds(Int)
  /// Every one of so many groups by a fit to all others, which have this share of the rows on average over rows.
  case groups(Int, seen: Double)

  package var description: String {
    switch self {
    case .exact: "exact"
    case .folds(let count): "folds:\(count)"
    case .groups(let count, _): "groups:\(count)"
    }
  }

  /// Rows that each fit has seen, of n.
  package func rowsSeen(of n: Double) -> Double {
    switch self {
    case .exact: n - 1
    case .folds(let count): n * (1 - 1 / Double(count))
    case .groups(_, let seen): n * seen
    }
  }
}

extension Head {
  package var leftOut: LeftOut { .exact }
  package var classScores: ClassScores? { nil }
  package var classPicture: ClassPicture? { nil }

  /// Heads of one kind whose left-out losses agree.
  package func predictsLike(_ other: any Head) -> Bool {
    guard type(of: self) == type(of: other) else { return false }
    let (own, rival) = (leftOutLosses, other.leftOutLosses)
    return own.count == rival.count && zip(own, rival).allSatisfy { abs($0 - $1) <= 1e-6 * (1 + abs($0)) }
  }
}

extension RidgeHead: Head {
  package var leftOutLosses: [Double] { leaveOneOutSquares }
}

extension LeastSquaresHead: Head {
  package var leftOutLosses: [Double] { leaveOneOutSquares }

  /// Same residuals.
  package func predictsLike(_ other: any Head) -> Bool {
    guard let other = other as? LeastSquaresHead else { return false }
    let difference = zip(residuals, other.residuals).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return difference <= 1e-14 * residuals.reduce(0) { $0 + $1 * $1 }
  }
}
