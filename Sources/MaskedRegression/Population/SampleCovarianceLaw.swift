import Distributions
import LinearAlgebra
import SpecialFunctions

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The limiting spectrum of a sample covariance X'X/n of rows with population eigenvalues s, without complex iteration or grid.
///
///     z = t w(t),  w(t) = 1 + (1/n) sum s/(t - s)
///
/// maps the upper half plane outside a curve to the upper half plane; over the curve t = tau + i nu(tau), the root nu of
/// (1/n) sum s^2/((s - tau)^2 + nu^2) = 1 (0 where the sum at 0 is below 1), z is the real sample eigenvalue l(tau), with
/// density n nu/(pi d |t|^2) in l and phi = |t|^2/l, the expected variance along a sample eigenvector at l (Ledoit and Peche 2011).
/// A separated population eigenvalue is its own tiny piece of spectrum, of mass 1/d: nothing has to be told about spikes.
public struct SampleCovarianceLaw: Sendable {
  /// Distinct population eigenvalues, largest first, and how many there are of each.
  let levels: [(value: Double, count: Double)]
  public let columns: Int
  /// n.
  public let rows: Double

  public init(eigenvalues: [Double], rows: Int) {
    precondition(rows > 0 && !eigenvalues.isEmpty, "\(eigenvalues.count) eigenvalues, \(rows) rows")
    precondition(eigenvalues.allSatisfy { $0 >= 0 && $0.isFinite }, "eigenvalues must be 0 or more")
    precondition(eigenvalues.contains { $0 > 0 }, "all eigenvalues are 0")
    var levels: [(value: Double, count: Double)] = []
    for value in eigenvalues.sorted(by: >) {
      if let last = levels.last, last.value - value <= 1e-13 * last.value {
        levels[levels.count - 1].count += 1
      } else {
        levels.append((value, 1))
      }
    }
    self.levels = levels
    columns = eigenvalues.count
    self.rows = Double(rows)
  }

  private var largest: Double { levels[0].value }
  /// Eigenvalues above 0.
  var rank: Double { levels.reduce(0) { $0 + ($1.value > 0 ? $1.count : 0) } }
  /// Sample eigenvalues above 0.
  public var positiveCount: Int { Int(min(rank, rows)) }

  // MARK: the curve

  /// One point of the curve.
  public struct Point: Sendable {
    public let tau: Double
    public let nu: Double
    /// The sample eigenvalue.
    public let value: Double
    /// Density of all d sample eigenvalues at `value` (integrates to min(1, rank/d, n/d)).
    public let density: Double
    /// Expected variance along the sample eigenvector.
    public let phi: Double
  }

  /// (1/n) sum s^2/((s - tau)^2 + nu^2).
  private func spread(_ tau: Double, _ nuSquared: Double) -> Double {
    var sum = 0.0
    for level in levels {
      let distance = level.value - tau
      sum += level.count * level.value * level.value / (distance * distance + nuSquared)
    }
    return sum / rows
  }

  /// nu(tau), 0 outside the spectrum.
  func height(_ tau: Double) -> Double {
    if spread(tau, 0) <= 1 { return 0 }
    // spread <= sum s^2 / (n nu^2): the root lies below.
    let top = (levels.reduce(0) { $0 + $1.count * $1.value * $1.value } / rows)
    let upper = log(top) + 1e-9
    var lower = upper - 2
    while spread(tau, exp(lower)) <= 1 && lower > -1400 { lower -= 6 }
    let logSquared = root(from: lower, to: upper) { spread(tau, exp($0)) - 1 }
    return logSquared.map { exp(0.5 * $0) } ?? 0
  }

  /// w(t).
  private func w(_ t: Complex) -> Complex {
    var sum = Complex(re: 0, im: 0)
    for level in levels { sum = sum + level.count * level.value * (t - Complex(re: level.value, im: 0)).reciprocal }
    return 1 + (1 / rows) * sum
  }

  public func point(tau: Double) -> Point {
    let nu = height(tau)
    let t = Complex(re: tau, im: nu)
    let z = t * w(t)
    let magnitude = t.squaredMagnitude
    return Point(
      tau: tau, nu: nu, value: z.re, density: rows * nu / (.pi * Double(columns) * magnitude),
      phi: z.re > 0 ? magnitude / z.re : 0)
  }

  /// The point at a sample eigenvalue, which grows with tau; nil outside the ends of the spectrum.
  func point(value: Double) -> Point? {
    let (low, high) = (lowerTau, upperTau)
    return root(from: low, to: high) { point(tau: $0).value - value }.map { point(tau: $0) }
  }

  // MARK: edges and counts

  /// tau at the right end of the spectrum: spread(tau, 0) = 1 above all eigenvalues.
  var upperTau: Double {
    var high = 2 * largest
    while spread(high, 0) > 1 { high *= 2 }
    return root(from: largest * (1 + 1e-15), to: high) { min(spread($0, 0), 1e300) - 1 } ?? largest
  }

  /// tau at the left end of the positive spectrum: below all positive eigenvalues, negative for rank > n.
  var lowerTau: Double {
    let smallest = levels.last { $0.value > 0 }!.value
    let inner = smallest * (1 - 1e-15)
    if rank < rows {
      return root(from: 0, to: inner) { min(spread($0, 0), 1e300) - 1 } ?? 0
    }
    if rank == rows { return 0 }
    var low = -largest
    while spread(low, 0) > 1 { low *= 2 }
    return root(from: low, to: 0) { spread($0, 0) - 1 } ?? 0
  }

  /// Ends of the sample eigenvalues above 0.
  public var edges: (lower: Double, upper: Double) {
    (max(0, point(tau: lowerTau).value), point(tau: upperTau).value)
  }

  /// How many of the d sample eigenvalues lie above l(tau), in closed form:
  /// (1/pi) Im[n (w + log t) + sum_k (log(t - s_k) - log t)].
  public func countAbove(tau: Double) -> Double {
    let t = Complex(re: tau, im: height(tau))
    let logT = t.logarithm.im
    var sum = rows * (w(t).im + logT)
    for level in levels {
      sum += level.count * ((t - Complex(re: level.value, im: 0)).logarithm.im - logT)
    }
    return sum / .pi
  }

  /// tau with `count` sample eigenvalues above; `count` between 0 and min(rank, n).
  public func tau(countAbove count: Double) -> Double {
    let (low, high) = (lowerTau, upperTau)
    let limit = min(rank, rows)
    if count <= 0 { return high }
    if count >= limit { return low }
    var (below, above) = (low, high)
    for _ in 0..<200 {
      let middle = 0.5 * (below + above)
      if middle <= below || middle >= above { break }
      if countAbove(tau: middle) > count { below = middle } else { above = middle }
    }
    return 0.5 * (below + above)
  }

  /// The curve from the left to the right end, points dense near both ends and around every eigenvalue that stands alone.
  public func curve(points count: Int) -> [Point] {
    let limit = Double(positiveCount)
    return (0...count).map { index in
      let fraction = 0.5 * (1 - cos(.pi * Double(index) / Double(count)))
      return point(tau: tau(countAbove: limit * (1 - fraction)))
    }
  }
}
