import Asymptotics
import Distributions
import LinearAlgebra
import Randomness

/// The factor model as a world: x = A h + e with h ~ N(0, I_k), e ~ N(0, I_d), y = β'h + ν, ν of variance `labelNoise`².
///
/// Pre-training is maximum likelihood with known unit noise; features A'(I + A A')⁻¹ x; symmetry O(k).
/// Source: arXiv 2603.27631, section 6.2.
public struct FactorPopulation: LinearTargetPopulation {
  public static let modelName = "factor"
  /// d.
  public let dimension: Int
  /// Eigenvalues D of A'A, descending; all positive.
  public let strengths: [Double]
  /// β in the basis of `strengths`.
  public let coefficients: [Double]
  /// Standard deviation of ν.
  public let labelNoise: Double
  /// A, d x k; nil when it is diag(strengths)^½ in the first k columns.
  public let loadings: Matrix?
  /// Covariance of the labeled rows' x where it differs from I + A A'.
  public let downstreamCovariance: Matrix?

  /// A = (sqrt(D_1) e_1, ..., sqrt(D_k) e_k).
  public init(
    dimension: Int, strengths: [Double], coefficients: [Double], labelNoise: Double,
    downstreamCovariance: Matrix? = nil
  ) throws {
    try Self.check(dimension: dimension, factors: strengths.count, coefficients: coefficients, noise: labelNoise)
    for (index, value) in strengths.enumerated() where !(value > 0 && value.isFinite) {
      throw InvalidPopulation(
        key: "strengths", value: "\(value) at position \(index + 1)", problem: "a factor's strength must be positive",
        remedy: "Leave out factors of strength 0")
    }
    try Self.check(downstreamCovariance, dimension: dimension)
    let order = strengths.indices.sorted { strengths[$0] > strengths[$1] }
    self.dimension = dimension
    self.strengths = order.map { strengths[$0] }
    self.coefficients = order.map { coefficients[$0] }
    self.labelNoise = labelNoise
    loadings = order == Array(strengths.indices) ? nil : Self.axes(strengths, dimension: dimension)
    self.downstreamCovariance = downstreamCovariance
  }

  /// Any loadings A of full column rank. Cost: d k^2 flops.
  public init(loadings: Matrix, coefficients: [Double], labelNoise: Double, downstreamCovariance: Matrix? = nil) throws
  {
    try Self.check(
      dimension: loadings.rows, factors: loadings.columns, coefficients: coefficients, noise: labelNoise)
    try Self.check(downstreamCovariance, dimension: loadings.rows)
    let eigen = try SymmetricEigen(loadings.gram())
    guard let smallest = eigen.values.last, smallest > 1e-12 * eigen.values[0] else {
      throw InvalidPopulation(
        key: "loadings", value: "\(loadings.rows) x \(loadings.columns)", problem: "the columns are linearly dependent",
        remedy: "Use as many factors as the loadings have rank")
    }
    dimension = loadings.rows
    strengths = eigen.values
    self.coefficients = eigen.vectors.transposedTimes(coefficients)
    self.labelNoise = labelNoise
    self.loadings = loadings
    self.downstreamCovariance = downstreamCovariance
  }

  /// Keys: `dimension` and `strengths`, or `loadings`; `downstream.coefficients`, `downstream.noise`, `downstream.covariance`.
  public init(instance: some InstanceValues) throws {
    let coefficients = try instance.required(
      "downstream.coefficients", instance.doubles("downstream.coefficients"), "beta, one coefficient for each factor")
    let (noise, covariance) = (try instance.labelNoise(), try instance.matrix("downstream.covariance"))
    if let loadings = try instance.matrix("loadings") {
      try self.init(
        loadings: loadings, coefficients: coefficients, labelNoise: noise, downstreamCovariance: covariance)
      return
    }
    try self.init(
      dimension: try instance.required("dimension", instance.integer("dimension"), "the number of columns"),
      strengths: try instance.required("strengths", instance.doubles("strengths"), "D_1 ... D_k, or loadings instead"),
      coefficients: coefficients, labelNoise: noise, downstreamCovariance: covariance)
  }

  private static func axes(_ strengths: [Double], dimension: Int) -> Matrix {
    var result = Matrix(rows: dimension, columns: strengths.count)
    for (index, value) in strengths.enumerated() { result[index, index] = value.squareRoot() }
    return result
  }

  private static func check(dimension: Int, factors: Int, coefficients: [Double], noise: Double) throws {
    guard factors > 0, factors < dimension else {
      throw InvalidPopulation(
        key: "dimension", value: "\(dimension)",
        problem: "\(factors) factors need more than \(factors) columns and at least one factor",
        remedy: "Raise dimension or use fewer factors")
    }
    guard coefficients.count == factors, coefficients.allSatisfy(\.isFinite) else {
      throw InvalidPopulation(
        key: "downstream.coefficients", value: "\(coefficients.count) values", problem: "there are \(factors) factors",
        remedy: "Give one finite coefficient for each factor")
    }
    try InvalidPopulation.check(noise: noise)
  }

  private static func check(_ covariance: Matrix?, dimension: Int) throws {
    if let covariance {
      try InvalidPopulation.check(covariance: covariance, key: "downstream.covariance", dimension: dimension)
    }
  }

  /// σ² = labelNoise² + β'(I + A'A)⁻¹β: what x cannot tell of y.
  public var noiseVariance: Double {
    labelNoise * labelNoise + zip(coefficients, strengths).reduce(0) { $0 + $1.0 * $1.0 / (1 + $1.1) }
  }

