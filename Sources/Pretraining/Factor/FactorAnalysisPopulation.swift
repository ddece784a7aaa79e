import Asymptotics
import Distributions
import Failures
import Geometry
import LinearAlgebra
import Randomness

/// Factor analysis as a world: x = A h + e with h ~ N(0, I_k), e ~ N(0, Ψ), Ψ diagonal and estimated together with A;
/// y = β'h + ν, ν of variance `labelNoise`².
///
/// Pre-training is maximum likelihood; features A'(A A' + Ψ)⁻¹x; symmetry O(k). Extends arXiv 2603.27631, section 6.2, to noise
/// that is not known.
public struct FactorAnalysisPopulation: LinearTargetPopulation {
  /// What the fit knows of Ψ.
  public enum Noise: String, Sendable, Equatable, CaseIterable {
    /// Ψ = s² I, s² unknown.
    case common
    /// Every column has a variance of its own.
    case diagonal
  }

  public static let modelName = "factor-analysis"
  /// A, d x k.
  public let loadings: Matrix
  /// Diagonal of Ψ.
  public let noiseVariances: [Double]
  public let noise: Noise
  /// β.
  public let coefficients: [Double]
  /// Standard deviation of ν.
  public let labelNoise: Double
  /// Covariance of the labeled rows' x where it differs from A A' + Ψ.
  public let downstreamCovariance: Matrix?

  public var dimension: Int { loadings.rows }
  public var factors: Int { loadings.columns }

