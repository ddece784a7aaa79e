import CMath
import Randomness
import SpecialFunctions

/// Points and weights by which means over z ~ N(0, I_r) are taken: a product of trapezoidal rules where that is affordable,
/// scrambled Sobol points beyond.
///
/// The trapezoidal rule of step h is off by e^(-2π a/h) for a function that is analytic within |Im z_j| < a, and by
/// e^(-2π²/h²) for the normal density: both below 1e-13 here. Memory: points (r + 1) numbers.
package struct NormalNodes {
  /// count x r, row by row.
  let points: [Double]
  /// Sum to 1.
  let weights: [Double]
  let dimension: Int
  /// Points of one scrambling; all of them where the rule is a product.
  let blockSize: Int

  var isProduct: Bool { blockSize == weights.count }

  private static let mostPoints = 1 << 20
  private static let scramblings = 8
  /// Beyond, the normal density is below 1e-17.
  private static let reach = 9.0
  private static let widestStep = 0.5
  private static let digits = 32.0

  /// - Parameter strips: a of each coordinate.
  init(strips: [Double]) {
    dimension = strips.count
    let halves = strips.map { Self.reach / min(Self.widestStep, 2 * .pi * $0 / Self.digits) }
    let sizes = halves.map { 2 * $0.rounded(.up) + 1 }
    guard sizes.reduce(1, *) <= Double(Self.mostPoints) else {
      (points, weights) = Self.sobol(dimension, count: Self.mostPoints / 4)
      blockSize = weights.count / Self.scramblings
      return
    }
    (points, weights) = Self.product(sizes.map { Int($0) })
    blockSize = weights.count
  }

  private static func product(_ sizes: [Int]) -> (points: [Double], weights: [Double]) {
    let axes = sizes.map { size in (0..<size).map { reach * (2 * Double($0) / Double(size - 1) - 1) } }
    let total = sizes.reduce(1, *)
    var points = [Double](repeating: 0, count: total * sizes.count)
    var weights = [Double](repeating: 0, count: total)
    for index in 0..<total {
      var (rest, square) = (index, 0.0)
      for (j, axis) in axes.enumerated() {
        let z = axis[rest % axis.count]
        rest /= axis.count
        points[index * sizes.count + j] = z
        square += z * z
      }
      weights[index] = exp(-square / 2)
    }
    let sum = weights.reduce(0, +)
    return (points, weights.map { $0 / sum })
  }

  /// Normal quantiles of scrambled Sobol points, count x dimension, each of the same weight; the same at every call.
  package static func sobol(_ dimension: Int, count: Int) -> (points: [Double], weights: [Double]) {
    var points = [Double](repeating: 0, count: count * dimension)
    let block = count / scramblings
    for scrambling in 0..<scramblings {
      var stream = RandomStream(seed: 0, replicate: UInt64(scrambling), purpose: 0x736f_6674)
      var sequence = ScrambledSobol(dimension: dimension, using: &stream)
      points.withUnsafeMutableBufferPointer { buffer in
        for index in scrambling * block..<(scrambling + 1) * block {
          sequence.fillNext(.init(rebasing: buffer[index * dimension..<(index + 1) * dimension]))
        }
      }
    }
    return (points.map(normalQuantile), [Double](repeating: 1 / Double(count), count: count))
  }
}
