extension Range where Bound == Int {
  /// Consecutive ranges of `length`, the last one shorter where it does not divide.
  package func parts(of length: Int) -> [Range<Int>] {
    stride(from: lowerBound, to: upperBound, by: length).map { $0..<Swift.min($0 + length, upperBound) }
  }
}
