import CMath
import Distributions

/// Distinct population eigenvalues s_k with how many c_k there are of each, and the sums over them behind the sample covariance's law.
/// Eight at a time, in a fixed order.
struct PopulationLevels: Sendable {
  /// Largest first.
  let values: [Double]
  let counts: [Double]
  private let lanes: [Lane]

  private struct Lane: Sendable {
    var value: SIMD8<Double>
    /// c s and c s^2.
    var weight = SIMD8<Double>.zero
    var square = SIMD8<Double>.zero
  }

  init(eigenvalues: [Double]) {
    var (values, counts) = ([Double](), [Double]())
    for value in eigenvalues.sorted(by: >) {
      if let last = values.last, last - value <= 1e-13 * last {
        counts[counts.count - 1] += 1
      } else {
        values.append(value)
        counts.append(1)
      }
    }
    // What fills the last lane has no weight and is far from everything.
    let far = 1e100 * max(values[0], 1e-100)
    lanes = stride(from: 0, to: values.count, by: 8).map { start in
      var lane = Lane(value: SIMD8(repeating: far))
      for k in start..<min(start + 8, values.count) {
        lane.value[k - start] = values[k]
        lane.weight[k - start] = counts[k] * values[k]
        lane.square[k - start] = counts[k] * values[k] * values[k]
      }
      return lane
    }
    (self.values, self.counts) = (values, counts)
  }

  var largest: Double { values[0] }
  /// sum c s^2.
  var squareSum: Double { zip(values, counts).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } }

  /// sum c s^2/((s - tau)^2 + v) and its derivative in v.
  func spread(_ tau: Double, _ v: Double) -> (value: Double, slope: Double) {
    var (value, slope) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    for lane in lanes {
      let distance = lane.value - tau
      let inverse = 1 / (distance * distance + v)
      let part = lane.square * inverse
      value += part
      slope -= part * inverse
    }
    return (value.sum(), slope.sum())
  }

  /// sum c s/(t - s) and its derivative in t.
  func transform(_ t: Complex) -> (value: Complex, slope: Complex) {
    var (re, im) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    var (slopeRe, slopeIm) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    for lane in lanes {
      let x = t.re - lane.value
      let scale = 1 / (x * x + t.im * t.im)
      let (a, b) = (x * scale, -t.im * scale)
      re += lane.weight * a
      im += lane.weight * b
      slopeRe -= lane.weight * (a * a - b * b)
      slopeIm -= lane.weight * (2 * a * b)
    }
    return (Complex(re: re.sum(), im: im.sum()), Complex(re: slopeRe.sum(), im: slopeIm.sum()))
  }

  /// sum c (arg(t - s) - arg t) for t in the closed upper half plane.
  func turns(_ t: Complex) -> Double {
    let own = atan2(t.im, t.re)
    var sum = 0.0
    for (value, count) in zip(values, counts) { sum += count * (atan2(t.im, t.re - value) - own) }
    return sum
  }
}
