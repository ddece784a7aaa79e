import CMath
import LinearAlgebra

/// A number a loss may be written in: `Double`, or one that carries derivatives along.
///
/// Write a loss once, generically; it is then evaluated, differentiated once and differentiated twice by the same text.
public protocol DifferentiableScalar: Sendable {
  /// A constant.
  init(_ constant: Double)
  /// The number without its derivatives.
  var value: Double { get }
  static func + (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  /// f(self), given f and its first two derivatives at `value`.
  func mapped(_ f: Double, _ first: Double, _ second: Double) -> Self
  /// `statistics.sum(over:at:)` for this kind of number.
  static func sum(of statistics: some RowStatistics, over rows: Matrix, at w: [Self]) -> [Self]
}

/// Sums over rows of numbers that depend on parameters w, one method for each kind of number.
///
/// Not generic, so that a model's own generic code is compiled for each kind where the model is written.
public protocol RowStatistics: Sendable {
  func sum(over rows: Matrix, at w: [Double]) -> [Double]
  func sum(over rows: Matrix, at w: [Dual]) -> [Dual]
  func sum(over rows: Matrix, at w: [HyperDual]) -> [HyperDual]
}

extension DifferentiableScalar {
  @inlinable
  public static var zero: Self { Self(0) }

  @inlinable
  public static func - (a: Self, b: Self) -> Self { a + -1 * b }
  @inlinable
  public static func / (a: Self, b: Self) -> Self { a * b.reciprocal }
  @inlinable
  public static prefix func - (a: Self) -> Self { -1 * a }

  // A constant factor or term enters as a linear map: no products with empty derivatives.
  @inlinable
  public static func * (scale: Double, a: Self) -> Self { a.mapped(scale * a.value, scale, 0) }
  @inlinable
  public static func * (a: Self, scale: Double) -> Self { scale * a }
  @inlinable
  public static func / (a: Self, divisor: Double) -> Self { (1 / divisor) * a }
  @inlinable
  public static func / (constant: Double, a: Self) -> Self { constant * a.reciprocal }
  @inlinable
  public static func + (a: Self, constant: Double) -> Self { a.mapped(a.value + constant, 1, 0) }
  @inlinable
  public static func + (constant: Double, a: Self) -> Self { a + constant }
  @inlinable
  public static func - (a: Self, constant: Double) -> Self { a + -constant }
  @inlinable
  public static func - (constant: Double, a: Self) -> Self { -1 * a + constant }
  @inlinable
  public static func += (a: inout Self, b: Self) { a = a + b }

  @inlinable
  public var reciprocal: Self {
    let r = 1 / value
    return mapped(r, -r * r, 2 * r * r * r)
  }

  @inlinable
  public var squared: Self { mapped(value * value, 2 * value, 2) }

  @inlinable
  public func exponential() -> Self {
    let e = exp(value)
    return mapped(e, e, e)
  }

  @inlinable
  public func logarithm() -> Self {
    let r = 1 / value
    return mapped(log(value), r, -r * r)
  }

  @inlinable
  public func root() -> Self {
    let root = value.squareRoot()
    return mapped(root, 0.5 / root, -0.25 / (root * value))
  }

  /// log(1 + e^x), without overflow.
  @inlinable
  public func softplus() -> Self {
    let p = 1 / (1 + exp(-value))
    return mapped(max(value, 0) + log1p(exp(-abs(value))), p, p * (1 - p))
  }

  /// 1/(1 + e^-x), without overflow.
  @inlinable
  public func sigmoid() -> Self {
    let e = exp(-abs(value))
    let (p, rest) = value < 0 ? (e / (1 + e), 1 / (1 + e)) : (1 / (1 + e), e / (1 + e))
    return mapped(p, p * rest, p * rest * (rest - p))
  }

  @inlinable
  public func tanh() -> Self {
    let t = hyperbolicTangent(value)
    let slope = (1 - t) * (1 + t)
    return mapped(t, slope, -2 * t * slope)
  }

  /// max(x, 0), with derivative 0 at 0: a kink, at which there is no limit law.
  @inlinable
  public func relu() -> Self { positivePart() }

  /// max(x, 0), with derivative 0 at 0.
  @inlinable
  public func positivePart() -> Self { value > 0 ? self : Self(0) }
}

/// Beside the method of the same name.
@inlinable
func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }

extension Double: DifferentiableScalar {
  @inlinable
  public var value: Double { self }
  @inlinable
  public func mapped(_ f: Double, _ first: Double, _ second: Double) -> Double { f }

  public static func sum(of statistics: some RowStatistics, over rows: Matrix, at w: [Double]) -> [Double] {
    statistics.sum(over: rows, at: w)
  }
}

/// Σ a_i b_i.
@inlinable
public func innerProduct<S: DifferentiableScalar>(_ a: [S], _ b: [Double]) -> S {
  precondition(a.count == b.count, "\(a.count) and \(b.count) entries in a dot product")
  var sum = S(0)
  for index in a.indices { sum += b[index] * a[index] }
  return sum
}
