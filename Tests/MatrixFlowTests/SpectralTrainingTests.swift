import Foundation
import LinearAlgebra
import MatrixFlow
import Randomness
import TestSupport
import Testing

@Suite struct SpectralTrainingTests {
  private static let correlations = [0.9, 0.5, 0.3, 0.2, 0.1]

  private static func training(scale: Double = 1e-3) throws -> SpectralTraining {
    var stream = RandomStream(seed: 1)
    return try SpectralTraining(
      covariance: .identity(5), pairCovariance: .diagonal(correlations),
      start: scale * stream.normalMatrix(rows: 5, columns: 2))
  }

  /// A sample's own second moments, added up row by row: (x x' + x⁺x⁺')/2 and (x x⁺' + x⁺x')/2 in the mean. With the first 20 % off
  /// it is another target.
  @Test func momentsOfTriples() throws {
    var stream = RandomStream(seed: 12)
    let anchors = stream.normalMatrix(rows: 60, columns: 3)
    let positives = 0.8 * anchors + 0.6 * stream.normalMatrix(rows: 60, columns: 3)
    let negatives = stream.normalMatrix(rows: 60, columns: 3)
    let start = 0.1 * stream.normalMatrix(rows: 3, columns: 2)
    var (own, cross) = (Matrix(rows: 3, columns: 3), Matrix(rows: 3, columns: 3))
    for row in 0..<60 {
      let (x, plus) = (anchors.row(row), positives.row(row))
      for i in 0..<3 {
        for j in 0..<3 {
          own[i, j] += (x[i] * x[j] + plus[i] * plus[j]) / 120
          cross[i, j] += (x[i] * plus[j] + plus[i] * x[j]) / 120
        }
      }
    }
    let flow = try SpectralTraining(anchors: anchors, positives: positives, negatives: negatives, start: start).flow
    for (factor, isRight) in [(0.8, false), (1, true), (1.2, false)] {
      let expected = try SpectralTraining(covariance: factor * own, pairCovariance: cross, start: start).flow
        .eigenvalues
      let difference = zip(flow.eigenvalues, expected).reduce(0) { max($0, relativeDifference($1.0, $1.1)) }
      #expect((difference < 1e-11) == isRight, "\(difference)")
    }
  }

  /// L = -2E⟨f, f⁺⟩ + E⟨f, f'⟩² = ‖UU' - C̄‖² - ‖C̄‖², so the flow of L/4 in U is this one: its velocity against finite differences of L.
  @Test func velocityIsMinusAQuarterOfTheGradient() throws {
    var stream = RandomStream(seed: 2)
    let root = Matrix.identity(4) + 0.3 * stream.normalMatrix(rows: 4, columns: 4)
    let covariance = root.gram()
    let pairs = multiply(root, Matrix.diagonal([0.8, 0.5, 0.2, -0.1]) * root, transposing: .left).symmetrized()
    let start = 0.4 * stream.normalMatrix(rows: 4, columns: 2)
    let flow = try SpectralTraining(covariance: covariance, pairCovariance: pairs, start: start).flow
    let whitening = try SymmetricEigen(covariance).applying { 1 / $0.squareRoot() }
    func loss(_ u: Matrix) -> Double {
      let a = multiply(u, whitening, transposing: .left)
      let similarity = multiply(a * covariance, a, transposing: .right)
      return -2 * multiply(a * pairs, a, transposing: .right).trace + similarity.squaredFrobeniusNorm
    }
    let width = 1e-5
    let velocity = (0.5 / width) * (try flow.solution(at: 2 * width) - start)
    for index in start.storage.indices {
      var (up, down) = (start, start)
      up.storage[index] += 1e-5
      down.storage[index] -= 1e-5
      let gradient = (loss(up) - loss(down)) / 2e-5
      #expect(abs(velocity.storage[index] + gradient / 4) < 2e-4)
    }
    #expect(relativeDifference(flow.eigenvalues[0], 0.8) < 1e-12)
  }

