import Asymptotics
import Distributions
import LinearAlgebra
import Randomness

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
  private let frame: (map: Matrix, inverse: Matrix)?
  /// Covariance of the labeled rows' z where it differs from the identity.
  private let downstream: Matrix?

  /// Rank of the representation: k.
  public var rank: Int { weights.count }
  public var dimension: Int { correlations.count }
  public var noiseVariance: Double { labelNoise * labelNoise }

  /// Σ = I, Σ⁺ = diag(correlations).
  public init(
    correlations: [Double], weights: [Double], labelNoise: Double, downstreamCovariance: Matrix? = nil,
    strangers: Strangers = .one
  ) throws {
    try self.init(
      nil, correlations: correlations.sorted(by: >), weights: weights, labelNoise: labelNoise,
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
      canonical, correlations: Self.correlations(canonical), weights: weights, labelNoise: labelNoise,
      downstreamCovariance: downstreamCovariance, strangers: strangers)
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

  private init(
    _ canonical: CanonicalCoordinates?, correlations: [Double], weights: [Double], labelNoise: Double,
    downstreamCovariance: Matrix?, strangers: Strangers
  ) throws {
    try Self.check(correlations, weights: weights)
    try InvalidPopulation.check(noise: labelNoise)
    if let downstreamCovariance {
      try InvalidPopulation.check(
        covariance: downstreamCovariance, key: "downstream.covariance", dimension: correlations.count)
    }
    frame = canonical.map { ($0.map, $0.inverse) }
    self.correlations = correlations
    self.weights = weights
    self.labelNoise = labelNoise
    self.strangers = strangers
    downstream = downstreamCovariance.map { [frame] covariance in
      guard let inverse = frame?.inverse else { return covariance }
      return multiply(multiply(inverse, covariance), inverse, transposing: .right).symmetrized()
    }
  }

  /// Of a positive definite Σ. Throws `InvalidPopulation` where Σ⁺ is not symmetric.
  private static func coordinates(_ covariance: Matrix, _ pairCovariance: Matrix) throws -> CanonicalCoordinates {
    let asymmetry = (pairCovariance - pairCovariance.transposed()).largestMagnitude
    guard asymmetry <= 1e-9 * pairCovariance.largestMagnitude else {
      throw InvalidPopulation(
        key: "pair_covariance", value: "\(pairCovariance.rows) x \(pairCovariance.columns)",
        problem: "it is not symmetric", remedy: "The loss sees (C + C') / 2 only; give that")
    }
    return try CanonicalCoordinates(SymmetricEigen(covariance), pairCovariance: pairCovariance)
  }

  /// A perfect correlation may come out a rounding error above 1.
  private static func correlations(_ canonical: CanonicalCoordinates) -> [Double] {
    canonical.correlations.map { abs($0) <= 1 + 1e-9 ? min(max($0, -1), 1) : $0 }
  }

  private static func check(_ correlations: [Double], weights: [Double]) throws {
    guard let wrong = correlations.first(where: { !(abs($0) <= 1) }) else {
      return try checkCut(correlations, weights: weights)
    }
    throw InvalidPopulation(
      key: "correlations", value: "\(wrong)", problem: "a correlation lies between -1 and 1",
      remedy: "Divide by the variance, or make sure that pair_covariance cannot exceed covariance")
  }

  private static func checkCut(_ correlations: [Double], weights: [Double]) throws {
    let k = weights.count
    guard k > 0, k < correlations.count, weights.allSatisfy(\.isFinite) else {
      throw InvalidPopulation(
        key: "downstream.weights", value: "\(k) values",
        problem: "between 1 and \(correlations.count - 1) directions can be kept of \(correlations.count)",
        remedy: "Give one finite weight for each retained direction")
    }
    guard correlations[k - 1] > max(correlations[k], 0) else {
      throw InvalidPopulation(
        key: "rank", value: "\(k)",
        problem:
          "correlation \(k) is \(correlations[k - 1]) and the next \(correlations[k]): the minimizer is not unique",
        remedy: "Cut where consecutive correlations differ and the last one kept is positive")
    }
  }

  /// τ = Σ_{i<=k} λ_i².
  private var retainedPower: Double { correlations[0..<rank].reduce(0) { $0 + $1 * $1 } }

  /// m times the variance of the tilt between a kept direction of correlation λ_i and a dropped one of λ_a:
  ///
  ///     one stranger    (1 + λ_i² + τ) / (2 (λ_i - λ_a)²)
  ///     all strangers   (1 - λ_i²)(1 - λ_i λ_a) / (2 (λ_i - λ_a)²)
  private func tiltVariance(kept: Double, dropped: Double) -> Double {
    let gap = kept - dropped
    let noise =
      switch strangers {
      case .one: 1 + kept * kept + retainedPower
      case .all: (1 - kept * kept) * (1 - kept * dropped)
      }
    return noise / (2 * gap * gap)
  }

  /// s_a, the variance of entry a of sqrt(m) B w.
  private var tiltVariances: [Double] {
    correlations[rank...].map { dropped in
      zip(weights, correlations).reduce(0) { sum, pair in
        sum + pair.0 * pair.0 * tiltVariance(kept: pair.1, dropped: dropped)
      }
    }
  }

  /// ||L(Z)||² = Σ_{a>k} s_a χ²_1 when the labeled rows come from the same world.
  ///
  /// This corrects Corollary 6.3, see `corollary63AsPrinted`: the score's entry (a, i) in canonical coordinates has variance
  /// 8 λ_i (1 + λ_i² + τ), and the Hessian, curvature of the orbit space included, is 4 (λ_i - λ_a) there. With all strangers
  /// the score is that of a U-statistic, of variance 8 λ_i (1 - λ_i²)(1 - λ_i λ_a); not in the paper.
  /// Cost: k d operations, or 10 d^3 flops with a covariance of its own.
  public func law() throws -> LimitLaw {
    LimitLaw(
      noiseVariance: noiseVariance, effectiveDimension: rank, baseDimension: dimension,
      interaction: try interaction(), warnings: [])
  }

  private func interaction() throws -> GeneralizedChiSquare {
    guard let downstream else { return try GeneralizedChiSquare(weights: tiltVariances) }
    let axes = Matrix.identity(dimension)
    let cost = try SpanTilt.conditional(
      downstream, retained: axes.columns(0..<rank), dropped: axes.columns(rank..<dimension))
    return try SpanTilt(covariance: .diagonal(tiltVariances), cost: cost).interaction()
  }

  /// Corollary 6.3 as the paper prints it for λ_j = 1/j, w_i = 1/sqrt(i): Σ_i (w_i/λ_i)² (1 + λ_i² + τ) χ²_{d-k}.
  ///
  /// Its derivation leaves out how the curvature of the orbit space acts on the correlations that are not kept, and counts
  /// each off-diagonal entry of a symmetric matrix twice; simulation decides against it.
  public func corollary63AsPrinted() throws -> GeneralizedChiSquare {
    let power = retainedPower
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
      tilt: correlations[rank...].reduce(0) { $0 + tiltVariance(kept: last, dropped: $1) }, unlabeled: unlabeled,
      values: "correlations \(last) and \(correlations[rank])")
  }

  private var retainedDownstream: Matrix {
    downstream?.rows(0..<rank).columns(0..<rank) ?? .identity(rank)
  }

  public var signalVariance: Double { dot(weights, retainedDownstream * weights) }

  /// Features A*x = λ^½ z: θ = λ^-½ w.
  public var headEnergy: Double {
    get throws {
      let scaled = zip(weights, correlations).map { $0 / $1 }
      return dot(scaled, try Cholesky(retainedDownstream).solve(scaled))
    }
  }

  public func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
    let rank = rank
    let sample = canonicalTriples(experiment.unlabeled, rows: experiment.rows, using: &stream)
    let parameters = try minimizer(sample)
    // The fitted span moves with the rows' coordinates, so canonical ones will do.
    let root = try downstream.map { try Cholesky($0).factor } ?? .identity(dimension)
    return try LinearExperiment(
      root: root, downstreamRoot: root,
      target: weights + [Double](repeating: 0, count: dimension - rank), noiseVariance: noiseVariance
    ).risk(of: parameters.transposed(), experiment, using: &stream)
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
  public var downstreamCovariance: Matrix { ownCoordinates(downstream ?? .identity(dimension)) }

  /// F C F'.
  private func ownCoordinates(_ canonical: Matrix) -> Matrix {
    guard let map = frame?.map else { return canonical }
    return multiply(multiply(map, canonical), map, transposing: .right).symmetrized()
  }
}

