import Foundation
import LinearAlgebra
import MaskedRegression
import TestSupport
import Testing

/// Tiny penalties, as many rows as columns, spectra in pieces.
@Suite struct CornersOfTheLawTests {
  /// kappa = lambda/(1 - c) and training error 1 - c to first order, for penalties down to the smallest numbers.
  @Test(arguments: [1e-20, 1e-50, 1e-150])
  func tinyPenalties(_ ridge: Double) throws {
    let errors = try MaskedRisk(.identity(columns: 50), rows: 100).errors(ridge: ridge)
    #expect(relativeDifference(errors.kappa, 2 * ridge) < 1e-12)
    #expect(relativeDifference(errors.trainingError, 0.5) < 1e-12)
    #expect(relativeDifference(errors.generalizationError, 2) < 1e-12)
    let population = try MaskedPopulation.autoregressive(0.6, columns: 40)
    let risk = MaskedRisk(population, rows: 90)
    let (tiny, small) = (try risk.errors(ridge: ridge), try risk.errors(ridge: 1e-9))
    #expect(relativeDifference(tiny.trainingError, small.trainingError) < 1e-7)
    #expect(relativeDifference(tiny.generalizationError, small.generalizationError) < 1e-7)
    #expect(relativeDifference(tiny.kappa / ridge, small.kappa / 1e-9) < 1e-7)
  }

  /// As many rows as columns: kappa^2 = lambda/tr Sigma^-1 n, and without a penalty the error is infinite, which is said.
  @Test func rowsAreColumns() throws {
    let risk = MaskedRisk(.identity(columns: 60), rows: 60)
    for ridge in [1e-12, 1e-40, 1e-100] {
      #expect(relativeDifference(try risk.errors(ridge: ridge).kappa, ridge.squareRoot()) < 1e-5)
    }
    let error = #expect(throws: MaskedRegressionError.self) { try risk.errors(ridge: 0) }
    #expect(error?.description.contains("infinite") == true)
    let shape = try MaskedSpectrumLaw(.identity(columns: 60), rows: 60, ridge: 0.2).shape()
    #expect(shape.divergesAtLowerEdge && shape.points.allSatisfy { $0.density.isFinite && $0.eigenvalue.isFinite })
    #expect(!(try MaskedSpectrumLaw(.identity(columns: 60), rows: 61, ridge: 0.2).shape().divergesAtLowerEdge))
    #expect(throws: MaskedRegressionError.self) { try MaskedSpectrumLaw(.identity(columns: 60), rows: 60, ridge: 0) }
  }

  /// The weights have a diagonal of zeros: what their largest eigenvalues take from the mean, next to a ridge however small, is on
  /// the curve. So are mass 1 and, against E tr A^2 = sum (1/(D l))^2 - 1, their square.
  @Test(arguments: [1e-12, 1e-8, 1e-4, 1e-1])
  func meanOfTheWeights(_ ridge: Double) throws {
    let shape = try MaskedSpectrumLaw(.identity(columns: 40), rows: 40, ridge: ridge).shape()
    var sums = [0.0, 0, 0]
    for (a, b) in zip(shape.points, shape.points.dropFirst()) {
      let width = 0.5 * (b.eigenvalue - a.eigenvalue)
      for k in sums.indices {
        let power = Double(k)
        sums[k] += width * (a.density * pow(a.eigenvalue, power) + b.density * pow(b.eigenvalue, power))
      }
    }
    #expect(abs(sums[0] - 1) < 0.01)
    #expect(abs(sums[1]) < 0.05 * max(1, sums[2].squareRoot()))
    // tr (S + ridge)^-2 / (tr (S + ridge)^-1)^2 of the square case, less 1.
    let root = (1 + 4 / ridge).squareRoot()
    let exact = 4 / (ridge * ridge * root * (root - 1) * (root - 1))
    #expect(relativeDifference(sums[2] + 1, exact) < 0.05)
  }

  /// One strong common factor, a gap between two levels, a spike in tiny noise: mass 1 by straight lines between points, no point in
  /// a gap but at 0.
  @Test(arguments: [0, 1, 2])
  func spectraInPieces(_ number: Int) throws {
    let d = 80
    let covariance: Matrix =
      switch number {
      case 0: 0.1 * .identity(d) + Matrix(rows: d, columns: d, repeating: 0.9)
      case 1: 1e-6 * .identity(d) + Matrix(rows: d, columns: d, repeating: 60 / Double(d))
      default: Matrix((0..<d).map { i in (0..<d).map { $0 == i ? 1 : abs($0 - i) == d / 2 ? 0.98 : 0 } })
      }
    let law = try MaskedSpectrumLaw(MaskedPopulation(covariance: covariance), rows: 2 * d, ridge: 1e-3)
    let shape = try law.shape()
    var mass = 0.0
    for (a, b) in zip(shape.points, shape.points.dropFirst()) {
      mass += 0.5 * (b.eigenvalue - a.eigenvalue) * (a.density + b.density)
    }
    #expect(abs(mass - 1) < 0.02, "mass \(mass)")
    let inside = shape.points.dropFirst().dropLast()
    #expect(inside.contains { $0.density == 0 })
  }

  /// The sum of eigenvalues is 0 at penalty 0 as well, where the weights exist; where not, that is said.
  @Test func weightsWithoutPenalty() throws {
    let x = correlatedRows(20, 5)
    let values = try SampleSpectrum(rows: x).weightEigenvalues(ridge: 0)
    #expect(abs(values.reduce(0, +)) < 1e-10)
    let few = try SampleSpectrum(rows: correlatedRows(4, 5))
    #expect(throws: MaskedRegressionError.self) { try few.weightEigenvalues(ridge: 0) }
  }

  /// Few rows are no heavy rows.
  @Test func fewRowsAreNotHeavy() throws {
    let errors = try MaskedFit(rows: correlatedRows(12, 12), ridge: .given(.shared(0.01))).errors
    #expect(errors.heavyRowRatio! > 1.1 && !errors.warnings.map(\.code).contains("heavy-rows"))
  }
}
