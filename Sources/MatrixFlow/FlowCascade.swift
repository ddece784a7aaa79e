import LinearAlgebra

/// The flow as a cascade of three subsystems, split at a principal eigenspace of M.
///
/// With P = [P₁ P₀; P₀' P₂] in eigenvectors of M, the first k (eigenvalues Λ₁) and the rest (Λ_b):
///
///     S  = P₂ - P₀'P₁⁻¹P₀      Ṡ  = Λ_b S + S Λ_b - 2 S²                     autonomous
///     T  = P₀'P₁⁻¹             Ṫ  = (Λ_b - 2S) T - T Λ₁                      driven by S
///     P₁                       Ṗ₁ = Λ₁P₁ + P₁Λ₁ - 2 P₁(I + T'T)P₁            driven by T
///
///     S(t) = e^{Λ_b t} N S₀ e^{Λ_b t},  T(t) = e^{Λ_b t} N T₀ e^{-Λ₁t},  N = (I + S₀Ψ)⁻¹,  Ψ = φ_t(Λ_b)
///     P₁(t)⁻¹ = Λ₁⁻¹ + e^{-Λ₁t} [P₁(0)⁻¹ + T₀'ΨNT₀ - Λ₁⁻¹] e^{-Λ₁t}
///
/// By default the principal eigenspace is that of the limit: then S lives on eigenvalues of at most 0, everything decays,
/// and each part keeps its relative accuracy however small it gets. In a smaller eigenspace S tends to what the limit has
/// outside it, and the parts are read off P(t): errors are 1e-15 of P. Within a repeated eigenvalue the basis is chosen
/// so that directions that the start does not reach are separate.
/// Source: a change of variables with the properties that the abstract of arXiv 2411.15972 states.
public struct FlowCascade: Sendable {
  /// k.
  public let principalRank: Int
  let flow: FactorizationFlow
  /// Λ₁.
  let principalValues: [Double]
  /// Λ_b, in the order of the rest's rows.
  let restValues: [Double]
  /// L₁, k x k: the principal rows of the start.
  let principalStart: Matrix
  /// L₁⁻¹.
  let principalInverse: Matrix
  /// T₀, rest x k.
  let couplingStart: Matrix
  /// A factor of S₀, rest x (ρ - k).
  let schurStart: Matrix

  /// The limit's eigenspace, or the first `principalRank` directions of it.
  /// Throws `noPrincipalEigenspace` where P₁ would be singular or have eigenvalues that are not positive, `splitsEigenspace`.
  public init(_ flow: FactorizationFlow, principalRank: Int? = nil) throws(MatrixFlowError) {
    let form = flow.echelon
    let available = form.basisValues.count { $0 > 0 }
    let k = principalRank ?? available
    guard k <= available, k > 0 || principalRank == nil else {
      throw .noPrincipalEigenspace(requested: k, available: available)
    }
    if k > 0, k < available, form.basisValues[k - 1] == form.basisValues[k] {
      throw .splitsEigenspace(requested: k, eigenvalue: form.basisValues[k])
    }
    self.flow = flow
    self.principalRank = k
    principalValues = Array(form.basisValues[..<k])
    restValues = Array(form.basisValues[k...]) + form.dependentValues
    principalStart = form.basis.rows(0..<k).columns(0..<k)
    principalInverse = form.basisInverse.rows(0..<k).columns(0..<k)
    let below = form.basis.rows(k..<form.rank)
    let ratio = solveTriangular(
      principalStart, lower: true, transposed: true, below.columns(0..<k).transposed()
    ).transposed()
    let own = below.columns(k..<form.rank)
    let (direct, through) = (form.coupling.columns(0..<k), form.coupling.columns(k..<form.rank))
    couplingStart = ratio.stacked(above: direct + through * ratio)
    schurStart = own.stacked(above: through * own)
  }

  var isOfTheLimit: Bool { principalRank == flow.echelon.basisValues.count { $0 > 0 } }

  /// S, T and P₁ at a time.
  public struct State: Sendable {
    public let time: Double
    /// Λ₁ and Λ_b, eigenvalues of M for the rows of P₁ and of S and T.
    public let principalValues: [Double]
    public let restValues: [Double]
    /// S = R R'; R has rest x (ρ - k) entries.
    public let schurFactor: Matrix
    /// T, rest x k.
    public let coupling: Matrix
    /// P₁, k x k.
    public let leading: Matrix
    /// P₁ - Λ₁.
    public let leadingDeviation: Matrix
    /// P₁⁻¹ - Λ₁⁻¹.
    public let inverseDeviation: Matrix

    /// S.
    public var schur: Matrix { schurFactor.transposed().gram() }
  }

  /// Cost: O(n ρ²) flops.
  public func state(at time: Double) throws -> State {
    precondition(time >= 0, "time \(time)")
    guard isOfTheLimit, time < .infinity else { return try observedState(at: time) }
    let parts = try decayingParts(at: time)
    let (limit, late) = (Matrix.diagonal(principalValues), try lateDeviation(parts.inverseDeviation))
    let leading = try late.map { limit + $0 } ?? observedLeading(at: time)
    return State(
      time: time, principalValues: principalValues, restValues: restValues, schurFactor: parts.schurFactor,
      coupling: parts.coupling, leading: leading, leadingDeviation: late ?? leading - limit,
      inverseDeviation: parts.inverseDeviation)
  }

