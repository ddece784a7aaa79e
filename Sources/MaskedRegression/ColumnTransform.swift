import LinearAlgebra

/// What is done to the columns before fitting.
public struct ColumnPreparation: Sendable, Equatable {
  /// Subtract each column's mean; the fit is then exactly the one with an intercept per column.
  public var centers: Bool
  /// Divide each column by its root mean square about its center; the penalty then means the same for every column. Leave-one-out
  /// takes these scales as given, part of the penalty: they stay those of all rows when a row leaves.
  public var scales: Bool

  public init(centers: Bool = true, scales: Bool = false) {
    self.centers = centers
    self.scales = scales
  }
}

/// x -> (x - mean) / scale, column by column.
public struct ColumnTransform: Sendable, Equatable {
  /// Zeros without centring.
  public let means: [Double]
  /// Ones without scaling; 1 for constant columns.
  public let scales: [Double]
  public let preparation: ColumnPreparation
  /// 1 / scale.
  let factors: [Double]

  public init(means: [Double], scales: [Double], preparation: ColumnPreparation) {
    precondition(means.count == scales.count, "\(means.count) means and \(scales.count) scales")
    self.means = means
    self.scales = scales
    self.preparation = preparation
    factors = scales.map { 1 / $0 }
  }

  /// Leaves every column as it is.
  static func identity(columns: Int) -> ColumnTransform {
    ColumnTransform(
      means: [Double](repeating: 0, count: columns), scales: [Double](repeating: 1, count: columns),
      preparation: ColumnPreparation(centers: false))
  }

  var columns: Int { means.count }
  var changesNothing: Bool { !preparation.centers && !preparation.scales }

  /// n - 1 with centring, n without: what divides X'X.
  func divisor(rows: Int) -> Double { Double(preparation.centers ? rows - 1 : rows) }

  /// (x - mean) / scale in every row.
  public func applied(to rows: Matrix) -> Matrix {
    var result = rows
    result.storage.withUnsafeMutableBufferPointer { apply(in: $0) }
    return result
  }

  /// mean + scale x in every row.
  public func inverted(on rows: Matrix) -> Matrix {
    precondition(rows.columns == columns, "\(rows.columns) columns for a transform of \(columns)")
    var result = rows
    result.storage.withUnsafeMutableBufferPointer { entries in
      for base in stride(from: 0, to: entries.count, by: max(columns, 1)) {
        for j in 0..<columns { entries[base + j] = means[j] + scales[j] * entries[base + j] }
      }
    }
    return result
  }

  /// The same in place, for row-major rows.
  func apply(in entries: UnsafeMutableBufferPointer<Double>) {
    precondition(entries.count % max(columns, 1) == 0, "\(entries.count) entries are not rows of \(columns)")
    if changesNothing { return }
    let columns = columns
    means.withUnsafeBufferPointer { means in
      factors.withUnsafeBufferPointer { factors in
        for base in stride(from: 0, to: entries.count, by: max(columns, 1)) {
          for j in 0..<columns { entries[base + j] = (entries[base + j] - means[j]) * factors[j] }
        }
      }
    }
  }
}
