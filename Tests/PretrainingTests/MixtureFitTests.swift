import Foundation
import Geometry
import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

@Suite struct MixtureFitTests {
  private static let world = Result {
    try MixturePopulation(
      centers: Matrix([[0, 0, 0, 0], [3, 0, 0, 1], [0, 3, -1, 0]]), weights: [0.5, 0.3, 0.2],
      slopes: .constant([0, 0, 0]), intercepts: [0, 0, 0], labelNoise: 1)
  }
  private static func rows(_ count: Int, seed: UInt64 = 1) throws -> Matrix {
    var stream = RandomStream(seed: seed)
    return try world.get().rows(count, using: &stream)
  }

  /// One iteration, written out.
  private func slowIteration(
    _ rows: Matrix, _ centers: Matrix, _ weights: [Double], _ variance: Double
  ) -> (centers: Matrix, weights: [Double], variance: Double, logLikelihood: Double) {
    let (k, d) = (centers.rows, rows.columns)
    var counts = [Double](repeating: 0, count: k)
    var sums = Matrix(rows: k, columns: d)
    var (total, squares) = (0.0, 0.0)
    var posteriors = Matrix(rows: rows.rows, columns: k)
    for row in 0..<rows.rows {
      let densities = (0..<k).map { i in
        let square = (0..<d).reduce(0) { $0 + pow(rows[row, $1] - centers[i, $1], 2) }
        return weights[i] * exp(-square / (2 * variance)) / pow(2 * Double.pi * variance, Double(d) / 2)
      }
      let density = densities.reduce(0, +)
      total += log(density)
      for i in 0..<k {
        posteriors[row, i] = densities[i] / density
        counts[i] += posteriors[row, i]
        for j in 0..<d { sums[i, j] += posteriors[row, i] * rows[row, j] }
      }
    }
    let fresh = sums.scalingRows(by: counts.map { 1 / $0 })
    for row in 0..<rows.rows {
      for i in 0..<k {
        squares += posteriors[row, i] * (0..<d).reduce(0) { $0 + pow(rows[row, $1] - fresh[i, $1], 2) }
      }
    }
    let m = Double(rows.rows)
    return (fresh, counts.map { $0 / m }, squares / (m * Double(d)), total / m)
  }

  @Test(arguments: [(false, false), (true, true)])
  func iterationsAreTheSlowOnes(_ unknown: (Bool, Bool)) throws {
    let rows = try Self.rows(700)
    var method = GaussianMixture(
      estimates: MixtureUnknowns(weights: unknown.0, variance: unknown.1), weights: [0.4, 0.3, 0.3], variance: 1.2)
    method.maximumIterations = 6
    method.tolerance = 0
    method.accelerates = false
    var slow = (
      centers: Matrix([[0.2, 0, 0, 0], [2, 0, 0.5, 1], [0, 2, -1, 0]]), weights: [0.4, 0.3, 0.3], variance: 1.2,
      logLikelihood: 0.0
    )
    let fast = try method.fit(rows, from: slow.centers)
    #expect(fast.status == .iterationLimit && fast.iterations == 6)
    for index in 0..<6 {
      let next = slowIteration(rows, slow.centers, slow.weights, slow.variance)
      #expect(relativeDifference(next.logLikelihood, fast.logLikelihoods[index]) < 1e-13)
      if index < 5 {
        slow = (
          next.centers, unknown.0 ? next.weights : slow.weights, unknown.1 ? next.variance : slow.variance, 0
        )
      }
    }
    #expect(relativeDifference(slow.centers, fast.centers) < 1e-12)
    #expect(relativeDifference(slow.variance, fast.variance) < 1e-12)
    #expect(zip(slow.weights, fast.weights).allSatisfy { relativeDifference($0, $1) < 1e-12 })
  }

  @Test func likelihoodNeverDecreases() throws {
    for seed in 0..<5 as Range<UInt64> {
      let rows = try Self.rows(2000, seed: seed)
      var method = GaussianMixture(estimates: .init(weights: true, variance: true))
      method.seed = seed
      method.restarts = 1
      let fit = try method.fit(rows, components: 4)
      #expect(fit.iterations > 3)
      for (before, after) in zip(fit.logLikelihoods, fit.logLikelihoods.dropFirst()) {
        #expect(after >= before - 1e-13 * abs(before))
      }
    }
  }

  /// Long steps lead to the optimum that plain iterations lead to, in fewer.
  @Test func longStepsSaveIterations() throws {
    let rows = try Self.rows(4000)
    var method = GaussianMixture(estimates: .init(weights: true, variance: true))
    method.restarts = 1
    method.tolerance = 1e-13
    let fast = try method.fit(rows, components: 3)
    method.accelerates = false
    let plain = try method.fit(rows, components: 3)
    #expect(fast.status == .converged && plain.status == .converged)
    #expect(2 * fast.iterations < plain.iterations)
    #expect(abs(fast.logLikelihood - plain.logLikelihood) < 1e-10)
    #expect((fast.centers - plain.centers).largestMagnitude < 1e-4)
  }

