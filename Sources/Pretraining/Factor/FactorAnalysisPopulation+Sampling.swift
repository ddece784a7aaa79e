import Asymptotics
import Failures
import LinearAlgebra
import Randomness

extension FactorAnalysisPopulation: LinearWorld {
  /// The fit is iterative: some hundred times that of an eigenproblem.
  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    let d = Double(dimension)
    return ReplicateCost.linear(dimension: dimension, features: coefficients.count, experiment) + 1e-3 + 2e-8 * d * d
      * d
  }

  public func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
    try linearReplicate(experiment, using: &stream)
  }

  func loadings(_ experiment: Experiment, using stream: inout RandomStream) throws -> Matrix {
    let moment = try task().unlabeledMoment(experiment, using: &stream)
    return noise == .common ? try commonFeatures(moment) : try diagonalFeatures(moment)
  }

  private func commonFeatures(_ moment: Matrix) throws -> Matrix {
    let eigen = try SymmetricEigen(moment, largest: factors)
    let variance = (moment.trace - eigen.values.reduce(0, +)) / Double(dimension - factors)
    return eigen.vectors.scalingColumns(by: eigen.values.map { max($0 - variance, 0).squareRoot() / $0 })
  }

  private func diagonalFeatures(_ moment: Matrix) throws -> Matrix {
    let fit = try DiagonalFactorFit(covariance: moment, factors: factors)
    if fit.status == .iterationLimit { throw FactorAnalysisNotConverged(iterations: fit.iterations) }
    return try fit.features()
  }

  func task() throws -> LinearExperiment {
    let root = loadings.joined(leftOf: .diagonal(noiseVariances.map { $0.squareRoot() }))
    return LinearExperiment(
      root: root, downstreamRoot: try downstream?.root ?? root, target: target,
      noiseVariance: noiseVariance)
  }
}

extension DiagonalFactorFit {
  /// (A A' + Ψ)⁻¹A = Ψ⁻¹A (I + A'Ψ⁻¹A)⁻¹: features of x are this matrix's transpose times x.
  public func features() throws -> Matrix {
    let scaled = loadings.scalingRows(by: noiseVariances.map { 1 / $0 })
    let inner = multiply(loadings, scaled, transposing: .left).symmetrized() + .identity(loadings.columns)
    return scaled * (try Cholesky(inner).inverse())
  }
}

/// The likelihood of a sample was not maximized.
public struct FactorAnalysisNotConverged: Failure, Equatable {
  public let iterations: Int

  public var kind: FailureKind { .noAnswer }

  public var description: String {
    "the factor model's likelihood was not maximized in \(iterations) steps: use fewer factors or more rows"
  }
}
