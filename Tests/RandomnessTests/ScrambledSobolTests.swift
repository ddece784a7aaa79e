import Foundation
import Randomness
import Testing

@Suite struct ScrambledSobolTests {
  private func points(_ count: Int, dimension: Int, seed: UInt64 = 0) -> [[Double]] {
    var stream = RandomStream(seed: seed)
    var sequence = ScrambledSobol(dimension: dimension, using: &stream)
    return (0..<count).map { _ in
      var point = [Double](repeating: 0, count: dimension)
      point.withUnsafeMutableBufferPointer { sequence.fillNext($0) }
      return point
    }
  }

  /// The first 2^m points have one coordinate in each interval of length 2^-m, for every axis: a net, whatever the scrambling.
  @Test func everyAxisIsStratified() {
    let sample = points(256, dimension: ScrambledSobol.largestDimension)
    for axis in 0..<ScrambledSobol.largestDimension {
      #expect(Set(sample.map { Int($0[axis] * 256) }).count == 256, "axis \(axis)")
    }
  }

  /// The first two coordinates are a (0, m, 2) net: one of 64 points in every elementary box of volume 1/64.
  @Test func firstTwoAxesAreANet() {
    let sample = points(64, dimension: 2, seed: 3)
    for power in 0...6 {
      let (across, up) = (1 << power, 64 >> power)
      let boxes = Set(sample.map { [Int($0[0] * Double(across)), Int($0[1] * Double(up))] })
      #expect(boxes.count == 64)
    }
  }

  /// A product with integral 1 in 12 dimensions: error far below that of as many random points (0.06 here).
  @Test func integratesSmoothFunctions() {
    func value(_ x: [Double]) -> Double { x.reduce(1) { $0 * (1 + ($1 - 0.5)) } }
    let means = (0..<8).map { seed in
      points(4096, dimension: 12, seed: UInt64(seed)).reduce(0) { $0 + value($1) } / 4096
    }
    let random = ((pow(1 + 1 / 12.0, 12) - 1) / 4096).squareRoot()
    for mean in means { #expect(abs(mean - 1) < random / 3) }
    #expect(abs(means.reduce(0, +) / 8 - 1) < random / 10)
  }
}
