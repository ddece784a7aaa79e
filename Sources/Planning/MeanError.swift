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

  var standardError: Double { variance.squareRoot() }
}
