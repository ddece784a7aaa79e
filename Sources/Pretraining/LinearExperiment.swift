import Asymptotics
import LinearAlgebra
import Randomness

/// One replicate of a linear representation and a linear target: unlabeled rows x = mean + root · z, labeled rows with their own
/// root, features W'x with W fitted from the sample second moment, target f(x) = target'x.
struct LinearExperiment: Sendable {
  /// d x r: rows are mean + root · z with independent standardized z.
  let root: Matrix
  /// The labeled rows' root; the same world unless the instance says otherwise.
  let downstreamRoot: Matrix
  /// Length d.
  let target: [Double]
  let noiseVariance: Double
  /// Of all rows; nil for 0.
  var mean: [Double]?
  /// The second moment is taken about the sample mean, and the head fits an intercept; `mean` then plays no part.
  var isCentered = false

  /// The second moment of `experiment.unlabeled` fresh rows. Cost: m r^2 flops (r^3 for `gaussian`).
  func unlabeledMoment(_ experiment: Experiment, using stream: inout RandomStream) -> Matrix {
    let moment = experiment.rows.secondMoment(
      dimension: root.columns, count: experiment.unlabeled, constant: mean != nil || isCentered, using: &stream)
    if isCentered {
      let center = (1..<moment.rows).map { moment[0, $0] }
      let about = moment.rows(1..<moment.rows).columns(1..<moment.rows)
      return conjugate(root, about - .outerProduct(center))
    }
    return conjugate(mean.map { Matrix.column($0).joined(leftOf: root) } ?? root, moment)
  }

  /// Draws the labeled rows' moments and decomposes the risk of the features W'x, W = `loadings` (d x p).
  func risk(
    of loadings: Matrix, _ experiment: Experiment, using stream: inout RandomStream
  ) throws -> RiskDecomposition {
    let maps = loadings.joined(leftOf: .column(target))
    let labeled = LabeledRows(
      map: multiply(maps, downstreamRoot, transposing: .left),
      means: isCentered ? nil : mean.map { maps.transposedTimes($0) }, hasIntercept: isCentered)
    if let (loss, intercept) = experiment.head.generalizedLinear {
      return try labeled.generalizedLinearRisk(loss, intercept: intercept, experiment, using: &stream)
    }
    return try labeled.leastSquaresRisk(noiseVariance: noiseVariance, experiment, using: &stream)
  }
}

/// B M B'.
func conjugate(_ b: Matrix, _ m: Matrix) -> Matrix {
  multiply(multiply(b, m), b, transposing: .right).symmetrized()
}
