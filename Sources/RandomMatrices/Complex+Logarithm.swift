import CMath
import Distributions

extension Complex {
  /// Principal value, imaginary part in (-pi, pi].
  package var logarithm: Complex { Complex(re: 0.5 * log(squaredMagnitude), im: atan2(im, re)) }

  package static func / (a: Complex, b: Complex) -> Complex { a * b.reciprocal }
  package static func + (a: Double, b: Complex) -> Complex { Complex(re: a + b.re, im: b.im) }
}
