import LinearAlgebra

/// Three inequalities that make the cascade's convergence a certainty, evaluated at one time.
///
///     V_S = λ_max(S)               V̇_S ≤ 2 λ_b V_S - 2 V_S²                   λ_b: largest eigenvalue of the rest that S touches
///     V_T = ‖T‖_F                  V̇_T ≤ -g V_T                               g: smallest gap λ_i - λ_j of a coupled pair
///     V_P = ‖P₁⁻¹ - Λ₁⁻¹‖_F        V̇_P ≤ -2 λ_k V_P + 2 ‖T'T‖_F               driven by T, which vanishes by itself
///
/// Derivatives are those of the right-hand sides of the cascade, not differences in time. With g and λ_b as here the inequalities
/// hold along every flow, so one that fails means that the numbers are wrong.
public struct LyapunovCertificate: Sendable {
  public struct Level: Sendable, Equatable {
    public let value: Double
    public let derivative: Double
    /// The derivative is at most this.
    public let bound: Double
    /// Rounding that the two sides may differ by.
    public let slack: Double
    public var holds: Bool { derivative <= bound + slack }
  }

  public let time: Double
  public let schur: Level
  public let coupling: Level
  public let leading: Level
  public var holds: Bool { schur.holds && coupling.holds && leading.holds }
}

extension FlowCascade {
  /// The certificate at a finite time. Cost: O(n ρ²) flops.
  public func certificate(at time: Double) throws -> LyapunovCertificate {
    let state = try state(at: time)
    return LyapunovCertificate(
      time: time, schur: try schurLevel(state), coupling: couplingLevel(state), leading: leadingLevel(state))
  }

  private static func level(_ value: Double, _ derivative: Double, _ bound: Double, _ size: Double)
    -> LyapunovCertificate.Level
  {
    .init(value: value, derivative: derivative, bound: bound, slack: 1e-12 * size * value)
  }

  /// With S = R R' and R'R v = s v: the top eigenvector is q = R v/√s, and q'Ṡq = 2 s q'Λ_b q - 2 s².
  private func schurLevel(_ state: State) throws -> LyapunovCertificate.Level {
    let touched = zip(restValues, 0..<restValues.count).filter { pair in
      (0..<schurStart.columns).contains { schurStart[pair.1, $0] != 0 }
    }.map(\.0)
    guard let largest = touched.max() else { return .init(value: 0, derivative: 0, bound: 0, slack: 0) }
    let eigen = try SymmetricEigen(state.schurFactor.gram())
    let top = max(eigen.values[0], 0)
    guard top > 0 else { return .init(value: 0, derivative: 0, bound: 0, slack: 0) }
    let direction = state.schurFactor * eigen.vectors.column(0)
    let weighted = zip(direction, restValues).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    return Self.level(
      top, 2 * weighted - 2 * top * top, 2 * largest * top - 2 * top * top, flow.eigenspaces.norm + top)
  }

  /// V V̇ = ⟨T, (Λ_b - 2S)T - TΛ₁⟩.
  private func couplingLevel(_ state: State) -> LyapunovCertificate.Level {
    let t = state.coupling
    let norm = t.squaredFrobeniusNorm.squareRoot()
    guard norm > 0, let gap = smallestGap else { return .init(value: 0, derivative: 0, bound: 0, slack: 0) }
    let unit = (1 / norm) * t
    var drift = 0.0
    for j in 0..<t.rows {
      for i in 0..<t.columns { drift += unit[j, i] * unit[j, i] * (restValues[j] - principalValues[i]) }
    }
    let damping = 2 * multiply(state.schurFactor, unit, transposing: .left).squaredFrobeniusNorm
    return Self.level(norm, norm * (drift - damping), -gap * norm, flow.eigenspaces.norm + damping)
  }

  /// min (λ_i - λ_j) over the pairs that T can couple: rows outside S as they start, rows of S with every column.
  private var smallestGap: Double? {
    var gaps: [Double] = []
    let coupledColumns = (0..<principalRank).filter { i in
      (0..<couplingStart.rows).contains { couplingStart[$0, i] != 0 }
    }
    for (j, value) in restValues.enumerated() {
      let isMixed = (0..<schurStart.columns).contains { schurStart[j, $0] != 0 }
      let columns = isMixed ? coupledColumns : coupledColumns.filter { couplingStart[j, $0] != 0 }
      if let last = columns.last { gaps.append(principalValues[last] - value) }
    }
    return gaps.min()
  }

  /// Y = P₁⁻¹ - Λ₁⁻¹: Ẏ = -Λ₁Y - YΛ₁ + 2T'T.
  private func leadingLevel(_ state: State) -> LyapunovCertificate.Level {
    guard let smallest = principalValues.last else { return .init(value: 0, derivative: 0, bound: 0, slack: 0) }
    let y = state.inverseDeviation
    let norm = y.squaredFrobeniusNorm.squareRoot()
    let drive = state.coupling.gram()
    guard norm > 0 else { return .init(value: 0, derivative: 0, bound: 0, slack: 0) }
    let unit = (1 / norm) * y
    var drift = 0.0
    for i in 0..<y.rows {
      for j in 0..<y.columns { drift -= (principalValues[i] + principalValues[j]) * unit[i, j] * y[i, j] }
    }
    let driven = drift + 2 * traceOfProduct(unit, drive)
    let bound = -2 * smallest * norm + 2 * drive.squaredFrobeniusNorm.squareRoot()
    return Self.level(norm, driven, bound, flow.eigenspaces.norm + drive.squaredFrobeniusNorm.squareRoot() / norm)
  }
}
