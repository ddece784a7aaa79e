import LinearAlgebra

/// Limits of the errors of masked regression in blocks, rows drawn from a population: each block with its own predictors.
///
///     w + (1/n) tr w Sigma_oo K^-1 = 1,   K = w Sigma_oo + Lambda_oo,   gamma = (w^2/n) tr (Sigma_oo K^-1)^2
///     E_gen = (1/d) sum_g N_g/(1 - gamma_g),   E_train = (1/d) sum_g w_g^2 N_g/(1 - gamma_g)
///
/// N_g is the risk of K^-1 w Sigma_og on the d - b columns outside the block, Lambda = ridge I + r blockdiag(Sigma), r = p/(1 - p).
/// Simulated within 1.6 % (generalization) and 1.3 % (training) at 100 rows of 144 columns and more.
/// Source: GRAPH_AND_BLOCKS, section 9.
public struct BlockRisk: Sendable {
  public struct Errors: Sendable, Equatable {
    public let ridge: Double
    public let hide: Double
    /// Of a fresh row, per entry.
    public let generalizationError: Double
    public let trainingError: Double
    /// w and gamma of each block.
    public let shrinkages: [Double]
    public let gammas: [Double]
  }

  private let covariance: Matrix
  private let members: [[Int]]
  private let rows: Double

  /// Throws `blockCount`, `oneBlock`.
  public init(_ population: MaskedPopulation, blocks: Partition, rows: Int) throws(MaskedRegressionError) {
    if blocks.label.count != population.columns {
      throw .blockCount(given: blocks.label.count, columns: population.columns)
    }
    if blocks.count < 2 { throw .oneBlock }
    (covariance, members, self.rows) = (population.covariance, blocks.members, Double(rows))
  }

  /// Cost: for each block 12 columns^3 flops. Throws `invalidRidge`, `invalidHideRate`, `singular` where the penalty is.
  public func errors(ridge: Double, hide: Double = 0) throws -> Errors {
    try Ridge.shared(ridge).check(columns: covariance.rows)
    if !(hide >= 0 && hide < 1) { throw MaskedRegressionError.invalidHideRate(hide) }
    let odds = hide / (1 - hide)
    let found = try Parallel.map(count: members.count) { try block($0, ridge, odds) }
    let d = Double(covariance.rows)
    return Errors(
      ridge: ridge, hide: hide, generalizationError: found.reduce(0) { $0 + $1.risk / (1 - $1.gamma) } / d,
      trainingError: found.reduce(0) { $0 + $1.w * $1.w * $1.risk / (1 - $1.gamma) } / d,
      shrinkages: found.map(\.w), gammas: found.map(\.gamma))
  }

  private func block(_ index: Int, _ ridge: Double, _ odds: Double) throws -> (w: Double, gamma: Double, risk: Double) {
    let own = members[index]
    var label = [Int](repeating: 0, count: covariance.rows)
    for (block, places) in members.enumerated() { for j in places { label[j] = block } }
    let others = label.indices.filter { label[$0] != index }
    let sigma = covariance.block(others)
    var penalty = Matrix(rows: others.count, columns: others.count)
    for (a, i) in others.enumerated() {
      for (b, j) in others.enumerated() where label[i] == label[j] { penalty[a, b] = odds * sigma[a, b] }
      penalty[a, a] += ridge
    }
    guard let factor = try? Cholesky(penalty) else {
      throw MaskedRegressionError.singular(ridge: ridge, column: others[0])
    }
    // Lambda^-1/2 Sigma Lambda^-1/2, by the Cholesky factor.
    let half = factor.solveLower(sigma)
    let values = try SymmetricEigen.values(of: factor.solveLower(half.transposed()).symmetrized()).map { max($0, 0) }
    let w = shrinkage(values)
    let gamma = values.reduce(0) { $0 + (w * $1 / (w * $1 + 1)) * (w * $1 / (w * $1 + 1)) } / rows
    var cross = Matrix(rows: others.count, columns: own.count)
    for (a, i) in others.enumerated() { for (b, j) in own.enumerated() { cross[a, b] = covariance[i, j] } }
    let weights = w * (try Cholesky(w * sigma + penalty)).solve(cross)
    let explained = traceOfProduct(weights.transposed(), cross)
    let spread = traceOfProduct(weights.transposed(), sigma * weights)
    return (w, gamma, own.reduce(0) { $0 + covariance[$1, $1] } - 2 * explained + spread)
  }

  /// The root of w + (1/n) sum w l/(w l + 1) = 1, which increases in w; bisection to the last digit.
  private func shrinkage(_ values: [Double]) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if middle == low || middle == high { break }
      let value = middle + values.reduce(0) { $0 + middle * $1 / (middle * $1 + 1) } / rows
      if value > 1 { high = middle } else { low = middle }
    }
    return 0.5 * (low + high)
  }
}
