import LinearAlgebra
import Pretraining

/// Principal components with a head, as fitted to the user's rows: a world that `pretell verify` can simulate.
public struct FittedModel: Sendable, Equatable {
  /// k.
  public let size: Int
  /// Variances of all principal components, descending.
  public let eigenvalues: [Double]
  /// On the k retained components.
  public let head: FittedHead
  /// Rows that pre-training saw, labeled ones among them.
  public let rows: Int
  public let labels: Int
  /// What the plan said of these sizes.
  public let labelsPart: Double
  public let pretrainingPart: Double

  /// Gaussian rows of these variances, with the fitted head as the truth: least squares has rows centred by their mean and an
  /// intercept, softmax has rows of mean 0 and its law is that of a head without a penalty.
  ///
  /// Throws `InvalidPopulation` where eigenvalues k and k + 1 are equal or some are 0, and `HeadError`.
  public func world() throws -> any TwoStageWorld {
    switch head {
    case .linear(let weights, let noiseVariance):
      return try PrincipalComponentsPopulation(
        eigenvalues: eigenvalues, weights: weights, labelNoise: noiseVariance.squareRoot(), centering: .sampleMean)
    case .softmax(let weights, let intercepts):
      return try SoftmaxWorld(weights: weights, intercepts: intercepts) { weights in
        try PrincipalComponentsPopulation(eigenvalues: eigenvalues, weights: weights, labelNoise: 0)
      }
    }
  }

  /// Both stages at the plan's sizes.
  public var experiment: Experiment {
    switch head {
    case .linear: Experiment(unlabeled: rows, labeled: labels)
    case .softmax: Experiment(unlabeled: rows, labeled: labels, head: .softmax)
    }
  }

  /// nil unless there are fewer directions than columns, and one weight for each.
  /// - Parameter span: of the pool, in the units in which the head's features have variance 1.
  init?(size: Int, head: FittedHead, parts: RiskParts, span: PrincipalSpan, data: PreparedData) {
    guard size < span.eigenvalues.count, head.size == size else { return nil }
    let largest = span.eigenvalues[0]
    eigenvalues = span.eigenvalues.filter { $0 > 1e-12 * largest }
    guard eigenvalues.count > size else { return nil }
    self.size = size
    // The design has features of unit variance.
    self.head = head.scaled { $0 / span.eigenvalues[$1].squareRoot() }
    rows = data.rowCount
    labels = data.labeledCount
    labelsPart = parts.labels
    pretrainingPart = parts.pretraining ?? 0
  }

  /// The same model with features in units that are `factor` times as small.
  func restored(by factor: Double) -> FittedModel {
    FittedModel(
      self, eigenvalues: eigenvalues.map { $0 / factor / factor }, head: head.scaled { weight, _ in weight * factor })
  }

  private init(_ model: FittedModel, eigenvalues: [Double], head: FittedHead) {
    (size, self.eigenvalues, self.head) = (model.size, eigenvalues, head)
    (rows, labels, labelsPart, pretrainingPart) = (model.rows, model.labels, model.labelsPart, model.pretrainingPart)
  }
}

/// What a plan fitted to k features.
public enum FittedHead: Sendable, Equatable {
  /// y = w'z + noise of this variance.
  case linear(weights: [Double], noiseVariance: Double)
  /// One row of weights and one intercept for each class.
  case softmax(weights: [[Double]], intercepts: [Double])

  /// k.
  var size: Int {
    switch self {
    case .linear(let weights, _): weights.count
    case .softmax(let weights, _): weights.first?.count ?? 0
    }
  }

  /// - Parameter scale: of a weight and its position among the k.
  func scaled(_ scale: (Double, Int) -> Double) -> FittedHead {
    func row(_ weights: [Double]) -> [Double] { weights.indices.map { scale(weights[$0], $0) } }
    switch self {
    case .linear(let weights, let noiseVariance): return .linear(weights: row(weights), noiseVariance: noiseVariance)
    case .softmax(let weights, let intercepts): return .softmax(weights: weights.map(row), intercepts: intercepts)
    }
  }
}
