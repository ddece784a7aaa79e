import Asymptotics
import Distributions
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
  let downstream: DownstreamCovariance?

  /// Covariance of the labeled rows' x where it differs from A A' + Ψ; singular in directions that no feature sees at most.
  public var downstreamCovariance: Matrix? { downstream?.matrix }

  public var dimension: Int { loadings.rows }
  public var factors: Int { loadings.columns }

  public init(
    loadings: Matrix, noiseVariances: [Double], noise: Noise, coefficients: [Double], labelNoise: Double,
    downstreamCovariance: Matrix? = nil
  ) throws {
    // The checks of shapes are the unit-noise model's.
    _ = try FactorPopulation(loadings: loadings, coefficients: coefficients, labelNoise: labelNoise)
    guard noiseVariances.count == loadings.rows, noiseVariances.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw InvalidPopulation(
        key: "noise_variances", value: "\(noiseVariances.count) values",
        problem: "there are \(loadings.rows) columns, and every noise variance is positive",
        remedy: "Give one positive number for each column")
    }
    try InvalidPopulation.check(divisors: noiseVariances, key: "noise_variances")
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
    downstream = try downstreamCovariance.map { try DownstreamCovariance($0, dimension: loadings.rows) }
    try checkSize()
    try checkFactors()
    try InvalidPopulation.check(covariance: covariance, key: "noise_variances", dimension: dimension)
    if let downstream { try downstream.check(features: Cholesky(covariance).solve(loadings)) }
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
    try InvalidPopulation.check(
      dimension: plain.dimension, columns: plain.strengths.count, purpose: "factor analysis")
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
    guard noise == .diagonal else { return }
    let (count, overflow) = dimension.multipliedReportingOverflow(by: factors + 1)
    guard overflow || count > Self.largestParameterCount else { return }
    throw InvalidPopulation(
      key: "dimension", value: "\(dimension)",
      problem: "diagonal noise has dimension x (factors + 1) parameters, here \(dimension) x \(factors + 1), and "
        + "the law takes matrices of parameters x parameters",
      remedy:
        "Use noise = \"common\", whose law has a closed form at any size, or at most \(Self.largestParameterCount) parameters"
    )
  }

  /// No factor is lost in the noise: eigenvalues of Ψ^-½ A A' Ψ^-½ against 0.
  private func checkFactors() throws {
    let scaled = loadings.scalingRows(by: noiseVariances.map { 1 / $0.squareRoot() })
    let strengths = try SymmetricEigen.values(of: scaled.gram())
    try FactorPopulation.check(weakest: strengths[factors - 1], noise: 1, key: "loadings over the columns' noise")
  }
}
