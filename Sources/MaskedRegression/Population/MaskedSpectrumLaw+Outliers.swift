import LinearAlgebra
import RandomMatrices
import SpecialFunctions

extension MaskedSpectrumLaw {
  /// The eigenvalues of A that the spikes of the population drive out of the bulk, above and below it: in closed form where D is
  /// constant, else the general way. None for populations without spikes.
  public func outliers() throws -> [MaskedOutlier] {
    if population.spikes.isEmpty { return [] }
    guard let diagonal = constantDiagonal else { return try generalOutliers() }
    return population.spikes.compactMap {
      DelocalizedSpike(strength: $0.strength, columns: population.columns, rows: rows)
        .outlier(ridge: ridge, precisionDiagonal: diagonal)
    }
  }

  /// The outliers for spikes along any directions, top ones first. D has the value D_0 off the few columns that spikes stand on, and
  /// the bulk lies between the two branches
  ///
  ///     mu(w) = D_0 (w + c w/(w - 1) + lambda),   1 < w < 1 + sqrt(c) above it, 1 - sqrt(c) < w < 1 below it, w > 0
  ///
  /// where K(w) = w Sigma + lambda - mu(w) D^-1 is singular there is an outlier; with its null vector p
  ///
  ///     overlap = (p'v)^2 / (p'p + w_t p'Sigma p),   w_t = 1/(c/(w - 1)^2 - 1).
  ///
  /// With as many columns as rows or more, none is told that is nearer to the atom than that is wide, 1/sqrt(d) of it.
  /// Cost: about 15 symmetric eigenproblems of order d for each outlier.
  public func generalOutliers() throws -> [MaskedOutlier] {
    let equation = OutlierEquation(self)
    return try equation.outliers(.top) + equation.outliers(.bottom)
  }
}

/// K(w) of a population of spikes.
private struct OutlierEquation {
  let spikes: [MaskedPopulation.Spike]
  let covariance: Matrix
  let precisionDiagonal: [Double]
  let aspect: Double
  let ridge: Double
  /// D_0.
  let bulkDiagonal: Double

  init(_ law: MaskedSpectrumLaw) {
    (spikes, covariance) = (law.population.spikes, law.population.covariance)
    (precisionDiagonal, ridge) = (law.precisionDiagonal, law.ridge)
    aspect = Double(law.population.columns) / Double(law.rows)
    bulkDiagonal = law.bulkDiagonal
  }

  private func mu(_ w: Double) -> Double { bulkDiagonal * (w + aspect * w / (w - 1) + ridge) }

  private func matrix(_ w: Double) -> Matrix {
    let mu = mu(w)
    var result = w * covariance
    for j in precisionDiagonal.indices { result[j, j] += ridge - mu / precisionDiagonal[j] }
    return result
  }

  /// w from far away from the bulk to its edge.
  private func branch(_ side: MaskedOutlier.Side) -> (far: Double, edge: Double) {
    if side == .top { return (1 + 1e-9, 1 + aspect.squareRoot()) }
    if aspect < 1 { return (1 - 1e-9, 1 - aspect.squareRoot()) }
    // mu = D_0 lambda (1 - 1/sqrt(d)), nearly: below the atom.
    let margin = ridge / Double(precisionDiagonal.count).squareRoot()
    return (1 - 1e-9, margin / (aspect + margin))
  }

  /// The eigenvalues of K change their sign on the way to the edge, from negative above the bulk, from positive below it.
  func outliers(_ side: MaskedOutlier.Side) throws -> [MaskedOutlier] {
    let (far, edge) = branch(side)
    let values = try SymmetricEigen.values(of: matrix(edge))
    let crossed = values.indices.filter { side == .top ? values[$0] > 0 : values[$0] < 0 }
    return try (side == .top ? crossed : crossed.reversed()).map { number in
      var failure: (any Error)?
      let w = root(from: min(far, edge), to: max(far, edge)) { w in
        do { return try SymmetricEigen.values(of: matrix(w))[number] } catch {
          failure = error
          return .nan
        }
      }
      if let failure { throw failure }
      guard let w else { throw MaskedRegressionError.noConvergence(what: "the outlier of a spike") }
      return outlier(side, w, try SymmetricEigen(matrix(w)).vectors.column(number))
    }
  }

  /// Of null vector p, |p| = 1.
  private func outlier(_ side: MaskedOutlier.Side, _ w: Double, _ p: [Double]) -> MaskedOutlier {
    let slope = 1 / (aspect / ((w - 1) * (w - 1)) - 1)
    let length = 1 + slope * dot(p, covariance * p)
    func cosineSquare(_ spike: MaskedPopulation.Spike) -> Double {
      dot(p, spike.direction) * dot(p, spike.direction)
    }
    let best = spikes.max { cosineSquare($0) < cosineSquare($1) }!
    if cosineSquare(best) > 0.5 {
      return MaskedOutlier(spike: best.strength, side: side, mu: mu(w), overlap: cosineSquare(best) / length)
    }
    // Across the spike on whose columns p stands.
    func shared(_ spike: MaskedPopulation.Spike) -> Double {
      zip(p, spike.direction).reduce(0) { $0 + $1.0 * $1.0 * $1.1 * $1.1 }
    }
    let host = spikes.max { shared($0) < shared($1) }!
    return MaskedOutlier(spike: host.strength, side: side, mu: mu(w), isTransverse: true, overlap: 1 / length)
  }
}
