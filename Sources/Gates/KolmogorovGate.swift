#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// sup |F_n - F| of a sample against a continuous distribution function, with Massart's bound:
/// P(sup |F_n - F| > bound) <= level, whatever n and F (Massart 1990).
public struct KolmogorovGate: Sendable {
  public let distance: Double
  public let bound: Double

  public init(_ sample: [Double], level: Double = 1e-6, cdf: (Double) -> Double) {
    let size = Double(sample.count)
    var largest = 0.0
    for (position, value) in sample.sorted().enumerated() {
      let below = Double(position) / size
      let expected = cdf(value)
      largest = max(largest, expected - below, below + 1 / size - expected)
    }
    distance = largest
    bound = (log(2 / level) / (2 * size)).squareRoot()
  }

  public var passes: Bool { distance <= bound }
}
