import LinearAlgebra

/// The subspace that K centres span about their mean, and the centres in it.
///
/// The basis of the subspace is Gram and Schmidt's: u_1 - ū, u_2 - ū, ... made orthonormal in this order, those that depend on
/// the ones before left out. It is unique whatever the singular values are.
public struct MixtureSubspace: Sendable {
  /// ū, the plain mean of the centres.
  public let mean: [Double]
  /// B, d x r with orthonormal columns.
  public let basis: Matrix
  /// C = (U - 1ū') B, K x r; every column adds up to 0.
  public let coordinates: Matrix
  /// Of U - 1ū', descending.
  public let singularValues: [Double]

  /// r.
  public var rank: Int { basis.columns }

  /// Singular values below this share of the largest count as 0.
  static let relativeTolerance = 1e-9

  /// - Parameters:
  ///   - centers: K x d.
  ///   - rank: directions to keep; by default those with a singular value above 1e-9 of the largest.
  /// Cost: 4 d K^2 flops; memory 2 d K.
  public init(centers: Matrix, rank: Int? = nil) throws {
    let middle = centers.columnMeans()
    let centred = centers.subtractingFromRows(middle)
    let tall = centred.columns > centred.rows
    let frame = tall ? try QR(centred.transposed()) : nil
    let parts = try SVD(frame.map { $0.r.transposed() } ?? centred)
    let kept = rank ?? parts.rank(relativeTolerance: Self.relativeTolerance)
    precondition(kept <= parts.values.count, "rank \(kept) of \(centers.rows) centers in \(centers.columns) columns")
    let own = parts.right.columns(0..<kept)
    let principal = parts.left.columns(0..<kept).scalingColumns(by: Array(parts.values[..<kept]))
    let turn = Self.gramSchmidt(principal)
    mean = middle
    singularValues = parts.values
    coordinates = multiply(principal, turn)
    basis = multiply(frame.map { multiply($0.q, own) } ?? own, turn)
  }

  /// The rotation (columns) that Gram and Schmidt's procedure finds among the rows of a K x r matrix of rank r.
  private static func gramSchmidt(_ rows: Matrix) -> Matrix {
    let r = rows.columns
    var found: [[Double]] = []
    for tolerance in [1e-6, 1e-12] {
      for index in 0..<rows.rows where found.count < r {
        let row = rows.row(index)
        let length = dot(row, row).squareRoot()
        var rest = row
        for _ in 0..<2 {
          for axis in found {
            let share = dot(rest, axis)
            for j in 0..<r { rest[j] -= share * axis[j] }
          }
        }
        let left = dot(rest, rest).squareRoot()
        if left > tolerance * max(length, .leastNormalMagnitude) { found.append(rest.map { $0 / left }) }
      }
    }
    return found.count == r ? Matrix(found).transposed() : .identity(r)
  }

  /// Closest pair of rows of `centers`: their indices and distance.
  static func closestPair(_ centers: Matrix) -> (first: Int, second: Int, distance: Double) {
    var best = (first: 0, second: 1, distance: Double.infinity)
    for i in 0..<centers.rows {
      for j in 0..<i {
        var sum = 0.0
        for column in 0..<centers.columns {
          let difference = centers[i, column] - centers[j, column]
          sum += difference * difference
        }
        if sum.squareRoot() < best.distance { best = (j, i, sum.squareRoot()) }
      }
    }
    return best
  }
}
