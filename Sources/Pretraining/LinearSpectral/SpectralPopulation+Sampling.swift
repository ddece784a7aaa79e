import Asymptotics
import LinearAlgebra
import Randomness

extension SpectralPopulation: LinearWorld {
  /// Rows are drawn one by one, and the loss with one stranger a row is iterated over them.
  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    let (d, m) = (Double(dimension), Double(experiment.unlabeled))
    return ReplicateCost.linear(dimension: dimension, features: rank, experiment)
      + m * d * (strangers == .one ? 1e-7 * Double(rank) : 2e-8)
  }

  /// The fitted span moves with the rows' coordinates, so canonical ones will do.
  func task() throws -> LinearExperiment {
    let root = try downstream?.root ?? .identity(dimension)
    return LinearExperiment(
      root: root, downstreamRoot: root, target: weights + [Double](repeating: 0, count: dimension - rank),
      noiseVariance: noiseVariance)
  }

  public func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
    try linearReplicate(experiment, using: &stream)
  }

  func loadings(_ experiment: Experiment, using stream: inout RandomStream) throws -> Matrix {
    try minimizer(canonicalTriples(experiment.unlabeled, rows: experiment.rows, using: &stream)).transposed()
  }

  private func minimizer(_ sample: SpectralTriples) throws -> Matrix {
    if strangers == .all {
      return try PairMoments(anchors: sample.anchors, positives: sample.positives).minimizers(ranks: [rank])[0]
    }
    let fit = try SpectralFit(sample, rank: rank)
    guard fit.status == .converged else {
      throw SpectralFitError.notConverged(rank: rank, iterations: fit.iterations)
    }
    return fit.parameters
  }

  /// f as coefficients on the rows' own coordinates: f(x) = target'x.
  public var target: [Double] {
    let canonical = weights + [Double](repeating: 0, count: dimension - rank)
    return frame?.inverse.transposedTimes(canonical) ?? canonical
  }

  /// Fresh triples of this world. Cost: 3 count d normals and 6 count d^2 flops.
  public func triples(
    _ count: Int, rows: RowDistribution = .gaussian, using stream: inout RandomStream
  ) -> SpectralTriples {
    let sample = canonicalTriples(count, rows: rows, using: &stream)
    return frame.map { sample.transformed($0.map.transposed()) } ?? sample
  }

  /// z, λ z + (1 - λ²)^½ z', z''.
  private func canonicalTriples(
    _ count: Int, rows: RowDistribution, using stream: inout RandomStream
  ) -> SpectralTriples {
    let anchors = rows.rows(count, dimension: dimension, using: &stream)
    let own = rows.rows(count, dimension: dimension, using: &stream)
    let strangers = rows.rows(count, dimension: dimension, using: &stream)
    let positives =
      anchors.scalingColumns(by: correlations)
      + own.scalingColumns(by: correlations.map { max(1 - $0 * $0, 0).squareRoot() })
    return SpectralTriples(anchors: anchors, positives: positives, negatives: strangers)
  }

  /// A*, k x d, in the rows' own coordinates: one minimizer of the population's loss.
  public var parameters: Matrix {
    let axes = frame?.inverse ?? .identity(dimension)
    return axes.rows(0..<rank).scalingRows(by: correlations[0..<rank].map { $0.squareRoot() })
  }
  /// Σ.
  public var covariance: Matrix { ownCoordinates(.identity(dimension)) }
  /// Σ⁺.
  public var pairCovariance: Matrix { ownCoordinates(.diagonal(correlations)) }
  /// Covariance of the labeled rows' x.
  public var downstreamCovariance: Matrix { ownCoordinates(downstream?.matrix ?? .identity(dimension)) }

  /// F C F'.
  private func ownCoordinates(_ canonical: Matrix) -> Matrix {
    guard let map = frame?.map else { return canonical }
    return multiply(multiply(map, canonical), map, transposing: .right).symmetrized()
  }
}
