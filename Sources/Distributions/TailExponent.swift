import CMath

/// E(t) = K(s) - sx at complex s = base + t, arranged so that nothing large cancels.
///
/// Nodes with |2wσ| < 0.3 are centered: log(1 - z) + z and z/(1 - z) - z, their mean joining x. The others are plain, their
/// factor 1 - 2ws written as (p - qt)/f with p, q of order one.
struct TailExponent {
  private struct Plain {
    let p: Double
    let q: Double
    let halfDegrees: Double
  }
  private struct PlainShift {
    let p: Double
    let q: Double
    let weight: Double
  }
  private struct Centered {
    let doubledWeight: Double
    let halfDegrees: Double
  }

  private var plain: [Plain] = []
  private var plainShifts: [PlainShift] = []
  private var centered: [Centered] = []
  private var centeredShifts: [Centered] = []
  private let base: Double
  /// The part of E that does not depend on t, kept apart: far out it would swallow the rest.
  let constant: Double
  private let slope: Double
  private let halfNormalVariance: Double

  init(_ problem: TailProblem, _ anchor: TailAnchor) {
    base = anchor.base
    halfNormalVariance = problem.normalVariance / 2
    var (linear, constant) = (-problem.x, 0.0)
    let residues = problem.residues(base: anchor.base)
    for j in problem.doubledWeights.indices {
      let (w, h, n) = (problem.doubledWeights[j], problem.halfDegrees[j], problem.halfNoncentralities[j])
      if abs(w * anchor.sigma) < 0.3 {
        linear += w * (h + n)
        centered.append(Centered(doubledWeight: w, halfDegrees: h))
        if n > 0 { centeredShifts.append(Centered(doubledWeight: w, halfDegrees: n)) }
        continue
      }
      let p = residues[j]
      let size = max(abs(p), abs(w))
      let f = size > 1e-20 && size < 1e20 ? 1 : 1 / size
      plain.append(Plain(p: p * f, q: w * f, halfDegrees: h))
      if f != 1 { constant += h * log(f) }
      if n > 0 {
        plainShifts.append(PlainShift(p: p * f, q: w * f, weight: n * f))
        constant -= n
      }
    }
    slope = linear
    self.constant = constant + anchor.base * linear
  }

  /// Sum of the absolute values of what E adds up at the anchor: its rounding errors are a few half-units of this.
  func magnitude(_ anchor: TailAnchor) -> Double {
    let (t, s) = (Complex(re: anchor.offset, im: 0), Complex(re: anchor.sigma, im: 0))
    var sum = abs(constant) + abs(slope * t.re) + halfNormalVariance * s.re * s.re
    for node in plain { sum += node.halfDegrees * abs(log(abs(node.p - node.q * t.re))) }
    for node in plainShifts { sum += abs(node.weight / (node.p - node.q * t.re)) }
    // The mean of the centered nodes is inside `slope`, with the rounding of its own sum.
    for node in centered { sum += abs(node.halfDegrees * node.doubledWeight * s.re) }
    for node in centeredShifts { sum += abs(node.halfDegrees * node.doubledWeight * s.re) }
    return sum
  }

  /// E(t) - constant.
  func callAsFunction(_ t: Complex) -> Complex {
    let s = Complex(re: base + t.re, im: t.im)
    var value = slope * t + halfNormalVariance * (s * s)
    addPlain(t, to: &value)
    addCentered(s, to: &value)
    return value
  }

  private func addPlain(_ t: Complex, to value: inout Complex) {
    plain.withUnsafeBufferPointer { nodes in
      for node in nodes {
        let re = node.p - node.q * t.re
        let im = -node.q * t.im
        value.re -= node.halfDegrees * 0.5 * log(re * re + im * im)
        value.im -= node.halfDegrees * atan2(im, re)
      }
    }
    for node in plainShifts {
      value = value + node.weight * Complex(re: node.p - node.q * t.re, im: -node.q * t.im).reciprocal
    }
  }

  private func addCentered(_ s: Complex, to value: inout Complex) {
    centered.withUnsafeBufferPointer { nodes in
      for node in nodes {
        value = value - node.halfDegrees * centeredLogarithm(node.doubledWeight * s)
      }
    }
    for node in centeredShifts {
      let z = node.doubledWeight * s
      value = value + node.halfDegrees * (z * z * Complex(re: 1 - z.re, im: -z.im).reciprocal)
    }
  }
}

/// log(1 - z) + z, to full relative accuracy: with y = z/(2 - z) it is -zy - 2 (y³/3 + y⁵/5 + ...).
@inline(__always)
func centeredLogarithm(_ z: Complex) -> Complex {
  if z.squaredMagnitude > 0.25 {
    let re = 1 - z.re
    return Complex(re: 0.5 * log(re * re + z.im * z.im) + z.re, im: atan2(-z.im, re) + z.im)
  }
  let y = z * Complex(re: 2 - z.re, im: -z.im).reciprocal
  let square = y * y
  // |y| < 0.026 needs powers to the 11th, |y| <= 1/3 to the 31st.
  let highest = z.squaredMagnitude < 0.0025 ? 11 : 31
  var series = Complex(re: 1 / Double(highest), im: 0)
  for k in stride(from: highest - 2, through: 3, by: -2) {
    series = series * square
    series.re += 1 / Double(k)
  }
  return Complex(re: 0, im: 0) - y * (z + 2.0 * (square * series))
}
