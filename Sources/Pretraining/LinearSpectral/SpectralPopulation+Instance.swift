import LinearAlgebra

extension SpectralPopulation {
  /// Keys: `correlations` (numbers, or "harmonic" with `dimension`), or `covariance` and `pair_covariance`; `rank`;
  /// `strangers` ("one" or "all"; one when missing), `downstream.weights` (w, on z_1 ... z_k, of variance 1 each) or
  /// `downstream.coefficients` (β, on the features A*x: w_i = λ_i^½ β_i), `downstream.noise`, `downstream.covariance`.
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
      canonical, correlations: correlations, tie: Self.computedTie(canonical),
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
    try InvalidPopulation.check(dimension: dimension, columns: 1, purpose: "a list of correlations")
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
