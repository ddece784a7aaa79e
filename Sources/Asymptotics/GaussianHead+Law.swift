import LinearAlgebra

extension DownstreamRisk {
  /// Linear features of Gaussian rows, labels that follow the loss's own law at f = ⟨θ, ψ⟩ (+ intercept). With T the joint
  /// moment and t = T(θ, 0), the weighted moment needs only one-dimensional integrals:
  ///
  ///     E ω(f) (ψ, g)(ψ, g)' = E[ω] T + t t' (E[ω u²] - E[ω] s²) / s⁴,   s² = θ'T_ψψ θ,   u = f - intercept
  ///
  /// - Parameter head: θ, length p. `noiseVariance` is read for squared error only.
  /// Assumes (ψ, g) jointly normal with mean 0. An intercept becomes the first feature.
  public init(
    _ loss: DownstreamLoss, gaussian moments: MomentMatrices, head: [Double], intercept: Double? = nil,
    noiseVariance: Double = 1
  ) throws {
    precondition(head.count == moments.featureCount, "\(head.count) coefficients for \(moments.featureCount) features")
    let padded = head + [Double](repeating: 0, count: moments.parameterCount)
    let direction = moments.joint * padded
    let means = try GaussianHead(loss, signalVariance: dot(padded, direction), intercept: intercept)
    let variance = means.signalVariance
    // A target of 0 has t = 0, too.
    let scale = variance > 0 ? 1 / variance : 0
    let along = (means.secondMoment * scale - means.meanCurvature) * scale
    var weighted = means.meanCurvature * moments.joint + along * .outerProduct(direction)
    if intercept != nil {
      weighted = weighted.bordered(
        corner: means.meanCurvature, edge: direction.map { $0 * means.firstMoment * scale })
    }
    let squared = loss == .squaredError
    self.init(
      curvature: 0.5 * weighted, slopeMoment: (squared ? 2 * noiseVariance : 1) * weighted,
      featureCount: head.count + (intercept == nil ? 0 : 1),
      irreducibleRisk: squared ? noiseVariance : means.meanLoss)
  }
}

extension LimitLaw {
  /// The same pre-training and target with a head of another loss, from a squared-error law of linear features of Gaussian
  /// rows: every weight times ½ E[ω], every coefficient at a cost of ½.
  ///
  /// The weighted moment differs from E[ω] T by a multiple of t t', t = T(θ, 0), which the Schur complement does not see.
  /// So E[ω] plays the part of 1/σ²: the crossover is E[ω] E||L(Z)||² / (d_base - d_eff).
  /// Assumes the downstream rows are normal with mean 0 and the target is in the span of the features.
  public func withHead(_ head: GaussianHead) -> LimitLaw {
    let extra = head.intercept == nil ? 0 : 1
    let squared = head.loss == .squaredError
    let coefficientCost = squared ? irreducibleRisk : 0.5
    var law = self
    law.irreducibleRisk = squared ? irreducibleRisk : head.meanLoss
    law.effectiveDimension += extra
    law.activeDimension += extra
    law.baseDimension += extra
    law.labelTerm = coefficientCost * Double(law.activeDimension)
    law.baseLabelTerm = coefficientCost * Double(law.baseDimension)
    law.interaction = interaction.scaled(by: head.meanCurvature / 2)
    return law
  }
}

extension Matrix {
  /// One row and column more, in front.
  fileprivate func bordered(corner: Double, edge: [Double]) -> Matrix {
    let top = Matrix(rows: 1, columns: columns + 1, storage: [corner] + edge)
    return top.stacked(above: Matrix.column(edge).joined(leftOf: self))
  }
}
