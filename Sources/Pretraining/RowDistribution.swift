import LinearAlgebra
import Randomness

/// Where the independent, standardized sources z of a row x = root · z come from.
public enum RowDistribution: Sendable, Equatable {
  /// Normal; sample second moments are drawn from their exact (Wishart) law, no row is ever formed.
  case gaussian
  /// Normal, row by row: slower, believes nothing.
  case gaussianRows
  /// Student's t with this many degrees of freedom (more than 4), scaled to variance 1.
  case studentT(degreesOfFreedom: Int)
  /// -1 or 1.
  case rademacher
  /// One common scale per row: normal with probability 0.9, three times as wide otherwise; variance 1 over all.
  case mixedScales

  /// Rows drawn at once.
  private static let panel = 1024

  /// (1/count) Σ z z' over `count` fresh rows z: `constant` puts a 1 in front of the `dimension` sources, and `normals` as many
  /// standard normals behind them, whatever the sources are.
  /// Cost: order^3 flops for `gaussian` unless count is below the order, count order^2 otherwise; memory: one panel.
  public func secondMoment(
    dimension: Int, count: Int, constant: Bool = false, normals: Int = 0, using stream: inout RandomStream
  ) -> Matrix {
    let order = dimension + normals
    if self == .gaussian && count >= order + (constant ? 1 : 0) {
      return constant
        ? Self.wishartWithMean(dimension: order, count: count, using: &stream)
        : Self.wishart(dimension: order, count: count, using: &stream)
    }
    let ones = Matrix(rows: min(Self.panel, count), columns: 1, repeating: 1)
    var sum = Matrix(rows: order + (constant ? 1 : 0), columns: order + (constant ? 1 : 0))
    var done = 0
    while done < count {
      let number = min(Self.panel, count - done)
      var rows = self.rows(number, dimension: dimension, using: &stream)
      if normals > 0 { rows = rows.joined(leftOf: stream.normalMatrix(rows: number, columns: normals)) }
      if constant { rows = ones.rows(0..<number).joined(leftOf: rows) }
      sum = sum + rows.gram()
      done += number
    }
    return (1 / Double(count)) * sum
  }

  /// `count` independent rows.
  public func rows(_ count: Int, dimension: Int, using stream: inout RandomStream) -> Matrix {
    var z = stream.normalMatrix(rows: count, columns: dimension)
    switch self {
    case .gaussian, .gaussianRows: break
    case .studentT(let df):
      // Variance of t is df / (df - 2).
      let scale = (Double(df - 2) / Double(df)).squareRoot()
      for index in z.storage.indices {
        let spread = (stream.chiSquare(degreesOfFreedom: df) / Double(df)).squareRoot()
        z.storage[index] *= scale / spread
      }
    case .rademacher:
      for index in z.storage.indices { z.storage[index] = z.storage[index] < 0 ? -1 : 1 }
    case .mixedScales:
      // Mean square of the scale: 0.9 + 0.1 · 9 = 1.8.
      z = z.scalingRows(by: (0..<count).map { _ in (stream.uniform() < 0.1 ? 3 : 1) / 1.8.squareRoot() })
    }
    return z
  }

  /// Bartlett's decomposition: B B' / count, B lower triangular with B_ii² ~ χ²_{count - i} and normals below.
  private static func wishart(dimension: Int, count: Int, using stream: inout RandomStream) -> Matrix {
    var factor = Matrix(rows: dimension, columns: dimension)
    let normals = stream.normals(dimension * (dimension - 1) / 2)
    var next = 0
    for i in 0..<dimension {
      factor[i, i] = stream.chiSquare(degreesOfFreedom: count - i).squareRoot()
      for j in 0..<i {
        factor[i, j] = normals[next]
        next += 1
      }
    }
    return (1 / Double(count)) * factor.transposed().gram()
  }

  /// The scatter about the sample mean is independent of that mean, and has one degree of freedom less.
  private static func wishartWithMean(dimension: Int, count: Int, using stream: inout RandomStream) -> Matrix {
    let mean = stream.normals(dimension).map { $0 / Double(count).squareRoot() }
    let share = Double(count - 1) / Double(count)
    let scatter = share * wishart(dimension: dimension, count: count - 1, using: &stream)
    let corner = Matrix(rows: 1, columns: dimension + 1, storage: [1] + mean)
    return corner.stacked(
      above: .column(mean).joined(leftOf: scatter + .outerProduct(mean)))
  }
}
