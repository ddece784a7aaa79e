import Asymptotics
import Failures
import LinearAlgebra
import Randomness

/// A world for your own model: where its rows come from, and what is predicted from its features.
///
/// The target is f(x) = ⟨θ*, ψ(x, w*)⟩ with w* the optimum in the population; labels add noise of variance σ². Replicates fit the
/// model by Newton's method from w*, so they stay with its orbit when the loss has other minima.
public struct ModelWorld<Model: PretrainingModel>: TwoStageWorld {
  /// Draws rows: how many, from which sources.
  public typealias Sampler = @Sendable (Int, RowDistribution, inout RandomStream) throws -> Matrix

  public let model: Model
  /// w*.
  public let optimum: [Double]
  /// θ*.
  public let head: [Double]
  public let noiseVariance: Double
  public let moments: MomentMatrices
  let unlabeled: Sampler
  let labeled: Sampler
  let evaluation: Matrix

  /// A replicate's fit that is no minimum.
  public struct FitFailed: Failure, Equatable {
    public let status: OrbitMinimum.Status
    public let gradientNorm: Double

    public var kind: FailureKind { .noAnswer }

    public var description: String {
      "pre-training a replicate ended as '\(status)' with a gradient of norm \(gradientNorm): use more rows, "
        + "or look for a kink or a closed eigengap at the optimum"
    }
  }

  /// - Parameters:
  ///   - moments: at w*, from `momentMatrices`.
  ///   - unlabeled: draws rows z.
  ///   - labeled: draws rows x.
  ///   - evaluation: rows x over which risks are averaged: many draws, or few rows with the right second moments when the
  ///     features are linear.
  public init(
    _ model: Model, optimum: [Double], head: [Double], noiseVariance: Double, moments: MomentMatrices,
    unlabeled: @escaping Sampler, labeled: @escaping Sampler, evaluation: Matrix
  ) {
    precondition(noiseVariance >= 0, "noise variance \(noiseVariance)")
    self.model = model
    self.optimum = optimum
    self.head = head
    self.noiseVariance = noiseVariance
    self.moments = moments
    self.unlabeled = unlabeled
    self.labeled = labeled
    self.evaluation = evaluation
  }

  public func law() throws -> LimitLaw { try LimitLaw(moments: moments, noiseVariance: noiseVariance) }

  /// Throws `FitFailed`.
  public func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
    let rows = try unlabeled(experiment.unlabeled, experiment.rows, &stream)
    let fit = try model.fit(ModelRows(rows), from: optimum)
    guard fit.status == .minimum else { throw FitFailed(status: fit.status, gradientNorm: fit.gradientNorm) }
    let drawn = try labeled(experiment.labeled, experiment.rows, &stream)
    return try RiskDecomposition(
      population: second(evaluation, fit.parameters), sample: second(drawn, fit.parameters),
      labeledRows: experiment.labeled, noiseVariance: noiseVariance)
  }

  /// Second moment of (features at w, target).
  private func second(_ rows: Matrix, _ w: [Double]) -> Matrix {
    let target = model.features(of: rows, at: optimum) * head
    return (1 / Double(rows.rows)) * model.features(of: rows, at: w).joined(leftOf: .column(target)).gram()
  }
}

extension ModelWorld where Model: MomentModel {
  /// A linear-Gaussian world of two views: encoders of x, exact moments, target Σ_a w_a u_a'x in canonical coordinates.
  ///
  /// `model` must have linear features A x with A k x d stored row by row and second moments of (x, x⁺) as statistics.
  /// Throws `FitFailed` when the population's own loss has no minimum of rank k near the canonical directions.
  public init(_ model: Model, views: ViewPair, weights: [Double], noiseVariance: Double) throws {
    let (rank, d) = (weights.count, views.dimension)
    let second = SecondMoments(dimension: 2 * d)
    let means = second.packed(views.joint)
    let leading = views.directions.columns(0..<rank)
    let fit = try OrbitMinimum(
      of: SampleLoss(model, means: means), symmetry: model.symmetry, from: leading.transposed().storage)
    guard fit.status == .minimum else { throw FitFailed(status: fit.status, gradientNorm: fit.gradientNorm) }
    // A' θ = U w: the rows of A span the columns of U.
    let encoder = Matrix(rows: rank, columns: d, storage: fit.parameters)
    let head = try QR(encoder.transposed()).leastSquares(.column(leading * weights)).storage
    // d rows with second moment Σ exactly.
    let design = Double(d).squareRoot() * (try Cholesky(views.covariance).factor.transposed())
    let moments = try model.momentMatrices(
      at: fit.parameters, head: head, means: means, covariance: second.gaussianCovariance(views.joint),
      downstream: ModelRows(design))
    self.init(
      model, optimum: fit.parameters, head: head, noiseVariance: noiseVariance, moments: moments,
      unlabeled: { try views.rows($0, distribution: $1, using: &$2) },
      labeled: { try views.rows($0, distribution: $1, using: &$2).columns(0..<d) }, evaluation: design)
  }
}

extension ModelWorld {
  /// Some ten Newton steps over the rows in as many directions as there are parameters, and the moments of the evaluation rows.
  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    let (q, p) = (Double(optimum.count), Double(head.count))
    let rows = Double(experiment.unlabeled + experiment.labeled)
    return 1e-3 + 1e-7 * rows * q + 1e-8 * q * q * q + 1e-7 * Double(evaluation.rows) * p
  }
}

extension ModelWorld {
  /// Mean of f(x)² over the evaluation rows.
  public var targetSize: Double {
    let values = model.features(of: evaluation, at: optimum) * head
    return dot(values, values) / Double(max(values.count, 1))
  }
}
