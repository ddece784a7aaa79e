import Asymptotics
import Distributions
import CMath
import LinearAlgebra
import Randomness

/// Gaussian-mixture pre-training: rows x ~ Σ_i ω_i N(u_i, s² I_d), maximum likelihood for the centres, subspace-aware features.
///
/// Features (π_i(x) P(x - u_i), π_i(x)), i = 1 ... K, with P the projector on the subspace that the centres span about their mean
/// and π the posterior of the component; target f(x) = Σ_i π_i(x) (t_i · P(x - u_i) + b_i). Symmetry: permutations.
/// The law is exact in an r-dimensional integral, r <= min(K - 1, d), and affine in d.
/// Source: arXiv 2603.27631, section 6.3 and appendices J and K; unequal weights and a common unknown variance go beyond it.
public struct MixturePopulation: TwoStagePopulation {
  public static let modelName = "mixture"
  /// U: K rows; their remaining coordinates up to `dimension` are 0.
  public let centers: Matrix
  /// d.
  public let dimension: Int
  /// ω.
  public let weights: [Double]
  /// s.
  public let standardDeviation: Double
  /// t_i · B in the basis of `subspace`, K x r.
  public let slopes: Matrix
  /// b.
  public let intercepts: [Double]
  /// Standard deviation of the label noise.
  public let labelNoise: Double
  /// What is fitted beside the centres.
  public let estimates: MixtureUnknowns
  /// Relative error of E||L(Z)||² that the integration stops at; nil for 1e-6 up to r = 4, 1e-3 above.
  public let tolerance: Double?
  public let subspace: MixtureSubspace

  /// K.
  public var components: Int { centers.rows }
  /// r.
  public var rank: Int { subspace.rank }
  public var noiseVariance: Double { labelNoise * labelNoise }

  /// The target's linear parts t.
  public enum Slopes: Sendable, Equatable {
    /// K x d: t_i as rows are.
    case ambient(Matrix)
    /// K x r: B't_i in the basis of `MixtureSubspace`.
    case reduced(Matrix)
    /// t_i = value_i (1, ..., 1)' in d dimensions.
    case constant([Double])
  }

  /// - Parameters:
  ///   - centers: K x d, or fewer columns, the rest being 0.
  ///   - dimension: d; by default the centres' number of columns.
  /// Throws `InvalidPopulation` for values that make no mixture. Cost: 4 d K^2 flops.
  public init(
    centers: Matrix, dimension: Int? = nil, weights: [Double]? = nil, standardDeviation: Double = 1, slopes: Slopes,
    intercepts: [Double], labelNoise: Double, estimates: MixtureUnknowns = .init(), tolerance: Double? = nil
  ) throws {
    let k = centers.rows
    let weights = weights ?? [Double](repeating: 1 / Double(k), count: k)
    let dimension = dimension ?? centers.columns
    try Self.check(centers: centers, dimension: dimension)
    try Self.check(weights: weights, count: k)
    try InvalidPopulation.check(noise: labelNoise)
    try Self.check(positive: standardDeviation, key: "standard_deviation")
    try InvalidPopulation.check(divisors: [standardDeviation], key: "standard_deviation")
    try InvalidPopulation.check(magnitudes: centers.storage, key: "centers")
    try Self.check(overlap: centers, standardDeviation)
    if let tolerance { try Self.check(positive: tolerance, key: "tolerance") }
    self.centers = centers
    self.dimension = dimension
    let total = weights.reduce(0, +)
    self.weights = weights.map { $0 / total }
    self.standardDeviation = standardDeviation
    self.intercepts = intercepts
    self.labelNoise = labelNoise
    self.estimates = estimates
    self.tolerance = tolerance
    subspace = try MixtureSubspace(centers: centers)
    self.slopes = try Self.reduced(slopes, centers: centers, dimension: dimension, basis: subspace.basis)
    guard intercepts.count == k, (intercepts + self.slopes.storage).allSatisfy(\.isFinite) else {
      throw InvalidPopulation(
        key: "downstream.coefficients", value: "\(intercepts.count) blocks",
        problem: "there are \(k) components, and coefficients must be finite", remedy: "Give one block for each")
    }
    try InvalidPopulation.check(magnitudes: intercepts + self.slopes.storage, key: "downstream.coefficients")
  }