extension SpectralPopulation {
  /// Keys: `correlations` (numbers, or "harmonic" with `dimension`), or `covariance` and `pair_covariance`; `rank`;
  /// `strangers` ("one" or "all"; one when missing), `downstream.weights` or `downstream.coefficients`, `downstream.noise`,
  /// `downstream.covariance`.
  public init(instance: some InstanceValues) throws {
    let strangers = try Self.strangers(instance)
    let (noise, shifted) = (try instance.labelNoise(), try instance.matrix("downstream.covariance"))
    guard let covariance = try instance.matrix("covariance") else {
      let correlations = try Self.correlations(instance)
      try self.init(
        correlations: correlations, weights: try Self.weights(instance, correlations: correlations),
        labelNoise: noise, downstreamCovariance: shifted, strangers: strangers)
      return
    }
    let pairs = try instance.required(
      "pair_covariance", instance.matrix("pair_covariance"), "the covariance between a row and its partner")
    guard pairs.rows == covariance.rows, pairs.columns == covariance.columns else {
      throw InvalidPopulation(
        key: "pair_covariance", value: "\(pairs.rows) x \(pairs.columns)",
        problem: "covariance is \(covariance.rows) x \(covariance.columns)", remedy: "Give matrices of one size")
    }
    try InvalidPopulation.check(covariance: covariance, key: "covariance", dimension: covariance.rows)
    let canonical = try Self.coordinates(covariance, pairs)
    let correlations = Self.correlations(canonical)
    try self.init(
      canonical, correlations: correlations,
      weights: try Self.weights(instance, correlations: correlations), labelNoise: noise,
      downstreamCovariance: shifted, strangers: strangers)
  }

