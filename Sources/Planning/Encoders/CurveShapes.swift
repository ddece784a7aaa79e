import CMath
import LinearAlgebra
import Randomness
import SpecialFunctions

/// Shapes that a risk may have as a function of unlabeled rows, drawn from the prior.
///
/// With s = log2(m'/m) and D = R(m/2) - R(m), the last doubling that was measured, R(m') = R(m) + D x(s). The gain of each
/// doubling is 2^-a times that of the one before; going forward a = 0.8 + c + e_j, going back 2^a times with a = 0.5 + c + e_j, where
/// c ~ N(0, 0.4²) is common to a shape and e_j ~ N(0, 0.5²) belongs to a doubling. x(0) = 0, x(-1) = 1, linear in between.
/// a = 1 is the theory's 1/m; encoders of these sizes were measured to have a between 0 and 1.
/// Source: 9 small encoders (autoencoders, contrastive and masked ones); set `CurvePrior` for others.
package struct CurveShapes: Sendable {
  /// Doublings back and forward from the full run.
  package static let (back, forward) = (4, 6)

  /// x at s = -4, ..., 6, one for each shape.
  private let values: [[Double]]

  package var count: Int { values.count }

  /// - Parameter count: quasi-random draws; the same whatever else is random.
  package init(_ prior: CurvePrior = CurvePrior(), count: Int = 256) {
    var stream = RandomStream(seed: 0, purpose: Purpose.shapes)
    // The common part, the doublings forward, and those back beyond the first.
    var points = ScrambledSobol(dimension: Self.forward + Self.back, using: &stream)
    var draw = [Double](repeating: 0, count: Self.forward + Self.back)
    values = (0..<count).map { _ in
      draw.withUnsafeMutableBufferPointer { points.fillNext($0) }
      let normals = draw.map(normalQuantile)
      return Self.shape(prior, common: normals[0], own: Array(normals[1...]))
    }
  }

  /// - Parameter own: forward + back - 1 standard normal numbers.
  private static func shape(_ prior: CurvePrior, common: Double, own: [Double]) -> [Double] {
    func exponent(_ mean: Double, _ j: Int) -> Double { mean + prior.common * common + prior.own * own[j] }
    var ahead = [0.0]
    var gain = 1.0
    for j in 0..<forward {
      gain *= pow(2, -exponent(prior.ahead, j))
      ahead.append(ahead[j] - gain)
    }
    var behind = [1.0]
    gain = 1
    for j in 0..<back - 1 {
      gain *= pow(2, exponent(prior.behind, forward + j))
      behind.append(behind[j] + gain)
    }
    return behind.reversed() + ahead
  }

  /// x(s) of every shape, -4 <= s <= 6.
  package func callAsFunction(_ s: Double) -> [Double] {
    precondition(s >= -Double(Self.back) && s <= Double(Self.forward), "\(s) doublings")
    let place = s + Double(Self.back)
    let left = min(Int(place), Self.back + Self.forward - 1)
    let share = place - Double(left)
    return values.map { $0[left] + share * ($0[left + 1] - $0[left]) }
  }
}

/// What is believed of a curve before it is seen, see `CurveShapes`.
public struct CurvePrior: Sendable, Equatable {
  /// Mean of the exponent going forward, and going back.
  public var ahead = 0.8
  public var behind = 0.5
  /// Standard deviation of what all doublings have in common, and of each doubling's own.
  public var common = 0.4
  public var own = 0.5

  public init() {}
}
