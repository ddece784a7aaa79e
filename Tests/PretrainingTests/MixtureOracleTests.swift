import Asymptotics
import Foundation
import LinearAlgebra
import Pretraining
import Randomness
import SpecialFunctions
import TestSupport
import Testing

/// Laws of mixtures by routes that share nothing with the library's.
@Suite struct MixtureOracleTests {
  /// Orthogonal centres beta e_i, slopes 0: every moment is a one-dimensional integral, by S^-n = ∫ t^(n-1) e^-tS dt / (n-1)!.
  struct OrthogonalOracle {
    private let k: Int
    private let beta: Double
    private let steps: [Double]
    /// nu[p][q][s] = E x^p Y^q e^-Y, x ~ N(0, 1), Y = exp(s + beta x).
    private var nu: [[[Double]]]

    init(components k: Int, beta: Double) {
      self.k = k
      self.beta = beta
      steps = Array(stride(from: -(beta * beta + 14 * beta + 40), through: 12 * beta + 40, by: 0.1))
      let width = min(0.1, Double.pi * Double.pi / (40 * beta))
      let grid = Array(stride(from: -12, through: 4 * beta + 12, by: width))
      nu = [[[Double]]](repeating: [[Double]](repeating: [], count: 5), count: 3)
      for p in 0...2 {
        for q in 0...4 {
          nu[p][q] = steps.map { s in
            grid.reduce(0) { sum, x in
              let exponent = s + beta * x
              return sum + width * normalDensity(x) * pow(x, Double(p)) * exp(Double(q) * exponent - exp(exponent))
            }
          }
        }
      }
    }

    /// E over the mixture of pi_i1 ... pi_iQ x^powers, Q >= 2.
    func moment(_ posteriors: [Int], _ powers: [Int]) -> Double {
      var counts = [Int](repeating: 0, count: k)
      for index in posteriors { counts[index] += 1 }
      let factor = exp(-beta * beta / 2) / Double(k) / exp(logGamma(Double(posteriors.count - 1)))
      return steps.indices.reduce(0) { sum, t in
        sum + factor * 0.1 * exp(-steps[t]) * (0..<k).reduce(1) { $0 * nu[powers[$1]][counts[$1]][t] }
      }
    }
  }

  /// K = 3: features, scores and tangents as combinations of pi... x^p in three coordinates, then plain linear algebra.
  @Test(arguments: [1.0, 2.0])
  func orthogonalCenters(_ beta: Double) throws {
    let (k, d) = (3, 9)
    let b = [0.7, -0.4, 0.2]
    let oracle = OrthogonalOracle(components: k, beta: beta)
    let basis = try MixtureSubspace(centers: beta * Matrix.identity(k)).basis
    let centers = multiply(beta * Matrix.identity(k), basis)
    // Columns (posteriors, power of x or nil, coefficient): pi_i (x_a - beta delta_ia), pi_i, pi_i D_i (x_a - beta delta_ia).
    typealias Term = (posteriors: [Int], axis: Int?, factor: Double)
    var columns: [[Term]] = []
    func step(_ i: Int, _ a: Int, _ more: [Int], _ factor: Double) -> [Term] {
      [([i] + more, a, factor)] + (a == i ? [([i] + more, nil, -beta * factor)] : [])
    }
    for i in 0..<k { for a in 0..<k { columns.append(step(i, a, [], 1)) } }
    for i in 0..<k { columns.append([([i], nil, 1)]) }
    for i in 0..<k {
      for a in 0..<k { columns.append((0..<k).flatMap { other in step(i, a, [other], b[i] - b[other]) }) }
    }
    var moment = Matrix(rows: columns.count, columns: columns.count)
    for (i, left) in columns.enumerated() {
      for (j, right) in columns.enumerated() where j <= i {
        var sum = 0.0
        for first in left where first.factor != 0 {
          for second in right where second.factor != 0 {
            var powers = [Int](repeating: 0, count: k)
            for axis in [first.axis, second.axis] { if let axis { powers[axis] += 1 } }
            sum += first.factor * second.factor * oracle.moment(first.posteriors + second.posteriors, powers)
          }
        }
        (moment[i, j], moment[j, i]) = (sum, sum)
      }
    }
    // Three coordinates -> two of the subspace, in blocks.
    var map = Matrix(rows: columns.count, columns: 2 * k * 2 + k)
    for i in 0..<k {
      for a in 0..<k {
        for j in 0..<2 {
          map[i * k + a, i * 2 + j] = basis[a, j]
          map[k * k + k + i * k + a, 2 * k + k + i * 2 + j] = basis[a, j]
        }
      }
      map[k * k + i, 2 * k + i] = 1
    }
    let m = multiply(map, multiply(moment, map), transposing: .left).symmetrized()
    func block(_ r: Range<Int>, _ c: Range<Int>) -> Matrix { m.rows(r).columns(c) }
    let (psi, g) = (0..<9, 9..<15)
    let cost = block(g, g) - multiply(block(g, psi), try Cholesky(block(psi, psi)).solve(block(psi, g)))
    let inside = traceOfProduct(try Cholesky(block(0..<6, 0..<6)).inverse(), cost)
    // sum_i pi_i² (b_i - f)² = sum over i of (pi_i D_i)², D_i = sum_j pi_j (b_i - b_j).
    var numerator = 0.0
    for i in 0..<k {
      for j in 0..<k where j != i {
        for l in 0..<k where l != i {
          numerator += (b[i] - b[j]) * (b[i] - b[l]) * oracle.moment([i, i, j, l], [0, 0, 0])
        }
      }
    }
    let lambda = 1 / Double(k) - Double(k) * oracle.moment([0, 1], [0, 0, 0])
    #expect(centers.rows == k)
    let expected = inside + Double(d - 2) * numerator / lambda
    let law = try MixturePopulation(
      centers: beta * Matrix.identity(k), dimension: d, slopes: .constant([0, 0, 0]), intercepts: b, labelNoise: 1,
      tolerance: 1e-10
    ).law()
    #expect(relativeDifference(law.interaction.mean, expected) < 1e-8)
  }

