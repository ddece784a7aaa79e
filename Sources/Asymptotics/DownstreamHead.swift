/// What is fitted on the labeled rows, and where their labels come from.
public enum DownstreamHead: Sendable, Equatable {
  /// Minimum-norm least squares.
  case leastSquares
  /// Least squares plus c ‖θ‖², c = `scale` √n; smaller penalties leave the limit alone.
  case ridge(scale: Double)
  /// Labels 0 or 1 with log-odds `intercept` + f(x); the intercept is fitted as well, nil for none.
  case logistic(intercept: Double?)
  /// Counts with log-mean `intercept` + f(x).
  case poisson(intercept: Double?)
  /// One of K classes, with log-odds from K linear targets; intercepts are fitted.
  case softmax

  /// As instance files call it.
  public var name: String {
    switch self {
    case .leastSquares: "linear"
    case .ridge: "ridge"
    case .logistic: "logistic"
    case .poisson: "poisson"
    case .softmax: "softmax"
    }
  }

  /// The loss and its intercept for heads other than least squares.
  public var generalizedLinear: (loss: DownstreamLoss, intercept: Double?)? {
    switch self {
    case .leastSquares, .ridge, .softmax: nil
    case .logistic(let intercept): (.logistic, intercept)
    case .poisson(let intercept): (.poisson, intercept)
    }
  }

  /// Labels have a law of their own, given the target, in the place of noise that is added to it.
  public var drawsLabels: Bool { self == .softmax || generalizedLinear != nil }
}
