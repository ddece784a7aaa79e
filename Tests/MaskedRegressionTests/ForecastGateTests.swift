import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Forecasts of one sample against the theory at the other number of rows.
@Suite struct ForecastGateTests {
  /// Rows asked for, per column; the penalty there, nil for the best; what is carried over.
  typealias Question = (rows: Double, ridge: Double?, base: MaskedForecaster.Base)

  @Test func enoughRows() throws {
    try expectForecasts(
      rowsPerColumn: 3,
      [
        (1.2, nil, .leaveOneOut), (15, nil, .leaveOneOut), (15, nil, .crossValidation), (6, 0.2, .leaveOneOut),
        (0.6, 0.2, .leaveOneOut), (.infinity, 0.2, .leaveOneOut),
      ])
  }

  @Test func fewerRowsThanColumns() throws {
    try expectForecasts(rowsPerColumn: 0.6, [(1.2, 0.5, .leaveOneOut), (0.3, 0.5, .leaveOneOut)])
  }

  private func expectForecasts(rowsPerColumn: Double, _ questions: [Question]) throws {
    try expectGates(questions.map { "\($0)" }, columns: 50, replicates: 60, seed: 47) { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      let truths = try questions.map { question -> Double in
        let rows = question.rows * Double(d)
        let risk = MaskedRisk(population, rows: rows.isFinite ? Int(rows) : 1_000_000_000)
        return try (question.ridge.map { try risk.errors(ridge: $0) } ?? risk.optimum().errors).generalizationError
      }
      return Experiment(theory: truths) { stream in
        let rows = population.sample(rows: Int(rowsPerColumn * Double(d)), &stream)
        let path = try MaskedPath(uncentered: rows)
        let errors = try path.errors(ridges: [0] + path.ridgeGrid(count: 60))
        return questions.map { question in
          let forecaster = MaskedForecaster(path.spectrum, errors, question.base)
          let asked = question.rows * Double(d)
          let forecast =
            question.ridge.map { forecaster.forecast(rows: asked, ridge: $0) } ?? forecaster.forecast(rows: asked)
          return forecast.error!
        }
      }
    }
  }

  /// Fewer rows than columns, many more asked: out of reach, and said so.
  @Test func outOfReach() throws {
    var stream = RandomStream(seed: 48)
    let few = try MaskedPopulation.autoregressive(0.9, columns: 100).sample(rows: 30, &stream)
    let forecaster = try MaskedForecaster(MaskedPath(uncentered: few))
    let forecast = forecaster.forecast(rows: 100_000)
    #expect(!forecast.isReachable && forecast.errorAtMost != nil && forecast.ridge == nil)
    #expect(forecaster.forecast(rows: 15).isReachable)
  }
}
