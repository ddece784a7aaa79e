import LinearAlgebra
import SpecialFunctions

extension MaskedSpectrumLaw {
  /// Outliers above the bulk for any population made of a bulk and finitely many positive spikes: the points z beyond the bulk's
  /// edge where K(z) = w Sigma + lambda - z D^-1 is singular, w from the bulk's covariance with the whole population's D.
  ///
  /// With the null vector p of K there:  overlap = (p'v)^2/(p'p + w_t p'Sigma p).
  /// Cost: about 40 symmetric eigendecompositions of order d for each spike.
  public func generalOutliers(bulk: MaskedPopulation) throws -> [MaskedOutlier] {
    let spikes = population.spikes.filter { $0.strength > 0 }.sorted { $0.strength > $1.strength }
    if spikes.isEmpty { return [] }
    let pencil = MaskedPencil(
      bulk: bulk.vectors.map { ($0, bulk.eigenvalues) }, rows: Double(rows), ridge: ridge,
      precisionDiagonal: precisionDiagonal)
    let edge = try pencil.upperEdge() * (1 + 1e-9)
    let sigma = population.covariance
    return try spikes.indices.compactMap { index in
      try outlier(number: index, spikes: spikes, pencil: pencil, edge: edge, sigma: sigma)
    }
  }

  /// The z at which eigenvalue `number` of K, from the largest, is 0.
  private func outlier(
    number: Int, spikes: [MaskedPopulation.Spike], pencil: MaskedPencil, edge: Double, sigma: Matrix
  ) throws -> MaskedOutlier? {
    func gap(_ z: Double) throws -> Double {
      let w = try pencil.value(z).w.re
      return try SymmetricEigen.values(of: pencil.k(z, w: w, covariance: sigma))[number]
    }
    if try gap(edge) <= 0 { return nil }
    var far = 1.7 * edge
    while try gap(far) > 0 {
      far *= 1.7
      if far > 1e12 * edge { throw MaskedRegressionError.noConvergence(what: "the outlier of a spike") }
    }
    var failure: (any Error)?
    let z = root(from: edge, to: far) { z in
      do { return try gap(z) } catch {
        failure = error
        return .nan
      }
    }
    if let failure { throw failure }
    guard let z else { throw MaskedRegressionError.noConvergence(what: "the outlier of a spike") }
    let w = try pencil.value(z).w.re
    let p = try SymmetricEigen(pencil.k(z, w: w, covariance: sigma)).vectors.column(number)
    let slope = try pencil.shiftSlope(z, w: w)
    let length = dot(p, p) + slope * dot(p, sigma * p)
    // The spike this direction belongs to.
    let overlaps = spikes.map { spike in (spike, dot(p, spike.direction) * dot(p, spike.direction) / length) }
    let best = overlaps.max { $0.1 < $1.1 }!
    return MaskedOutlier(spike: best.0.strength, side: .top, mu: z, overlap: best.1)
  }

  /// The outliers of a population made by `MaskedPopulation.spiked` or `localizedSpike`: closed form where D is constant,
  /// else the general way.
  public func outliers() throws -> [MaskedOutlier] {
    if population.spikes.isEmpty { return [] }
    if let diagonal = scalarDiagonal {
      return population.spikes.compactMap {
        DelocalizedSpike(strength: $0.strength, columns: population.columns, rows: rows)
          .outlier(ridge: ridge, precisionDiagonal: diagonal)
      }
    }
    return try generalOutliers(bulk: .identity(columns: population.columns))
  }
}
