import Pretell

/// A flow as `pretell flow` reports it.
struct FlowReport: Codable {
  let rows: Int
  let columns: Int
  let rank: Int
  let path: [PathPoint]
  let limit: Limit
  let rates: CascadeRates
  let learning: [Learned]
  let passages: [Passage]
  let gradientDescent: Descent
  let equilibria: [EquilibriumReport]?
  let equilibriumCount: Double
  let spectral: Spectral?

  /// Not part of the JSON body.
  private(set) var warnings: [JSONWarning] = []
  let certified: Bool

  struct PathPoint: Codable {
    let time: Double
    let loss: Double
    let excessLoss: Double
    let distance: Double
    /// λ_max(S).
    let schurNorm: Double
    /// ‖T‖_F.
    let couplingNorm: Double
  }
  struct Limit: Codable {
    let rank: Int
    let eigenvalues: [Double]
    let isGlobalMinimum: Bool
    let loss: Double
    let excessRank: Int
    let rankTest: RankTest
  }
  struct RankTest: Codable {
    let required: Int
    let found: Int
    let isTied: Bool
    let smallestKept: Double?
    let largestDropped: Double
    let tolerance: Double
  }
  struct Learned: Codable {
    let eigenvalue: Double
    let initialSize: Double
    let predictedHalfTime: Double?
    let halfTime: Double?
  }
  struct Passage: Codable {
    let heldEigenvalues: [Double]
    let time: Double
    let distance: Double
    let loss: Double
  }
  struct Descent: Codable {
    let safeStep: Double
    let largestStableStep: Double?
    let step: Double?
    let status: GradientDescent.Status?
    let isMonotone: Bool?
    let path: [Point]?
    struct Point: Codable {
      let iteration: Int
      let time: Double
      let loss: Double
      let gapToFlow: Double
    }
  }
  struct EquilibriumReport: Codable {
    let rank: Int
    let eigenvalues: [Double]
    let loss: Double
    let index: Int
    let nullity: Int
    let kind: Equilibrium.Kind
    let jacobianSpectrum: [Equilibrium.JacobianEigenvalue]
  }
  struct Spectral: Codable {
    let unlabeled: Int
    let statisticalError: Double?
    let trainingTime: Double?
    let initialError: Double
    let hasPlainClosedForm: Bool
  }

  private enum CodingKeys: String, CodingKey {
    case rows, columns, rank, path, limit, rates, learning, passages, gradientDescent, equilibria, equilibriumCount
    case spectral, certified
  }

  init(
    _ source: FlowSource, order: LearningOrder, times: [Double], equilibria count: Int, step: Double?,
    shouldContinue: () -> Bool
  ) throws {
    let flow = source.flow
    let cascade = try FlowCascade(flow)
    (rows, columns, rank) = (flow.order, flow.start.columns, flow.rank)
    let certificates = try times.map { try cascade.certificate(at: $0) }
    path = try zip(times, certificates).map { time, certificate in
      let progress = try flow.progress(at: time)
      return PathPoint(
        time: time, loss: progress.loss, excessLoss: progress.excessLoss, distance: progress.distance,
        schurNorm: certificate.schur.value, couplingNorm: certificate.coupling.value)
    }
    certified = certificates.allSatisfy(\.holds)
    limit = Limit(flow.limit)
    rates = try cascade.rates()
    learning = order.directions.map {
      Learned(
        eigenvalue: $0.eigenvalue, initialSize: $0.initialSize, predictedHalfTime: $0.predictedHalfTime,
        halfTime: $0.halfTime)
    }
    passages = order.passages.map {
      Passage(heldEigenvalues: $0.heldEigenvalues, time: $0.time, distance: $0.distance, loss: $0.loss)
    }
    gradientDescent = try Descent(flow, step: step, times: times, shouldContinue: shouldContinue)
    equilibriumCount = flow.equilibria.count
    equilibria = count == 0 ? nil : flow.equilibria.prefix(count).map(EquilibriumReport.init)
    spectral = try source.spectral.map(Spectral.init)
    warnings = FlowWarnings.all(self, flow)
  }
}

