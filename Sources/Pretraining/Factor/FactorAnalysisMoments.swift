import Asymptotics
import Geometry
import LinearAlgebra

extension FactorAnalysisPopulation {
  /// The moment matrices of maximum likelihood at (A', Ψ) or (A', s²): the general route to `law()`, S = H.
  ///
  /// With K = (A A' + Ψ)⁻¹, a = A' (k x d), G = aK: the information of two movements δ of A A' + Ψ is ½ tr(K δ1 K δ2), so
  ///
  ///     (i, j), (i', j')   G_ij' G_i'j + K_jj' (a K a')_ii'
  ///     (i, j), ψ_l        K_jl G_il
  ///     ψ_l, ψ_l'          ½ K_ll'²
  ///
  /// Features G x; tangents of θ'Gx: θ_i K_j - (θ'Ga')_i K_j - (θ'G)_j G_i along (i, j), -(θ'G)_l K_l along ψ_l (rows of K and G).
  /// Cost: (k d)^2 to form, memory 3 q^2.
  public func moments() throws -> MomentMatrices {
    let a = loadings.transposed()
    let precision = try Cholesky(covariance).inverse()
    let response = multiply(a, precision)
    let spread = noise == .diagonal ? Matrix.identity(dimension) : Matrix(rows: dimension, columns: 1, repeating: 1)
    let information = information(a, precision, response, spread)
    let tangents = tangents(a, precision, response, spread)
    let vertical = try OrthogonalSymmetry(rank: factors, dimension: dimension).verticalBasis(at: a.storage)
    return MomentMatrices(
      hessian: information, scoreCovariance: information,
      joint: LinearMoments.joint(
        features: response, tangents: tangents, covariance: downstreamCovariance ?? covariance),
      featureCount: factors,
      verticalBasis: vertical.stacked(above: Matrix(rows: spread.columns, columns: vertical.columns)))
  }

  /// Columns of `spread` are the movements of the diagonal of Ψ.
  private func information(_ a: Matrix, _ precision: Matrix, _ response: Matrix, _ spread: Matrix) -> Matrix {
    let (k, d, p) = (a.rows, a.columns, spread.columns)
    let inner = multiply(response, a, transposing: .right)
    var result = Matrix(rows: k * d + p, columns: k * d + p)
    for i in 0..<k {
      for j in 0..<d {
        for other in 0..<k {
          for column in 0..<d {
            result[i * d + j, other * d + column] =
              response[i, column] * response[other, j] + precision[j, column] * inner[i, other]
          }
        }
        let along = spread.transposedTimes((0..<d).map { precision[j, $0] * response[i, $0] })
        for l in 0..<p { (result[i * d + j, k * d + l], result[k * d + l, i * d + j]) = (along[l], along[l]) }
      }
    }
    let squares = Matrix(rows: d, columns: d, storage: precision.storage.map { 0.5 * $0 * $0 })
    let noise = spread.congruence(squares)
    for l in 0..<p { for other in 0..<p { result[k * d + l, k * d + other] = noise[l, other] } }
    return result
  }

  private func tangents(_ a: Matrix, _ precision: Matrix, _ response: Matrix, _ spread: Matrix) -> Matrix {
    let (k, d) = (a.rows, a.columns)
    let target = response.transposedTimes(coefficients)
    let explained = a * target
    var result = Matrix(rows: k * d, columns: d)
    for i in 0..<k {
      for j in 0..<d {
        for column in 0..<d {
          result[i * d + j, column] =
            (coefficients[i] - explained[i]) * precision[j, column] - target[j] * response[i, column]
        }
      }
    }
    let ofNoise = multiply(spread, precision.scalingRows(by: target.map { -$0 }), transposing: .left)
    return result.stacked(above: ofNoise)
  }
}
