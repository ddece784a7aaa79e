import LinearAlgebra

/// Normal proposals: one at each centre, and one between each two centres where these are far apart.
struct MixtureStrata: Sendable {
  let centers: Matrix
  let shares: [Double]
  let isMixture: Bool

  var count: Int { shares.count }

  init(_ mixture: ReducedMixture, between: Bool) {
    isMixture = !between
    guard between else {
      centers = mixture.centers
      shares = mixture.weights
      return
    }
    var rows = (0..<mixture.count).map { mixture.centers.row($0) }
    var shares = mixture.weights.map { 0.5 * $0 }
    let pairs = Double(mixture.count * (mixture.count - 1) / 2)
    for i in 0..<mixture.count {
      for j in 0..<i {
        rows.append(zip(rows[i], rows[j]).map { 0.5 * ($0 + $1) })
        shares.append(0.5 / pairs)
      }
    }
    centers = Matrix(rows)
    self.shares = shares
  }

  func weighting(_ index: Int) -> MixtureIntegrand.Weighting {
    isMixture ? .constant(shares[index]) : .ratio(shares[index], centers: centers, shares: shares)
  }
}
