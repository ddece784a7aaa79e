/// How fast each part of a cascade decays, and which eigenvalues say so.
///
/// A quantity behaves like constant · t^power · e^{-exponent t}.
public struct CascadeRates: Sendable, Equatable, Codable {
  /// One decay law.
  public struct Decay: Sendable, Equatable, Codable {
    public let exponent: Double
    /// -1 for 1/t, -2 for 1/t², 1 for t, 0 for a pure exponential.
    public let power: Double
    /// The eigenvalues of M that the exponent comes from; empty where it is 0.
    public let eigenvalues: [Double]
    /// lim quantity · t^{-power} e^{exponent t}; nil where it is not known in closed form.
    public let constant: Double?
  }

  /// d₀: directions of the kernel of M in which S falls like 1/(2t), whatever the start.
  public let algebraicDirections: Int
  /// λ_max(S): 1/(2t), or e^{-2ℓt} from the least negative eigenvalue reached; nil where S is zero.
  public let schur: Decay?
  /// ‖T‖_F: e^{-(λ_i - λ_j)t} from the closest coupled pair, over t where S holds that direction of the kernel. Nil where T is zero.
  public let coupling: Decay?
  /// ‖P₁ - Λ₁‖_F: e^{-2λ_k t}, or twice the rate of T where a positive eigenvalue is left out. Nil where nothing is principal.
  public let leading: Decay?
  /// f(X(t)) - f(X(∞)): d₀/(16 t²) where d₀ > 0, otherwise exponential. Nil where the start is its own limit.
  public let excessLoss: Decay?
}

extension FlowCascade {
  /// Rates and constants of the cascade. Only the cascade in the limit's eigenspace decays, so this is its cascade's.
  /// Exponentials' constants are evaluated at a late time with the exponential taken out; 1e-6 accurate or nil.
  public func rates() throws -> CascadeRates {
    precondition(isOfTheLimit, "rates of a cascade in \(principalRank) of the limit's directions")
    let (schur, coupling) = (schurDecay, couplingDecay)
    let leading = leadingDecay(coupling)
    return CascadeRates(
      algebraicDirections: algebraicDirections, schur: schur,
      coupling: try withConstant(coupling) { try scaledCoupling($0) },
      leading: try withConstant(leading) { try scaledLeading($0) },
      excessLoss: lossDecay(schur: schur, coupling: coupling, leading: leading))
  }

  /// 1/(2 tr S₀) on the kernel of M: only after it does S fall like 1/(2t). Nil where the kernel is not reached.
  var algebraicOnset: Double? {
    let kernel = schurStart.rows(at: restValues.indices.filter { restValues[$0] == 0 })
    let size = kernel.squaredFrobeniusNorm
    return algebraicDirections > 0 && size > 0 ? 0.5 / size : nil
  }

  /// Basis rows of eigenvalue 0.
  private var algebraicDirections: Int { flow.echelon.basisValues.count { $0 == 0 } }

  private var schurDecay: CascadeRates.Decay? {
    if algebraicDirections > 0 { return .init(exponent: 0, power: -1, eigenvalues: [], constant: 0.5) }
    guard let nearest = flow.echelon.basisValues.first(where: { $0 < 0 }) else { return nil }
    return .init(exponent: -2 * nearest, power: 0, eigenvalues: [nearest], constant: nil)
  }

  /// Row j's slowest entry of T is e^{-(λ_i - λ_j)t} for the smallest λ_i it is coupled to.
  private var couplingDecay: CascadeRates.Decay? {
    let cut = 1e-14 * couplingStart.largestMagnitude
    var slowest: CascadeRates.Decay?
    for (j, value) in restValues.enumerated() {
      guard let i = principalValues.indices.last(where: { abs(couplingStart[j, $0]) > cut }) else { continue }
      // A kernel direction that S holds is a basis row; those come first in the rest.
      let isHeld = value == 0 && j < flow.rank - principalRank
      let candidate = CascadeRates.Decay(
        exponent: principalValues[i] - value, power: isHeld ? -1 : 0,
        eigenvalues: value == 0 ? [principalValues[i]] : [principalValues[i], value], constant: nil)
      if slowest.map({ candidate.isSlower(than: $0) }) ?? true { slowest = candidate }
    }
    return slowest
  }