  /// Farther apart than this, in standard deviations, posteriors are indicators to far below rounding.
  private static let farthest = 1000.0

  private static func check(overlap centers: Matrix, _ standardDeviation: Double) throws {
    for j in 0..<centers.columns {
      let column = (0..<centers.rows).map { centers[$0, j] }
      guard let low = column.min(), let high = column.max(), high - low > farthest * standardDeviation else { continue }
      throw InvalidPopulation(
        key: "centers", value: "\(high - low) apart in column \(j + 1)",
        problem:
          "clusters more than \(Int(farthest)) standard deviations apart do not overlap: nothing is left to estimate",
        remedy: "Bring them nearer to each other, or give another standard deviation")
    }
  }

  private static func reduced(_ slopes: Slopes, centers: Matrix, dimension: Int, basis: Matrix) throws -> Matrix {
    let (k, r) = (centers.rows, basis.columns)
    func wrong(_ size: String, _ wanted: Int) -> InvalidPopulation {
      InvalidPopulation(
        key: "downstream.coefficients", value: size,
        problem: "the slopes of \(k) components have \(wanted) entries each",
        remedy: "Give \(k) rows of \(wanted) slopes and an intercept")
    }
    switch slopes {
    case .constant(let values):
      guard values.count == k else { throw wrong("\(values.count) values", 1) }
      let sums = basis.transposedTimes([Double](repeating: 1, count: basis.rows))
      return .outerProduct(values, sums)
    case .reduced(let matrix):
      guard matrix.rows == k, matrix.columns == r else { throw wrong("\(matrix.rows) x \(matrix.columns)", r) }
      return matrix
    case .ambient(let matrix):
      guard matrix.rows == k, matrix.columns == dimension else {
        throw wrong("\(matrix.rows) x \(matrix.columns)", dimension)
      }
      return multiply(matrix.columns == basis.rows ? matrix : matrix.columns(0..<basis.rows), basis)
    }
  }

  // MARK: checks

  private static func check(centers: Matrix, dimension: Int) throws {
    let k = centers.rows
    guard k >= 2, centers.columns > 0 else {
      throw InvalidPopulation(
        key: "centers", value: "\(k) x \(centers.columns)", problem: "a mixture has two components or more",
        remedy: "Give two rows or more")
    }
    guard centers.columns <= dimension else {
      throw InvalidPopulation(
        key: "dimension", value: "\(dimension)", problem: "the centers have \(centers.columns) columns",
        remedy: "Give \(centers.columns) or more, or leave it out")
    }
    if let index = centers.storage.firstIndex(where: { !$0.isFinite }) {
      throw InvalidPopulation(
        key: "centers", value: "\(centers.storage[index])",
        problem: "row \(index / centers.columns), column \(index % centers.columns) (counted from 0) is not finite",
        remedy: "Give finite coordinates")
    }
    let closest = MixtureSubspace.closestPair(centers)
    guard closest.distance > 1e-9 * max(centers.largestMagnitude, .leastNormalMagnitude) else {
      throw InvalidPopulation(
        key: "centers", value: "rows \(closest.first) and \(closest.second) (counted from 0)",
        problem: "they coincide: two such components are one", remedy: "Remove one of them and add up their weights")
    }
  }

