import Asymptotics
import LinearAlgebra

extension MixturePopulation {
  /// The moment matrices of maximum likelihood for the centres (K x d, stored row by row): the general route to `law()`.
  ///
  /// Features (π_i B'(x - u_i), π_i), K (r + 1) of them. The Hessian is the mean of second derivatives, not the score covariance:
  /// that both agree (the information equality) is a check. Assumes weights and variance known. Cost: that of the law, and
  /// memory 3 (K d)^2.
  public func moments() throws -> MomentMatrices {
    precondition(estimates == .init(), "moments of the centers alone: weights and variance are estimated too")
    let mixture = reduced
    let known = try integrals().secondMoment
    let columns = MixtureColumns(mixture)
    let inside = known.rows(columns.steps).columns(columns.steps)
    let outside = known.rows(columns.posteriors).columns(columns.posteriors)
    let tangents = known.rows(columns.tangents).columns(columns.tangents)
    let gradient = known.rows(columns.gradient).columns(columns.gradient)
    let inverse = try SVD(mixture.centers).leastSquares(.identity(components), relativeTolerance: 1e-14)
    let turned = inverse.congruence(gradient)
    let frame = AmbientFrame(basis: paddedBasis, components: components)
    let precision = 1 / (standardDeviation * standardDeviation)
    let cross = multiply(known.rows(columns.features).columns(columns.tangents), frame.inside, transposing: .right)
    let tangentBlock = frame.combined(inside: tangents, outside: turned)
    let features = known.rows(columns.features).columns(columns.features)
    return MomentMatrices(
      hessian: precision * frame.combined(inside: Self.curvature(mixture, columns, known), outside: outside),
      scoreCovariance: precision * frame.combined(inside: inside, outside: outside),
      joint: features.joined(leftOf: (1 / standardDeviation) * cross).stacked(
        above: ((1 / standardDeviation) * cross.transposed()).joined(leftOf: precision * tangentBlock)),
      featureCount: columns.features.count, verticalBasis: Matrix(rows: components * dimension, columns: 0))
  }

  private var paddedBasis: Matrix {
    let missing = dimension - subspace.basis.rows
    return missing == 0
      ? subspace.basis : subspace.basis.stacked(above: Matrix(rows: missing, columns: rank))
  }

  /// E[-∂² log p] inside the subspace: δ_ij (ω_i I - E π_i y_i y_i') + E π_i π_j y_i y_j', by Σ_j π_j = 1 and y_i = y_j + c_j - c_i.
  private static func curvature(_ mixture: ReducedMixture, _ columns: MixtureColumns, _ known: Matrix) -> Matrix {
    let (k, r) = (mixture.count, mixture.rank)
    var result = known.rows(columns.steps).columns(columns.steps)
    for i in 0..<k {
      for a in 0..<r {
        for b in 0..<r {
          var second = 0.0
          for j in 0..<k {
            let shift = mixture.centers[j, b] - mixture.centers[i, b]
            second += known[i * r + a, j * r + b] + known[i * r + a, columns.posteriors.lowerBound + j] * shift
          }
          result[i * r + a, i * r + b] += (a == b ? mixture.weights[i] : 0) - second
        }
      }
    }
    return result.symmetrized()
  }
}

/// From coordinates inside the subspace, component by component, to those of d columns.
private struct AmbientFrame {
  /// I_K ⊗ B, K d x K r.
  let inside: Matrix
  /// I - BB'.
  let complement: Matrix
  let components: Int

  init(basis: Matrix, components k: Int) {
    let (d, r) = (basis.rows, basis.columns)
    var map = Matrix(rows: k * d, columns: k * r)
    for i in 0..<k { for row in 0..<d { for a in 0..<r { map[i * d + row, i * r + a] = basis[row, a] } } }
    inside = map
    complement = .identity(d) - multiply(basis, basis, transposing: .right)
    components = k
  }

  /// (I ⊗ B) M (I ⊗ B)' + N ⊗ (I - BB').
  func combined(inside m: Matrix, outside n: Matrix) -> Matrix {
    var result = multiply(multiply(inside, m), inside, transposing: .right)
    let d = complement.rows
    for i in 0..<components {
      for j in 0..<components {
        for a in 0..<d { for b in 0..<d { result[i * d + a, j * d + b] += n[i, j] * complement[a, b] } }
      }
    }
    return result.symmetrized()
  }
}

extension MixturePopulation {
  /// A bound: the largest value of an expert at two standard deviations of its center, squared.
  public var targetSize: Double {
    let largest = (0..<components).map { i in
      abs(intercepts[i]) + standardDeviation * 2 * dot(slopes.row(i), slopes.row(i)).squareRoot()
    }
    return largest.reduce(0) { max($0, $1 * $1) }
  }
}
