/// The parabola through three points of ascending places, in Newton's form.
public struct Parabola: Sendable {
  private let start: (place: Double, value: Double)
  private let middle: Double
  /// Slope from the first point to the second.
  private let left: Double
  /// Half the second derivative.
  public let curvature: Double

  public init(
    through a: (place: Double, value: Double), _ b: (place: Double, value: Double), _ c: (place: Double, value: Double)
  ) {
    let right = (c.value - b.value) / (c.place - b.place)
    (start, middle, left) = (a, b.place, (b.value - a.value) / (b.place - a.place))
    curvature = (right - left) / (c.place - a.place)
  }

  /// Where it turns; meaningless for curvature 0.
  public var vertex: Double { 0.5 * (start.place + middle) - 0.5 * left / curvature }

  public func callAsFunction(_ place: Double) -> Double {
    start.value + left * (place - start.place) + curvature * (place - start.place) * (place - middle)
  }
}