  /// Screening leads to an optimum as high as that of all starts, in a fraction of the iterations; here the world is easy.
  @Test func screeningFindsTheSameOptimum() throws {
    let rows = try Self.rows(4000)
    var method = GaussianMixture(estimates: .init(weights: true, variance: true))
    let full = try method.fit(rows, components: 3)
    method.screening = 5
    let screened = try method.fit(rows, components: 3)
    #expect(screened.status == .converged && abs(screened.logLikelihood - full.logLikelihood) < 1e-9)
    // A start that has ended is not begun again.
    method.screening = 1000
    #expect(try method.fit(rows, components: 3).logLikelihoods == full.logLikelihoods)
  }

  /// From k-means++ starts, without weights and variance, everything is found; a start from there leads back to it.
  @Test func findsTheMixture() throws {
    let world = try Self.world.get()
    let rows = try Self.rows(40_000)
    let method = GaussianMixture(estimates: .init(weights: true, variance: true))
    let fit = try method.fit(rows, components: 3)
    #expect(fit.status == .converged)
    let found = try MixtureRepresentation(fit).aligned(to: world.centers)
    // Standard errors are about sqrt(1 / 8000) = 0.011 a coordinate for the smallest component.
    #expect((found.centers - world.centers).largestMagnitude < 0.06)
    #expect(zip(found.weights, world.weights).allSatisfy { abs($0 - $1) < 0.02 })
    #expect(abs(fit.variance - 1) < 0.02)
    let warm = try method.fit(rows, from: fit.centers)
    #expect(relativeDifference(warm.logLikelihood, fit.logLikelihood) < 1e-9)
  }

  @Test func alignmentUndoesAPermutation() throws {
    let world = try Self.world.get()
    let shuffled = try MixtureRepresentation(
      centers: world.centers.rows(at: [2, 0, 1]), weights: [0.2, 0.5, 0.3])
    let aligned = try shuffled.aligned(to: world.centers)
    #expect(aligned.centers == world.centers && aligned.weights == [0.5, 0.3, 0.2])
  }

  /// Features of a permuted fit are permuted features: the same span, so the same predictor.
  @Test func featuresFollowThePermutation() throws {
    let world = try Self.world.get()
    let rows = try Self.rows(20)
    let order = [2, 0, 1]
    let plain = try MixtureRepresentation(centers: world.centers, weights: world.weights).features(of: rows)
    let other = try MixtureRepresentation(
      centers: world.centers.rows(at: order), weights: order.map { world.weights[$0] }
    ).features(of: rows)
    #expect(plain.columns == 9)
    for row in 0..<20 {
      #expect(abs((0..<3).reduce(0) { $0 + plain[row, 6 + $1] } - 1) < 1e-14)
      for (position, index) in order.enumerated() {
        #expect(relativeDifference(other[row, 6 + position], plain[row, 6 + index]) < 1e-12)
        // The basis may have turned; lengths have not.
        let length = (0..<2).reduce(0) { $0 + pow(other[row, position * 2 + $1], 2) }
        let expected = (0..<2).reduce(0) { $0 + pow(plain[row, index * 2 + $1], 2) }
        #expect(abs(length - expected) < 1e-12 * max(1, expected))
      }
    }
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let rows = try Self.rows(9001)
    let threads = Parallel.threads
    defer { Parallel.threads = threads }
    let fits = try [1, 2, 5].map { count in
      Parallel.threads = count
      return try GaussianMixture().fit(rows, components: 3).centers
    }
    #expect(fits[0] == fits[1] && fits[1] == fits[2])
  }

  @Test func badRowsAreNamed() throws {
    var rows = try Self.rows(5)
    #expect(throws: MixtureFitError.fewerRowsThanComponents(rows: 5, components: 6)) {
      try GaussianMixture().fit(rows, components: 6)
    }
    #expect(throws: MixtureFitError.startOfWrongSize(rows: 2, columns: 3, wantedRows: 2, wantedColumns: 4)) {
      try GaussianMixture().fit(rows, from: Matrix(rows: 2, columns: 3))
    }
    rows[3, 2] = .infinity
    #expect(throws: MixtureFitError.nonFinite(row: 3, column: 2, value: .infinity)) {
      try GaussianMixture().fit(rows, components: 2)
    }
    #expect(throws: MixtureFitError.coincidentRows(different: 1, components: 2)) {
      try GaussianMixture().fit(Matrix(rows: 8, columns: 2, repeating: 3), components: 2)
    }
    let far = Matrix([[0, 0], [1, 0], [1e4, 1e4]])
    let start = Matrix([[0, 0], [-1e5, 0]])
    #expect(throws: MixtureFitError.emptyComponent(component: 1, iterations: 1)) {
      try GaussianMixture().fit(far, from: start)
    }
  }
}
