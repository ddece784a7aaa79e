import Asymptotics
import Foundation
import LinearAlgebra
import Randomness
import TestSupport
import Testing

/// Means of softmax probabilities over normal logits.
@Suite struct SoftmaxMeansTests {
  static let map = Matrix([[1, 0], [0.4, 0.8], [-0.6, 0.5]])

  /// mpmath, 20 digits, a trapezoidal rule of half the step over the same three logits.
  @Test func threeClasses() throws {
    let means = try SoftmaxMeans(
      center: [0.3, 0, -0.2], covariance: multiply(Self.map, Self.map, transposing: .right))
    let probabilities = [0.42382711640395292739, 0.27926466881632424552, 0.29690821477972282702]
    let curvature = Matrix([
      [0.18822066969965669363, -0.10659228296429010062, -0.08162838673536659301],
      [-0.10659228296429010062, 0.18571886731305835333, -0.07912658434876825272],
      [-0.08162838673536659301, -0.07912658434876825272, 0.16075497108413484573],
    ])
    #expect(zip(means.probabilities, probabilities).allSatisfy { abs($0 - $1) < 1e-13 })
    #expect((means.curvature - curvature).largestMagnitude < 1e-13)
    #expect(abs(means.irreducibleRisk - 0.89836751537890220269) < 1e-13 && means.relativeError == nil)
  }

  /// Two classes are a logistic loss of the difference.
  @Test(arguments: [0.01, 1, 7, 300.0], [0.0, 1.5]) func twoClassesAreLogistic(_ spread: Double, _ center: Double)
    throws
  {
    let means = try SoftmaxMeans(
      center: [0, center], covariance: .diagonal([0.3 * spread * spread, 0.7 * spread * spread]))
    let head = try GaussianHead(.logistic, signalVariance: spread * spread, intercept: center)
    #expect(relativeDifference(means.curvature[0, 0], head.meanCurvature) < 1e-11)
    #expect(relativeDifference(means.curvature[0, 1], -head.meanCurvature) < 1e-11)
    let contrast = try means.contrasts()[0]
    #expect(relativeDifference(contrast.curvature, 2 * head.meanCurvature) < 1e-11)
  }

  /// Shared shifts of all logits change nothing, whatever their variance.
  @Test func sharedShiftsDoNotCount() throws {
    let own = multiply(Self.map, Self.map, transposing: .right)
    let shifted = own + Matrix(rows: 3, columns: 3, repeating: 50)
    let (one, other) = (
      try SoftmaxMeans(center: [0.3, 0, -0.2], covariance: own),
      try SoftmaxMeans(center: [7.3, 7, 6.8], covariance: shifted)
    )
    #expect((one.curvature - other.curvature).largestMagnitude < 1e-12)
    #expect(abs(one.irreducibleRisk - other.irreducibleRisk) < 1e-11)
  }

  /// Many classes go by Sobol points: against plain draws, with 20 % either way rejected, and within the error that is said.
  @Test func manyClasses() throws {
    let k = 9
    var stream = RandomStream(seed: 71)
    let map = stream.normalMatrix(rows: k, columns: k)
    let covariance = multiply(map, map, transposing: .right)
    let means = try SoftmaxMeans(center: [Double](repeating: 0, count: k), covariance: covariance)
    let error = try #require(means.relativeError)
    #expect(error > 0 && error < 1e-3)
    let found = SampleMean(
      (0..<40_000).map { _ -> Double in
        let logits = map * stream.normals(k)
        let most = logits.max()!
        let shares = logits.map { exp($0 - most) }
        let sum = shares.reduce(0, +)
        return 1 - shares.reduce(0) { $0 + $1 * $1 } / (sum * sum)
      })
    let trace = means.curvature.trace
    #expect(abs(found.z(against: trace)) < 5)
    #expect(abs(found.z(against: 1.2 * trace)) > 5 && abs(found.z(against: 0.8 * trace)) > 5)
  }

  private static func large(_ c: Double) throws -> SoftmaxMeans {
    try SoftmaxMeans(center: [0, 0, 0], covariance: c * c * multiply(map, map, transposing: .right))
  }

  /// Large logits: R* is the mean entropy of plain draws, with 20 % either way rejected.
  @Test(arguments: [10.0, 20, 100]) func largeLogits(_ c: Double) throws {
    let means = try Self.large(c)
    var stream = RandomStream(seed: 72)
    let found = SampleMean(
      (0..<400_000).map { _ -> Double in
        let z = stream.normals(2)
        let logits = (0..<3).map { c * (Self.map[$0, 0] * z[0] + Self.map[$0, 1] * z[1]) }
        let most = logits.max()!
        let sum = logits.reduce(0) { $0 + exp($1 - most) }
        return logits.reduce(0) { $0 + exp($1 - most) / sum * (most + log(sum) - $1) }
      })
    #expect(abs(found.z(against: means.irreducibleRisk)) < 5)
    #expect(abs(found.z(against: 1.2 * means.irreducibleRisk)) > 5)
    #expect(abs(found.z(against: 0.8 * means.irreducibleRisk)) > 5)
  }

  /// In the end R* falls like one over the logits' size, never to 0 nor above log K, within the error that is said.
  @Test(arguments: [300.0, 1000, 10_000]) func largestLogits(_ c: Double) throws {
    let (means, other) = (try Self.large(c), try Self.large(100))
    let error = try #require(means.relativeError) + (other.relativeError ?? 0)
    #expect(error < 0.3)
    #expect(relativeDifference(c * means.irreducibleRisk, 100 * other.irreducibleRisk) < 5 * error)
    #expect(means.irreducibleRisk > 0 && means.irreducibleRisk < log(3.0))
  }

  @Test func refusals() {
    #expect(throws: HeadError.constantClasses) {
      try SoftmaxMeans(center: [0, 5000, 0], covariance: Matrix(rows: 3, columns: 3))
    }
    #expect(throws: HeadError.classesOverflow) {
      try SoftmaxMeans(center: [0, .infinity], covariance: Matrix(rows: 2, columns: 2))
    }
  }
}