  public init(
    loadings: Matrix, noiseVariances: [Double], noise: Noise, coefficients: [Double], labelNoise: Double,
    downstreamCovariance: Matrix? = nil
  ) throws {
    // The checks of shapes are the unit-noise model's.
    _ = try FactorPopulation(
      loadings: loadings, coefficients: coefficients, labelNoise: labelNoise, downstreamCovariance: downstreamCovariance
    )
    guard noiseVariances.count == loadings.rows, noiseVariances.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw InvalidPopulation(
        key: "noise_variances", value: "\(noiseVariances.count) values",
        problem: "there are \(loadings.rows) columns, and every noise variance is positive",
        remedy: "Give one positive number for each column")
    }
    guard noise == .diagonal || Set(noiseVariances).count == 1 else {
      throw InvalidPopulation(
        key: "noise", value: "\"common\"", problem: "the noise variances differ between columns",
        remedy: "Use noise = \"diagonal\"")
    }
    self.loadings = loadings
    self.noiseVariances = noiseVariances
    self.noise = noise
    self.coefficients = coefficients
    self.labelNoise = labelNoise
    self.downstreamCovariance = downstreamCovariance
    try checkSize()
  }

  /// Keys: `loadings`, or `dimension` and `strengths`; `noise` ("common" or "diagonal"); `noise_variances`, a number for each
  /// column, or `noise_variance` for all; `downstream.coefficients`, `downstream.noise`, `downstream.covariance`.
  public init(instance: some InstanceValues) throws {
    let plain = try FactorPopulation(instance: instance)
    let name = try instance.string("noise") ?? "diagonal"
    guard let noise = Noise(rawValue: name) else {
      throw InvalidPopulation(
        key: "noise", value: "\"\(name)\"", problem: "there is no such noise",
        remedy: "Use common or diagonal (noise that is known to be 1 is model = \"factor\")")
    }
    let common = try instance.double("noise_variance").map { [Double](repeating: $0, count: plain.dimension) }
    let variances = try instance.required(
      "noise_variances", instance.doubles("noise_variances") ?? common, "the columns' noise variances")
    try self.init(
      loadings: plain.fullLoadings, noiseVariances: variances, noise: noise,
      coefficients: try plain.headInLoadingBasis(), labelNoise: plain.labelNoise,
      downstreamCovariance: plain.downstreamCovariance)
  }

  /// Largest number of parameters for which the moment matrices are formed.
  private static let largestParameterCount = 5000

  private func checkSize() throws {
    let count = dimension * (factors + 1)
    guard noise == .diagonal, count > Self.largestParameterCount else { return }
    throw InvalidPopulation(
      key: "dimension", value: "\(dimension)",
      problem: "diagonal noise has \(count) parameters, whose matrices would take \(count * count * 8 >> 20) MiB each",
      remedy:
        "Use noise = \"common\", whose law has a closed form at any size, or at most \(Self.largestParameterCount) parameters"
    )
  }

  // MARK: the law

  /// A A' + Ψ.
  public var covariance: Matrix { multiply(loadings, loadings, transposing: .right) + .diagonal(noiseVariances) }

  /// σ² = labelNoise² + β'(I + A'Ψ⁻¹A)⁻¹β.
  public var noiseVariance: Double {
    labelNoise * labelNoise + dot(coefficients, posterior(coefficients))
  }

  /// (I + A'Ψ⁻¹A)⁻¹ v.
  private func posterior(_ v: [Double]) -> [Double] {
    let scaled = loadings.scalingRows(by: noiseVariances.map { 1 / $0.squareRoot() })
    guard let factor = try? Cholesky(scaled.gram() + .identity(factors)) else {
      preconditionFailure("I + A'A is positive definite")
    }
    return factor.solve(v)
  }

  /// Coefficients of f on x: Ψ⁻¹A (I + A'Ψ⁻¹A)⁻¹ β.
  public var target: [Double] { zip(loadings * posterior(coefficients), noiseVariances).map { $0 / $1 } }

  /// With one unknown variance s²: ||L(Z)||² = Σ_i β_i² s⁴ / (D_i (s² + D_i)) χ²_{d-k}, D the eigenvalues of A'A: features still
  /// span the leading principal directions, so that not knowing s² costs nothing. With diagonal noise: the moment matrices.
  /// Cost: d k^2 flops (common); 20 (d (k + 1))^3 (diagonal).
  public func law() throws -> LimitLaw {
    if noise == .diagonal { return try LimitLaw(moments: moments(), noiseVariance: noiseVariance) }
    return LimitLaw(
      noiseVariance: noiseVariance, effectiveDimension: factors, baseDimension: dimension,
      interaction: try commonInteraction())
  }

  private func commonInteraction() throws -> GeneralizedChiSquare {
    let (variance, dropped) = (noiseVariances[0], dimension - factors)
    let eigen = try SymmetricEigen(loadings.gram())
    let tilt = zip(eigen.vectors.transposedTimes(coefficients), eigen.values).reduce(0) {
      $0 + $1.0 * $1.0 * variance / ($1.1 * (variance + $1.1))
    }
    guard let downstreamCovariance else {
      return try GeneralizedChiSquare(terms: [.init(weight: tilt * variance, degreesOfFreedom: Double(dropped))])
    }
    let span = try SVD(loadings)
    let projector = Matrix.identity(dimension) - multiply(span.left, span.left, transposing: .right)
    let complement = try SymmetricEigen(projector.symmetrized(), largest: dropped).vectors
    let cost = try SpanTilt.conditional(downstreamCovariance, retained: span.left, dropped: complement)
    return try SpanTilt(covariance: tilt * .identity(dropped), cost: cost).interaction()
  }

  public var signalVariance: Double { dot(target, (downstreamCovariance ?? covariance) * target) }

  public var headEnergy: Double {
    get throws {
      let features = try Cholesky(covariance).solve(loadings)
      let moment = features.congruence(downstreamCovariance ?? covariance)
      return dot(coefficients, try Cholesky(moment.symmetrized()).solve(coefficients))
    }
  }

  // MARK: sampling

  public func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
    try task().replicate(experiment, using: &stream) { moment in
      noise == .common ? try commonFeatures(moment) : try diagonalFeatures(moment)
    }
  }

  private func commonFeatures(_ moment: Matrix) throws -> Matrix {
    let eigen = try SymmetricEigen(moment, largest: factors)
    let variance = (moment.trace - eigen.values.reduce(0, +)) / Double(dimension - factors)
    return eigen.vectors.scalingColumns(by: eigen.values.map { ($0 - variance).squareRoot() / $0 })
  }

  private func diagonalFeatures(_ moment: Matrix) throws -> Matrix {
    let fit = try DiagonalFactorFit(covariance: moment, factors: factors)
    if fit.status == .iterationLimit { throw FactorAnalysisNotConverged(iterations: fit.iterations) }
    return try fit.features()
  }

  private func task() throws -> LinearExperiment {
    let root = loadings.joined(leftOf: .diagonal(noiseVariances.map { $0.squareRoot() }))
    return LinearExperiment(
      root: root, downstreamRoot: try downstreamCovariance.map { try Cholesky($0).factor } ?? root, target: target,
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