  private static func check(weights: [Double], count: Int) throws {
    guard weights.count == count, weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw InvalidPopulation(
        key: "weights", value: "[\(weights.map { "\($0)" }.joined(separator: ", "))]",
        problem: "there are \(count) components", remedy: "Give a positive weight for each")
    }
    let total = weights.reduce(0, +)
    guard abs(total - 1) <= 1e-6 else {
      throw InvalidPopulation(
        key: "weights", value: "sum \(total)", problem: "weights must add up to 1", remedy: "Divide by their sum")
    }
  }

  private static func check(positive value: Double, key: String) throws {
    guard value > 0, value.isFinite else {
      throw InvalidPopulation(
        key: key, value: "\(value)", problem: "it must be positive and finite", remedy: "Give a positive number")
    }
  }

  // MARK: law

  /// The same in units of the components' standard deviation.
  var reduced: ReducedMixture {
    ReducedMixture(
      weights: weights, centers: (1 / standardDeviation) * subspace.coordinates, slopes: standardDeviation * slopes,
      intercepts: intercepts, outside: dimension - rank, estimates: estimates)
  }

  /// The law's integrals. Throws `InvalidPopulation` where the information about the centres is singular to working precision.
  func integrals() throws -> MixtureQuadrature.Result {
    let goal = tolerance ?? MixtureQuadrature.defaultTolerance(rank: rank)
    guard rank <= ScrambledSobol.largestDimension else {
      throw InvalidPopulation(
        key: "centers", value: "rank \(rank)",
        problem: "integrals are computed in up to \(ScrambledSobol.largestDimension) dimensions",
        remedy: "Use fewer components")
    }
    do { return try MixtureQuadrature(reduced, tolerance: goal).run() } catch is LinearAlgebraError {
      let closest = MixtureSubspace.closestPair(centers)
      throw InvalidPopulation(
        key: "centers", value: "rows \(closest.first) and \(closest.second) at distance \(closest.distance)",
        problem: "the rows say nothing about centers so close, in double precision",
        remedy: "Separate the centers, or use fewer components")
    }
  }

  /// n (R - σ²) → σ² K (r + 1) + (n/m) ||L(Z)||².
  ///
  /// Cost at the default tolerance: 5 ms for K = 4, 0.1 s for K = 5, a second for K = 14; the same for every d. Centres more than
  /// `resolved` apart cost a second, coarser integration.
  public func law() throws -> LimitLaw {
    let found = try integrals()
    let features = components * (rank + 1)
    let base = try features + tangentRank(found.moments)
    return LimitLaw(
      irreducibleRisk: noiseVariance, effectiveDimension: features, baseDimension: base,
      labelTerm: noiseVariance * Double(features), baseLabelTerm: noiseVariance * Double(base),
      interaction: try found.moments.interaction(), relativeError: found.error,
      isTargetZero: (slopes.storage + intercepts).allSatisfy { $0 == 0 }, warnings: warnings(found))
  }

  /// Up to this distance of the centres, ranks are read off the law's own integrals; beyond it posteriors overlap so little that
  /// the smallest tangents would be lost in the rounding of the others.
  private static let resolved = 5.0

  /// Rank of the tangents beside the features, inside the subspace and turning it.
  private func tangentRank(_ moments: MixtureMoments) throws -> Int {
    let isNear = reduced.largestDistance(below: .infinity) <= Self.resolved
    let near = reduced.drawnTogether(to: Self.resolved)
    guard let own = try? isNear ? moments : MixtureQuadrature(near, tolerance: 1e-4).run().moments else {
      // Some centres coincide as seen from others far away: as in general.
      return components * rank + (dimension - rank) * rank
    }
    let isGeneric = own.ranks.inside > 0 && estimates == .init() && pairSumsDiffer
    return (isGeneric ? components * rank : own.ranks.inside) + (dimension - rank) * own.ranks.outside
  }

  /// Whether no two sums of two centres agree: then all tangents inside the subspace are independent of the features.
  private var pairSumsDiffer: Bool {
    let c = subspace.coordinates
    let sums = (0..<components).flatMap { i in
      (0...i).map { j in (0..<rank).map { c[i, $0] + c[j, $0] } }
    }
    return MixtureSubspace.closestPair(Matrix(sums)).distance > 1e-9 * c.largestMagnitude
  }
}
