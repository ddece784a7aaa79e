/// What a ridge penalty on n rows amounts to: with infinitely many rows the penalty kappa would have the same effect.
///
///     lambda = kappa (1 - T1/n),  T1 = sum s/(s + kappa)        gamma = (1/n) sum s^2/(s + kappa)^2
///
/// s the population's eigenvalues, lambda in ||y - X b||^2/n + lambda ||b||^2. The variance is inflated by 1/(1 - gamma).
public struct EffectivePenalty: Sendable {
  public let eigenvalues: [Double]
  /// n.
  public let rows: Double
  /// Eigenvalues above 0.
  private let rank: Double

  public init(eigenvalues: [Double], rows: Double) {
    precondition(rows > 0, "\(rows) rows")
    (self.eigenvalues, self.rows) = (eigenvalues, rows)
    rank = Double(eigenvalues.count { $0 > 0 })
  }

  /// The rows reach all directions with variance.
  public var reachesRank: Bool { rank <= rows }

  /// kappa of a penalty >= 0, to the last digits: Newton from the right of a convex function. For penalty 0: 0 where the rows reach
  /// the rank, else the root of T1 = n.
  public func kappa(ridge: Double) -> Double {
    precondition(ridge >= 0 && ridge < .infinity, "a ridge penalty of \(ridge)")
    if ridge == 0 && reachesRank { return 0 }
    var kappa = ridge + eigenvalues.reduce(0, +) / rows
    // Near the root of a double zero (rows = rank) every step halves: 1100 from the largest number to the smallest.
    for _ in 0..<1200 {
      let next = newtonStep(kappa, ridge)
      // From the right every step goes down; rounding ends it.
      if !(next < kappa) { return kappa }
      kappa = next
    }
    return kappa
  }

  /// The smallest kappa any penalty >= 0 reaches.
  public var smallest: Double { kappa(ridge: 0) }

  /// kappa - (lambda(kappa) - ridge)/(1 - gamma) = [ridge + kappa (1/n) sum kappa s/(s + kappa)^2]/(1 - gamma): nothing cancels.
  private func newtonStep(_ kappa: Double, _ ridge: Double) -> Double {
    var sum = 0.0
    for s in eigenvalues { sum += (kappa / (s + kappa)) * (s / (s + kappa)) }
    return (ridge + kappa * (sum / rows)) / complements(kappa: kappa).second
  }

  /// 1 - T1/n and 1 - gamma, as sums without cancellation where the rows reach the rank:
  /// 1 - s/(s + kappa) = kappa/(s + kappa),  1 - s^2/(s + kappa)^2 = kappa (2 s + kappa)/(s + kappa)^2.
  public func complements(kappa: Double) -> (first: Double, second: Double) {
    var (first, second, rank) = (0.0, 0.0, 0.0)
    for s in eigenvalues where s > 0 {
      let share = kappa / (s + kappa)
      rank += 1
      first += share
      second += share * ((2 * s + kappa) / (s + kappa))
    }
    return ((rows - rank + first) / rows, (rows - rank + second) / rows)
  }

  /// kappa where all eigenvalues are 1, in closed form: the positive root of kappa^2 - (lambda + c - 1) kappa - lambda = 0.
  /// - Parameter aspect: c = d/n.
  public static func kappa(ofIdentity ridge: Double, aspect: Double) -> Double {
    let b = ridge + aspect - 1
    let rootTerm = (b * b + 4 * ridge).squareRoot()
    return b < 0 ? 2 * ridge / (rootTerm - b) : 0.5 * (b + rootTerm)
  }
}