  /// ||L(Z)||² = ||D⁻¹(I + D)^-½ U1'Aβ||² χ²_{d-k} when the labeled rows come from the same world; closed form, any d.
  ///
  /// This corrects Corollary 6.4, see `corollary64AsPrinted`. Cost: k operations, or 10 d^3 flops with a covariance of its own.
  public func law() throws -> LimitLaw {
    LimitLaw(
      noiseVariance: noiseVariance, effectiveDimension: strengths.count, baseDimension: dimension,
      interaction: try interaction(), warnings: warnings)
  }

  /// Variance of each entry of sqrt(m) B a: Σ_i β_i² / (D_i (1 + D_i)).
  private var tiltVariance: Double {
    zip(coefficients, strengths).reduce(0) { $0 + $1.0 * $1.0 / ($1.1 * (1 + $1.1)) }
  }

  private func interaction() throws -> GeneralizedChiSquare {
    let dropped = dimension - strengths.count
    guard let downstreamCovariance else {
      return try GeneralizedChiSquare(terms: [.init(weight: tiltVariance, degreesOfFreedom: Double(dropped))])
    }
    let span = try SVD(fullLoadings)
    let projector = Matrix.identity(dimension) - multiply(span.left, span.left, transposing: .right)
    let complement = try SymmetricEigen(projector.symmetrized(), largest: dropped).vectors
    let cost = try SpanTilt.conditional(downstreamCovariance, retained: span.left, dropped: complement)
    return try SpanTilt(covariance: tiltVariance * .identity(dropped), cost: cost).interaction()
  }

  /// Corollary 6.4 as the paper prints it, without the factor D⁻¹: ||(I + D)^-½ U1'Aβ||² χ²_{d-k}.
  ///
  /// Its derivation takes the span of the features to stay put where it moves; simulation decides against it.
  public func corollary64AsPrinted() throws -> GeneralizedChiSquare {
    let weight = zip(coefficients, strengths).reduce(0) { $0 + $1.0 * $1.0 * $1.1 / (1 + $1.1) }
    return try GeneralizedChiSquare(
      terms: [.init(weight: weight, degreesOfFreedom: Double(dimension - strengths.count))])
  }

  public func printedLaw() throws -> PrintedLaw? {
    PrintedLaw(
      statement: "Corollary 6.4", interaction: try corollary64AsPrinted(), priorBound: priorBound)
  }

  /// The last direction's tilt is (d - k) (1 + D_k) / D_k² / m.
  public func warnings(unlabeled: Int) -> [Warning] {
    guard let weakest = strengths.last else { return [] }
    return NearTie.warnings(
      tilt: Double(dimension - strengths.count) * (1 + weakest) / (weakest * weakest), unlabeled: unlabeled,
      values: "variances \(1 + weakest) and 1")
  }

  private var warnings: [Warning] {
    guard let weakest = strengths.last, weakest < 0.1 else { return [] }
    return [
      Warning(
        code: "weak-factor",
        message: "The weakest factor's strength \(weakest) is small against the unit noise: "
          + "its direction is found only from many rows, and the law holds late.",
        remedy: "Check with 'pretell simulate', or drop the factor.")
    ]
  }

  /// A, d x k.
  public var fullLoadings: Matrix { loadings ?? Self.axes(strengths, dimension: dimension) }

  /// β'A'KAβ = Σ β_i² D_i / (1 + D_i) in the rows' own world.
  public var signalVariance: Double {
    let target = targetDirection
    guard let downstreamCovariance else {
      return zip(coefficients, strengths).reduce(0) { $0 + $1.0 * $1.0 * $1.1 / (1 + $1.1) }
    }
    return dot(target, downstreamCovariance * target)
  }

  /// Features A'(I + A A')⁻¹x.
  public var headEnergy: Double {
    get throws {
      guard let downstreamCovariance else {
        return zip(coefficients, strengths).reduce(0) { $0 + $1.0 * $1.0 * (1 + $1.1) / $1.1 }
      }
      let a = fullLoadings
      let features = a * (try Cholesky(a.gram() + .identity(strengths.count)).inverse())
      let head = try headInLoadingBasis()
      return dot(head, try Cholesky(features.congruence(downstreamCovariance).symmetrized()).solve(head))
    }
  }

  /// f(x) = targetDirection'x.
  private var targetDirection: [Double] {
    // A (I + A'A)⁻¹ β in the basis of `strengths`: columns of A V are orthogonal with squared norms D.
    guard let loadings, let eigen = try? SymmetricEigen(loadings.gram()) else {
      return fullLoadings * zip(coefficients, strengths).map { $0 / (1 + $1) }
    }
    return loadings * (eigen.vectors * zip(coefficients, strengths).map { $0 / (1 + $1) })
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
    let factors = strengths.count
    return try task().replicate(experiment, using: &stream) { moment in
      let eigen = try SymmetricEigen(moment, largest: factors)
      // (I + M)⁻¹ A with A = U diag((l - 1)₊)^½: factors that are not found have no feature.
      let found = eigen.values.count { $0 > 1 }
      let scales = eigen.values[0..<found].map { ($0 - 1).squareRoot() / $0 }
      return eigen.vectors.columns(0..<found).scalingColumns(by: scales)
    }
  }

  /// root = (A, I); f(x) = β'A'(I + A A')⁻¹ x = ((I + A'A)⁻¹ β)' A' x.
  private func task() throws -> LinearExperiment {
    let a = fullLoadings
    let root = a.joined(leftOf: .identity(dimension))
    let downstream = try downstreamCovariance.map { try Cholesky($0).factor } ?? root
    return LinearExperiment(
      root: root, downstreamRoot: downstream, target: targetDirection, noiseVariance: noiseVariance)
  }

  /// β in the basis of the loadings' own columns.
  func headInLoadingBasis() throws -> [Double] {
    guard let loadings else { return coefficients }
    return try SymmetricEigen(loadings.gram()).vectors * coefficients
  }
}
