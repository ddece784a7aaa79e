import Asymptotics
import Failures
import LinearAlgebra
import Randomness

/// Labeled rows as far as a head sees them: features and target, the target last, are means + map · z.
struct LabeledRows: Sendable {
  /// (p + 1) x r.
  let map: Matrix
  /// nil for 0.
  let means: [Double]?
  /// A constant is one more feature.
  let hasIntercept: Bool

  /// Draws the sample's second moment and decomposes the risk of a (ridge) least-squares head. Cost: n (p + 1)^2 flops.
  func leastSquaresRisk(
    noiseVariance: Double, _ experiment: Experiment, using stream: inout RandomStream
  ) throws -> RiskDecomposition {
    let full = withConstant(map)
    var sources = map
    if experiment.rows == .gaussian {
      // Gaussian features and target are (p + 1)-dimensional normals: no need for all r sources.
      sources = try SymmetricEigen(multiply(map, map, transposing: .right)).applying { max($0, 0).squareRoot() }
    }
    let sample = try sampleMoment(sources, noise: noiseVariance.squareRoot(), experiment, using: &stream)
    return try RiskDecomposition(
      population: multiply(full, full, transposing: .right), sample: sample, labeledRows: experiment.labeled,
      noiseVariance: noiseVariance, penalty: penalty(experiment))
  }

  private var hasConstant: Bool { hasIntercept || means != nil }

  /// With the constant source in front, and the constant feature.
  private func withConstant(_ sources: Matrix) -> Matrix {
    guard hasConstant else { return sources }
    let shifted = Matrix.column(means ?? [Double](repeating: 0, count: sources.rows)).joined(leftOf: sources)
    guard hasIntercept else { return shifted }
    var constant = Matrix(rows: 1, columns: shifted.columns)
    constant[0, 0] = 1
    return constant.stacked(above: shifted)
  }

  private func sampleMoment(
    _ sources: Matrix, noise: Double, _ experiment: Experiment, using stream: inout RandomStream
  ) throws -> Matrix {
    let moment = experiment.rows.secondMoment(
      dimension: sources.columns, count: experiment.labeled, constant: hasConstant,
      normals: experiment.samplesLabels ? 1 : 0, using: &stream)
    let full = withConstant(sources)
    guard experiment.samplesLabels else { return conjugate(full, moment) }
    var wider = full.joined(leftOf: Matrix(rows: full.rows, columns: 1))
      .stacked(above: Matrix(rows: 1, columns: full.columns + 1))
    wider[full.rows, full.columns] = noise
    return conjugate(wider, moment)
  }

  /// c/n for every feature but the constant.
  private func penalty(_ experiment: Experiment) -> [Double]? {
    guard case .ridge(let scale) = experiment.head else { return nil }
    let share = scale / Double(experiment.labeled).squareRoot()
    return (hasIntercept ? [0] : []) + [Double](repeating: share, count: map.rows - 1)
  }

  // MARK: other heads

  /// Draws rows and labels, fits the head, and integrates its excess loss exactly over Gaussian rows. Parts: what the best head
  /// on the features misses, and the rest. Cost: n (p^2 + r) flops an iteration.
  func generalizedLinearRisk(
    _ loss: DownstreamLoss, intercept: Double?, _ experiment: Experiment, using stream: inout RandomStream
  ) throws -> RiskDecomposition {
    guard !hasConstant, experiment.rows == .gaussian || experiment.rows == .gaussianRows else {
      throw InvalidPopulation(
        key: "downstream.head", value: loss.rawValue,
        problem: "its exact risk is known for Gaussian rows of mean 0 only",
        remedy: "Use the gaussian or rows sampler and leave center and mean out")
    }
    let covariance = multiply(map, map, transposing: .right)
    let p = map.rows - 1
    let head = try GaussianHead(loss, signalVariance: covariance[p, p], intercept: intercept)
    let root = try SymmetricEigen(covariance).applying { max($0, 0).squareRoot() }
    let drawn = multiply(stream.normalMatrix(rows: experiment.labeled, columns: p + 1), root)
    let means = drawn.column(p).map { loss.mean((intercept ?? 0) + $0) }
    if let large = means.first(where: { !($0 < Self.largestCount) }) { throw HeadError.countsTooLarge(mean: large) }
    let labels = means.map { draw(loss, mean: $0, using: &stream) }
    var features = drawn.columns(0..<p)
    if intercept != nil { features = Matrix(rows: features.rows, columns: 1, repeating: 1).joined(leftOf: features) }
    let fit = try GeneralizedLinearFit(loss, features: features, labels: labels)
    guard fit.status == .converged else { throw HeadNotFitted(head: loss.rawValue, labeled: experiment.labeled) }
    return try decomposition(head, covariance, fit.coefficients)
  }

  /// Counts below this are exact as doubles.
  private static let largestCount = 1e15

  private func draw(_ loss: DownstreamLoss, mean: Double, using stream: inout RandomStream) -> Double {
    loss == .logistic ? (stream.uniform() < mean ? 1 : 0) : Double(stream.poisson(mean: mean))
  }

  private func decomposition(
    _ head: GaussianHead, _ covariance: Matrix, _ coefficients: [Double]
  ) throws -> RiskDecomposition {
    let p = covariance.rows - 1
    let block = covariance.rows(0..<p).columns(0..<p)
    let cross = (0..<p).map { covariance[$0, p] }
    let slopes = Array(coefficients.suffix(p))
    let inverse = try SymmetricEigen(block).pseudoInverse(relativeTolerance: 1e-12)
    let explained = min(dot(cross, inverse * cross), head.signalVariance)
    guard let best = head.excessOfBestHead(explained: explained),
      let total = head.excessRisk(
        center: head.intercept == nil ? 0 : coefficients[0], variance: max(dot(slopes, block * slopes), 0),
        covariance: dot(slopes, cross))
    else { throw HeadError.integralDiverges(loss: head.loss, signalVariance: head.signalVariance) }
    return RiskDecomposition(representation: best, leakage: 0, variance: total - best)
  }
}

/// A replicate's labels do not determine the head.
public struct HeadNotFitted: Failure, Equatable {
  /// As instance files name it.
  public let head: String
  public let labeled: Int

  public var kind: FailureKind { .noAnswer }

  public var description: String {
    "in one replicate \(labeled) labels did not determine the \(head) head (they are separated by the features): "
      + "its risk is infinite there; raise samples.labeled"
  }
}
