import Asymptotics
import LinearAlgebra
import Randomness

/// A world of linear features and a linear target, in two steps: what is fitted on unlabeled rows, and what the labels are.
protocol LinearWorld: TwoStageWorld {
  var dimension: Int { get }
  /// Roots of the rows' covariances and the target.
  func task() throws -> LinearExperiment
  /// W of the features W'x, d x p, from fresh unlabeled rows.
  func loadings(_ experiment: Experiment, using stream: inout RandomStream) throws -> Matrix
}

extension LinearWorld {
  /// Fits on fresh unlabeled rows, then decomposes the risk of a head on fresh labeled ones. Cost: the fit, and n (p + 1)^2.
  func linearReplicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
    try InvalidPopulation.check(drawn: dimension)
    let fitted = try loadings(experiment, using: &stream)
    return try task().risk(of: fitted, experiment, using: &stream)
  }
}