extension FlowReport.Limit {
  fileprivate init(_ limit: FlowLimit) {
    let margin = limit.rankTest.margin
    self.init(
      rank: limit.rank, eigenvalues: limit.eigenvalues, isGlobalMinimum: limit.isGlobalMinimum, loss: limit.loss,
      excessRank: limit.excessRank,
      rankTest: .init(
        required: limit.rankTest.required, found: limit.rankTest.found, isTied: limit.rankTest.isTied,
        smallestKept: margin.smallestKept, largestDropped: margin.largestDropped, tolerance: margin.tolerance))
  }
}

extension FlowReport.Descent {
  /// Iterates at the path's times, up to a million iterations.
  fileprivate init(_ flow: FactorizationFlow, step: Double?, times: [Double], shouldContinue: () -> Bool) throws {
    (safeStep, largestStableStep, self.step) = (flow.safeStep, flow.largestStableStep, step)
    guard let step else {
      (status, isMonotone, path) = (nil, nil, nil)
      return
    }
    let iterations = Set(times.map { Int(min(($0 / step).rounded(), 1e6)) }).sorted()
    let run = try GradientDescent(flow, step: step).run(recording: iterations) { _ in shouldContinue() }
    if run.status == .stopped { throw Interruption.failure }
    (status, isMonotone) = (run.status, run.isMonotone)
    path = run.points.map { Point(iteration: $0.iteration, time: $0.time, loss: $0.loss, gapToFlow: $0.gapToFlow) }
  }
}

extension FlowReport.EquilibriumReport {
  fileprivate init(_ equilibrium: Equilibrium) {
    self.init(
      rank: equilibrium.rank, eigenvalues: equilibrium.heldEigenvalues, loss: equilibrium.loss,
      index: equilibrium.index,
      nullity: equilibrium.nullity, kind: equilibrium.kind, jacobianSpectrum: equilibrium.jacobianSpectrum)
  }
}

extension FlowReport.Spectral {
  fileprivate init(_ source: (training: SpectralTraining, rows: Int)) throws {
    let level = source.training.statisticalError(rows: source.rows)
    self.init(
      unlabeled: source.rows, statisticalError: level,
      trainingTime: try level.flatMap { try source.training.time(toReach: $0) },
      initialError: try source.training.representationError(at: 0),
      hasPlainClosedForm: source.training.hasPlainClosedForm)
  }
}

/// What the reader of a flow must know.
enum FlowWarnings {
  static func all(_ report: FlowReport, _ flow: FactorizationFlow) -> [JSONWarning] {
    var found: [JSONWarning] = []
    if !report.limit.isGlobalMinimum {
      found.append(
        JSONWarning(
          code: "saddle-limit",
          message: "The start lies on the stable manifold of a saddle: it reaches \(report.limit.rankTest.found) of "
            + "\(report.limit.rankTest.required) directions. Any perturbation leaves it.",
          remedy: "Add a little noise to the start if the global minimum is wanted."))
    }
    if flow.rankMargin.isNarrow {
      found.append(
        JSONWarning(
          code: "narrow-rank",
          message: "Whether the start reaches every direction hangs on parts of "
            + "\(NumberText.optional(report.limit.rankTest.smallestKept, 2)) (kept) and "
            + "\(NumberText.significant(report.limit.rankTest.largestDropped, 2)) (dropped) of its size; rounding is "
            + "\(NumberText.significant(report.limit.rankTest.tolerance, 2)).",
          remedy: "Do not trust late times: they depend on digits that the start may not have."))
    }
    if report.limit.rankTest.isTied {
      found.append(
        JSONWarning(
          code: "tied-eigenvalues",
          message: "The last eigenvalue that fits is repeated: which of its directions are kept depends on the start.",
          remedy: "Use another number of columns for a limit that does not."))
    }
    if let step = report.gradientDescent.step, let most = report.gradientDescent.largestStableStep, step >= most {
      found.append(
        JSONWarning(
          code: "unstable-step",
          message: "Gradient descent with step \(NumberText.significant(step)) cannot settle at the limit.",
          remedy:
            "Stay below \(NumberText.significant(most)); \(NumberText.significant(report.gradientDescent.safeStep)) is safe everywhere."
        ))
    }
    if report.spectral?.hasPlainClosedForm == false {
      found.append(
        JSONWarning(
          code: "no-closed-form",
          message:
            "The covariance is not a multiple of the identity: plain gradient flow in A has no closed form. Times here are those of "
            + "the whitened flow (natural gradient), which has the same limit.",
          remedy: "Whiten the rows first, and both are the same."))
    }
    return found
  }
}
