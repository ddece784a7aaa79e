import LinearAlgebra

extension MaskedGraph {
  /// The loss over all masks with this graph's settings. Throws `tooCostly` where re-masking needs too many entries of the filter.
  public func loss() throws -> HiddenLoss {
    let rate = settings.hideRate
    switch settings.remask {
    case .none: return try moments.loss(.rate(rate))
    case .independent(let share): return try remasked().independent(kept: 1 - share)
    case .same: return try remasked().same()
    }
  }

  /// Encoder: the filter; decoder: one more hop.
  private func remasked() throws -> RemaskedLoss {
    let propagation = moments.propagation
    return try RemaskedLoss(
      encoder: propagation.explicit(budget: settings.budget), decoder: propagation.step, rows: moments.rows.values,
      hideRate: settings.hideRate)
  }

  /// Codes of k dimensions of every node, from all its neighbors and itself, nothing masked.
  public struct Representation: Sendable {
    /// nodes x k, scaled by the singular values.
    public let codes: Matrix
    /// columns x k: codes = P (X - means) times it, X the (unit) rows.
    public let encoder: Matrix
    public let singularValues: [Double]
    /// Of `GraphCodes`.
    public let smoothnessSpread: Double
    public let warnings: [GraphWarning]
  }

  /// Largest number of dimensions.
  public var largestSize: Int { min(moments.rows.values.columns, max(moments.nodes - 1, 1)) }

  /// - Parameter ridge: relative to the mean eigenvalue of Y'Y, as in `GraphErrors`.
  /// Throws `invalidSize`, `invalidRidge`, `singular`. Cost: 6 d³ flops and nodes d k.
  public func codes(size: Int, ridge: Double) throws -> Representation {
    try GraphRanges.check(ridge: ridge)
    let loss = try loss()
    let shift = ridge * loss.meanTrace / Double(moments.rows.columns)
    let found = try GraphCodes(loss, shift: shift, size: size, latents: try latents(loss))
    let rows = moments.rows
    let projected = rows.values.timesByThreads(found.scaledEncoder)
    let codes = moments.propagation.apply(projected)
    var warnings: [GraphWarning] = found.isNearTie ? [.nearTie(size: size)] : []
    if rows.values.columns > 1, found.smoothnessSpread < 0.05 { warnings.append(.allAlike) }
    return Representation(
      codes: codes, encoder: rows.basis.map { $0 * found.scaledEncoder } ?? found.scaledEncoder,
      singularValues: found.singularValues, smoothnessSpread: found.smoothnessSpread, warnings: warnings)
  }

  /// C2 Syy^-1/2 of the teacher's latents P X at hidden nodes, and its weight against the features'.
  private func latents(_ loss: HiddenLoss) throws -> (weight: Double, cross: Matrix)? {
    guard settings.latentWeight > 0 else { return nil }
    let n = Double(moments.nodes)
    let teacher = moments.propagation.apply(moments.rows.values)
    let second = (1 / n) * teacher.gramByThreads()
    let eigen = try SymmetricEigen(second)
    let kept = eigen.values.prefix { $0 > 1e-10 * eigen.values[0] }
    let whitening = eigen.vectors.columns(0..<kept.count).scalingColumns(by: kept.map { 1 / $0.squareRoot() })
    let cross = (1 - settings.hideRate) / n * moments.visible.transposedTimesByThreads(teacher)
    return (settings.latentWeight * loss.energy / Double(moments.rows.columns), cross * whitening)
  }
}