  private func leadingDecay(_ coupling: CascadeRates.Decay?) -> CascadeRates.Decay? {
    guard let smallest = principalValues.last else { return nil }
    if let coupling, coupling.exponent < smallest {
      return .init(exponent: 2 * coupling.exponent, power: 0, eigenvalues: coupling.eigenvalues, constant: nil)
    }
    // T₀'ΨT₀ grows like 2t on kernel directions that S does not hold.
    let grows = coupling.map { $0.exponent == smallest && $0.power == 0 } ?? false
    return .init(exponent: 2 * smallest, power: grows ? 1 : 0, eigenvalues: [smallest], constant: nil)
  }

  private func lossDecay(
    schur: CascadeRates.Decay?, coupling: CascadeRates.Decay?, leading: CascadeRates.Decay?
  ) -> CascadeRates.Decay? {
    if algebraicDirections > 0 {
      return .init(exponent: 0, power: -2, eigenvalues: [], constant: Double(algebraicDirections) / 16)
    }
    let squares = [coupling, leading].compactMap { decay in
      decay.map {
        CascadeRates.Decay(exponent: 2 * $0.exponent, power: 2 * $0.power, eigenvalues: $0.eigenvalues, constant: nil)
      }
    }
    let candidates = squares + (schur.map { [$0] } ?? [])
    return candidates.min { $0.isSlower(than: $1) }
  }

  // MARK: constants

  /// The decay with its constant, from values at two late times of which the first stands in for the limit.
  private func withConstant(
    _ decay: CascadeRates.Decay?, _ scaled: (CascadeTime) throws -> Double
  ) throws -> CascadeRates.Decay? {
    guard let decay else { return nil }
    let slowest = flow.eigenvalues.map { abs($0) }.filter { $0 > 0 }.min() ?? 1
    let form = flow.echelon
    let smallest = form.basisValues.indices.filter { form.basisValues[$0] <= 0 }.map { form.basis[$0, $0] }.min() ?? 1
    let late = 2e6 * max(1e-3 / slowest, 1 / (smallest * smallest))
    // Exponents that cancel are rounded; beyond this their rounding shows.
    guard late * flow.eigenspaces.norm < 1e9 else { return decay }
    let values = try [late, 10 * late].map { time in
      try scaled(CascadeTime(time: time, decay: decay)) * power(time, -decay.power)
    }
    let isSettled = abs(values[0] - values[1]) <= 1e-6 * abs(values[1]) && values[1] > 0
    return .init(
      exponent: decay.exponent, power: decay.power, eigenvalues: decay.eigenvalues,
      constant: isSettled ? values[1] : nil)
  }

  private struct CascadeTime {
    let time: Double
    let decay: CascadeRates.Decay
  }

  /// e^{exponent t} ‖T(t)‖.
  private func scaledCoupling(_ at: CascadeTime) throws -> Double {
    let pair = at.decay.eigenvalues
    let rest = pair.count == 2 && pair[1] < 0 ? pair[1] : 0
    return try decayingParts(at: at.time, principalShift: at.decay.exponent + rest, restShift: rest)
      .coupling.squaredFrobeniusNorm.squareRoot()
  }

  /// e^{exponent t} ‖P₁ - Λ₁‖, which is ‖Λ₁ D Λ₁‖ in the limit.
  private func scaledLeading(_ at: CascadeTime) throws -> Double {
    try decayingParts(at: at.time, principalShift: at.decay.exponent / 2).inverseDeviation
      .scalingBothSides(by: principalValues).squaredFrobeniusNorm.squareRoot()
  }
}

extension CascadeRates.Decay {
  /// Larger in the end.
  func isSlower(than other: CascadeRates.Decay) -> Bool {
    exponent < other.exponent || (exponent == other.exponent && power > other.power)
  }
}
