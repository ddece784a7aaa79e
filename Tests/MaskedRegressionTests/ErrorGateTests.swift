import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Errors of masked regression, in theory and as estimated from the training rows, against simulated samples.
@Suite struct ErrorGateTests {
  /// (rows per column, penalty; nil for the best in theory). Fewer and more rows than columns.
  @Test(arguments: [(2.0, 0.1), (0.5, 0.1), (2.0, 1.5), (2.0, nil), (0.5, nil)] as [(Double, Double?)])
  func errorsAndTheirEstimates(_ setting: (rowsPerColumn: Double, ridge: Double?)) throws {
    let names = [
      "generalization", "training", "kappa", "1 - gamma", "df", "GCV", "columnwise GCV", "leave-one-out", "diag P",
    ]
    try expectGates(names, columns: 40, replicates: 200, seed: 41) { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      let rows = Int(setting.rowsPerColumn * Double(d))
      let risk = MaskedRisk(population, rows: rows)
      let theory = try setting.ridge.map { try risk.errors(ridge: $0) } ?? risk.optimum().errors
      let (error, ridge) = (theory.generalizationError, theory.ridge)
      let freedom = Double(rows) * (1 - ridge / theory.kappa)
      let diagonal = try risk.precisionDiagonal(ridge: ridge).reduce(0, +)
      // Of more columns than rows the model keeps lambda P_jj.
      let scale = rows < d ? ridge : 1
      return Experiment(
        theory: [
          error, theory.trainingError, theory.kappa, 1 - theory.gamma, freedom, error, error, error, scale * diagonal,
        ]
      ) { stream in
        let path = try MaskedPath(uncentered: population.sample(rows: rows, &stream))
        let errors = try path.errors(.shared(ridge))
        let model = try path.model(.shared(ridge))
        return [
          population.error(of: try model.weights()), errors.trainingError, errors.kappa!,
          errors.oneMinusGamma!, errors.degreesOfFreedom, errors.generalizedCrossValidationError!,
          errors.columnwiseCrossValidationError!, errors.leaveOneOutError!, model.precisionDiagonal.reduce(0, +),
        ]
      }
    }
  }

  /// The d - 1 features of each target: right in the limit, and nearer than the plain law at 40 columns.
  @Test func finiteSizeErrors() throws {
    try expectGates(["generalization", "training"], columns: 40, replicates: 300, seed: 41) { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      let theory = try MaskedRisk(population, rows: 2 * d).finiteSizeErrors(ridge: 0.1)
      return Experiment(theory: [theory.generalization, theory.training]) { stream in
        let path = try MaskedPath(uncentered: population.sample(rows: 2 * d, &stream))
        return [
          population.error(of: try path.model(.shared(0.1)).weights()), try path.errors(.shared(0.1)).trainingError,
        ]
      }
    }
    let population = try MaskedPopulation.autoregressive(0.6, columns: 40)
    let risk = MaskedRisk(population, rows: 80)
    let simulated = SampleMean(
      try Parallel.map(count: 300) { replicate in
        var stream = RandomStream(seed: 41, cell: 40, replicate: UInt64(replicate))
        return try MaskedPath(uncentered: population.sample(rows: 80, &stream)).errors(.shared(0.1)).trainingError
      })
    let plain = abs(simulated.mean - (try risk.errors(ridge: 0.1).trainingError))
    let better = abs(simulated.mean - (try risk.finiteSizeErrors(ridge: 0.1).training))
    #expect(better < 0.6 * plain && plain > 5 * simulated.standardError)
  }

  /// Rows of many scales: cross-validation is off, leave-one-out is not, and their ratio tells.
  @Test func heavyRows() throws {
    let names = ["generalization", "training", "limit of GCV", "leave-one-out", "leave-one-out / GCV"]
    try expectGates(names, columns: 40, replicates: 200, seed: 42) { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      let scales = Self.scales(rows: 2 * d)
      let theory = try MaskedRisk(population, rows: 2 * d).errors(ridge: 0.1, rowScales: scales)
      // By far more than the gates let pass.
      #expect(theory.crossValidationLimit < 0.85 * theory.generalizationError)
      return Experiment(
        theory: [
          theory.generalizationError, theory.trainingError, theory.crossValidationLimit, theory.generalizationError,
          theory.generalizationError / theory.crossValidationLimit,
        ]
      ) { stream in
        let path = try MaskedPath(uncentered: Self.heavySample(population, rows: 2 * d, &stream))
        let errors = try path.errors(.shared(0.1))
        return [
          population.error(of: try path.model(.shared(0.1)).weights()), errors.trainingError,
          errors.generalizedCrossValidationError!, errors.leaveOneOutError!, errors.heavyRowRatio!,
        ]
      }
    }
  }

  /// Row scales spread evenly between 0 and 2.
  private static func scales(rows: Int) -> [Double] {
    (0..<rows).map { 2 * (1 - (Double($0) + 0.5) / Double(rows)) }
  }

  private static func heavySample(_ population: MaskedPopulation, rows: Int, _ stream: inout RandomStream) -> Matrix {
    population.sample(rows: rows, &stream).scalingRows(by: scales(rows: rows).map { $0.squareRoot() })
  }

  /// The warning speaks for heavy rows in every sample, for rows of one scale, where the ratio's limit is 1, in none.
  @Test func heavyRowWarning() throws {
    let population = try MaskedPopulation.autoregressive(0.6, columns: 80)
    for isHeavy in [false, true] {
      let warned = try Parallel.map(count: 100) { replicate -> Bool in
        var stream = RandomStream(seed: 50, replicate: UInt64(replicate))
        let rows =
          isHeavy
          ? Self.heavySample(population, rows: 160, &stream) : population.sample(rows: 160, &stream)
        return try MaskedPath(uncentered: rows).errors(.shared(0.1)).warnings.contains { $0.code == "heavy-rows" }
      }
      #expect(warned.allSatisfy { $0 == isHeavy }, "\(warned.count { $0 }) of 100 warned, heavy: \(isHeavy)")
    }
    try expectGates(["leave-one-out / GCV"], columns: 40, replicates: 100, seed: 50) { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      return Experiment(theory: [1]) { stream in
        let rows = population.sample(rows: 2 * d, &stream)
        return [try MaskedPath(uncentered: rows).errors(.shared(0.1)).heavyRowRatio!]
      }
    }
  }
}
