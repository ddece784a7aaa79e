import CMath
import Geometry
import LinearAlgebra
import SpecialFunctions

/// Subspace-aware features of a mixture (6.4): (π_i B'(x - u_i), π_i), i = 1 ... K, B a basis of the centres' subspace.
///
/// π_i is the posterior of component i, which depends on B'x alone. K (r + 1) features; r is the subspace's rank unless given,
/// the leading directions then.
public struct MixtureRepresentation: Representation {
  /// K x d.
  public let centers: Matrix
  public let weights: [Double]
  public let variance: Double
  public let subspace: MixtureSubspace

  /// Cost: 4 d K^2 flops.
  public init(centers: Matrix, weights: [Double], variance: Double = 1, rank: Int? = nil) throws {
    precondition(weights.count == centers.rows, "\(weights.count) weights for \(centers.rows) centers")
    self.centers = centers
    self.weights = weights
    self.variance = variance
    subspace = try MixtureSubspace(centers: centers, rank: rank)
  }

  public init(_ fit: MixtureFit, rank: Int? = nil) throws {
    try self.init(centers: fit.centers, weights: fit.weights, variance: fit.variance, rank: rank)
  }

  public var featureCount: Int { centers.rows * (subspace.rank + 1) }

  /// Cost: 2 rows d r + rows K r flops.
  public func features(of rows: Matrix) -> Matrix {
    let inside = multiply(rows.subtractingFromRows(subspace.mean), subspace.basis)
    return Self.features(inside, centers: subspace.coordinates, weights: weights, variance: variance)
  }

  /// For rows and centres in r coordinates.
  static func features(_ z: Matrix, centers c: Matrix, weights: [Double], variance: Double) -> Matrix {
    let (k, r) = (c.rows, z.columns)
    let posterior = posteriors(z, centers: c, weights: weights, variance: variance)
    var result = Matrix(rows: z.rows, columns: k * (r + 1))
    let width = k * (r + 1)
    result.storage.withUnsafeMutableBufferPointer { target in
      for row in 0..<z.rows {
        for i in 0..<k {
          let p = posterior[row, i]
          for j in 0..<r { target[row * width + i * r + j] = p * (z[row, j] - c[i, j]) }
          target[row * width + k * r + i] = p
        }
      }
    }
    return result
  }

  /// Each row's posterior probabilities of the components, rows x K. Cost: 2 rows d r + rows K r flops.
  public func posteriors(of rows: Matrix) -> Matrix {
    let inside = multiply(rows.subtractingFromRows(subspace.mean), subspace.basis)
    return Self.posteriors(inside, centers: subspace.coordinates, weights: weights, variance: variance)
  }

  /// z = (x - subspace_mean) subspace_basis; π_i ∝ component_weights_i exp(-‖z - c_i‖²/(2 component_variance)), c_i the rows of
  /// component_centers; features (π_i (z - c_i)) for i = 1 ... K, then π.
  public var arrays: [(name: String, matrix: Matrix)] {
    [
      ("subspace_mean", Matrix(rows: 1, columns: subspace.mean.count, storage: subspace.mean)),
      ("subspace_basis", subspace.basis), ("component_centers", subspace.coordinates),
      ("component_weights", Matrix(rows: 1, columns: weights.count, storage: weights)),
      ("component_variance", Matrix(rows: 1, columns: 1, storage: [variance])),
    ]
  }

  public func rowsPerComponent(_ rows: Matrix) -> [Double]? {
    posteriors(of: rows).columnMeans().map { $0 * Double(rows.rows) }
  }

  /// π of each row, rows x K.
  static func posteriors(_ z: Matrix, centers c: Matrix, weights: [Double], variance: Double) -> Matrix {
    let (k, stride) = (c.rows, (z.rows + 7) / 8 * 8)
    var runs = Matrix(rows: k, columns: stride)
    var logSums = [Double](repeating: 0, count: stride)
    let products = multiply((1 / variance) * c, z, transposing: .right)
    for i in 0..<k {
      let shift = log(weights[i]) - 0.5 * dot(c.row(i), c.row(i)) / variance
      for t in 0..<z.rows { runs.storage[i * stride + t] = products.storage[i * z.rows + t] + shift }
    }
    runs.storage.withUnsafeMutableBufferPointer { values in
      logSums.withUnsafeMutableBufferPointer {
        softmaxColumns(values.baseAddress!, components: k, stride: stride, count: z.rows, logSums: $0.baseAddress!)
      }
    }
    return runs.transposed().rows(0..<z.rows)
  }

  /// With its components in the order of `reference` (K x d), by optimal assignment.
  public func aligned(to reference: Matrix) throws -> MixtureRepresentation {
    let order = PermutationSymmetry(blocks: centers.rows, blockLength: centers.columns)
      .assignment(centers.storage, to: reference.storage)
    return try MixtureRepresentation(
      centers: centers.rows(at: order), weights: order.map { weights[$0] }, variance: variance, rank: subspace.rank)
  }
}
