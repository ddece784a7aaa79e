import Asymptotics
import LinearAlgebra
import Randomness

extension PrincipalComponentsPopulation: LinearWorld {
  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    ReplicateCost.linear(dimension: dimension, features: rank, experiment)
  }

  /// Gaussian rows of this world with their labels. Cost: count d^2 flops.
  public func sample(_ count: Int, using stream: inout RandomStream) throws -> (rows: Matrix, labels: [Double]) {
    let task = try task()
    var rows = multiply(stream.normalMatrix(rows: count, columns: dimension), task.root, transposing: .right)
    if let mean = task.mean { rows = rows.subtractingFromRows(mean.map { -$0 }) }
    return (rows, zip(rows * task.target, stream.normals(count)).map { $0 + labelNoise * $1 })
  }

  public func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
    try linearReplicate(experiment, using: &stream)
  }

  func loadings(_ experiment: Experiment, using stream: inout RandomStream) throws -> Matrix {
    try SymmetricEigen(task().unlabeledMoment(experiment, using: &stream), largest: rank).vectors
  }

  func task() throws -> LinearExperiment {
    var (root, mean): (Matrix, [Double]?) = (frame.scalingColumns(by: eigenvalues.map { $0.squareRoot() }), nil)
    if case .none(let given) = centering {
      let moment = multiply(frame.scalingColumns(by: eigenvalues), frame, transposing: .right)
      (root, mean) = (
        try Cholesky((moment - .outerProduct(given)).symmetrized()).factor, given
      )
    }
    return LinearExperiment(
      root: root, downstreamRoot: try downstream?.root ?? root,
      target: frame.columns(0..<rank) * weights, noiseVariance: noiseVariance, mean: mean,
      isCentered: centering == .sampleMean)
  }
}