  private static func strangers(_ instance: some InstanceValues) throws -> Strangers {
    guard let name = try instance.string("strangers") else { return .one }
    guard let strangers = Strangers(rawValue: name) else {
      throw InvalidPopulation(
        key: "strangers", value: "\"\(name)\"", problem: "there is no such choice", remedy: "Use one or all")
    }
    return strangers
  }

  private static func correlations(_ instance: some InstanceValues) throws -> [Double] {
    // A string may also be the path of an array.
    guard (try? instance.string("correlations")) == "harmonic" else {
      return try instance.required(
        "correlations", instance.doubles("correlations"), "numbers, \"harmonic\", or covariance and pair_covariance")
    }
    let dimension = try instance.required("dimension", instance.integer("dimension"), "how many correlations 1/j")
    guard dimension > 0 else {
      throw InvalidPopulation(
        key: "dimension", value: "\(dimension)", problem: "there must be columns", remedy: "Give a positive number")
    }
    return (1...dimension).map { 1 / Double($0) }
  }

  private static func weights(_ instance: some InstanceValues, correlations: [Double]) throws -> [Double] {
    let weights: [Double]
    if let coefficients = try instance.doubles("downstream.coefficients") {
      weights = try Self.weights(coefficients: coefficients, correlations: correlations)
    } else {
      weights = try instance.required(
        "downstream.weights", instance.doubles("downstream.weights"), "one weight for each retained direction")
    }
    if let rank = try instance.integer("rank"), rank != weights.count {
      throw InvalidPopulation(
        key: "rank", value: "\(rank)", problem: "the target has \(weights.count) weights",
        remedy: "Give one weight for each retained direction")
    }
    return weights
  }
}