  /// tr V of λ = (0.9, 0.5 | 0.3, 0.2, 0.1): 36.98194692460317; fits of 120 samples of 4000 rows gave 35.3 ± 2.2.
  @Test func estimationVariance() throws {
    let training = try Self.training()
    #expect(relativeDifference(training.estimationVariance!, 36.98194692460317) < 1e-12)
    #expect(
      relativeDifference(training.statisticalError(rows: 10_000)!, (36.98194692460317 / 1e4).squareRoot()) < 1e-12)
  }

  /// The score's variances from rows against their Gaussian closed form; a 20 % smaller one is rejected.
  @Test func sampledVarianceAgreesWithTheClosedForm() throws {
    let (count, exact) = (4000, try Self.training().estimationVariance!)
    let values = try (0..<40).map { replicate -> Double in
      var stream = RandomStream(seed: 3, replicate: UInt64(replicate))
      let z = stream.normalMatrix(rows: count, columns: 5)
      let own = stream.normalMatrix(rows: count, columns: 5)
      let positives =
        z.scalingColumns(by: Self.correlations)
        + own.scalingColumns(by: Self.correlations.map { (1 - $0 * $0).squareRoot() })
      return try SpectralTraining(
        covariance: .identity(5), pairCovariance: .diagonal(Self.correlations), anchors: z, positives: positives,
        negatives: stream.normalMatrix(rows: count, columns: 5), start: Matrix(rows: 5, columns: 2, repeating: 0.1)
      ).estimationVariance!
    }
    let sample = SampleMean(values)
    #expect(abs(sample.z(against: exact)) < 5, "z = \(sample.z(against: exact))")
    #expect(abs(sample.z(against: 0.8 * exact)) > 5)
  }

  /// The time at which the error is the level, from either side; smaller starts take log(1/scale)/λ_2 longer.
  @Test func trainingTime() throws {
    let (training, level) = (try Self.training(), 0.05)
    let time = try training.time(toReach: level)!
    #expect(try training.representationError(at: 0.999 * time) > level)
    #expect(try training.representationError(at: 1.001 * time) < level)
    let longer = try Self.training(scale: 1e-6).time(toReach: level)! - time
    #expect(abs(longer / (log(1e3) / 0.5) - 1) < 0.01)
    #expect(abs(longer / (log(1e3) / 0.4) - 1) > 0.1)
  }

  @Test func statesWhenThereIsNoAnswer() throws {
    let tied = try SpectralTraining(
      covariance: .identity(3), pairCovariance: .diagonal([0.5, 0.5, 0.1]), start: FlowCase.wave(3, 1, 0.1))
    #expect(tied.estimationVariance == nil && tied.statisticalError(rows: 10) == nil)
    var saddle = FlowCase.wave(3, 1, 0.1)
    saddle[0, 0] = 0
    let stuck = try SpectralTraining(
      covariance: .identity(3), pairCovariance: .diagonal([0.9, 0.5, 0.1]), start: saddle)
    #expect(try stuck.time(toReach: 1e-3) == nil)
    #expect(tied.hasPlainClosedForm)
    #expect(
      try !SpectralTraining(
        covariance: .diagonal([2, 1, 1]), pairCovariance: .diagonal([0.9, 0.5, 0.1]), start: saddle
      ).hasPlainClosedForm)
  }

  /// With Σ not a multiple of the identity plain gradient flow in A is another flow: the same limit, other values on the way.
  @Test func plainFlowDiffers() throws {
    let covariance = Matrix([[2, 0.6, 0], [0.6, 1, 0.2], [0, 0.2, 0.5]])
    let pairs = 0.5 * covariance + 0.1 * Matrix.diagonal([1, 0, 0.5])
    let start = FlowCase.wave(3, 2, 0.4)
    let training = try SpectralTraining(covariance: covariance, pairCovariance: pairs, start: start)
    let (u, target) = (training.flow, training.flow.target)
    func plain(_ end: Double, step: Double = 1e-3) -> Matrix {
      var x = start
      for _ in 0..<Int(end / step) {
        let middle = x + (0.5 * step) * (covariance * (target * x - x * x.gram()))
        x = x + step * (covariance * (target * middle - middle * middle.gram()))
      }
      return multiply(x, x, transposing: .right)
    }
    #expect(relativeDifference(plain(1), try u.product(at: 1)) > 0.02)
    #expect(relativeDifference(plain(600, step: 0.01), u.limit.product) < 1e-4)
  }

  @Test func mixtureMoments() throws {
    let mixture = MixturePairs(centers: Matrix([[2, 0, 0], [0, 2, 0]]))
    var stream = RandomStream(seed: 7)
    let (x, partners, strangers) = mixture.triples(200_000, using: &stream)
    let pairs = (1 / 200_000) * multiply(x, partners, transposing: .left)
    // Standard deviations of the products are below 4, so entries are within 5 · 4 / sqrt(200 000) = 0.045.
    #expect((pairs - mixture.pairCovariance).largestMagnitude < 0.045)
    #expect(((1 / 200_000) * x.gram() - mixture.covariance).largestMagnitude < 0.045)
    let unrelated = (1 / 200_000) * multiply(x, strangers, transposing: .left)
    #expect(abs(unrelated[0, 0] - 1) < 0.045 && abs(pairs[0, 0] - unrelated[0, 0]) > 0.5)
  }
}
