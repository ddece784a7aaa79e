import LinearAlgebra

/// The mean of numbers that are alike and independent, and how well they tell it.
struct MeanError: Sendable {
  let mean: Double
  /// s²/n: the variance of the mean.
  let variance: Double
  /// s².
  let spread: Double

  /// At least two numbers.
  init(_ values: [Double]) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    self.mean = mean
    self.spread = spread
    variance = spread / n
  }

  /// Of numbers that are alike and independent between groups only: variance G/(G - 1) Σ_c (Σ_{i in c} (v_i - mean))²/n²,
  /// with G >= 2 groups.
  init(_ values: [Double], groups: Partition?) {
    guard let groups = groups?.keepsRowsTogether else {
      self.init(values)
      return
    }
    let (n, count) = (Double(values.count), Double(groups.count))
    let mean = values.reduce(0, +) / n
    var sums = [Double](repeating: 0, count: groups.count)
    for (group, value) in zip(groups.label, values) { sums[group] += value - mean }
    let variance = sums.reduce(0) { $0 + $1 * $1 } * count / (max(count - 1, 1) * n * n)
    self.init(mean: mean, variance: variance, spread: variance * n)
  }

  private init(mean: Double, variance: Double, spread: Double) {
    (self.mean, self.variance, self.spread) = (mean, variance, spread)
  }

  var standardError: Double { variance.squareRoot() }
}
