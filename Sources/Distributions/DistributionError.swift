import Failures

/// What can be wrong with the numbers a law or a sample is built from.
public enum DistributionError: Failure, Equatable {
  /// A weight, constant, scale or observation is infinite or not a number; `index` is its place, nil for a single value.
  case nonFinite(quantity: String, index: Int?, value: Double)
  /// Degrees of freedom below 0, or 0 beside a positive noncentrality.
  case invalidDegreesOfFreedom(index: Int, value: Double)
  /// Noncentrality below 0.
  case negativeNoncentrality(index: Int, value: Double)
  /// Standard deviation of the normal part below 0.
  case negativeNormalScale(Double)
  /// A sample without observations.
  case emptySample

  public var kind: FailureKind { .badInput }

  public var description: String {
    switch self {
    case .nonFinite(let quantity, let index, let value):
      let place = index.map { " at position \($0)" } ?? ""
      return "\(quantity)\(place) is \(value); it must be a finite number. Remove it or repair what computed it."
    case .invalidDegreesOfFreedom(let index, let value):
      return "degrees of freedom of term \(index) are \(value); they must be positive. Leave out terms without any."
    case .negativeNoncentrality(let index, let value):
      return "noncentrality of term \(index) is \(value); it is a sum of squares. Pass the square of the mean, or 0."
    case .negativeNormalScale(let value):
      return "scale of the normal part is \(value); it is a standard deviation. Pass its absolute value, or 0."
    case .emptySample:
      return "the sample has no observations; at least one is needed."
    }
  }
}
