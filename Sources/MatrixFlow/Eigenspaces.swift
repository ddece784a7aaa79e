import LinearAlgebra

/// The eigenspaces of a symmetric matrix, largest eigenvalue first; values that rounding cannot tell apart are one eigenvalue.
struct Eigenspaces: Sendable {
  struct Space: Sendable, Equatable {
    let value: Double
    /// Columns of `vectors`.
    let range: Range<Int>
  }

  let spaces: [Space]
  /// n x n, orthonormal columns.
  let vectors: Matrix
  /// max |λ|.
  let norm: Double

  /// Neighbors closer than 8 ulp of the largest magnitude are merged; a value below n times that counts as zero.
  init(_ target: Matrix) throws(LinearAlgebraError) {
    let eigen = try SymmetricEigen(target)
    vectors = eigen.vectors
    norm = eigen.values.reduce(0) { max($0, abs($1)) }
    spaces = Self.group(eigen.values)
  }

  static func group(_ values: [Double]) -> [Space] {
    let norm = values.reduce(0) { max($0, abs($1)) }
    let step = 8 * Double.ulpOfOne * norm
    var spaces: [Space] = []
    var start = 0
    for end in 1..<(values.count + 1) where end == values.count || values[end - 1] - values[end] > step {
      let mean = values[start..<end].reduce(0, +) / Double(end - start)
      let isZero = abs(mean) <= step * Double(values.count)
      spaces.append(Space(value: isZero ? 0 : mean, range: start..<end))
      start = end
    }
    return spaces
  }

  /// λ_1 >= ... >= λ_n, with equal values equal to the bit.
  var values: [Double] { spaces.flatMap { [Double](repeating: $0.value, count: $0.range.count) } }
}
