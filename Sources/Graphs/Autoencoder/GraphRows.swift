import LinearAlgebra

/// The features of the nodes as the autoencoder sees them: rows of unit length if asked for, centred, and turned into their own
/// row space where there are more columns than nodes (exact: errors and codes do not change).
public struct GraphRows: Sendable {
  /// nodes x coordinates.
  public let values: Matrix
  /// d, the columns of the features.
  public let columns: Int
  /// Taken out of every row.
  public let means: [Double]
  /// columns x coordinates with orthonormal columns; nil where the coordinates are the columns.
  public let basis: Matrix?
  /// Squared length of all rows together, tr X'X.
  public let energy: Double

  /// - Parameters:
  ///   - features: one row a node.
  ///   - unitRows: divide every row by its length: the closed form of a cosine error (within 1 to 6 % of it).
  ///   - centred: take the mean row out. A token for hidden nodes needs none of it.
  /// Throws `nonFinite`, `overflow`, `noVariance`.
  public init(_ features: consuming Matrix, unitRows: Bool = true, centred: Bool = true) throws {
    columns = features.columns
    do { try features.checkFinite() } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
      throw GraphError.nonFinite(row: row, column: column, value: value)
    }
    if unitRows { features.normalizeRows() }
    let raw = features.squaredFrobeniusNorm
    guard raw.isFinite else { throw GraphError.overflow }
    means = centred ? features.columnMeans() : [Double](repeating: 0, count: columns)
    if centred { features.subtractFromRows(means) }
    energy = features.squaredFrobeniusNorm
    guard energy > 1e-28 * raw, energy > 0 else { throw GraphError.noVariance }
    if columns > features.rows {
      let turned = try QR(features.transposed())
      (values, basis) = (turned.r.transposed(), turned.q)
    } else {
      (values, basis) = (features, nil)
    }
  }

  public var nodes: Int { values.rows }

  /// Rows in coordinates back in the features' columns.
  public func inColumns(_ rows: Matrix) -> Matrix {
    basis.map { multiply(rows, $0, transposing: .right) } ?? rows
  }
}

extension Matrix {
  /// Every row divided by its length; rows of zeros stay.
  fileprivate mutating func normalizeRows() {
    let (rows, columns) = (rows, columns)
    storage.withUnsafeMutableBufferPointer { target in
      for i in 0..<rows {
        let row = i * columns..<(i + 1) * columns
        var largest = 0.0
        for index in row { largest = Swift.max(largest, abs(target[index])) }
        if largest == 0 { continue }
        var sum = 0.0
        for index in row { sum += (target[index] / largest) * (target[index] / largest) }
        let length = sum.squareRoot()
        for index in row { target[index] = target[index] / largest / length }
      }
    }
  }

  fileprivate mutating func subtractFromRows(_ shift: [Double]) {
    let (rows, columns) = (rows, columns)
    storage.withUnsafeMutableBufferPointer { target in
      for i in 0..<rows { for j in 0..<columns { target[i * columns + j] -= shift[j] } }
    }
  }
}
