import LinearAlgebra

extension FactorizationFlow {
  /// Loss and distance to the limit at a time.
  public struct Progress: Sendable {
    public let time: Double
    /// f = ¼ ‖P - M‖_F².
    public let loss: Double
    /// f less its value at the limit.
    public let excessLoss: Double
    /// ‖P(t) - P(∞)‖_F.
    public let distance: Double
  }

  /// Where the flow stands at a time.
  ///
  /// Accuracy: `excessLoss` and `distance` keep 10 digits or more however small they are (late times use the cascade).
  /// Cost: O(n ρ²) flops.
  public func progress(at time: Double) throws -> Progress {
    let blocks = try blocks(at: time)
    let excess = blocks.excessLoss(restValues: restValues)
    return Progress(
      time: time, loss: limitLoss + excess, excessLoss: excess, distance: blocks.squaredDistance.squareRoot())
  }

  /// f(X(t)).
  public func loss(at time: Double) throws -> Double { try progress(at: time).loss }

  /// ‖P(t) - P(∞)‖_F.
  public func distance(at time: Double) throws -> Double { try progress(at: time).distance }

  /// Rows whose eigenvalue the limit does not have.
  private var restValues: [Double] {
    let form = echelon
    return form.basisValues.filter { $0 <= 0 } + form.dependentValues
  }

  private func blocks(at time: Double) throws -> FlowBlocks {
    let k = echelon.basisValues.count { $0 > 0 }
    if time < .infinity, k > 0, let late = try lateBlocks(at: time) { return late }
    let rows = try rows(at: time)
    let (top, rest) = (rows.rows(0..<k), rows.rows(k..<rows.rows))
    return FlowBlocks(
      leading: top.transposed().gram() - Matrix.diagonal(Array(echelon.basisValues[..<k])),
      cross: multiply(rest, top, transposing: .right), restFactor: rest)
  }

  /// P₁ - Λ₁, T P₁ and a factor of S + T P₁ T', once P₁ is near Λ₁.
  private func lateBlocks(at time: Double) throws -> FlowBlocks? {
    let cascade = try FlowCascade(self)
    let parts = try cascade.decayingParts(at: time)
    guard let deviation = try cascade.lateDeviation(parts.inverseDeviation) else { return nil }
    let leading = Matrix.diagonal(cascade.principalValues) + deviation
    let root = try Cholesky(leading).factor
    return FlowBlocks(
      leading: deviation, cross: parts.coupling * leading,
      restFactor: parts.schurFactor.joined(leftOf: parts.coupling * root))
  }
}

extension FactorizationFlow {
  /// The ρ eigenvalues of P(t) that are not 0, descending. Cost: O(n ρ²) flops.
  public func productEigenvalues(at time: Double) throws -> [Double] {
    try SymmetricEigen.values(of: try rows(at: time).gram()).map { max($0, 0) }
  }

  /// Times at which to look when nobody says: `count` of them, equally spaced in the logarithm from 0.02 of the fastest time scale
  /// until the slowest exponential is over, and until 1/(2t) has set in where directions of the kernel are reached (unless that is
  /// beyond 1e10 of the fastest time scale).
  public func naturalTimes(count: Int) throws -> [Double] {
    precondition(count > 1, "\(count) times")
    let order = try learningOrder()
    let fastest = max(eigenspaces.norm, start.squaredFrobeniusNorm)
    guard fastest > 0 else { return (0..<count).map { Double($0) } }
    let cascade = try FlowCascade(self)
    let rates = try cascade.rates()
    let slowest =
      [rates.coupling?.exponent, rates.leading?.exponent, rates.excessLoss?.exponent]
      .compactMap { $0 }.filter { $0 > 0 }.min() ?? fastest
    let last = order.directions.compactMap(\.halfTime).max() ?? 0
    let onset = cascade.algebraicOnset.map { $0 * fastest < 1e10 ? 200 * $0 : 1000 / fastest } ?? 0
    let (low, high) = (0.02 / fastest, max(2 * last + 15 / slowest, onset))
    return (0..<count).map { low * power(high / low, Double($0) / Double(count - 1)) }
  }
}
