import LinearAlgebra

/// Columns whose variance a few rows carry: constants but for them. Forecasts, which treat rows as alike, fail on these.
///
///     effective rows_j = (sum_i z_ij^2)^2 / sum_i z_ij^4,   z the column about its mean
///
/// n for a column of constant magnitude, n/3 for normal entries, n p for an indicator that is 1 in a small share p of the rows.
public struct NearConstantColumns: Sendable, Equatable {
  /// Below as many effective rows a column counts as nearly constant; a tenth of the rows for small samples.
  public static let minimumRows = 20.0

  /// Positions of the columns that never change.
  public let constant: [Int]
  /// Positions of the columns that hardly ever do.
  public let nearConstant: [Int]

  /// Positions of both.
  public var all: [Int] { (constant + nearConstant).sorted() }

  /// Cost: two passes over the rows. Throws what the source throws.
  public init(_ source: some RowSource) throws {
    let d = source.columns
    let size = TrainingRows.blockRows(columns: d)
    var (count, means) = (0, [Double](repeating: 0, count: d))
    try source.forEachBlock(ofRows: size) { _, block in
      count += block.rows
      for (j, mean) in block.columnMeans().enumerated() { means[j] += mean * Double(block.rows) }
    }
    means = means.map { $0 / Double(max(count, 1)) }
    var (squares, fourths) = ([Double](repeating: 0, count: d), [Double](repeating: 0, count: d))
    try source.forEachBlock(ofRows: size) { _, block in
      block.storage.withUnsafeBufferPointer { x in
        for base in stride(from: 0, to: x.count, by: max(d, 1)) {
          for j in 0..<d {
            let square = (x[base + j] - means[j]) * (x[base + j] - means[j])
            squares[j] += square
            fourths[j] += square * square
          }
        }
      }
    }
    let limit = min(Self.minimumRows, Double(count) / 10)
    let constant = (0..<d).filter { squares[$0] <= 1e-24 * means[$0] * means[$0] * Double(count) }
    self.constant = constant
    nearConstant = Set(0..<d).subtracting(constant).sorted().filter { squares[$0] * squares[$0] < limit * fourths[$0] }
  }
}
