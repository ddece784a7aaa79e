import LinearAlgebra

/// Columns of very unequal units: rounding of the largest one's variance would show in the smallest one's error.
enum UnevenColumns {
  /// An eigendecomposition gives S to rounding of its largest entry: below this share of it less than ten digits of a variance.
  private static let share = 1e-6

  /// Up to how many eigenvectors are made with all digits; beyond it their time is hours.
  static let largestOrder = 1000

  /// Whether these mean squares differ so much; columns of zeros do not count.
  static func are(_ meanSquares: [Double]) -> Bool {
    let largest = meanSquares.max() ?? 0
    return meanSquares.contains { $0 > 0 && $0 < share * largest }
  }

  /// The columns that an eigendecomposition gives with fewer digits.
  static func small(_ meanSquares: [Double]) -> [Int] {
    let largest = meanSquares.max() ?? 0
    return meanSquares.indices.filter { meanSquares[$0] > 0 && meanSquares[$0] < share * largest }
  }
}
