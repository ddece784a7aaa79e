import CMath
import LinearAlgebra

extension DownstreamRisk {
  /// A softmax head on linear features of Gaussian rows whose labels follow p = softmax(f), f_k = b_k + ⟨θ_k, ψ⟩, from the joint
  /// moments of one target for each contrast.
  ///
  /// With Ω = E[diag(p) - pp'] = Σ_c ω_c v_c v_c' and g = (g_1, ..., g_K) the tangents of the K logits, tangents of contrast c are
  /// those of the target θ̃_c = Σ_k v_ck θ_k. Given ψ the rest of a Gaussian tangent does not depend on f, so that the part of the
  /// joint Hessian which profiling over all θ_k and intercepts leaves is the same as for
  ///
  ///     2C = [ diag_c(ω_c T_ψψ)   (ω_c T_ψg^c)_c ]
  ///          [        .          Σ_c ω_c T_gg^c ]
  ///
  /// Labels follow their own law: K = 2C. Intercepts are left out of the features here.
  /// - Parameter contrasts: ω_c with the moments of θ̃_c, all of the same features and parameters.
  init(softmax contrasts: [(curvature: Double, moments: MomentMatrices)], irreducibleRisk: Double) {
    let (p, q) = (contrasts[0].moments.featureCount, contrasts[0].moments.parameterCount)
    let edge = contrasts.count * p
    var doubled = Matrix(rows: edge + q, columns: edge + q)
    for (c, (weight, moments)) in contrasts.enumerated() {
      precondition(moments.featureCount == p && moments.parameterCount == q, "contrasts of several representations")
      for i in 0..<p + q {
        let row = i < p ? c * p + i : edge + i - p
        for j in 0..<p + q { doubled[row, j < p ? c * p + j : edge + j - p] += weight * moments.joint[i, j] }
      }
    }
    self.init(
      curvature: 0.5 * doubled, slopeMoment: doubled, featureCount: edge, irreducibleRisk: irreducibleRisk)
  }

  /// A softmax head, averaged over labeled rows: the joint Hessian and slopes in (θ, w), θ in orthonormal contrasts of the classes.
  /// - Parameters:
  ///   - features: ψ, n x p, with a column of ones if the head has intercepts.
  ///   - tangents: for each class k the gradient of f_k with respect to w, n x q.
  ///   - logits: f, n x K.
  ///   - classes: 0 ..< K, one a row.
  /// The slopes of the rows themselves enter K: labels need not follow the softmax law. Cost: 2 n K ((K - 1) p + q)² flops.
  public init(softmax features: Matrix, tangents: [Matrix], logits: Matrix, classes: [Int]) {
    let (n, p, k) = (features.rows, features.columns, logits.columns)
    precondition(
      n > 0 && logits.rows == n && classes.count == n && tangents.count == k && tangents.allSatisfy { $0.rows == n },
      "\(n) rows of features, \(logits.rows) of \(k) logits, \(classes.count) classes, \(tangents.count) tangents")
    let contrasts = Self.contrasts(k)
    var logs = logits
    logs.takeLogSoftmax()
    let edge = (k - 1) * p
    let width = edge + tangents[0].columns
    var curvature = Matrix(rows: width, columns: width)
    var loss = 0.0
    /// Row i is Σ_k s_ik (H_k ⊗ ψ, g_k).
    func combined(_ weights: (_ row: Int, _ class: Int) -> Double) -> Matrix {
      var result = Matrix(rows: n, columns: width)
      for i in 0..<n {
        for own in 0..<k {
          let weight = weights(i, own)
          if weight == 0 { continue }
          for c in 0..<k - 1 { for j in 0..<p { result[i, c * p + j] += weight * contrasts[own, c] * features[i, j] } }
          for j in edge..<width { result[i, j] += weight * tangents[own][i, j - edge] }
        }
      }
      return result
    }
    func share(_ row: Int, _ own: Int) -> Double { exp(logs[row, own]) }
    for target in 0..<k {
      // diag(p) - pp' = Σ_t u_t u_t', u_t = √p_t (e_t - p).
      curvature =
        curvature
        + combined { row, own in
          share(row, target).squareRoot() * ((own == target ? 1 : 0) - share(row, own))
        }.gram()
    }
    for row in 0..<n { loss -= logs[row, classes[row]] }
    let slopes = combined { row, own in share(row, own) - (classes[row] == own ? 1 : 0) }
    let part = 1 / Double(n)
    self.init(
      curvature: 0.5 * part * curvature, slopeMoment: part * slopes.gram(), featureCount: edge,
      irreducibleRisk: part * loss)
  }

  /// K x (K - 1), orthonormal columns that sum to 0 (Helmert's).
  private static func contrasts(_ k: Int) -> Matrix {
    var result = Matrix(rows: k, columns: k - 1)
    for c in 0..<k - 1 {
      let size = Double((c + 1) * (c + 2)).squareRoot()
      for own in 0...c { result[own, c] = 1 / size }
      result[c + 1, c] = -Double(c + 1) / size
    }
    return result
  }
}

extension LimitLaw {
  /// The law of a softmax head of K classes with intercepts, on linear features of Gaussian rows:
  ///
  ///     n (R - R*)  →  (K - 1)(d_eff + 1)/2 + (n/m) Z'QZ,   Q = ½ Σ_c ω_c (T_gg - T_gψ T_ψψ⁺ T_ψg)(θ̃_c)
  ///
  /// R is the log-loss, ω_c and v_c the eigenpairs of Ω (`SoftmaxMeans`), θ̃_c = Σ_k v_ck θ_k. Two classes have the logistic law.
  /// d_base counts the directions of the joint fit of head and representation: (K - 1)(d + 1) where K - 1 is at most d_eff.
  /// - Parameter contrasts: moments of θ̃_c, in the order of `means.contrasts()`.
  /// Throws `LimitLawError` where the theorem does not apply. Cost: about 20 ((K - 1) p + q)³ flops.
  public init(softmax contrasts: [MomentMatrices], means: SoftmaxMeans) throws {
    let weights = try means.contrasts().map(\.curvature)
    precondition(contrasts.count == weights.count, "\(contrasts.count) targets for \(weights.count) contrasts")
    let risk = DownstreamRisk(
      softmax: zip(weights, contrasts).map { ($0, $1) }, irreducibleRisk: means.irreducibleRisk)
    var law = try LimitLaw(moments: contrasts[0], downstream: risk)
    law.effectiveDimension += weights.count
    law.activeDimension += weights.count
    law.baseDimension += weights.count
    law.labelTerm = 0.5 * Double(law.activeDimension)
    law.baseLabelTerm = 0.5 * Double(law.baseDimension)
    law.relativeError = means.relativeError
    if let error = means.relativeError, error > Self.largestSoftmaxError {
      law.warnings.append(
        Warning(
          code: "tolerance-not-reached",
          message:
            "Averages over the classes' logits, which are large, are known to a relative error of \(error.inWords(2)).",
          remedy: "Read fewer digits, or take smaller weights or fewer classes."))
    }
    self = law
  }

  /// Above it the digits that are printed are not all right.
  private static let largestSoftmaxError = 1e-4
}
