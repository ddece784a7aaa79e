import Asymptotics
import LinearAlgebra

extension MixtureRepresentation {
  /// The moment matrices from rows of data, at this fit: scores, second derivatives, features and tangents averaged.
  ///
  /// Parameters are the centres (K x d, stored row by row), weights and variance taken as known; the Hessian is averaged by
  /// itself, so that the law holds for rows that are no mixture, too.
  /// - Parameters:
  ///   - unlabeled: N x d.
  ///   - downstream: M x d rows where the head is used.
  ///   - coefficients: θ, one for each feature.
  /// Cost: 3 N (K d)^2 + M (K (d + r))^2 flops, memory (N + M) K d.
  public func moments(unlabeled: Matrix, downstream: Matrix, coefficients: [Double]) -> MomentMatrices {
    let (scores, hessian) = likelihood(unlabeled)
    return MomentMatrices(
      scores: scores, hessian: hessian, features: features(of: downstream),
      tangents: tangents(downstream, coefficients: coefficients),
      verticalBasis: Matrix(rows: centers.rows * centers.columns, columns: 0))
  }

  private func inside(_ rows: Matrix) -> Matrix {
    multiply(rows.subtractingFromRows(subspace.mean), subspace.basis)
  }

  private func posteriors(_ rows: Matrix) -> Matrix {
    Self.posteriors(inside(rows), centers: subspace.coordinates, weights: weights, variance: variance)
  }

  /// Scores -π_i (x - u_i)/s², and the mean Hessian δ_ij (π_i I/s² - π_i y_i y_i'/s⁴) + π_i π_j y_i y_j'/s⁴.
  ///
  /// Posteriors depend on rows through the whole of the centres' span, which `subspace` leaves out where it was cut.
  private func likelihood(_ rows: Matrix) -> (scores: Matrix, hessian: Matrix) {
    let (k, d, count) = (centers.rows, centers.columns, Double(rows.rows))
    let posterior = posteriors(rows)
    var scores = Matrix(rows: rows.rows, columns: k * d)
    for row in 0..<rows.rows {
      for i in 0..<k {
        let weight = -posterior[row, i] / variance
        for j in 0..<d { scores[row, i * d + j] = weight * (rows[row, j] - centers[i, j]) }
      }
    }
    var hessian = (1 / count) * scores.gram()
    for i in 0..<k {
      let own = posterior.column(i)
      let spread = rows.subtractingFromRows(centers.row(i)).gram(weights: own)
      let share = own.reduce(0, +) / (count * variance)
      for a in 0..<d {
        for b in 0..<d {
          hessian[i * d + a, i * d + b] += (a == b ? share : 0) - spread[a, b] / (count * variance * variance)
        }
      }
    }
    return (scores, hessian.symmetrized())
  }

  /// ∂f/∂u_i up to features: B π_i D_i y_i / s² + (I - BB')(x - ū) (∇f · C⁺ e_i), ∇f = Σ π_i (τ_i + D_i c_i / s²).
  private func tangents(_ rows: Matrix, coefficients: [Double]) -> Matrix {
    precondition(coefficients.count == featureCount, "\(coefficients.count) coefficients for \(featureCount) features")
    let (k, d, r) = (centers.rows, centers.columns, subspace.rank)
    let c = subspace.coordinates
    let z = inside(rows)
    let posterior = posteriors(rows)
    let outside = rows.subtractingFromRows(subspace.mean) - multiply(z, subspace.basis, transposing: .right)
    let inverse = multiply(c, (try? Cholesky(c.gram()).inverse()) ?? .identity(r))
    var steps = Matrix(rows: rows.rows * k, columns: r)
    var turns = Matrix(rows: rows.rows, columns: k)
    for row in 0..<rows.rows {
      let expert = (0..<k).map { i in
        (0..<r).reduce(coefficients[k * r + i]) { $0 + coefficients[i * r + $1] * (z[row, $1] - c[i, $1]) }
      }
      let mean = (0..<k).reduce(0) { $0 + posterior[row, $1] * expert[$1] }
      var gradient = [Double](repeating: 0, count: r)
      for i in 0..<k {
        let (p, difference) = (posterior[row, i], expert[i] - mean)
        for j in 0..<r {
          steps[row * k + i, j] = p * difference * (z[row, j] - c[i, j]) / variance
          gradient[j] += p * (coefficients[i * r + j] + difference * c[i, j] / variance)
        }
      }
      for (i, value) in (inverse * gradient).enumerated() { turns[row, i] = value }
    }
    var result = multiply(steps, subspace.basis, transposing: .right)
    for row in 0..<rows.rows {
      for i in 0..<k { for j in 0..<d { result[row * k + i, j] += turns[row, i] * outside[row, j] } }
    }
    return Matrix(rows: rows.rows, columns: k * d, storage: result.storage)
  }
}
