import LinearAlgebra
import Pretraining

/// Principal components with a linear head, as fitted to the user's rows: a world that `pretell verify` can simulate.
public struct FittedModel: Sendable, Equatable, Codable {
  /// k.
  public let size: Int
  /// Variances of all principal components, descending.
  public let eigenvalues: [Double]
  /// Head on the k retained components.
  public let weights: [Double]
  /// Residual variance.
  public let noiseVariance: Double
  /// Rows that pre-training saw, labeled ones among them.
  public let rows: Int
  public let labels: Int
  /// What the plan said of these sizes.
  public let labelsPart: Double
  public let pretrainingPart: Double

  /// Gaussian rows of these variances, centred, with an intercept. Throws `InvalidPopulation` where eigenvalues k and
  /// k + 1 are equal or some are 0.
  public func population() throws -> PrincipalComponentsPopulation {
    try PrincipalComponentsPopulation(
      eigenvalues: eigenvalues, weights: weights, labelNoise: noiseVariance.squareRoot(), centering: .sampleMean)
  }

  /// The same model in other units of the features.
  init(_ model: FittedModel, eigenvalues: [Double], weights: [Double]) {
    (size, self.eigenvalues, self.weights, noiseVariance) = (model.size, eigenvalues, weights, model.noiseVariance)
    (rows, labels, labelsPart, pretrainingPart) = (model.rows, model.labels, model.labelsPart, model.pretrainingPart)
  }

  /// nil unless `fit` is principal components with fewer directions than there are columns.
  init?(_ fit: PretrainedFit, parts: RiskParts, span: PrincipalSpan, data: PreparedData) {
    guard fit.method == PrincipalComponents().name, fit.size < span.eigenvalues.count,
      let noise = fit.head.residualVariance, fit.head.coefficients.count == fit.size + 1
    else { return nil }
    size = fit.size
    let largest = span.eigenvalues[0]
    eigenvalues = span.eigenvalues.filter { $0 > 1e-12 * largest }
    guard eigenvalues.count > fit.size else { return nil }
    // The design has features of unit variance.
    weights = zip(fit.head.coefficients.dropFirst(), span.eigenvalues).map { $0 / $1.squareRoot() }
    noiseVariance = noise
    rows = data.rowCount
    self.labels = data.labeledCount
    labelsPart = parts.labels
    pretrainingPart = parts.pretraining ?? 0
  }
}
