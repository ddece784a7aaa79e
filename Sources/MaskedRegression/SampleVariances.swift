import LinearAlgebra
import SpecialFunctions

extension SampleSpectrum {
  /// Estimates, without bandwidth, of the population's variance along each sample eigenvector, largest eigenvalue first, zeros last:
  ///
  ///     phi_k = m^2 / sum_i l_i/(l_i - mu_k)^2,   mu_k the roots of (1/m) sum l/(l - mu) = 1, which interlace the l
  ///
  /// Use them cumulatively: their sums give PCA's reconstruction error on fresh rows; single ones are too noisy.
  public func directionVariances() -> [Double] {
    let l = values
    let isFull = Double(l.count) >= divisor
    // With m nonzero eigenvalues the last root is 0 and stands for the directions never seen: m^2 / sum 1/l in total.
    let seen = l.indices.dropLast(isFull ? 1 : 0).map { k in
      let mu = interlacingRoot(k)
      return divisor * divisor / l.reduce(0) { $0 + $1 / (($1 - mu) * ($1 - mu)) }
    }
    let rest = columns - seen.count
    let total = isFull ? divisor * divisor / l.reduce(0) { $0 + 1 / $1 } : 0
    return seen + [Double](repeating: total / Double(max(rest, 1)), count: rest)
  }

  /// Estimated unmasked reconstruction error of PCA with q = 0, ..., columns directions on fresh rows.
  public func reconstructionErrors() -> [Double] {
    let variances = directionVariances()
    var rest = variances.reduce(0, +)
    var errors = [rest / Double(columns)]
    for value in variances {
      rest -= value
      errors.append(max(0, rest) / Double(columns))
    }
    return errors
  }

  /// The root just below l_k, as a distance from it.
  private func interlacingRoot(_ k: Int) -> Double {
    let l = values
    func excess(_ distance: Double) -> Double {
      var sum = l[k] / distance
      for i in l.indices where i != k { sum += l[i] / (l[i] - l[k] + distance) }
      return sum / divisor - 1
    }
    let below = k + 1 < l.count ? l[k] - l[k + 1] : l[k]
    if below <= 0 { return l[k] }
    let small = min(below * 1e-12, l[k] / divisor * 1e-6)
    let distance = root(from: small, to: below * (1 - 1e-12)) { excess($0) } ?? 0.5 * below
    return l[k] - distance
  }
}
