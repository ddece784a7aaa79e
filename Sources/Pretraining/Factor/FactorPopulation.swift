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
  /// A, d x k; nil when its columns are sqrt(D_i) e_i.
  public let loadings: Matrix?
  /// Without loadings: the column of x that factor j, in the order of `strengths`, drives.
  let places: [Int]
  let downstream: DownstreamCovariance?

  /// Covariance of the labeled rows' x where it differs from I + A A'; singular outside the loadings' span at most.
  public var downstreamCovariance: Matrix? { downstream?.matrix }

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
    try InvalidPopulation.check(magnitudes: strengths, key: "strengths")
    let order = strengths.indices.sorted { (-strengths[$0], $0) < (-strengths[$1], $1) }
    self.dimension = dimension
    places = order
    self.strengths = order.map { strengths[$0] }
    self.coefficients = order.map { coefficients[$0] }
    self.labelNoise = labelNoise
    loadings = nil
    downstream = try downstreamCovariance.map { try DownstreamCovariance($0, dimension: dimension) }
    try downstream?.check(features: Self.axes(strengths.map { _ in 1 }, at: order, dimension: dimension))
  }

  /// Any loadings A of full column rank. Cost: d k^2 flops.
  public init(loadings: Matrix, coefficients: [Double], labelNoise: Double, downstreamCovariance: Matrix? = nil) throws
  {
    try Self.check(
      dimension: loadings.rows, factors: loadings.columns, coefficients: coefficients, noise: labelNoise)
    try Self.check(loadings)
    let eigen = try SymmetricEigen(loadings.gram())
    guard let smallest = eigen.values.last, smallest > 1e-12 * eigen.values[0] else {
      throw InvalidPopulation(
        key: "loadings", value: "\(loadings.rows) x \(loadings.columns)", problem: "the columns are linearly dependent",
        remedy: "Use as many factors as the loadings have rank")
    }
    dimension = loadings.rows
    places = []
    strengths = eigen.values
    self.coefficients = eigen.vectors.transposedTimes(coefficients)
    self.labelNoise = labelNoise
    self.loadings = loadings
    downstream = try downstreamCovariance.map { try DownstreamCovariance($0, dimension: loadings.rows) }
    try downstream?.check(features: loadings)
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

  /// A, d x k.
  public var fullLoadings: Matrix { loadings ?? Self.axes(strengths, at: places, dimension: dimension) }

  private static func axes(_ strengths: [Double], at places: [Int], dimension: Int) -> Matrix {
    var result = Matrix(rows: dimension, columns: strengths.count)
    for (place, value) in zip(places, strengths) { result[place, place] = value.squareRoot() }
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
    try InvalidPopulation.check(magnitudes: coefficients, key: "downstream.coefficients")
    try InvalidPopulation.check(noise: noise)
  }

  private static func check(_ loadings: Matrix) throws {
    if let index = loadings.storage.firstIndex(where: { !$0.isFinite }) {
      throw InvalidPopulation(
        key: "loadings", value: "\(loadings.storage[index])",
        problem: "row \(index / loadings.columns), column \(index % loadings.columns) (counted from 0) is not finite",
        remedy: "Give finite loadings")
    }
    try InvalidPopulation.check(magnitudes: loadings.storage, key: "loadings")
  }

  /// A factor whose variance the noise swallows in double precision ties with the directions that are dropped.
  static func check(weakest strength: Double, noise: Double, key: String) throws {
    guard EigenvalueTie.given(1).isTied(strength / noise, 0) else { return }
    throw InvalidPopulation(
      key: key, value: "weakest factor of strength \(strength)",
      problem: "beside noise of variance \(noise) the eigenvalues \(noise) + \(strength) and \(noise) of the rows' "
        + "covariance are equal up to rounding",
      remedy: "Leave out factors that are so weak")
  }
}
