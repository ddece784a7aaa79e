import CMath
import Distributions
import LinearAlgebra
import SpecialFunctions

/// The limiting spectrum of a sample covariance X'X/n of rows with population eigenvalues s, without complex iteration or grid.
///
///     z = t w(t),  w(t) = 1 + (1/n) sum s/(t - s)
///
/// maps the upper half plane outside a curve to the upper half plane; over the curve t = tau + i nu(tau), the root nu of
/// (1/n) sum s^2/((s - tau)^2 + nu^2) = 1 (0 where the sum at 0 is below 1), z is the real sample eigenvalue l(tau), with
/// density n nu/(pi d |t|^2) in l and phi = |t|^2/l, the expected variance along a sample eigenvector at l (Ledoit and Peche 2011).
/// A separated population eigenvalue is its own tiny piece of spectrum, of mass 1/d: nothing has to be told about spikes.
public struct SampleCovarianceLaw: Sendable {
  let levels: PopulationLevels
  public let columns: Int
  /// n.
  public let rows: Double

  public init(eigenvalues: [Double], rows: Int) {
    precondition(rows > 0 && !eigenvalues.isEmpty, "\(eigenvalues.count) eigenvalues, \(rows) rows")
    precondition(eigenvalues.allSatisfy { $0 >= 0 && $0.isFinite }, "eigenvalues must be 0 or more")
    precondition(eigenvalues.contains { $0 > 0 }, "all eigenvalues are 0")
    levels = PopulationLevels(eigenvalues: eigenvalues)
    columns = eigenvalues.count
    self.rows = Double(rows)
  }

  /// Eigenvalues above 0.
  package var rank: Double { zip(levels.values, levels.counts).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) } }
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

  /// (1/n) sum s^2/(s - tau)^2, bounded.
  private func spreadOnAxis(_ tau: Double) -> Double { min(levels.spread(tau, 0).value / rows, 1e300) }

  /// nu(tau)^2, 0 outside the spectrum: Newton's method for n/sum s^2/((s - tau)^2 + v) = 1, which is concave in v, so that every
  /// step but the first goes up. `guess` is where to start.
  func heightSquared(_ tau: Double, near guess: Double = 0) -> Double {
    if spreadOnAxis(tau) <= 1 { return 0 }
    // The sum is below sum s^2 / (n v): the root lies below.
    let top = levels.squareSum / rows
    var v = guess > 0 ? min(guess, top) : top
    for step in 0..<400 {
      let (sum, slope) = levels.spread(tau, v)
      let newton = v + sum * (sum / rows - 1) / -slope
      let next = max(newton, 1e-3 * v)
      if abs(next - v) <= 1e-15 * v || (step > 0 && next <= v && newton > 1e-3 * v && v - next < 1e-12 * v) {
        return next
      }
      v = next
    }
    return v
  }

  /// nu(tau), 0 outside the spectrum.
  func height(_ tau: Double) -> Double { heightSquared(tau).squareRoot() }

  /// w(t).
  private func w(_ t: Complex) -> Complex { 1 + (1 / rows) * levels.transform(t).value }

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
  package func point(value: Double) -> Point? {
    let (low, high) = (lowerTau, upperTau)
    return root(from: low, to: high) { point(tau: $0).value - value }.map { point(tau: $0) }
  }

  // MARK: edges and counts

  /// tau at the right end of the spectrum: spread(tau, 0) = 1 above all eigenvalues.
  var upperTau: Double {
    let largest = levels.largest
    var high = 2 * largest
    while spreadOnAxis(high) > 1 { high *= 2 }
    return root(from: largest * (1 + 1e-15), to: high) { spreadOnAxis($0) - 1 } ?? largest
  }

  /// tau at the left end of the positive spectrum: below all positive eigenvalues, negative for rank > n.
  var lowerTau: Double {
    let smallest = levels.values.last { $0 > 0 }!
    let inner = smallest * (1 - 1e-15)
    if rank < rows {
      return root(from: 0, to: inner) { spreadOnAxis($0) - 1 } ?? 0
    }
    if rank == rows { return 0 }
    var low = -levels.largest
    while spreadOnAxis(low) > 1 { low *= 2 }
    return root(from: low, to: 0) { spreadOnAxis($0) - 1 } ?? 0
  }

  /// Ends of the sample eigenvalues above 0.
  public var edges: (lower: Double, upper: Double) {
    (max(0, point(tau: lowerTau).value), point(tau: upperTau).value)
  }

  /// How many of the d sample eigenvalues lie above l(tau), in closed form:
  /// (1/pi) Im[n (w + log t) + sum_k (log(t - s_k) - log t)].
  public func countAbove(tau: Double) -> Double { station(tau).count }

  /// tau with `count` sample eigenvalues above; `count` between 0 and min(rank, n).
  public func tau(countAbove count: Double) -> Double { taus(countsAbove: [count])[0] }

  /// The curve from the left to the right end, points dense near both ends and around every eigenvalue that stands alone.
  public func curve(points count: Int) -> [Point] {
    let limit = Double(positiveCount)
    let fractions = (0...count).map { 0.5 * (1 - cos(.pi * Double($0) / Double(count))) }
    return taus(countsAbove: fractions.map { limit * (1 - $0) }).map { point(tau: $0) }
  }
}
