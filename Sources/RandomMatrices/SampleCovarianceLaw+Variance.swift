import CMath
import Distributions
import LinearAlgebra
import SpecialFunctions

extension SampleCovarianceLaw {
  /// The population's variance along the sample eigenvectors above l(tau), summed: the integral of phi over them.
  ///
  ///     Phi = (n/pi) Im integral from t to infinity of (1 + t w'/w) dt,   analytic in the upper half plane
  ///
  /// up from the curve, along a horizontal line, down behind the spectrum. `taus` in any order.
  /// Cost: 90 evaluations of w for each, 30 more for each along the line. Accuracy: about 1e-11 of the total.
  package func varianceAbove(taus: [Double]) -> [Double] {
    // Above the curve: nu^2 <= (1/n) sum s^2.
    let height = max(levels.largest, 1.01 * (levels.squareSum / rows).squareRoot())
    let aspect = (Double(columns) / rows).squareRoot()
    let far = max(3 * levels.largest * (1 + aspect) * (1 + aspect), 1.5 * (taus.max() ?? 0))
    let order = taus.indices.sorted { taus[$0] > taus[$1] }
    // Behind the spectrum, from far + i height down to the axis.
    let down = segment(from: Complex(re: far, im: height), to: Complex(re: far, im: 0), pieces: 2)
    // Along the line between neighbours, far to the right first.
    let stops = [far] + order.map { taus[$0] }
    let along = Parallel.map(count: taus.count) { index in
      let length = stops[index] - stops[index + 1]
      if length <= 0 { return 0.0 }
      let pieces = max(1, Int((length / height).rounded(.up)))
      return segment(
        from: Complex(re: stops[index + 1], im: height), to: Complex(re: stops[index], im: height), pieces: pieces)
    }
    let up = Parallel.map(count: taus.count) { ascent(taus[order[$0]], to: height) }
    var result = [Double](repeating: 0, count: taus.count)
    var line = down
    for (position, index) in order.enumerated() {
      line += along[position]
      result[index] = rows / .pi * (line + up[position])
    }
    return result
  }

  /// Im integral along tau + i v for v from the curve to `height`, in steps that grow with the distance from the axis.
  private func ascent(_ tau: Double, to height: Double) -> Double {
    let start = self.height(tau)
    // v = start + scale (e^x - 1): the nearest singularities lie on the axis, at the eigenvalues and around them.
    let nearest = levels.values.reduce(.infinity) { min($0, abs($1 - tau)) }
    let scale = max(start, 0.1 * nearest, 1e-12 * height)
    let end = log(1 + (height - start) / scale)
    let pieces = 3
    var sum = 0.0
    let rule = GaussLegendre.rule
    for piece in 0..<pieces {
      let (from, to) = (end * Double(piece) / Double(pieces), end * Double(piece + 1) / Double(pieces))
      for (node, weight) in zip(rule.nodes, rule.weights) {
        let x = 0.5 * (from + to) + 0.5 * (to - from) * node
        let growth = scale * exp(x)
        // dt = i dv: Im(F i) = Re F.
        sum += weight * 0.5 * (to - from) * growth * integrand(Complex(re: tau, im: start + growth - scale)).re
      }
    }
    return sum
  }

  /// Im of the integral along a straight line.
  private func segment(from start: Complex, to end: Complex, pieces: Int) -> Double {
    let rule = GaussLegendre.rule
    let step = (1 / Double(pieces)) * (end - start)
    var sum = Complex(re: 0, im: 0)
    for piece in 0..<pieces {
      let middle = start + (Double(piece) + 0.5) * step
      for (node, weight) in zip(rule.nodes, rule.weights) {
        sum = sum + (0.5 * weight) * (integrand(middle + (0.5 * node) * step) * step)
      }
    }
    return sum.im
  }

  /// 1 + t w'/w.
  private func integrand(_ t: Complex) -> Complex {
    let (value, derivative) = levels.transform(t)
    let w = 1 + (1 / rows) * value
    let slope = (1 / rows) * derivative
    return 1 + t * slope / w
  }
}
