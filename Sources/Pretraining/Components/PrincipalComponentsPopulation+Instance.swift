import LinearAlgebra

extension PrincipalComponentsPopulation {
  /// Keys: `eigenvalues` or `covariance` (of the rows about their mean); `rank`; `center` (true: about the sample mean, with an
  /// intercept; false with `mean`: about 0 although the mean is not); `downstream.weights` (on the components retained, largest
  /// first, whose sign convention is this type's) or `downstream.coefficients` (on the columns, with `rank`),
  /// `downstream.noise`, `downstream.covariance`.
  public init(instance: some InstanceValues) throws {
    let target = try Self.target(instance)
    let (noise, shifted) = (try instance.labelNoise(), try instance.matrix("downstream.covariance"))
    let centering = try Self.centering(instance)
    if let covariance = try instance.matrix("covariance") {
      try self.init(
        covariance: covariance, target: target, labelNoise: noise, centering: centering, downstreamCovariance: shifted)
      return
    }
    let eigenvalues = try instance.required(
      "eigenvalues", instance.doubles("eigenvalues"), "variances, or covariance instead")
    guard case .weights(let weights) = target else {
      try Self.check(sorted: eigenvalues.sorted(by: >))
      try self.init(
        covariance: .diagonal(eigenvalues), target: target, labelNoise: noise, centering: centering,
        downstreamCovariance: shifted)
      return
    }
    try self.init(
      eigenvalues: eigenvalues, weights: weights, labelNoise: noise, centering: centering,
      downstreamCovariance: shifted)
  }

  private static func target(_ instance: some InstanceValues) throws -> Target {
    let (rank, weights) = (try instance.integer("rank"), try instance.doubles("downstream.weights"))
    if let coefficients = try instance.doubles("downstream.coefficients") {
      if let weights {
        throw InvalidPopulation(
          key: "downstream.weights", value: "\(weights.count) values",
          problem: "downstream.coefficients are given, too", remedy: "Give one of the two")
      }
      return .coefficients(
        coefficients, rank: try instance.required("rank", rank, "how many components are kept of the columns"))
    }
    let given = try instance.required(
      "downstream.weights", weights,
      "one weight for each retained component, or downstream.coefficients on the columns instead")
    if let rank, rank != given.count {
      throw InvalidPopulation(
        key: "downstream.weights", value: "\(given.count) values", problem: "rank is \(rank)",
        remedy: "Give one weight for each retained component")
    }
    return .weights(given)
  }

  private static func centering(_ instance: some InstanceValues) throws -> Centering {
    let (center, mean) = (try instance.bool("center"), try instance.doubles("mean"))
    if center == true { return .sampleMean }
    guard let mean else { return .knownMean }
    guard center == false else {
      throw InvalidPopulation(
        key: "mean", value: "\(mean.count) values", problem: "it must be clear what is done about it",
        remedy: "Add center = true (subtract the sample mean) or center = false (leave the rows as they are)")
    }
    return .none(mean: mean)
  }

  /// w of a target, given U. Throws where the target is not in the span of the directions retained.
  static func weights(_ target: Target, frame: Matrix) throws -> [Double] {
    switch target {
    case .weights(let weights):
      guard weights.allSatisfy(\.isFinite) else {
        throw InvalidPopulation(
          key: "downstream.weights", value: "\(weights)", problem: "weights must be finite",
          remedy: "Give one finite weight for each retained component")
      }
      try InvalidPopulation.check(magnitudes: weights, key: "downstream.weights")
      return weights
    case .coefficients(let coefficients, let rank):
      let key = "downstream.coefficients"
      guard coefficients.count == frame.rows, coefficients.allSatisfy(\.isFinite) else {
        throw InvalidPopulation(
          key: key, value: "\(coefficients.count) values", problem: "there are \(frame.rows) columns",
          remedy: "Give one finite coefficient for each column")
      }
      try InvalidPopulation.check(magnitudes: coefficients, key: key)
      let all = frame.transposedTimes(coefficients)
      let outside = all[rank...].reduce(0) { $0 + $1 * $1 }.squareRoot()
      let size = dot(all, all).squareRoot()
      guard outside <= spanTolerance * size else {
        throw InvalidPopulation(
          key: key, value: "\(coefficients)",
          problem: "\(outside / size) of their length points out of the span of the \(rank) leading eigenvectors, "
            + "and the law is that of a target in it",
          remedy: "Project them onto the span, or raise rank")
      }
      return Array(all[..<rank])
    }
  }

  /// Share of a target's length outside the span that counts as rounding.
  private static let spanTolerance = 1e-6
}