  // MARK: formula

  /// What decays: R, T and D = P₁⁻¹ - Λ₁⁻¹.
  struct DecayingParts {
    let schurFactor: Matrix
    let coupling: Matrix
    let inverseDeviation: Matrix
  }

  /// `principalShift` μ and `restShift` ν leave out factors: T times e^{(μ-ν)t}, D times e^{2μt}, R times e^{-νt}.
  ///
  /// N enters by least squares: with g = Ψ^½R₀ and u = Ψ^½T₀e^{-Λ₁t}, the solution z of [g; I] z ≈ [u; 0] gives
  /// N T₀e^{-Λ₁t} = T₀e^{-Λ₁t} - R₀z, and the residual's Gram matrix is e^{-Λ₁t} T₀'ΨNT₀ e^{-Λ₁t}.
  func decayingParts(at time: Double, principalShift: Double = 0, restShift: Double = 0) throws -> DecayingParts {
    let k = principalRank
    let decay = principalValues.map { exponential(-($0 - principalShift) * time) }
    var (coupling, weighted, weightedFactor) = (couplingStart, couplingStart, schurStart)
    for (j, value) in restValues.enumerated() {
      let root = ExponentialScale.bounded(value, time).squareRoot()
      for i in 0..<k where couplingStart[j, i] != 0 {
        let gap = principalValues[i] - principalShift
        weighted[j, i] *= root * exponential((max(value, 0) - gap) * time)
        coupling[j, i] *= value > 0 ? exponential((value - restShift - gap) * time) : decay[i]
      }
      for i in 0..<schurStart.columns { weightedFactor[j, i] *= root }
    }
    let start = principalInverse.scalingColumns(by: decay)
    let decayed = Matrix.diagonal(zip(decay, principalValues).map { $0 * $0 / $1 })
    var residual = weighted
    var factor = schurStart
    if schurStart.columns > 0 {
      let identity = Matrix.identity(schurStart.columns)
      let qr = try QR(weightedFactor.stacked(above: identity))
      let right = weighted.stacked(above: Matrix(rows: identity.rows, columns: k))
      let projected = multiply(qr.q, right, transposing: .left)
      residual = right - qr.q * projected
      coupling = coupling - schurStart * solveTriangular(qr.r, lower: false, projected)
      factor = solveTriangular(qr.r, lower: false, transposed: true, schurStart.transposed()).transposed()
    }
    let late = restValues.map { $0 > 0 ? 1 : exponential(($0 - restShift) * time) }
    return DecayingParts(
      schurFactor: factor.scalingRows(by: late), coupling: coupling.scalingRows(by: late),
      inverseDeviation: start.gram() + residual.gram() - decayed)
  }

  /// P₁ - Λ₁ = -Λ₁^½ E (I + E)⁻¹ Λ₁^½ with E = Λ₁^½ D Λ₁^½, as long as E is small; nil before.
  func lateDeviation(_ inverseDeviation: Matrix) throws -> Matrix? {
    let roots = principalValues.map { $0.squareRoot() }
    if roots.isEmpty { return inverseDeviation }
    let relative = inverseDeviation.scalingBothSides(by: roots)
    guard relative.squaredFrobeniusNorm <= 0.25 else { return nil }
    let solved = try Cholesky(Matrix.identity(roots.count) + relative).solve(relative).symmetrized()
    return -1 * solved.scalingBothSides(by: roots)
  }

  private func observedLeading(at time: Double) throws -> Matrix {
    let rows = try flow.rows(at: time).rows(0..<principalRank)
    return rows.transposed().gram()
  }

  /// From X̂ = [X̂₁; X̂₂] by the QR factorization X̂₁' = Q R: T = X̂₂ Q R⁻', S = X̂₂ (I - QQ') X̂₂'.
  private func observedState(at time: Double) throws -> State {
    let rows = try flow.rows(at: time)
    let (top, rest) = (rows.rows(0..<principalRank), rows.rows(principalRank..<rows.rows))
    guard principalRank > 0 else {
      return State(
        time: time, principalValues: [], restValues: restValues, schurFactor: rest,
        coupling: Matrix(rows: rest.rows, columns: 0), leading: Matrix(rows: 0, columns: 0),
        leadingDeviation: Matrix(rows: 0, columns: 0),
        inverseDeviation: Matrix(rows: 0, columns: 0))
    }
    let qr = try QR(top.transposed())
    let inside = rest * qr.q
    return State(
      time: time, principalValues: principalValues, restValues: restValues,
      schurFactor: rest - multiply(inside, qr.q, transposing: .right),
      coupling: solveTriangular(qr.r, lower: false, inside.transposed()).transposed(),
      leading: top.transposed().gram(), leadingDeviation: top.transposed().gram() - Matrix.diagonal(principalValues),
      inverseDeviation: solveTriangular(qr.r, lower: false, .identity(principalRank)).transposed().gram()
        - Matrix.diagonal(principalValues.map { 1 / $0 }))
  }
}
