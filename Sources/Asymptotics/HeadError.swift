import Failures

/// Why a head cannot be fitted or its law not be computed.
public enum HeadError: Failure, Equatable {
  /// A mean over normal predictions is not finite.
  case integralDiverges(loss: DownstreamLoss, signalVariance: Double)
  /// A drawn label would be a count of this mean, above those that are exact as doubles.
  case countsTooLarge(mean: Double)
  /// The labels are all the same but for probabilities that underflow: E l'' is 0.
  case constantLabels(loss: DownstreamLoss, intercept: Double)
  /// Labels of a softmax head are all of one class but for probabilities that underflow: Ω is 0.
  case constantClasses
  /// Logits of a softmax head that are not finite.
  case classesOverflow
  /// A label that the loss has no likelihood for.
  case invalidLabel(loss: DownstreamLoss, row: Int, value: Double)
  /// Columns of the features are linearly dependent on the labeled rows.
  case dependentFeatures(leadingMinor: Int)
  /// A class without a row.
  case emptyClass(Int)
  /// A fit with rows left out did not converge.
  case notConverged(penalty: Double)

  public var kind: FailureKind { .noAnswer }

  public var description: String {
    switch self {
    case .integralDiverges(let loss, let variance):
      "the mean \(loss.rawValue) loss over predictions of variance \(variance) overflows: "
        + "scale the target's coefficients down"
    case .countsTooLarge(let mean):
      "a poisson label of mean \(mean) would be drawn, above 1e15, where counts are no longer exact: scale the target's coefficients "
        + "down"
    case .constantLabels(let loss, let intercept):
      "with an intercept of \(intercept) every \(loss.rawValue) label is the same: "
        + "move downstream.intercept towards 0"
    case .constantClasses:
      "with these logits every label is of the same class: move downstream.intercept or the weights towards 0"
    case .classesOverflow:
      "the logits of the classes overflow: scale the classes' weights down"
    case .invalidLabel(let loss, let row, let value):
      "label \(value) in row \(row) does not fit a \(loss.rawValue) head: "
        + (loss == .logistic ? "use 0 and 1" : loss == .poisson ? "use counts 0, 1, 2, ..." : "use finite numbers")
    case .dependentFeatures(let minor):
      "feature \(minor) is a linear combination of the features before it on the labeled rows: "
        + "remove it or add a ridge penalty"
    case .emptyClass(let index):
      "class \(index) has no labeled row: label some rows of it, or leave the class out"
    case .notConverged(let penalty):
      "the head with penalty \(penalty) did not converge without some of the rows: divide the features by their "
        + "standard deviations"
    }
  }
}