  /// Unequal weights, both unknown with the variance: two components in three columns, by finite differences of the density and of
  /// the target at sampled rows, through the general theorem. 24 batches of 4 000 rows: standard error about 2 %.
  @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
  func weightsAndVariance(_ unknown: (weights: Bool, variance: Bool)) throws {
    let estimates = MixtureUnknowns(weights: unknown.weights, variance: unknown.variance)
    let centers = Matrix([[1.2, 0.3, -0.5], [-0.9, 0.8, 0.4]])
    func world(_ estimates: MixtureUnknowns, _ weights: [Double] = [0.7, 0.3]) throws -> MixturePopulation {
      try MixturePopulation(
        centers: centers, weights: weights, standardDeviation: 1.3, slopes: .reduced(Matrix([[0.5], [-0.8]])),
        intercepts: [0.6, -0.4], labelNoise: 1, estimates: estimates, tolerance: 1e-8)
    }
    let law = try world(estimates).law()
    let means = try (0..<24).map { batch -> Double in
      var stream = RandomStream(seed: 11, replicate: UInt64(batch))
      let rows = try world(estimates).rows(4000, using: &stream)
      return try FiniteDifferences(world(estimates)).law(rows).interaction.mean
    }
    let sample = SampleMean(means)
    #expect(abs(sample.z(against: law.interaction.mean)) < 5, "\(sample.mean) \(law.interaction.mean)")
    #expect(abs(sample.z(against: 1.2 * law.interaction.mean)) > 5)
    #expect(sample.standardError < 0.03 * sample.mean)
  }

  /// What it costs not to know the variance, which directions outside the centres' span tell of, too: the difference of two laws
  /// on the same rows, to five standard errors; 15 % more of it, as four fifths of their information would cost, is seen.
  @Test func varianceAlone() throws {
    func world(_ isUnknown: Bool) throws -> MixturePopulation {
      try MixturePopulation(
        centers: Matrix([[0.9, 0.2, -0.3], [-0.6, 0.5, 0.3]]), weights: [0.7, 0.3], standardDeviation: 1.3,
        slopes: .reduced(Matrix([[0.5], [-0.8]])), intercepts: [0.6, -0.4], labelNoise: 1,
        estimates: MixtureUnknowns(weights: false, variance: isUnknown), tolerance: 1e-8)
    }
    let (known, unknown) = (try world(false), try world(true))
    let cost = try unknown.law().interaction.mean - known.law().interaction.mean
    // The estimated square of a component along the variance is too large by its own variance, of order 1/rows.
    let found = try Parallel.map(count: 24) { batch -> Double in
      var stream = RandomStream(seed: 12, replicate: UInt64(batch))
      let rows = known.rows(32_000, using: &stream)
      return try FiniteDifferences(unknown).law(rows).interaction.mean
        - FiniteDifferences(known).law(rows).interaction.mean
    }
    let sample = SampleMean(found)
    #expect(abs(sample.z(against: cost)) < 5, "\(sample) for \(cost)")
    #expect(abs(sample.z(against: 1.15 * cost)) > 5 && abs(sample.z(against: 0.85 * cost)) > 5, "\(sample)")
  }

