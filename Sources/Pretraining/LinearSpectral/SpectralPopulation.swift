import Asymptotics
import Distributions
import Geometry
import LinearAlgebra

/// Linear spectral pre-training on Gaussian pairs: x and x⁺ of covariance Σ each, E x x⁺' = Σ⁺, strangers x⁻ independent.
///
/// In canonical coordinates x = F z, with F F' = Σ and Σ⁺ = F diag(λ) F', pairs have correlations λ and the minimizer keeps
/// the k largest: A* = diag(λ_1, ..., λ_k)^½ (z_1, ..., z_k). Target f(x) = Σ_{i<=k} w_i z_i.
/// Source: arXiv 2603.27631, section 6.1.
public struct SpectralPopulation: LinearTargetPopulation {
  public static let modelName = "spectral"
  /// λ, descending.
  public let correlations: [Double]
  /// w, one for each retained direction, which all have variance 1.
  public let weights: [Double]
  /// Standard deviation of the label noise.
  public let labelNoise: Double
  /// Which views pre-training pushes a row away from.
  public let strangers: Strangers
  /// F and its inverse; nil stands for the identity.
  let frame: (map: Matrix, inverse: Matrix)?
  /// Covariance of the labeled rows' z where it differs from the identity.
  let downstream: DownstreamCovariance?

  /// Rank of the representation: k.
  public var rank: Int { weights.count }
  public var dimension: Int { correlations.count }
  public var noiseVariance: Double { labelNoise * labelNoise }

  /// Σ = I, Σ⁺ = diag(correlations).
  public init(
    correlations: [Double], weights: [Double], labelNoise: Double, downstreamCovariance: Matrix? = nil,
    strangers: Strangers = .one
  ) throws {
    let sorted = correlations.sorted(by: >)
    try self.init(
      nil, correlations: sorted, tie: Self.givenTie(sorted, weights.count), weights: weights, labelNoise: labelNoise,
      downstreamCovariance: downstreamCovariance, strangers: strangers)
  }

  /// Any covariances. Cost: 20 d^3 flops.
  public init(
    covariance: Matrix, pairCovariance: Matrix, weights: [Double], labelNoise: Double,
    downstreamCovariance: Matrix? = nil, strangers: Strangers = .one
  ) throws {
    try InvalidPopulation.check(covariance: covariance, key: "covariance", dimension: covariance.rows)
    let canonical = try Self.coordinates(covariance, pairCovariance)
    try self.init(
      canonical, correlations: Self.correlations(canonical), tie: Self.computedTie(canonical), weights: weights,
      labelNoise: labelNoise, downstreamCovariance: downstreamCovariance, strangers: strangers)
  }

  /// Weights of the target f = β'A*x: w_i = λ_i^½ β_i. Throws where there are more coefficients than positive correlations.
  public static func weights(coefficients: [Double], correlations: [Double]) throws -> [Double] {
    let largest = correlations.sorted(by: >)
    guard coefficients.count <= largest.count, coefficients.indices.allSatisfy({ largest[$0] > 0 }) else {
      throw InvalidPopulation(
        key: "downstream.coefficients", value: "\(coefficients.count) values",
        problem: "only \(largest.count { $0 > 0 }) correlations are positive",
        remedy: "Give one coefficient for each retained direction")
    }
    return zip(coefficients, largest).map { $0 * $1.squareRoot() }
  }

  init(
    _ canonical: CanonicalPairs?, correlations: [Double], tie: EigenvalueTie, weights: [Double],
    labelNoise: Double, downstreamCovariance: Matrix?, strangers: Strangers
  ) throws {
    try Self.check(correlations, tie, weights: weights)
    try InvalidPopulation.check(noise: labelNoise)
    frame = canonical.map { ($0.map, $0.inverse) }
    self.correlations = correlations
    self.weights = weights
    self.labelNoise = labelNoise
    self.strangers = strangers
    downstream = try downstreamCovariance.map { [frame] covariance in
      let own = try DownstreamCovariance(covariance, dimension: correlations.count)
      guard let inverse = frame?.inverse else { return own }
      return try DownstreamCovariance(
        multiply(multiply(inverse, covariance), inverse, transposing: .right).symmetrized(),
        dimension: correlations.count, rank: own.rank)
    }
    try downstream?.check(features: Matrix.identity(correlations.count).columns(0..<weights.count))
  }

  /// Correlations as given, at the cut; a cut that cannot be is refused elsewhere.
  static func givenTie(_ sorted: [Double], _ k: Int) -> EigenvalueTie {
    .given(k > 0 && k <= sorted.count ? sorted[k - 1] : 1)
  }

  /// Whitening magnifies the rounding of Σ⁺ by the condition number of Σ.
  static func computedTie(_ canonical: CanonicalPairs) -> EigenvalueTie {
    .computed(order: canonical.correlations.count, largest: canonical.conditionNumber / 64)
  }

  /// Of a positive definite Σ. Throws `InvalidPopulation` where Σ⁺ is not symmetric.
  static func coordinates(_ covariance: Matrix, _ pairCovariance: Matrix) throws -> CanonicalPairs {
    let asymmetry = (pairCovariance - pairCovariance.transposed()).largestMagnitude
    guard asymmetry <= 1e-9 * pairCovariance.largestMagnitude else {
      throw InvalidPopulation(
        key: "pair_covariance", value: "\(pairCovariance.rows) x \(pairCovariance.columns)",
        problem: "it is not symmetric", remedy: "The loss sees (C + C') / 2 only; give that")
    }
    return try CanonicalPairs(SymmetricEigen(covariance), pairCovariance: pairCovariance)
  }

