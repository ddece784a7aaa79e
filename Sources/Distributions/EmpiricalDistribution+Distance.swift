import CMath

extension EmpiricalDistribution {
  /// sup over x of |Fₙ(x) - F(x)|, F continuous. Cost: one evaluation of F for each distinct observation.
  public func kolmogorovDistance(to cdf: (Double) -> Double) -> Double {
    largestGap {
      let value = cdf($0)
      return (value, value)
    }
  }

  /// sup over x of |Fₙ(x) - F(x)| for any F, jumps included: both one-sided limits of both functions are compared.
  ///
  /// Between two neighboring observations Fₙ does not move and F is monotone, so that the supremum is reached at an
  /// observation or just below it, wherever F jumps:
  ///
  ///     max over observations x of |Fₙ(x-) - F(x-)|, |Fₙ(x) - F(x)|
  /// - Parameters:
  ///   - cdf: F(x) = P(T <= x).
  ///   - below: F(x-) = P(T < x).
  /// Cost: one evaluation of each for each distinct observation. Source: Conover 1972, Kolmogorov's test for discontinuous F.
  public func kolmogorovDistance(to cdf: (Double) -> Double, below: (Double) -> Double) -> Double {
    largestGap { (below($0), cdf($0)) }
  }

  /// sup over x of |Fₙ(x) - F(x)| for a law that may be a point mass.
  ///
  /// The rule for rounding: a law whose standard deviation is at most `rounding` is a point mass at its mean, and an observation
  /// no farther than `rounding` from that point lies on it. Otherwise errors of 1e-17 on either side of an atom would count as
  /// the largest distance there is.
  /// - Parameter rounding: what rounding may do to an observation; at least 0.
  /// Cost: one evaluation of the law for each distinct observation.
  public func kolmogorovDistance(to law: GeneralizedChiSquare, rounding: Double = 0) -> Double {
    guard let atom = law.atom(within: rounding) else { return kolmogorovDistance(to: law.cdf) }
    return snapped(to: [atom], within: rounding)
      .kolmogorovDistance(to: { $0 >= atom ? 1 : 0 }, below: { $0 > atom ? 1 : 0 })
  }

  /// Observations no farther than `distance` from one of `atoms` moved onto it, the nearest where several are.
  public func snapped(to atoms: [Double], within distance: Double) -> EmpiricalDistribution {
    precondition(distance >= 0, "observations moved by up to \(distance)")
    let moved = sorted.map { value -> Double in
      guard let nearest = atoms.min(by: { abs($0 - value) < abs($1 - value) }) else { return value }
      return abs(nearest - value) <= distance ? nearest : value
    }
    return (try? EmpiricalDistribution(moved)) ?? self
  }

  /// - Parameter limits: F(x-) and F(x).
  private func largestGap(_ limits: (Double) -> (below: Double, at: Double)) -> Double {
    let size = Double(count)
    var (rank, largest) = (0, 0.0)
    while rank < count {
      let (value, before) = (sorted[rank], Double(rank) / size)
      let expected = limits(value)
      while rank < count && sorted[rank] == value { rank += 1 }
      largest = max(largest, abs(expected.below - before), abs(expected.at - Double(rank) / size))
    }
    return largest
  }
}

extension GeneralizedChiSquare {
  /// Where all mass lies, to within `spread`: the mean of a law whose standard deviation is at most that; nil for the others.
  public func atom(within spread: Double = 0) -> Double? { standardDeviation <= spread ? mean : nil }
}

/// P(N >= count) for N binomial of `trials` with this probability of success, strictly between 0 and 1. Cost: trials.
///
/// Accuracy: 1e-10 relative for up to a thousand trials; 0 where it underflows.
public func binomialUpperTail(_ count: Int, trials: Int, probability: Double) -> Double {
  precondition(trials >= 0 && probability > 0 && probability < 1, "binomial(\(trials), \(probability))")
  if count <= 0 { return 1 }
  // Terms in logarithms, from that of 0 successes on by their ratios.
  let odds = log(probability) - log1p(-probability)
  var (logTerm, sum) = (Double(trials) * log1p(-probability), 0.0)
  for successes in stride(from: 1, through: trials, by: 1) {
    logTerm += log(Double(trials - successes + 1) / Double(successes)) + odds
    if successes >= count { sum += exp(logTerm) }
  }
  return min(sum, 1)
}
