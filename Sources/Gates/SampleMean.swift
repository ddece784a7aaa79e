/// Mean of a sample and its standard error; `z(against:)` is what a simulation gate bounds by 5.
public struct SampleMean: Sendable {
  public let count: Int
  public let mean: Double
  public let standardError: Double

  public init(_ values: [Double]) {
    count = values.count
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    standardError = (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
  }

  /// (mean - expected) / standard error.
  public func z(against expected: Double) -> Double { (mean - expected) / standardError }
}
