import CMath

/// `count` numbers from `low` by equal factors to `high`, both positive; at least two of them.
public func logarithmicGrid(from low: Double, to high: Double, count: Int) -> [Double] {
  precondition(low > 0 && high > 0 && count >= 2, "\(count) numbers by equal factors from \(low) to \(high)")
  return (0..<count).map { low * pow(high / low, Double($0) / Double(count - 1)) }
}