  /// Scores and tangents of two components by central differences in (u_1, u_2, log-odds, log s).
  struct FiniteDifferences {
    private let world: MixturePopulation
    private let parameters: [Double]
    private let used: [Int]
    private let step = 1e-5

    init(_ world: MixturePopulation) {
      self.world = world
      parameters =
        world.centers.storage + [log(world.weights[0] / world.weights[1]), log(world.standardDeviation)]
      used = Array(0..<6) + (world.estimates.weights ? [6] : []) + (world.estimates.variance ? [7] : [])
    }

    private func value(_ x: [Double], _ w: [Double]) -> (logDensity: Double, target: Double, features: [Double]) {
      let (u, v, scale) = (Array(w[0..<3]), Array(w[3..<6]), exp(w[7]))
      let axis = zip(u, v).map { $0 - $1 }
      let unit = axis.map { $0 / dot(axis, axis).squareRoot() }
      let odds = 1 / (1 + exp(-w[6]))
      var (density, exponents, along) = ([Double](), [Double](), [Double]())
      for (center, share) in [(u, odds), (v, 1 - odds)] {
        let difference = zip(x, center).map { $0 - $1 }
        density.append(
          share * exp(-0.5 * dot(difference, difference) / (scale * scale)) / pow(scale, 3))
        along.append(dot(difference, unit))
        exponents.append(log(share) - 0.5 * along.last! * along.last! / (scale * scale))
      }
      let p = 1 / (1 + exp(exponents[1] - exponents[0]))
      // The slopes are in the Gram-Schmidt basis, which points from the mean to the first centre.
      let features = [p * along[0], (1 - p) * along[1], p, 1 - p]
      return (log(density[0] + density[1]), dot([0.5, -0.8, 0.6, -0.4], features), features)
    }

    func law(_ rows: Matrix) throws -> LimitLaw {
      let q = used.count
      var (scores, tangents) = (Matrix(rows: rows.rows, columns: q), Matrix(rows: rows.rows, columns: q))
      var features = Matrix(rows: rows.rows, columns: 4)
      for row in 0..<rows.rows {
        let x = rows.row(row)
        for (column, index) in used.enumerated() {
          var (above, below) = (parameters, parameters)
          above[index] += step
          below[index] -= step
          let (high, low) = (value(x, above), value(x, below))
          scores[row, column] = (high.logDensity - low.logDensity) / (2 * step)
          tangents[row, column] = (high.target - low.target) / (2 * step)
        }
        for (column, feature) in value(x, parameters).features.enumerated() { features[row, column] = feature }
      }
      return try LimitLaw(
        moments: MomentMatrices(
          scores: scores, hessian: RowMoments(rows: scores).covariance, features: features, tangents: tangents,
          verticalBasis: Matrix(rows: q, columns: 0)), noiseVariance: 1)
    }
  }

  /// Moments averaged over rows of data reach the law; its Hessian is averaged by itself. 30 batches of 4 000 rows.
  @Test func momentsFromData() throws {
    let item = try MixtureReference.read().generic[1]
    let world = try MixtureReference.world(item, tolerance: 1e-6)
    let exact = try world.law().interaction.mean
    let means = try (0..<30).map { batch -> Double in
      var stream = RandomStream(seed: 3, replicate: UInt64(batch))
      let representation = try MixtureRepresentation(centers: world.centers, weights: world.weights)
      let moments = representation.moments(
        unlabeled: world.rows(4000, using: &stream), downstream: world.rows(4000, using: &stream),
        coefficients: world.slopes.storage + world.intercepts)
      return try LimitLaw(moments: moments, noiseVariance: 1).interaction.mean
    }
    let sample = SampleMean(means)
    // Inverting an estimated Hessian of order 28 from 4 000 rows adds a few percent.
    #expect(abs(sample.mean / exact - 1) < 0.08 && abs(sample.z(against: 1.3 * exact)) > 5, "\(sample.mean) \(exact)")
  }
}