  /// A perfect correlation may come out a rounding error above 1.
  static func correlations(_ canonical: CanonicalPairs) -> [Double] {
    canonical.correlations.map { abs($0) <= 1 + 1e-9 ? min(max($0, -1), 1) : $0 }
  }

  private static func check(_ correlations: [Double], _ tie: EigenvalueTie, weights: [Double]) throws {
    guard let wrong = correlations.first(where: { !(abs($0) <= 1) }) else {
      return try checkCut(correlations, tie, weights: weights)
    }
    throw InvalidPopulation(
      key: "correlations", value: "\(wrong)", problem: "a correlation lies between -1 and 1",
      remedy: "Divide by the variance, or make sure that pair_covariance cannot exceed covariance")
  }

  private static func checkCut(_ correlations: [Double], _ tie: EigenvalueTie, weights: [Double]) throws {
    let k = weights.count
    guard k > 0, k < correlations.count, weights.allSatisfy(\.isFinite) else {
      throw InvalidPopulation(
        key: "downstream.weights", value: "\(k) values",
        problem: "between 1 and \(correlations.count - 1) directions can be kept of \(correlations.count)",
        remedy: "Give one finite weight for each retained direction")
    }
    try InvalidPopulation.check(magnitudes: weights, key: "downstream.weights")
    let next = max(correlations[k], 0)
    guard correlations[k - 1] > next, !tie.isTied(correlations[k - 1], next) else {
      throw InvalidPopulation(
        key: "rank", value: "\(k)",
        problem:
          "correlation \(k) is \(correlations[k - 1]) and the next \(correlations[k]): the minimizer is not unique up to rounding",
        remedy: "Cut where consecutive correlations differ and the last one kept is positive")
    }
  }

  private var tilt: PairTilt { PairTilt(correlations: correlations, rank: rank, strangers: strangers) }

  /// ||L(Z)||² = Σ_{a>k} s_a χ²_1 when the labeled rows come from the same world.
  ///
  /// This corrects Corollary 6.3, see `corollary63AsPrinted`: the score's entry (a, i) in canonical coordinates has variance
  /// 8 λ_i (1 + λ_i² + τ), and the Hessian, curvature of the orbit space included, is 4 (λ_i - λ_a) there. With all strangers
  /// the score is that of a U-statistic, of variance 8 λ_i (1 - λ_i²)(1 - λ_i λ_a); not in the paper.
  /// Cost: k d operations, or 10 d^3 flops with a covariance of its own.
  public func law() throws -> LimitLaw {
    LimitLaw(
      noiseVariance: noiseVariance, effectiveDimension: rank, baseDimension: downstream?.rank ?? dimension,
      interaction: try interaction(), isTargetZero: weights.allSatisfy { $0 == 0 })
  }

  private func interaction() throws -> GeneralizedChiSquare {
    guard let downstream else { return try GeneralizedChiSquare(weights: tilt.variances(weights: weights)) }
    let axes = Matrix.identity(dimension)
    let cost = try SpanTilt.conditional(
      downstream.matrix, retained: axes.columns(0..<rank), dropped: axes.columns(rank..<dimension))
    return try SpanTilt(covariance: .diagonal(tilt.variances(weights: weights)), cost: cost).interaction()
  }

  /// Corollary 6.3 as the paper prints it for λ_j = 1/j, w_i = 1/sqrt(i): Σ_i (w_i/λ_i)² (1 + λ_i² + τ) χ²_{d-k}.
  ///
  /// Its derivation leaves out how the curvature of the orbit space acts on the correlations that are not kept, and counts
  /// each off-diagonal entry of a symmetric matrix twice; simulation decides against it.
  public func corollary63AsPrinted() throws -> GeneralizedChiSquare {
    let power = tilt.retainedPower
    return try GeneralizedChiSquare(
      terms: zip(weights, correlations).map { weight, correlation in
        let share = weight / correlation
        return .init(
          weight: share * share * (1 + correlation * correlation + power),
          degreesOfFreedom: Double(dimension - rank))
      })
  }

  public func printedLaw() throws -> PrintedLaw? {
    if strangers == .all { return nil }
    return PrintedLaw(
      statement: "Corollary 6.3", interaction: try corollary63AsPrinted(), priorBound: priorBound)
  }

  /// From the tilt of the last direction kept towards all that are dropped.
  public func warnings(unlabeled: Int) -> [Warning] {
    let last = correlations[rank - 1]
    return NearTie.warnings(
      tilt: correlations[rank...].reduce(0) { $0 + tilt.variance(kept: last, dropped: $1) }, unlabeled: unlabeled,
      values: "correlations \(last) and \(correlations[rank])")
  }

  private var retainedDownstream: Matrix {
    downstream?.matrix.rows(0..<rank).columns(0..<rank) ?? .identity(rank)
  }

  public var signalVariance: Double { dot(weights, retainedDownstream * weights) }

  /// Features A*x = λ^½ z: θ = λ^-½ w.
  public var headEnergy: Double {
    get throws {
      let scaled = zip(weights, correlations).map { $0 / $1 }
      return try retainedDownstream.inverseEnergy(scaled)
    }
  }

  public var columnEnergy: Double { get throws { try downstreamCovariance.inverseEnergy(target) } }
}

extension SpectralPopulation {
  /// σ² k + k (d - k) ‖C⁻¹A'β‖² n/m with C = diag(λ_1 ... λ_k), A'β = w: Cabannes et al. (2023), Theorem 4, on Gaussian pairs.
  public var priorBound: PriorBound {
    let size = zip(weights, correlations).reduce(0) { $0 + ($1.0 / $1.1) * ($1.0 / $1.1) }
    return PriorBound(
      source: "Cabannes et al. 2023, Theorem 4", labelTerm: noiseVariance * Double(rank),
      interaction: Double(rank * (dimension - rank)) * size)
  }
}
