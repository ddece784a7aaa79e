import Asymptotics
import LinearAlgebra
import Randomness

extension FactorPopulation: LinearWorld {
  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    ReplicateCost.linear(dimension: dimension, features: coefficients.count, experiment)
  }

  /// Gaussian rows of this world with their labels. Cost: count d k flops.
  public func sample(_ count: Int, using stream: inout RandomStream) throws -> (rows: Matrix, labels: [Double]) {
    let hidden = stream.normalMatrix(rows: count, columns: strengths.count)
    let noise = stream.normalMatrix(rows: count, columns: dimension)
    let rows = multiply(hidden, fullLoadings, transposing: .right) + noise
    let means = hidden * (try headInLoadingBasis())
    return (rows, zip(means, stream.normals(count)).map { $0 + labelNoise * $1 })
  }

  public func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
    try linearReplicate(experiment, using: &stream)
  }

  func loadings(_ experiment: Experiment, using stream: inout RandomStream) throws -> Matrix {
    let eigen = try SymmetricEigen(
      task().unlabeledMoment(experiment, using: &stream), largest: strengths.count)
    // (I + M)⁻¹ A with A = U diag((l - 1)₊)^½: factors that are not found have no feature.
    let found = eigen.values.count { $0 > 1 }
    let scales = eigen.values[0..<found].map { ($0 - 1).squareRoot() / $0 }
    return eigen.vectors.columns(0..<found).scalingColumns(by: scales)
  }

  /// root = (A, I); f(x) = β'A'(I + A A')⁻¹ x = ((I + A'A)⁻¹ β)' A' x.
  func task() throws -> LinearExperiment {
    let a = fullLoadings
    let root = a.joined(leftOf: .identity(dimension))
    let downstream = try downstream?.root ?? root
    return LinearExperiment(
      root: root, downstreamRoot: downstream, target: targetDirection, noiseVariance: noiseVariance)
  }

  /// β in the basis of the loadings' own columns.
  func headInLoadingBasis() throws -> [Double] {
    guard let loadings else {
      var result = coefficients
      for (place, value) in zip(places, coefficients) { result[place] = value }
      return result
    }
    return try SymmetricEigen(loadings.gram()).vectors * coefficients
  }
}
