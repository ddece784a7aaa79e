import Failures

/// Why the theorem gives no law.
public enum LimitLawError: Failure, Equatable {
  /// The Hessian is not positive definite across orbits: w* is not an isolated minimum.
  case notAMinimum(leadingMinor: Int)
  /// Null head directions are switched on in a way that depends on the direction of the estimation error.
  case directionDependent(nullDirections: Int)
  /// Features are linearly dependent and the model does not say how the null directions move.
  case unknownNullDirections(count: Int)
  /// Null directions that are switched on cost the same each under squared error only.
  case activeNullDirections(count: Int)

  /// The Hessian is singular although the symmetry is as declared: other parameters give the rows the same law.
  case notIdentified(reason: String)
  /// A part of the law leaves the range in which its distribution can be computed.
  case outOfRange(quantity: String, value: Double)

  public var kind: FailureKind { .noAnswer }

  public var description: String {
    switch self {
    case .notAMinimum(let minor):
      "the pre-training loss has no isolated minimum across orbits (its Hessian fails at order \(minor)): "
        + "an eigengap is closed or the symmetry is larger than declared"
    case .directionDependent(let count):
      "\(count) linear combination(s) of the features vanish at the optimum but not nearby, and which features appear "
        + "depends on the direction of the error: the theorem has no limit here; use a smaller representation"
    case .unknownNullDirections(let count):
      "the features have \(count) linear dependence(s) and the model does not say how they move near the optimum: "
        + "remove redundant features"
    case .activeNullDirections(let count):
      "\(count) linear combination(s) of the features vanish at the optimum and appear nearby: the law is known for a "
        + "least-squares head only"
    case .notIdentified(let reason): reason
    case .outOfRange(let quantity, let value):
      "\(quantity) is \(value), beyond what double precision can carry through a law: change the units of the rows or the "
        + "labels, or cut at a wider gap"
    }
  }
}

extension LimitLaw {
  /// Throws `LimitLawError.outOfRange` where a moment of the law at some m and n would overflow or is not a number.
  public func checkRange() throws {
    let parts = [
      ("the irreducible risk", irreducibleRisk), ("the cost of fitting the head", labelTerm),
      ("the cost of fitting all columns", baseLabelTerm), ("the cost of the penalty", penaltyTerm),
      ("the cost of the penalty on all columns", basePenaltyTerm ?? 0), ("the mean of ||L(Z)||^2", interaction.mean),
      ("the standard deviation of ||L(Z)||^2", interaction.standardDeviation),
    ]
    for (quantity, value) in parts where !(value <= Self.largest) {
      throw LimitLawError.outOfRange(quantity: quantity, value: value)
    }
  }

  /// Its square times (n/m)² is finite for any numbers of rows.
  private static let largest = 1e130
}
